"""What others see, over new connections of their own, of what was just done."""

from behave import given, then

from journeys.s3 import consistency


@given('other connections read "{key:Name}" unchanged at once')
@then('other connections read "{key:Name}" unchanged at once')
def _(context, key):
    """Three new connections, one after the other, read the very bytes that were stored; the first try counts."""
    consistency.assert_read(context.journey, key)


@then('other connections are told the size of "{key:Name}" at once')
def _(context, key):
    """Three new connections are told the size and ETag of what was stored; the first try counts."""
    consistency.assert_size(context.journey, key)


@given("other connections list exactly what I stored at once")
@then("other connections list exactly what I stored at once")
def _(context):
    """Three new connections list every object stored and not deleted, and no other; the first try counts."""
    consistency.assert_listing(context.journey)


@given('other connections do not find "{key:Name}"')
@then('other connections do not find "{key:Name}"')
def _(context, key):
    """For three new connections it can't be read, is not told of, and is not listed; the first try counts."""
    consistency.assert_gone(context.journey, key)
