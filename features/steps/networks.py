"""Networks, subnets, routers, ports."""

from behave import given, then, when


@given("a network")
@given("another network")
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


@when("I create a router that leads outside")
def _(context):
    """A router with a way into the world."""
    context.cloud.networks.create_router(outside=True)


@when("I connect the router to the subnet")
def _(context):
    """Gives the router an interface in the subnet."""
    context.cloud.networks.connect()


@when("I disconnect the router from the subnet")
def _(context):
    """Takes the router's interface in the subnet away."""
    context.cloud.networks.disconnect()


@given("a port")
@given("another port")
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
    context.cloud.networks.enable(enabled=False)


@when("I enable the port")
def _(context):
    """Takes the port into service."""
    context.cloud.networks.enable(enabled=True)


@then("every network is listed")
def _(context):
    """The list of networks holds each of the scenario's."""
    context.cloud.cloud.assert_listed(*context.cloud.networks.made)


@then("the port's address lies in the subnet")
def _(context):
    """Every address that a port of the scenario was given is one that the subnet has for servers."""
    context.cloud.networks.assert_ports_in_subnet()


@then("every port has an address of its own")
def _(context):
    """No two ports have the same address, be it of IP or of Ethernet."""
    context.cloud.networks.assert_apart()


@then("each network has only its own port")
def _(context):
    """None of the scenario's networks shows a port with that address but the one made there."""
    context.cloud.networks.assert_isolated()


@then("the port is disabled")
def _(context):
    """The port is told to be out of service, and otherwise as it was made."""
    context.cloud.networks.assert_enabled(enabled=False)


@then("the port is enabled")
def _(context):
    """The port is told to be in service, and otherwise as it was made."""
    context.cloud.networks.assert_enabled(enabled=True)


@then("the router is connected to the subnet")
def _(context):
    """The router has an interface in the subnet, and in no other."""
    context.cloud.networks.assert_connected(context.cloud.networks.subnet)


@then("the router is connected to no subnet")
def _(context):
    """The router has no interface."""
    context.cloud.networks.assert_connected()
