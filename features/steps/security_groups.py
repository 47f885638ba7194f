"""Security groups: who may come in."""

from behave import given, then, when

from journeys.cloud.nouns import Rule


@given("a security group")
@given("another security group")
@when("I create a security group")
def _(context):
    """A security group of the scenario's own; servers that are started later belong to it."""
    context.cloud.networks.create_group()


@when('I let "{source:Name}" in to port {port:Count}')
def _(context, source, port):
    """Lets TCP in from a range of addresses."""
    context.cloud.networks.let_in(Rule.to_port(port, source))


@when('I close port {port:Count} to "{source:Name}"')
def _(context, port, source):
    """Takes back what was allowed."""
    context.cloud.networks.close(Rule.to_port(port, source))


@then('the security group lets only "{source:Name}" in, to port {port:Count}')
def _(context, source, port):
    """This is the only rule that lets anybody in."""
    context.cloud.networks.assert_lets_in(Rule.to_port(port, source))


@then("the security group lets nobody in")
def _(context):
    """There is no rule that lets anybody in."""
    context.cloud.networks.assert_lets_in()
