"""Objects that are encrypted."""

from behave import then, when

from journeys.s3 import encryption


@when('I store "{key:Name}" encrypted with my key')
def _(context, key):
    """Stores an object that nobody can read without this key (SSE-C); the store keeps the object, but not the key."""
    encryption.store(context.journey, key)


@when('I upload a {size:Size} file as "{key:Name}" encrypted with my key')
def _(context, size, key):
    """Stores an object the way SDKs store large files, in parts that nobody can read without this key."""
    encryption.upload(context.journey, key, size)


@when('I try to read "{key:Name}" with another key')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        encryption.read_with_another_key(context.journey, key)


@when('I try to read a part of "{key:Name}"')
def _(context, key):
    """Tries to read one byte without any key; a later step says how it was refused."""
    with context.journey.trying():
        encryption.read_part(context.journey, key)


@when('I copy "{source:Name}" with my key to "{key:Name}"')
def _(context, source, key):
    """Copies an object that is encrypted with my key; the copy needs none."""
    encryption.copy(context.journey, source, key)


@when("I turn on encryption")
def _(context):
    """From now on the store encrypts what comes into the bucket, with keys of its own."""
    encryption.turn_on(context.journey)


@when("I turn off encryption")
def _(context):
    """From now on the store keeps what comes into the bucket as it is."""
    encryption.turn_off(context.journey)


@then('"{key:Name}" reads back unchanged with my key')
def _(context, key):
    """With the key the object has the very bytes that were stored, and the store tells that key as the one used."""
    encryption.assert_unchanged(context.journey, key)


@then("the bucket tells that it encrypts")
def _(context):
    """The store says which encryption it uses for what comes into the bucket."""
    encryption.assert_on(context.journey)


@then('"{key:Name}" is told as encrypted')
def _(context, key):
    """The store says of the object that it is encrypted."""
    encryption.assert_encrypted(context.journey, key)


@then("the bucket tells that it does not encrypt")
def _(context):
    """The store says that it uses no encryption for what comes into the bucket."""
    encryption.assert_off(context.journey)


@then('"{key:Name}" is told as not encrypted')
def _(context, key):
    """The store says of the object nothing of encryption."""
    encryption.assert_unencrypted(context.journey, key)
