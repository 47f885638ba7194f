"""Earlier versions of objects; version 1 is the oldest."""

from behave import given, then, when

from journeys.s3 import marks, versions


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


@when("I try to suspend versioning")
def _(context):
    """Tries what should be refused where versions can be locked."""
    with context.journey.trying():
        versions.suspend(context.journey)


@when("I turn on versioning")
def _(context):
    """From now on the bucket keeps earlier versions; of each object that it holds already, that is version 1."""
    versions.turn_on(context.journey)


@when('I store a version of "{key:Name}" with the properties:')
def _(context, key):
    """Stores one more version, with a table of property and value."""
    versions.store_one(context.journey, key, context.journey.settings.object_size, dict(context.table.rows))


@when('I tag version {number:Count} of "{key:Name}" with:')
def _(context, number, key):
    """Gives a version the tags of a table, in place of those it had."""
    versions.tag(context.journey, key, number, dict(context.table.rows))


@when('I delete versions {numbers:Numbers} of "{key:Name}" at once')
def _(context, numbers, key):
    """Deletes these versions for good, with one request."""
    versions.delete_at_once(context.journey, key, numbers)


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
    """The version has the very bytes that were stored as it, as a whole and in part, and tells its size."""
    versions.assert_unchanged(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" is gone')
def _(context, number, key):
    """A version that was deleted can neither be looked at nor read."""
    versions.assert_gone(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" has the properties it was given')
def _(context, number, key):
    """The version tells them all and no other notes, when looked at and when read."""
    versions.assert_described(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" has exactly the tags it was given')
def _(context, number, key):
    """The version has each tag with its value, and no other."""
    versions.assert_tagged(context.journey, key, number)


@then('all versions of "{key:Name}" are listed, the latest first')
def _(context, key):
    """The bucket lists the versions that were not deleted, with sizes, the latest marked as such, and nothing else."""
    versions.assert_listed(context.journey, key)


@then('all versions of "{key:Name}" are listed in pages of {count:Count}')
def _(context, key, count):
    """Pages of at most so many versions of the object, one after the other, hold each of them once, in order."""
    versions.assert_listed_in_pages(context.journey, key, count)


@then('all versions of "{key:Name}" are listed, below a mark that it was deleted')
def _(context, key):
    """The same for a deleted object: the mark of the deletion is the latest version."""
    versions.assert_listed(context.journey, key, deleted=True)


@then('all versions of "{key:Name}" are listed in the storage class "{name:Name}"')
def _(context, key, name):
    """The bucket lists each version that was not deleted in this class."""
    versions.assert_listed_in_class(context.journey, key, name)


@then('"{key:Name}" is told as hidden by a mark that it was deleted')
def _(context, key):
    """Who looks at the object or reads it is told that it is not there, and of the mark that hides its versions."""
    marks.assert_told(context.journey, key)


@then('"{key:Name}" is told as hidden by no mark')
def _(context, key):
    """Who looks at the object or reads it is told that it is not there, and of no mark."""
    marks.assert_none_told(context.journey, key)


@then("the bucket tells that it keeps versions")
def _(context):
    """The store says that versioning is on."""
    versions.assert_status(context.journey, "Enabled")


@then("the bucket tells that versioning is suspended")
def _(context):
    """The store says that versioning was on and is no more."""
    versions.assert_status(context.journey, "Suspended")
