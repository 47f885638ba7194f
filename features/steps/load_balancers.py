"""Load balancers."""

from behave import given, then, when


@given("a load balancer")
def _(context):
    """A load balancer in the subnet that is ready."""
    context.cloud.balancers.have()


@given("{count:Count} servers that serve a page of their own")
def _(context, count):
    """Servers that I am logged in to; each answers requests with its name."""
    context.cloud.traffic.serve(count)


@given("a load balancer before them")
@when("I put a load balancer before them")
def _(context):
    """A load balancer that hands requests on to all servers, with a public address, unless there is a jump host."""
    context.cloud.traffic.balance()


@when("I stop the page of {server:Which}")
def _(context, server):
    """The server itself goes on, but answers requests no more."""
    context.cloud.traffic.stop(server)


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


@then("the load balancer's address lies in the subnet")
def _(context):
    """Who asks it from inside, asks it there."""
    context.cloud.balancers.assert_in_subnet()


@then('the load balancer hands port {port:Count} on to "{first:Name}" and "{second:Name}" within {limit:Duration}')
def _(context, port, first, second, limit):
    """It listens on the port, and has these members and no others."""
    context.cloud.balancers.assert_hands_on(port, {first, second}, limit)


@then("each server answers through the load balancer within {limit:Duration}")
def _(context, limit):
    """Every server whose page was not stopped has been seen to answer."""
    context.cloud.traffic.assert_each_answers(limit)


@then("{count:Count} requests through the load balancer are all answered")
def _(context, count):
    """One after the other: none fails."""
    context.cloud.traffic.assert_all_answered(count)


@then("the load balancer leaves {server:Which} out within {limit:Duration}")
def _(context, server, limit):
    """The server is told to be in error."""
    context.cloud.balancers.assert_leaves_out(context.cloud.servers.at(server).addresses[0], limit)


@then('the load balancer leaves "{member:Name}" out within {limit:Duration}')
def _(context, member, limit):
    """The member is told to be in error."""
    context.cloud.balancers.assert_leaves_out(member, limit)
