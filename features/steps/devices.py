"""Devices: what a server finds plugged in, and what is on it."""

from behave import given, then


@given("a volume that {server:Which} has written to")
def _(context, server):
    """A volume that is available again, with data that the server wrote to it as root."""
    context.cloud.devices.have_written(context.cloud.servers.at(server))


@then("the server finds the port within {limit:Duration}")
def _(context, limit):
    """One of its interfaces has the hardware address of the scenario's port."""
    context.cloud.devices.assert_port(context.cloud.networks.port, limit)


@then("the server finds the port no longer within {limit:Duration}")
def _(context, limit):
    """None of its interfaces has the hardware address of the scenario's port."""
    context.cloud.devices.assert_port(context.cloud.networks.port, limit, found=False)


@then("the server finds a disk of the volume's size within {limit:Duration}")
def _(context, limit):
    """It has a disk of that size which it had not before."""
    context.cloud.devices.assert_disk(limit)


@then("the server finds the disk no longer within {limit:Duration}")
def _(context, limit):
    """It has no disk but those from before."""
    context.cloud.devices.assert_no_disk(limit)


@then("{server:Which} reads what was written within {limit:Duration}")
def _(context, server, limit):
    """The disk that is new there holds what was written to the volume, or to the one it was restored from."""
    context.cloud.devices.assert_reads(context.cloud.servers.at(server), limit)
