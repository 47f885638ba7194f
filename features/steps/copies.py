"""Copies that the store makes by itself."""

from behave import when

from journeys.s3 import copies


@when('I copy "{source:Name}" to "{key:Name}"')
def _(context, source, key):
    """Copies an object within the bucket, with all that is said of it."""
    copies.make(context.journey, source, context.journey.bucket, key)


@when('I copy "{source:Name}" to "{key:Name}" in the other bucket')
def _(context, source, key):
    """Copies an object of the bucket to the other one, with all that is said of it."""
    copies.make(context.journey, source, context.journey.other_bucket, key)


@when('I try to copy "{source:Name}" to "{key:Name}"')
def _(context, source, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        copies.ask_for(context.journey, source, key)
