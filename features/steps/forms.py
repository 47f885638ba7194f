"""Web forms by which a stranger may store one object."""

from behave import given, when

from journeys.s3 import forms


@given('a form to upload "{key:Name}" of at most {size:Size}')
def _(context, key, size):
    """A signed web form that is good for 10 minutes."""
    forms.make(context.journey, key, size)


@given('a form to upload "{key:Name}" of at most {size:Size} that has expired')
def _(context, key, size):
    """A signed web form that was good until an hour ago."""
    forms.make(context.journey, key, size, seconds=-3600)


@given("the form changed so that it takes {size:Size}")
def _(context, size):
    """Somebody has changed the form, which its signature does not allow."""
    forms.widen(context.journey, size)


@when("a {visitor:Visitor} sends a {size:Size} file with the form")
def _(context, visitor, size):
    """Stores a new object by the form, as a browser does."""
    with context.journey.acting_as(visitor):
        forms.send(context.journey, size)


@when("a {visitor:Visitor} tries to send a {size:Size} file with the form")
def _(context, visitor, size):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        forms.send(context.journey, size)


@when('a {visitor:Visitor} tries to send a {size:Size} file with the form as "{key:Name}"')
def _(context, visitor, size, key):
    """Tries to store another object than the form is for."""
    with context.journey.trying(visitor):
        forms.send(context.journey, size, key)
