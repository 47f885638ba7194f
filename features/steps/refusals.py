"""What the cloud should refuse."""

from behave import then


@then('I am refused with "{error:Name}"')
def _(context, error):
    """What the step before tried was refused with this error name, such as AccessDenied."""
    context.journey.refused_with(error)


@then('I am refused with "{error:Name}" or "{other:Name}"')
def _(context, error, other):
    """What the step before tried was refused with one of two error names, between which stores differ."""
    context.journey.refused_with(error, other)


@then('the {visitor:Visitor} is refused with "{error:Name}"')
def _(context, visitor, error):
    """What somebody else than the user tried was refused with this error name."""
    context.journey.refused_with(error, identity=visitor)


@then('the {visitor:Visitor} is refused with "{error:Name}" or "{other:Name}"')
def _(context, visitor, error, other):
    """What somebody else tried was refused with one of two error names, between which stores differ."""
    context.journey.refused_with(error, other, identity=visitor)


@then("I am refused for {cause:Cause}")
def _(context, cause):
    """What the step before tried was refused for this reason, whatever name the error has."""
    context.journey.refused_for(cause)


@then("I am refused with status {status:Count}")
def _(context, status):
    """What the step before tried was refused with this HTTP status."""
    context.journey.refused_with_status(status)


@then("the {visitor:Visitor} is refused for {cause:Cause}")
def _(context, visitor, cause):
    """What somebody else than the user tried was refused for this reason, whatever name the error has."""
    context.journey.refused_for(cause, visitor)
