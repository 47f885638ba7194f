"""Objects in the scenario's bucket."""

from behave import given, then, when

from journeys.s3 import agreement, batches, objects, times


@given('an object "{key:Name}"')
@when('I store an object as "{key:Name}"')
def _(context, key):
    """Stores an object of the default size (JOURNEYS_OBJECT_SIZE)."""
    objects.store(context.journey, key, context.journey.settings.object_size)


@given("the objects {keys:Names}")
def _(context, keys):
    """Stores an object of the default size under each of these names."""
    objects.store_each(context.journey, keys, context.journey.settings.object_size)


@given('a {size:Size} object "{key:Name}"')
@when('I store a {size:Size} object as "{key:Name}"')
def _(context, size, key):
    """Stores an object in one request, over an older one of that name if there is any."""
    objects.store(context.journey, key, size)


@given('a {size:Size} text "{key:Name}"')
@when('I store a {size:Size} text as "{key:Name}"')
def _(context, size, key):
    """Stores lines that are much alike, where other objects hold bytes that nothing could compress."""
    objects.store_text(context.journey, key, size)


@when('I store a {size:Size} object as "{key:Name}" again, later')
def _(context, size, key):
    """Stores an object over an older one, a second or more after it."""
    objects.store_later(context.journey, key, size)


@when("I store an object under a name of {length:Count} bytes")
def _(context, length):
    """Stores an object under a name that is so long, with a slash here and there."""
    objects.store(context.journey, objects.long_name(length), context.journey.settings.object_size)


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
    """Stores so many objects of the default size (JOURNEYS_OBJECT_SIZE), one after the other."""
    objects.store_many(context.journey, count)


@given("{count:Count} objects of {size:Size}")
@when("I store {count:Count} objects of {size:Size}, several at once")
def _(context, count, size):
    """Stores so many objects of that size, eight at a time."""
    objects.store_at_once(context.journey, count, size)


@when('I delete "{key:Name}"')
def _(context, key):
    """Deletes one object."""
    objects.delete(context.journey, key)


@when("I delete {keys:Names} at once")
def _(context, keys):
    """Deletes these objects with one request."""
    objects.delete_at_once(context.journey, keys)


@then("{keys:Names} can't be deleted in a batch")
def _(context, keys):
    """A request that deletes these objects at once tells of each of them that it may not be deleted."""
    batches.assert_spared(context.journey, keys)


@when("I delete every object")
def _(context):
    """Deletes all that the scenario stored, one by one."""
    objects.delete_each(context.journey, context.journey.bucket.objects)


@when("I delete every object at once")
def _(context):
    """Deletes all that the scenario stored, up to 1,000 with one request."""
    objects.delete_at_once(context.journey, context.journey.bucket.objects)


@when('I try to read "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        objects.read(context.journey, key)


@when('I try to delete "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        objects.delete(context.journey, key)


@when('I try to store an object as "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        objects.store(context.journey, key, context.journey.settings.object_size)


@when('I try to read "{key:Name}" from byte {first:Count} on')
def _(context, key, first):
    """Tries what should be refused where the object has no such byte; the first one is byte 0."""
    with context.journey.trying():
        objects.read_from(context.journey, key, first)


@then('"{key:Name}" reads back unchanged')
def _(context, key):
    """The object has the very bytes that were stored."""
    objects.assert_unchanged(context.journey, context.journey.bucket, key)


@then('"{key:Name}" in the other bucket reads back unchanged')
def _(context, key):
    """The object of the scenario's other bucket has the very bytes that were stored."""
    objects.assert_unchanged(context.journey, context.journey.other_bucket, key)


@then('"{key:Name}" is gone')
def _(context, key):
    """The object can neither be looked at nor read, and is not listed."""
    objects.assert_gone(context.journey, key)


@then("every object reads back unchanged")
def _(context):
    """Each object has the very bytes that were stored."""
    objects.assert_all_unchanged(context.journey, context.journey.bucket)


@then('bytes {first:Count} to {last:Count} of "{key:Name}" read back unchanged')
def _(context, first, last, key):
    """A part of the object, read by itself, both ends included and the first byte counted as 0."""
    objects.assert_part(context.journey, key, first, last)


@then('"{key:Name}" reads back unchanged from byte {first:Count} on')
def _(context, key, first):
    """The object's end, read by itself; the first byte is byte 0."""
    objects.assert_end(context.journey, key, first)


@then('the last {count:Count} bytes of "{key:Name}" read back unchanged')
def _(context, count, key):
    """The object's end, asked for by how long it is."""
    objects.assert_last(context.journey, key, count)


@then('"{key:Name}" has one size and one ETag everywhere')
def _(context, key):
    """Storing, looking, reading, reading a part and both listings tell the same size and ETag."""
    agreement.assert_everywhere(context.journey, context.journey.bucket, key)


@then("objects that differ have different ETags")
def _(context):
    """No two objects of the scenario were stored with the same ETag."""
    agreement.assert_etags_differ(context.journey.bucket)


@then('"{key:Name}" tells the time at which I stored it, within {limit:Duration}')
def _(context, key, limit):
    """The object's time, when looked at and in the listing, is that of our clock."""
    times.assert_close(context.journey, key, limit)


@then('"{key:Name}" is newer than what it replaced')
def _(context, key):
    """The object's time is later than that of the object before it."""
    times.assert_newer(context.journey, key)
