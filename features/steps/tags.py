"""Tags of objects."""

from behave import then, when

from journeys.s3 import objects, tags


@when('I store an object as "{key:Name}" with the tags:')
def _(context, key):
    """Stores an object with a table of tag and value."""
    objects.store_tagged(context.journey, key, context.journey.settings.object_size, dict(context.table.rows))


@when('I upload a {size:Size} file as "{key:Name}" with the tags:')
def _(context, size, key):
    """Stores an object the way SDKs store large files, with a table of tag and value."""
    objects.upload_tagged(context.journey, key, size, dict(context.table.rows))


@when('I tag "{key:Name}" with:')
def _(context, key):
    """Gives an object the tags of a table, in place of those it had."""
    tags.put(context.journey, key, dict(context.table.rows))


@when('I remove the tags of "{key:Name}"')
def _(context, key):
    """Takes all tags of an object away."""
    tags.remove(context.journey, key)


@when('I try to read the tags of "{key:Name}"')
def _(context, key):
    """Tries what should be refused where there is no such object."""
    with context.journey.trying():
        tags.read(context.journey, key)


@then('"{key:Name}" has exactly the tags it was given')
def _(context, key):
    """The object has each tag with its value, and no other."""
    tags.assert_kept(context.journey, context.journey.bucket, key)


@then('"{key:Name}" tells how many tags it has')
def _(context, key):
    """A look at the object and reading it tell the number of its tags, and nothing or 0 where it has none."""
    tags.assert_counted(context.journey, key)


@then('"{key:Name}" in the other bucket has exactly the tags it was given')
def _(context, key):
    """The same in the scenario's other bucket."""
    tags.assert_kept(context.journey, context.journey.other_bucket, key)
