"""Inside servers: logging in, and looking from there."""

from behave import given, then, when


@given("a network with a way in")
def _(context):
    """A network that leads outside, a key pair, and a security group that lets logins in."""
    context.cloud.logins.prepare()


@given("a server that lets me in")
def _(context):
    """A server that I am logged in to, with the key pair."""
    context.cloud.logins.have()


@given("{count:Count} servers that let me in")
def _(context, count):
    """Servers in one network that I am logged in to; the first one is the way to the others."""
    context.cloud.logins.have(count)


@when("I open a way in to the server")
def _(context):
    """Has a public address lead to the server, unless the settings name a jump host."""
    context.cloud.logins.open_way()


@when("I try to log in with another key")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.logins.try_with_another_key()


@then("the server lets me in within {limit:Duration}")
def _(context, limit):
    """I am logged in with the key pair; how long after the order that was is measured."""
    context.cloud.logins.assert_lets_in(limit)


@then("the server calls itself by its own name")
def _(context):
    """Its host name is the one that it was ordered with, or made of its address."""
    context.cloud.logins.assert_own_host_name()


@then("the server is told its own address")
def _(context):
    """The metadata service knows who asks."""
    context.cloud.logins.assert_knows_its_address()


@then("the server is told its user data")
def _(context):
    """The metadata service has what the server was ordered with."""
    context.cloud.logins.assert_was_told_its_user_data()


@then("the server has carried out its user data within {limit:Duration}")
def _(context, limit):
    """The script that the server was ordered with has run."""
    context.cloud.logins.assert_performed_its_user_data(limit)


@then("the server resolves names")
def _(context):
    """It finds the address of JOURNEYS_OUTSIDE_HOST."""
    context.cloud.logins.assert_resolves()


@then("the server reaches the world")
def _(context):
    """It gets a connection to JOURNEYS_OUTSIDE_HOST."""
    context.cloud.logins.assert_reaches_the_world()


@then("every server reaches every other one")
def _(context):
    """From each server one logs in to every other, and it is the right one that answers."""
    context.cloud.logins.assert_mesh()
