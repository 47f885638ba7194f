"""Versions that can't be deleted: until a date, or until further notice."""

from behave import given, then, when

from journeys.s3 import locks


@given("a bucket whose versions can be locked")
def _(context):
    """A bucket of the scenario's own with object lock; it keeps versions. The steps after it mean this one."""
    context.journey.bucket = locks.create(context.journey)


@when('I lock version {number:Count} of "{key:Name}" for {duration:Duration}')
def _(context, number, key, duration):
    """Locks a version (governance mode, so that cleanup may overrule it)."""
    locks.lock(context.journey, key, number, duration)


@when('I store a version of "{key:Name}" that is locked for {duration:Duration}')
def _(context, key, duration):
    """Stores one more version with its lock, which is there from the first moment."""
    locks.store_locked(context.journey, key, duration)


@when("I let the bucket lock what comes for {days:Count} days")
def _(context, days):
    """From now on each new version is locked for so long, though it says nothing of a lock."""
    locks.lock_what_comes(context.journey, days)


@when('I store a version of "{key:Name}"')
def _(context, key):
    """Stores one more version, which says nothing of a lock."""
    locks.store_to_be_locked(context.journey, key)


@when('I try to shorten the lock of version {number:Count} of "{key:Name}" to {duration:Duration}')
def _(context, number, key, duration):
    """Tries what should be refused to who does not overrule the lock."""
    with context.journey.trying():
        locks.try_to_shorten(context.journey, key, number, duration)


@when('I put version {number:Count} of "{key:Name}" under legal hold')
def _(context, number, key):
    """Locks a version until further notice."""
    locks.hold(context.journey, key, number, "ON")


@when('I end the legal hold of version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """Unlocks a version that was under legal hold."""
    locks.hold(context.journey, key, number, "OFF")


@when('I delete version {number:Count} of "{key:Name}" in spite of its lock')
def _(context, number, key):
    """Deletes a locked version with the right to overrule its lock."""
    locks.delete_in_spite(context.journey, key, number)


@when('I try to delete version {number:Count} of "{key:Name}" in spite of its lock')
def _(context, number, key):
    """Tries what should be refused even to who may overrule a lock, as under legal hold."""
    with context.journey.trying():
        locks.delete_in_spite(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" can\'t be deleted in a batch')
def _(context, number, key):
    """A request that deletes many at once tells of this version that it may not be deleted."""
    locks.assert_survives_batch(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" is told as locked')
def _(context, number, key):
    """The store tells the lock with the mode and the date that were set."""
    locks.assert_locked(context.journey, key, number)


@then('version {number:Count} of "{key:Name}" is told as locked for {days:Count} days')
def _(context, number, key, days):
    """The store tells a lock for so long, counted from when the version was stored."""
    locks.assert_locked_for(context.journey, key, number, days)


@then('version {number:Count} of "{key:Name}" is told as under legal hold')
def _(context, number, key):
    """The store tells the legal hold."""
    locks.assert_held(context.journey, key, number, "ON")
