"""Rights that are given with an object or a bucket (ACLs)."""

from behave import when

from journeys.s3 import acls


@when('I make "{key:Name}" public')
def _(context, key):
    """Everybody may read the object (public-read)."""
    acls.of_object(context.journey, key, "public-read")


@when('I make "{key:Name}" private')
def _(context, key):
    """Only its owner may read the object."""
    acls.of_object(context.journey, key, "private")


@when("I make the bucket public")
def _(context):
    """Everybody may list the bucket (public-read), but not read what it holds."""
    acls.of_bucket(context.journey, "public-read")
