"""Which web pages may use a bucket."""

from behave import then, when

from journeys.s3 import cors


@when('I let pages of "{origin:Name}" {deed:Deed} objects')
def _(context, origin, deed):
    """Adds a rule to the bucket: pages of this origin may do this (CORS)."""
    cors.allow(context.journey, origin, deed)


@when("I remove the rules for web pages")
def _(context):
    """Removes all such rules of the bucket."""
    cors.remove(context.journey)


@then("the rules for web pages read back as set")
def _(context):
    """The store tells the very rules that were set, or that there are none."""
    cors.assert_as_set(context.journey)


@then('a page of "{origin:Name}" may {deed:Deed} "{key:Name}"')
def _(context, origin, deed, key):
    """A browser that asks the store before a page does this is told that it may."""
    cors.assert_may(context.journey, origin, deed, key)


@then('a page of "{origin:Name}" may not {deed:Deed} "{key:Name}"')
def _(context, origin, deed, key):
    """A browser that asks the store before a page does this is not told that it may."""
    cors.assert_may_not(context.journey, origin, deed, key)


@then('"{key:Name}" comes with leave for pages of "{origin:Name}"')
def _(context, key, origin):
    """A browser that reads the object for such a page is told along with it that the page may have it."""
    cors.assert_sent(context.journey, origin, key)


@then('"{key:Name}" comes without leave for pages of "{origin:Name}"')
def _(context, key, origin):
    """A browser that reads the object for such a page is not told so, and keeps it from the page."""
    cors.assert_not_sent(context.journey, origin, key)
