"""What is the same for all that a scenario makes in a cloud."""

from behave import then, when


@when("I remove the {thing:Thing}")
def _(context, thing):
    """Asks for the removal of what the scenario made last of this kind."""
    context.cloud.remove(thing)


@then("the {thing:Thing} is listed")
def _(context, thing):
    """The list of its kind holds it under its name; what else it holds does not matter."""
    context.cloud.assert_listed(thing)


@then("the {thing:Thing} is gone within {limit:Duration}")
def _(context, thing, limit):
    """It can't be found any more, and is listed no more."""
    context.cloud.assert_gone(thing, limit)
