"""Writes and reads that depend on what is there."""

from behave import then, when

from journeys.s3 import conditions


@when('I look at "{key:Name}"')
def _(context, key):
    """Remembers how the object is now, for steps that depend on it."""
    conditions.look_at(context.journey, key)


@when('I store "{key:Name}" only if it is new')
def _(context, key):
    """Stores an object on the condition that there is none of that name."""
    conditions.store_if_new(context.journey, key)


@when('I try to store "{key:Name}" only if it is new')
def _(context, key):
    """Tries what should be refused where there is an object of that name."""
    with context.journey.trying():
        conditions.store_if_new(context.journey, key)


@when('I store "{key:Name}" only if it is as I saw it')
def _(context, key):
    """Stores an object on the condition that nobody has changed it since I looked."""
    conditions.store_if_unchanged(context.journey, key)


@when('I try to store "{key:Name}" only if it is as I saw it')
def _(context, key):
    """Tries what should be refused where the object was changed since I looked."""
    with context.journey.trying():
        conditions.store_if_unchanged(context.journey, key)


@when('I try to read "{key:Name}" only if it is as I saw it')
def _(context, key):
    """Tries what should be refused where the object was changed since I looked."""
    with context.journey.trying():
        conditions.read_if_unchanged(context.journey, key)


@when('I try to read "{key:Name}" only if it is older than a day')
def _(context, key):
    """Tries what should be refused where the object was stored today."""
    with context.journey.trying():
        conditions.read_if_older_than_a_day(context.journey, key)


@when('I delete "{key:Name}" only if it is as I saw it')
def _(context, key):
    """Deletes an object on the condition that nobody has changed it since I looked."""
    conditions.delete_if_unchanged(context.journey, key)


@when('I try to delete "{key:Name}" only if it is as I saw it')
def _(context, key):
    """Tries what should be refused where the object was changed since I looked."""
    with context.journey.trying():
        conditions.delete_if_unchanged(context.journey, key)


@when('I copy "{source:Name}" to "{key:Name}" only if it is as I saw it')
def _(context, source, key):
    """Copies an object on the condition that nobody has changed it since I looked."""
    conditions.copy_if_unchanged(context.journey, source, key)


@when('I try to copy "{source:Name}" to "{key:Name}" only if it is as I saw it')
def _(context, source, key):
    """Tries what should be refused where the original was changed since I looked."""
    with context.journey.trying():
        conditions.copy_if_unchanged(context.journey, source, key)


@when("I complete the upload only if its object is new")
def _(context):
    """Completes an upload in parts on the condition that there is no object of that name."""
    conditions.complete_if_new(context.journey)


@when("I try to complete the upload only if its object is new")
def _(context):
    """Tries what should be refused where there is an object of that name."""
    with context.journey.trying():
        conditions.complete_if_new(context.journey)


@when('I try to look at "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a refusal of that has no name but a number."""
    with context.journey.trying():
        conditions.look_at(context.journey, key)


@then('"{key:Name}" is not sent again to who has seen it')
def _(context, key):
    """Who looked at the object and asks for it only if it changed is told that it did not; by ETag and by date."""
    conditions.assert_not_sent_again(context.journey, key)


@then('"{key:Name}" is sent anew to who has seen it before')
def _(context, key):
    """Who looked at the object before it was changed, and asks for it only if it was, gets its new content."""
    conditions.assert_sent_anew(context.journey, key)


@then('"{key:Name}" reads back if it is as I saw it')
def _(context, key):
    """Who looked at the object and asks for it only if it did not change gets what was stored; by ETag and by date."""
    conditions.assert_as_seen(context.journey, key)
