"""The service behind the endpoint."""

from behave import then, when

from journeys.s3 import service


@when("I connect to the service")
def _(context):
    """Makes a new connection: looks the name up, connects, and verifies the certificate and its name."""
    service.connect(context.journey)


@then("the connection is made within {limit:Duration}")
def _(context, limit):
    """Looking up the name, connecting and TLS together."""
    service.assert_connected(context.journey, limit)


@then("the certificate is valid for at least {days:Count} days")
def _(context, days):
    """So many days are left until it expires."""
    service.assert_certificate_lasts(context.journey, days)


@then("the certificate is not about to expire")
def _(context):
    """It is valid for 21 more days; one that is made for less than 84 days, for a quarter of its time."""
    service.assert_certificate_not_about_to_expire(context.journey)


@then("the service's clock differs from mine by at most {limit:Duration}")
def _(context, limit):
    """As far as the answer to one request tells; a slow answer is not held against the clock."""
    service.assert_clock(context.journey, limit)


@then('"{key:Name}" reads back unchanged through every address of the service')
def _(context, key):
    """Each address behind the endpoint's name is asked for the object, by that name."""
    service.assert_unchanged_everywhere(context.journey, key)
