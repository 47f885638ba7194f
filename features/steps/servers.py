"""Servers and the keys to them."""

from behave import given, then, when


@given("a key pair")
@given("another key pair")
@when("I create a key pair")
def _(context):
    """A key pair of the scenario's own; servers that are started later know it."""
    context.cloud.servers.create_key_pair()


@given("a running server")
def _(context):
    """A server that is active, in a network of its own."""
    context.cloud.servers.run()


@given("two running servers")
def _(context):
    """Two servers that are active, in one network."""
    context.cloud.servers.run(2)


@given("a running server with a way outside")
def _(context):
    """A server that is active, in a network with a router that leads to the world."""
    context.cloud.servers.run(outside=True)


@given("two running servers with a way outside")
def _(context):
    """Two servers that are active, in a network with a router that leads to the world."""
    context.cloud.servers.run(2, outside=True)


@when("I start a server")
def _(context):
    """Orders a server in the subnet, from the image and of the size that the settings name."""
    context.cloud.servers.start()


@when("I start {count:Count} servers at once")
def _(context, count):
    """Orders servers side by side."""
    context.cloud.servers.start(count)


@when("I try to start more servers than my quota allows")
def _(context):
    """Tries it with one request, which should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.servers.try_beyond_quota()


@when("I start a server in every availability zone")
def _(context):
    """Orders a server for each zone that the cloud lists, each in a subnet of its own."""
    context.cloud.servers.start_in_every_zone()


@when("I start a server from the volume")
def _(context):
    """Orders a server that boots from the scenario's volume."""
    context.cloud.servers.start(volume=context.cloud.volumes.volume)


@when("I start a server from the volume that takes it along when it goes")
def _(context):
    """Orders a server that boots from the scenario's volume, which is to be removed with the server."""
    context.cloud.servers.start(volume=context.cloud.volumes.volume, takes_volume=True)


@when("I stop the server")
def _(context):
    """Asks for the server to be shut down."""
    context.cloud.cloud.driver.stop(context.cloud.servers.server)


@when("I start the server again")
def _(context):
    """Asks for a stopped server to be started."""
    context.cloud.cloud.driver.start(context.cloud.servers.server)


@when("I reboot the server")
def _(context):
    """Asks the server to shut down and start again."""
    context.cloud.cloud.driver.reboot(context.cloud.servers.server)


@when("I rename the server")
def _(context):
    """Gives the server another name of ours."""
    context.cloud.servers.rename()


@when('I label the server "{key:Name}" as "{value:Name}"')
def _(context, key, value):
    """Notes something about the server: metadata, or a tag."""
    context.cloud.servers.label(key, value)


@when("I attach the port to the server")
def _(context):
    """Gives the server the scenario's port as a second one."""
    context.cloud.cloud.driver.attach_port(context.cloud.servers.server, context.cloud.networks.port)


@when("I detach the port from the server")
def _(context):
    """Takes the second port away from the server."""
    context.cloud.cloud.driver.detach_port(context.cloud.servers.server, context.cloud.networks.port)


@then("the private key fits the key pair")
def _(context):
    """The private key that I was given is the one that the cloud knows by its fingerprint."""
    context.cloud.servers.assert_key_fits()


@then("the server is active within {limit:Duration}")
@then("every server is active within {limit:Duration}")
def _(context, limit):
    """All servers of the scenario run; how long each phase took is measured."""
    context.cloud.servers.assert_active(limit)


@then("the server is stopped within {limit:Duration}")
def _(context, limit):
    """The server is shut down."""
    context.cloud.servers.assert_stopped(limit)


@then("the server's address lies in the subnet")
def _(context):
    """Each address of the server is one that the subnet has for servers, and that of a port of its own."""
    context.cloud.servers.assert_in_subnet()


@then("every server has an address of its own")
def _(context):
    """No server is without an address, and no two have the same."""
    context.cloud.servers.assert_apart()


@then("every availability zone has a server")
def _(context):
    """Each server is in the zone for which it was ordered, and no zone is without."""
    context.cloud.servers.assert_every_zone()


@then('the server has the label "{key:Name}" as "{value:Name}"')
def _(context, key, value):
    """The cloud tells the label as it was given."""
    context.cloud.servers.assert_label(key, value)


@then("the server's user data is told as it was given")
def _(context):
    """The cloud knows what the server was started with."""
    context.cloud.servers.assert_user_data()


@then("the server's console log says something within {limit:Duration}")
def _(context, limit):
    """The console log is not empty."""
    context.cloud.servers.assert_console_says_something(limit)


@then("the server has the port's address within {limit:Duration}")
def _(context, limit):
    """The server's addresses hold that of the port, and the port tells that it is the server's."""
    context.cloud.servers.assert_has_port(context.cloud.networks.port, limit)


@then("the server no longer has the port's address within {limit:Duration}")
def _(context, limit):
    """The server's addresses hold that of the port no more, and the port is nobody's."""
    context.cloud.servers.assert_has_no_port(context.cloud.networks.port, limit)


@then("the server is otherwise as it was within {limit:Duration}")
def _(context, limit):
    """All that the cloud tells of the server is as when it first ran, but for what was changed on purpose since."""
    context.cloud.servers.assert_otherwise_as_it_was(limit)


@then("the cloud tells that the server was rebooted within {limit:Duration}")
def _(context, limit):
    """What was done to the server, as the cloud remembers it, holds a reboot that ended well."""
    context.cloud.servers.assert_rebooted(limit)


@then("no port of the server is left")
def _(context):
    """No port is listed that belongs to the server, or has one of its addresses."""
    context.cloud.servers.assert_no_port_left()
