"""Volumes and their snapshots."""

from behave import given, then, when


@given("a volume")
@given("another volume")
def _(context):
    """A volume of 1 GiB that is available."""
    context.cloud.volumes.have()


@given("a volume with the image on it")
def _(context):
    """A volume of 1 GiB that is available, made from the image that the settings name."""
    context.cloud.volumes.have(from_image=True)


@when("I create a volume of {size:Count} GiB")
def _(context, size):
    """Creates a volume; the steps after it mean this one."""
    context.cloud.volumes.create(size)


@when("I create a volume with the image on it")
def _(context):
    """Creates a volume from the image that the settings name."""
    context.cloud.volumes.create(from_image=True)


@when("I create a volume of every type")
def _(context):
    """Creates a volume for each type that the cloud lists."""
    context.cloud.volumes.create_of_every_type()


@when("I try to create a volume larger than my quota")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.volumes.try_beyond_quota()


@when("I extend the volume to {size:Count} GiB")
def _(context, size):
    """Asks for the volume to grow."""
    context.cloud.volumes.extend(size)


@when("I attach the volume to {server:Which}")
def _(context, server):
    """Gives the volume to a server."""
    context.cloud.devices.attach(context.cloud.servers.at(server))


@when("I detach the volume")
def _(context):
    """Takes the volume away from the server that has it."""
    context.cloud.cloud.driver.detach(context.cloud.volumes.volume)


@given("a snapshot")
def _(context):
    """A snapshot of the volume that is available."""
    context.cloud.volumes.have_snapshot()


@when("I take a snapshot of the volume")
def _(context):
    """Keeps the volume as it is now."""
    context.cloud.volumes.take_snapshot()


@when("I restore the snapshot to a new volume")
def _(context):
    """Creates a volume from the snapshot; the steps after it mean this one."""
    context.cloud.volumes.restore()


@then("the volume is available within {limit:Duration}")
@then("every volume is available within {limit:Duration}")
def _(context, limit):
    """All volumes of the scenario can be used, and no server uses them."""
    context.cloud.volumes.assert_available(limit)


@then("the volume is attached to {server:Which} within {limit:Duration}")
def _(context, server, limit):
    """The volume is in use by that server alone, and both of them tell so."""
    context.cloud.volumes.assert_attached(context.cloud.servers.at(server), limit)


@then("the volume has {size:Count} GiB within {limit:Duration}")
def _(context, size, limit):
    """The volume can be used and is that large."""
    context.cloud.volumes.assert_size(size, limit)


@then("the snapshot is available within {limit:Duration}")
def _(context, limit):
    """The snapshot can be restored."""
    context.cloud.volumes.assert_snapshot_available(limit)


@then("every volume is as ordered")
def _(context):
    """Its size, its type, and what is on it are as they were chosen."""
    context.cloud.cloud.assert_as_ordered(*context.cloud.volumes.made)
