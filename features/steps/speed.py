"""How fast it has to be."""

from behave import then

from journeys import speed


@then("{share:Count} % of the {operation:Operation} finish within {limit:Duration}")
def _(context, share, operation, limit):
    """A speed objective over the scenario's own reads, writes, listings or deletions; a failed one misses it."""
    speed.assert_fast(context.journey, speed.Objective(share / 100, operation, limit))


@then("the uploads run at {rate:Size} per second at least")
def _(context, rate):
    """All that the scenario uploaded, by the time in which an upload was under way; those of Given do not count."""
    speed.assert_upload_rate(context.journey, rate)


@then("the downloads run at {rate:Size} per second at least")
def _(context, rate):
    """All that the scenario downloaded, by the time in which a download was under way."""
    speed.assert_download_rate(context.journey, rate)
