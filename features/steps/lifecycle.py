"""Rules by which a bucket removes its objects."""

from behave import then, when

from journeys.s3 import lifecycle


@when('I let {what:Going} below "{prefix:Name}" expire after {days:Count} days')
def _(context, what, prefix, days):
    """Adds a lifecycle rule to the bucket."""
    lifecycle.expire(context.journey, what, prefix, days)


@when('I note a rule that lets {what:Going} below "{prefix:Name}" expire after {days:Count} days, and is off')
def _(context, what, prefix, days):
    """Adds a lifecycle rule that does nothing until it is turned on."""
    lifecycle.expire(context.journey, what, prefix, days, "Disabled")


@when("I remove the lifecycle rules")
def _(context):
    """Removes all lifecycle rules of the bucket."""
    lifecycle.remove(context.journey)


@then("the lifecycle rules read back as set")
def _(context):
    """The store tells the very rules that were set, or that there are none; nobody waits until they act."""
    lifecycle.assert_as_set(context.journey)
