"""Objects in the scenario's bucket."""

from behave import given, then, when


@given('an object "{key:Name}"')
@when('I store an object as "{key:Name}"')
def _(context, key):
    """Stores an object of the default size (JOURNEYS_OBJECT_SIZE)."""
    context.journey.store_object(key, context.journey.settings.object_size)


@when('I store a {size:Size} object as "{key:Name}"')
def _(context, size, key):
    """Stores an object in one request, over an older one of that name if there is any."""
    context.journey.store_object(key, size)


@when('I upload a {size:Size} file as "{key:Name}"')
def _(context, size, key):
    """Stores an object the way SDKs store large files: in parts of 5 MiB, several at once."""
    context.journey.upload(key, size)


@when("I store many objects")
def _(context):
    """Stores JOURNEYS_OBJECTS objects (15) of JOURNEYS_OBJECT_SIZE (64 KiB)."""
    context.journey.store_many(context.journey.settings.objects)


@when("I store {count:Count} objects")
def _(context, count):
    """Stores so many objects of the default size (JOURNEYS_OBJECT_SIZE)."""
    context.journey.store_many(count)


@when('I delete "{key:Name}"')
def _(context, key):
    """Deletes one object."""
    context.journey.delete(key)


@when("I delete every object")
def _(context):
    """Deletes all that the scenario stored, in one request where the server takes up to 1,000."""
    context.journey.delete_all()


@when('I try to read "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.journey.store.read(context.journey.bucket, key)


@then('"{key:Name}" reads back unchanged')
def _(context, key):
    """The object has the very bytes that were stored."""
    context.journey.assert_unchanged(key)


@then("every object reads back unchanged")
def _(context):
    """Each object has the very bytes that were stored."""
    context.journey.assert_all_unchanged()


@then('the bucket lists exactly "{key:Name}"')
def _(context, key):
    """The listing holds this object, with its size, and no other."""
    context.journey.assert_lists([key])


@then("the bucket lists exactly what I stored")
def _(context):
    """The listing holds every object stored and not deleted, with its size, and no other."""
    context.journey.assert_lists_all()


@then("the bucket is empty")
def _(context):
    """The listing holds nothing."""
    context.journey.assert_lists([])
