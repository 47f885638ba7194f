"""What the cloud should refuse."""

from behave import then


@then('I am refused with "{error:Name}"')
def _(context, error):
    """What the step before tried was refused with this error name, such as AccessDenied."""
    context.journey.refused_with(error)


@then("I am refused for {cause:Cause}")
def _(context, cause):
    """What the step before tried was refused for this reason, whatever name the error has."""
    context.journey.refused_for(cause)
