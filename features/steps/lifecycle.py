"""Rules by which a bucket removes its objects."""

from behave import then, when

from journeys.s3 import lifecycle


@when('I let objects below "{prefix:Name}" expire after {days:Count} days')
def _(context, prefix, days):
    """Adds a lifecycle rule to the bucket."""
    lifecycle.expire(context.journey, prefix, days)


@when("I remove the lifecycle rules")
def _(context):
    """Removes all lifecycle rules of the bucket."""
    lifecycle.remove(context.journey)


@then("the lifecycle rules read back as set")
def _(context):
    """The store tells the very rules that were set, or that there are none; nobody waits until they act."""
    lifecycle.assert_as_set(context.journey)
