"""The second site (JOURNEYS_REPLICA_ENDPOINT_URL_S3)."""

from behave import then

from journeys.s3 import replica


@then('"{key:Name}" reads back unchanged at the second site within {limit:Duration}')
def _(context, key, limit):
    """The object comes to the second site with the very bytes that were stored at the first."""
    replica.assert_arrives(context.journey, key, limit)


@then('"{key:Name}" is gone from the second site within {limit:Duration}')
def _(context, key, limit):
    """The object can no longer be read at the second site."""
    replica.assert_disappears(context.journey, key, limit)


@then("the second site lists exactly what I stored within {limit:Duration}")
def _(context, limit):
    """The second site lists every object stored and not deleted, with its size, and no other."""
    replica.assert_lists(context.journey, limit)
