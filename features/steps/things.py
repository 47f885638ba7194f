"""What is the same for all that a scenario makes in a cloud."""

from behave import then, when


@when("I remove the {thing:Thing}")
def _(context, thing):
    """Asks for the removal of what the scenario made last of this kind."""
    context.cloud.remove(thing)


@then("the {thing:Thing} is listed")
def _(context, thing):
    """The list of its kind holds it once, under its name, and as it is told by its id."""
    context.cloud.assert_listed(thing)


@then("the {thing:Thing} is as ordered")
def _(context, thing):
    """What was chosen of it is as it was chosen: a subnet's range, a server's image, a volume's size, and the like."""
    context.cloud.assert_as_ordered(thing)


@then("the {thing:Thing} is gone within {limit:Duration}")
def _(context, thing, limit):
    """It can't be found any more, and is listed no more."""
    context.cloud.assert_gone(thing, limit)


@then("no other {thing:Thing} is gone")
def _(context, thing):
    """Whatever else of its kind the scenario made is still listed."""
    context.cloud.assert_others_left(thing)


@then("nothing was made")
def _(context):
    """What was refused is not there all the same, be it in part."""
    context.cloud.cloud.assert_nothing_made()
