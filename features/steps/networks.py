"""Networks, subnets, routers, ports."""

from behave import given, then, when


@given("a network")
@when("I create a network")
def _(context):
    """A private network of the scenario's own; the steps after it mean this one."""
    context.cloud.networks.create()


@given("a network with a subnet")
def _(context):
    """A private network with the subnet 10.71.0.0/24."""
    context.cloud.networks.create_with_subnet()


@given("two networks with the same subnet")
def _(context):
    """Two private networks, each with the subnet 10.71.0.0/24."""
    context.cloud.networks.create_with_subnet()
    context.cloud.networks.create_with_subnet()


@when("I create {count:Count} networks at once")
def _(context, count):
    """Creates private networks side by side."""
    context.cloud.networks.create(count)


@when('I add the subnet "{cidr:Name}"')
def _(context, cidr):
    """Adds a range of addresses to the network, inside 10.71.0.0/16 where the cloud is an EC2."""
    context.cloud.networks.add_subnet(cidr)


@given("a router")
@when("I create a router")
def _(context):
    """A router that knows no subnet yet."""
    context.cloud.networks.create_router()


@when("I connect the router to the subnet")
def _(context):
    """Gives the router an interface in the subnet."""
    context.cloud.networks.connect()


@given("a port")
@when("I create a port")
def _(context):
    """A port in the subnet, with an address that the cloud chooses."""
    context.cloud.networks.create_port()


@when('I create a port with the address "{address:Name}" in each')
def _(context, address):
    """A port in each of the scenario's subnets, all with the same address."""
    context.cloud.networks.create_port_in_each(address)


@when("I try to create more ports than my quota allows")
def _(context):
    """Tries it with one request, which should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.networks.try_beyond_quota()


@when("I disable the port")
def _(context):
    """Takes the port out of service."""
    context.cloud.cloud.driver.enable(context.cloud.networks.port, enabled=False)


@when("I enable the port")
def _(context):
    """Takes the port into service."""
    context.cloud.cloud.driver.enable(context.cloud.networks.port, enabled=True)


@then("every network is listed")
def _(context):
    """The list of networks holds each of the scenario's."""
    context.cloud.cloud.assert_listed(*context.cloud.networks.made)


@then("the port's address lies in the subnet")
def _(context):
    """Every address that the port was given is one of the subnet's."""
    context.cloud.networks.assert_port_in_subnet()


@then("each network has only its own port")
def _(context):
    """None of the scenario's networks shows a port with that address but the one made there."""
    context.cloud.networks.assert_isolated()


@then("the port is disabled")
def _(context):
    """The port is told to be out of service."""
    context.cloud.networks.assert_enabled(enabled=False)


@then("the port is enabled")
def _(context):
    """The port is told to be in service."""
    context.cloud.networks.assert_enabled(enabled=True)


@then("the router is connected to the subnet")
def _(context):
    """The router has an interface in the subnet."""
    context.cloud.networks.assert_connected()
