"""Checksums."""

from behave import given, then, when

from journeys.s3 import checksums


@given("a program that leaves checksums to its SDK")
def _(context):
    """From here on, checksums are what a current SDK makes of them by itself, whatever the settings say."""
    context.journey.sdk_defaults = True


@when('I store an object as "{key:Name}" with its {algorithm:Checksum} checksum')
def _(context, key, algorithm):
    """Stores an object along with its checksum."""
    checksums.store(context.journey, key, algorithm)


@when('I try to store an object as "{key:Name}" with a wrong {algorithm:Checksum} checksum')
def _(context, key, algorithm):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        checksums.store(context.journey, key, algorithm, wrong=True)


@then('"{key:Name}" shows its {algorithm:Checksum} checksum')
def _(context, key, algorithm):
    """A look at the object tells the checksum of its content; for MD5, that is the ETag."""
    checksums.assert_shown(context.journey, key, algorithm)
