"""Pings: who answers, and how soon."""

from behave import then, when


@when("I let pings in")
def _(context):
    """Has the security group let pings in, from everywhere."""
    context.cloud.pings.let_in()


@when("I ping the server")
def _(context):
    """Sends five pings from here to its public address, or from the jump host to its own."""
    context.cloud.pings.from_outside()


@when("I ping the server while it is busy")
def _(context):
    """The same while each of its cores computes."""
    context.cloud.pings.while_busy()


@when("I have the server ping the world")
def _(context):
    """Sends five pings from the server to JOURNEYS_OUTSIDE_HOST."""
    context.cloud.pings.to_world()


@when("I have every server ping every other one")
def _(context):
    """Sends five pings each way."""
    context.cloud.pings.between_servers()


@then("whoever was pinged answers")
def _(context):
    """On each way there was one answer at least."""
    context.cloud.pings.assert_answered()


@then("no more than {percent:Count} % of the pings are lost")
def _(context, percent):
    """An objective: of all that were sent by the last step that pinged."""
    context.cloud.pings.assert_lost_at_most(percent)


@then("the pings are answered within {limit:Duration} on average")
def _(context, limit):
    """A speed objective: on each way, the average of the answers took no longer."""
    context.cloud.pings.assert_answered_within(limit)
