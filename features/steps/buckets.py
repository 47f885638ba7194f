"""Buckets."""

from behave import given, then, when

from journeys.s3 import buckets, times


@given("an empty bucket")
def _(context):
    """A bucket of the scenario's own; the steps after it mean this one."""
    context.journey.bucket = buckets.create(context.journey)


@given("another empty bucket")
def _(context):
    """A second bucket of the scenario's own: the other bucket."""
    context.journey.other_bucket = buckets.create(context.journey)


@when("I create a bucket")
def _(context):
    """Creates a bucket; the steps after it mean this one."""
    context.journey.bucket = buckets.create(context.journey)


@when("I try to create a bucket under a name that no bucket may have")
def _(context):
    """Tries what should be refused: names have no capital letters and no underscores."""
    with context.journey.trying():
        buckets.create_misnamed(context.journey)


@when("I remove the bucket")
def _(context):
    """Removes the bucket, which has to be empty."""
    buckets.remove(context.journey)


@when("I try to remove the bucket")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        buckets.remove(context.journey)


@then("the bucket is listed among my buckets")
def _(context):
    """The user's list of buckets holds it."""
    buckets.assert_listed(context.journey)


@then("the bucket is gone")
def _(context):
    """The bucket is listed no more, and its objects can't be listed any more."""
    buckets.assert_gone(context.journey)


@then("the bucket tells that it was made just now, within {limit:Duration}")
def _(context, limit):
    """The list of buckets tells the bucket's time, which is that of our clock."""
    times.assert_bucket_close(context.journey, limit)
