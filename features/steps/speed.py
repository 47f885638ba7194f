"""How fast it has to be."""

from behave import then


@then("{share:Count} % of the {operation:Operation} finish within {limit:Duration}")
def _(context, share, operation, limit):
    """A speed objective over the scenario's own reads, writes, listings or deletions; a failed one misses it."""
    context.journey.assert_fast(operation, share / 100, limit)
