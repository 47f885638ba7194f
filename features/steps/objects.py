"""Objects in the scenario's bucket."""

from behave import given, then, when

from journeys.s3 import listings, objects


@given('an object "{key:Name}"')
@when('I store an object as "{key:Name}"')
def _(context, key):
    """Stores an object of the default size (JOURNEYS_OBJECT_SIZE)."""
    objects.store(context.journey, key, context.journey.settings.object_size)


@when('I store a {size:Size} object as "{key:Name}"')
def _(context, size, key):
    """Stores an object in one request, over an older one of that name if there is any."""
    objects.store(context.journey, key, size)


@when('I upload a {size:Size} file as "{key:Name}"')
def _(context, size, key):
    """Stores an object the way SDKs store large files: in parts of 5 MiB, several at once."""
    objects.upload(context.journey, key, size)


@when("I store many objects")
def _(context):
    """Stores JOURNEYS_OBJECTS objects (15) of JOURNEYS_OBJECT_SIZE (64 KiB)."""
    objects.store_many(context.journey, context.journey.settings.objects)


@when("I store {count:Count} objects")
def _(context, count):
    """Stores so many objects of the default size (JOURNEYS_OBJECT_SIZE)."""
    objects.store_many(context.journey, count)


@when('I delete "{key:Name}"')
def _(context, key):
    """Deletes one object."""
    objects.delete(context.journey, key)


@when("I delete every object")
def _(context):
    """Deletes all that the scenario stored, in one request where the server takes up to 1,000."""
    objects.delete_at_once(context.journey, context.journey.bucket.objects)


@when('I try to read "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        objects.read(context.journey, key)


@then('"{key:Name}" reads back unchanged')
def _(context, key):
    """The object has the very bytes that were stored."""
    objects.assert_unchanged(context.journey, context.journey.bucket, key)


@then("every object reads back unchanged")
def _(context):
    """Each object has the very bytes that were stored."""
    objects.assert_all_unchanged(context.journey, context.journey.bucket)


@then('the bucket lists exactly "{key:Name}"')
def _(context, key):
    """The listing holds this object, with its size, and no other."""
    listings.assert_lists(context.journey, context.journey.bucket, [key])


@then("the bucket lists exactly what I stored")
def _(context):
    """The listing holds every object stored and not deleted, with its size, and no other."""
    listings.assert_lists(context.journey, context.journey.bucket, context.journey.bucket.all())


@then("the bucket is empty")
def _(context):
    """The listing holds nothing."""
    listings.assert_lists(context.journey, context.journey.bucket, [])
