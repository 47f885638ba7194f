"""Public addresses."""

from behave import given, then, when


@given("a public address")
@when("I get a public address")
def _(context):
    """A public address that leads nowhere yet."""
    context.cloud.addresses.create()


@given("a public address that leads to {server:Which}")
def _(context, server):
    """A public address of a server."""
    context.cloud.addresses.create()
    context.cloud.addresses.lead(context.cloud.servers.at(server))


@when("I lead the public address to {server:Which}")
def _(context, server):
    """From now on the public address leads to that server."""
    context.cloud.addresses.lead(context.cloud.servers.at(server))


@then("the public address leads to {server:Which} within {limit:Duration}")
def _(context, server, limit):
    """The public address is active, leads to a port of that server, is the one that was given, and nobody else's."""
    context.cloud.addresses.assert_leads_to(context.cloud.servers.at(server), limit)


@then("the public address leads nowhere within {limit:Duration}")
def _(context, limit):
    """The public address is free to lead to another server."""
    context.cloud.addresses.assert_leads_nowhere(limit)
