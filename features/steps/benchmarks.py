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


@then("that ran at {least:Size} per second at least")
def _(context, least):
    """A speed objective for what was measured last: the disk, or the network between two servers."""
    context.cloud.benchmarks.assert_speed(least)
