"""What the bucket lists."""

from behave import then

from journeys.s3 import listings


@then("the bucket lists exactly {keys:Names}")
def _(context, keys):
    """The listing holds these objects in order, with their sizes and ETags, and no other."""
    listings.assert_lists(context.journey, context.journey.bucket, keys)


@then("the other bucket lists exactly {keys:Names}")
def _(context, keys):
    """The listing of the other bucket holds these objects, and no other."""
    listings.assert_lists(context.journey, context.journey.other_bucket, keys)


@then("the bucket lists exactly what I stored")
def _(context):
    """The listing holds every object stored and not deleted, with its size and ETag, and no other."""
    listings.assert_lists(context.journey, context.journey.bucket, context.journey.bucket.all())


@then("the bucket lists exactly what I stored in pages of {count:Count}")
def _(context, count):
    """Pages of at most so many keys, one after the other, hold every object once."""
    listings.assert_lists_in_pages(context.journey, context.journey.bucket, count)


@then("older programs list exactly what I stored")
def _(context):
    """The first version of the listing, which many programs still use, holds every object once."""
    listings.assert_lists_to_older_programs(context.journey, context.journey.bucket)


@then("older programs list exactly what I stored in pages of {count:Count}")
def _(context, count):
    """The same in pages of at most so many keys."""
    listings.assert_lists_to_older_programs(context.journey, context.journey.bucket, count)


@then('"{key:Name}" is listed in the storage class "{name:Name}"')
def _(context, key, name):
    """Programs old and new are shown in which class of storage the object is; GLACIER would be an archive."""
    listings.assert_of_class(context.journey, context.journey.bucket, key, name)


@then('the bucket lists under "{prefix:Name}" exactly {keys:Names}')
def _(context, prefix, keys):
    """The listing of names that begin so holds these objects and no other, to programs old and new."""
    listings.assert_lists_under(context.journey, context.journey.bucket, prefix, keys)


@then('the bucket lists after "{key:Name}" exactly {keys:Names}')
def _(context, key, keys):
    """The listing that begins after a name holds these objects and no other, in small pages, too."""
    listings.assert_lists_after(context.journey, context.journey.bucket, key, keys)


@then('the folder "{folder:Name}" shows exactly {entries:Names}')
def _(context, folder, entries):
    """Names that begin so, with all that has a further slash shown as one folder; to programs old and new."""
    listings.assert_browses(context.journey, context.journey.bucket, folder, entries)


@then("the bucket shows at its top exactly {entries:Names}")
def _(context, entries):
    """Objects without a slash in their names, and each folder once; folders end in a slash."""
    listings.assert_browses(context.journey, context.journey.bucket, "", entries)


@then('the bucket shows, grouped at "{end:Name}", exactly {entries:Names}')
def _(context, end, entries):
    """All names up to where this stands in them first, each group once; to programs old and new."""
    listings.assert_groups(context.journey, context.journey.bucket, "", end, entries)


@then('the bucket shows, grouped at "{end:Name}" and in pages of {count:Count}, exactly {entries:Names}')
def _(context, end, count, entries):
    """The same in pages of at most so many names and groups."""
    listings.assert_groups(context.journey, context.journey.bucket, "", end, entries, MaxKeys=count)


@then("the bucket is empty")
def _(context):
    """The listing holds nothing."""
    listings.assert_lists(context.journey, context.journey.bucket, [])
