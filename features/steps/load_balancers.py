"""Load balancers."""

from behave import given, then, when


@given("a load balancer")
def _(context):
    """A load balancer in the subnet that is ready."""
    context.cloud.balancers.have()


@when("I create a load balancer")
def _(context):
    """Creates a load balancer with an address in the subnet."""
    context.cloud.balancers.create()


@when('I balance port {port:Count} over "{first:Name}" and "{second:Name}"')
def _(context, port, first, second):
    """Listens on the port and hands on to a pool of two members, whose health is looked at."""
    context.cloud.balancers.balance(port, first, second)


@then("the load balancer is ready within {limit:Duration}")
def _(context, limit):
    """Nothing is done to it any more, and it is active."""
    context.cloud.balancers.assert_ready(limit)


@then('the load balancer hands port {port:Count} on to "{first:Name}" and "{second:Name}" within {limit:Duration}')
def _(context, port, first, second, limit):
    """It listens on the port, and has these members and no others."""
    context.cloud.balancers.assert_hands_on(port, {first, second}, limit)


@then('the load balancer leaves "{member:Name}" out within {limit:Duration}')
def _(context, member, limit):
    """The member is told to be in error."""
    context.cloud.balancers.assert_leaves_out(member, limit)
