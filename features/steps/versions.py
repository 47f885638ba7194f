"""Earlier versions of objects; version 1 is the oldest."""

from behave import given, then, when

from journeys.s3 import versions


@given("a bucket that keeps versions")
def _(context):
    """A bucket of the scenario's own that keeps earlier versions; the steps after it mean this one."""
    context.journey.bucket = versions.create(context.journey)


@given('a first version of "{key:Name}"')
def _(context, key):
    """Stores an object, whose version has to get an id."""
    versions.store(context.journey, key, 1)


@given('{count:Count} versions of "{key:Name}"')
@when('I store {count:Count} versions of "{key:Name}"')
def _(context, count, key):
    """Stores an object so many times, with other content each time; each version has to get an id of its own."""
    versions.store(context.journey, key, count)


@when("I suspend versioning")
def _(context):
    """From now on the bucket keeps no earlier versions; those that are there stay."""
    versions.suspend(context.journey)


@when('I restore version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """Makes an earlier version the latest one, by copying it over the object."""
    versions.restore(context.journey, key, number)


@when('I undelete "{key:Name}"')
def _(context, key):
    """Brings a deleted object back, by removing the mark that hides its versions."""
    versions.undelete(context.journey, key)


@when('I delete version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """Deletes one version for good."""
    versions.delete(context.journey, key, number)


@when('I try to delete version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        versions.delete(context.journey, key, number)


@when('I try to read version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """Tries what should be refused where that version was deleted."""
    with context.journey.trying():
        versions.read(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" reads back unchanged')
def _(context, number, key):
    """The version has the very bytes that were stored as it."""
    versions.assert_unchanged(context.journey, key, number)


@then('all versions of "{key:Name}" are listed, the latest first')
def _(context, key):
    """The bucket lists the versions that were not deleted, with sizes, the latest marked as such, and nothing else."""
    versions.assert_listed(context.journey, key)


@then('all versions of "{key:Name}" are listed, below a mark that it was deleted')
def _(context, key):
    """The same for a deleted object: the mark of the deletion is the latest version."""
    versions.assert_listed(context.journey, key, deleted=True)


@then("the bucket tells that it keeps versions")
def _(context):
    """The store says that versioning is on."""
    versions.assert_status(context.journey, "Enabled")


@then("the bucket tells that versioning is suspended")
def _(context):
    """The store says that versioning was on and is no more."""
    versions.assert_status(context.journey, "Suspended")
