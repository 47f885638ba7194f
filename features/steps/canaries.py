"""Canaries: objects that stay in the store, for every later run to look at."""

from behave import given, then

from journeys.s3 import canaries


@given("the canaries")
def _(context):
    """Objects in a bucket that stays (JOURNEYS_CANARIES): written by the first run, never again by a later one."""
    canaries.keep(context.journey)


@then("every canary is there, unchanged")
def _(context):
    """Each has the very bytes that were once written; tells which are missing and which are corrupt."""
    canaries.assert_intact(context.journey)


@then("every canary is listed")
def _(context):
    """The listing of their bucket shows each of them, with its size."""
    canaries.assert_listed(context.journey)
