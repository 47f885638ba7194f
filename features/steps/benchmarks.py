"""How fast servers are."""

from behave import then, when


@when("I have the server compute {digits:Count} digits of pi")
def _(context, digits):
    """One core computes, with bc; the time is measured."""
    context.cloud.benchmarks.compute_pi(digits)


@when("I have the server write {size:Size} to its disk")
def _(context, size):
    """Writes what can't be compressed, until the disk has it; the speed is measured."""
    context.cloud.benchmarks.write(size)


@when("I have the server read and write its disk at random")
def _(context):
    """Four processes do, for ten seconds, with fio; operations per second and their times are measured."""
    context.cloud.benchmarks.read_and_write_at_random()


@when("I have the first server send to the second")
def _(context):
    """Sends for three seconds with iperf3; the speed is measured."""
    context.cloud.benchmarks.transfer()


@then("the digits are right")
def _(context):
    """They are those that we computed ourselves, but for the last few."""
    context.cloud.benchmarks.assert_pi()


@then("they came within {limit:Duration}")
def _(context, limit):
    """A speed objective: the computation took no longer."""
    context.cloud.benchmarks.assert_pi_within(limit)


@then("the disk holds what was written")
def _(context):
    """The checksum of the file is that of what was sent."""
    context.cloud.benchmarks.assert_written()


@then("that ran at {least:Count} operations per second at least")
def _(context, least):
    """A speed objective for reading and writing at random: both together."""
    context.cloud.benchmarks.assert_operations(least)


@then("99 % of the operations took {limit:Duration} at most")
def _(context, limit):
    """A speed objective for reading and writing at random."""
    context.cloud.benchmarks.assert_operations_within(limit)


@then("that ran at {least:Size} per second at least")
def _(context, least):
    """A speed objective for what was measured last: the disk, or the network between two servers."""
    context.cloud.benchmarks.assert_speed(least)
