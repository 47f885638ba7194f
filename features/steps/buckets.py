"""Buckets."""

from behave import given, then, when


@given("an empty bucket")
def _(context):
    """A bucket of the scenario's own; the steps after it mean this one."""
    context.journey.bucket = context.journey.store.create_bucket()


@when("I create a bucket")
def _(context):
    """Creates a bucket; the steps after it mean this one."""
    context.journey.bucket = context.journey.store.create_bucket()


@when("I remove the bucket")
def _(context):
    """Removes the bucket, which has to be empty."""
    context.journey.store.remove_bucket(context.journey.bucket)


@when("I try to remove the bucket")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.journey.store.remove_bucket(context.journey.bucket)


@then("the bucket is listed among my buckets")
def _(context):
    """The user's list of buckets holds it."""
    bucket, buckets = context.journey.bucket, context.journey.store.buckets()
    assert bucket in buckets, f"Expected {bucket} among my buckets, but it is none of the {len(buckets)} listed."


@then("the bucket is gone")
def _(context):
    """The bucket is listed no more, and its objects can't be listed any more."""
    context.journey.store.assert_gone(context.journey.bucket)
