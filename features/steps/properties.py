"""What is said of objects: their type, how they are shown, notes of their user."""

from behave import then, when

from journeys.s3 import copies, objects, properties


@when('I store an object as "{key:Name}" with the properties:')
def _(context, key):
    """Stores an object with a table of property and value: content type, cache control, … or names of one's own."""
    objects.store(context.journey, key, context.journey.settings.object_size, dict(context.table.rows))


@when('I upload a {size:Size} file as "{key:Name}" with the properties:')
def _(context, size, key):
    """Stores an object the way SDKs store large files, with a table of property and value."""
    objects.upload(context.journey, key, size, dict(context.table.rows))


@when('I store an object as "{key:Name}" with a note of {length:Count} letters')
def _(context, key, length):
    """Stores an object with a long property; S3 allows 2 KB for all together."""
    objects.store(context.journey, key, context.journey.settings.object_size, properties.note(length))


@when('I change the properties of "{key:Name}" to:')
def _(context, key):
    """Replaces all properties of an object by those of a table, and keeps its content."""
    copies.describe_anew(context.journey, key, dict(context.table.rows))


@then('"{key:Name}" has the properties it was given')
def _(context, key):
    """The object tells them all and no other notes, when looked at and when read."""
    properties.assert_kept(context.journey, context.journey.bucket, key)


@then('"{key:Name}" in the other bucket has the properties it was given')
def _(context, key):
    """The same in the scenario's other bucket."""
    properties.assert_kept(context.journey, context.journey.other_bucket, key)
