"""What a bucket's policy grants and forbids."""

from behave import then, when

from journeys.s3 import policies


@when('I let everybody {deed:Deed} objects below "{prefix:Name}"')
def _(context, deed, prefix):
    """Adds to the bucket's policy: strangers may do this with objects whose names begin so."""
    policies.grant(context.journey, deed, prefix)


@when("I let everybody list the bucket")
def _(context):
    """Adds to the bucket's policy: strangers may list it."""
    policies.grant_listing(context.journey)


@when('I forbid everybody to {deed:Deed} objects below "{prefix:Name}"')
def _(context, deed, prefix):
    """Adds to the bucket's policy: nobody may do this with objects whose names begin so, its owner included."""
    policies.forbid(context.journey, deed, prefix)


@when("I withdraw the policy")
def _(context):
    """Removes the bucket's policy."""
    policies.withdraw(context.journey)


@when("I forbid everybody to list the bucket")
def _(context):
    """Adds to the bucket's policy: nobody may list it, its owner included."""
    policies.forbid_listing(context.journey)


@when("I try to list the bucket")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.journey.s3.list_objects_v2(Bucket=context.journey.bucket.name)


@when('I try to let everybody {deed:Deed} objects below "{prefix:Name}"')
def _(context, deed, prefix):
    """Tries what should be refused where the bucket is closed to the public."""
    with context.journey.trying():
        policies.grant(context.journey, deed, prefix)


@when("I close the bucket to the public")
def _(context):
    """From now on strangers may do nothing, whatever the bucket's policy and rights say."""
    policies.close(context.journey)


@then("the bucket tells that it is closed to the public")
def _(context):
    """The store tells of the bucket that strangers may do nothing."""
    policies.assert_closed(context.journey)


@then("the policy reads back as set")
def _(context):
    """The store tells the very policy that was set, or that there is none."""
    policies.assert_as_set(context.journey)
