"""Who may do what, and what there is to choose from."""

from behave import then, when


@when("I log in")
def _(context):
    """Logs in anew, whatever session there was."""
    context.cloud.log_in()


@when("I try to log in with a wrong password")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.cloud.driver.try_wrong_password()


@when("I try to log in with the right password and more behind it")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        context.cloud.cloud.driver.try_wrong_password(longer=True)


@when("I try to create a network as a reader")
def _(context):
    """Tries it as the user JOURNEYS_READER_USERNAME; a later step says how it was refused."""
    with context.journey.trying():
        context.cloud.try_to_create_as_reader()


@when("I try to remove the network as a reader")
def _(context):
    """Tries it as the user JOURNEYS_READER_USERNAME; a later step says how it was refused."""
    with context.journey.trying():
        context.cloud.try_to_remove_as_reader()


@when("I ask every service of the catalogue for its lists")
def _(context):
    """Asks for networks, servers, volumes, images and whatever else there is, each of its own service."""
    context.cloud.ask_each_service()


@when("I list the {offer:Offer}")
def _(context, offer):
    """Lists what there is to choose from."""
    context.cloud.list_all(offer)


@then("I am logged in for at least {duration:Duration}")
def _(context, duration):
    """The token holds so long."""
    context.cloud.assert_logged_in_for(duration)


@then("every service answers")
def _(context):
    """None of those that were asked failed or is missing in the catalogue."""
    context.cloud.assert_every_service_answers()


@then("at least one is offered")
def _(context):
    """At least one has a name and can be used, and none is listed twice."""
    context.cloud.assert_something_offered()


@then("a reader sees the network")
def _(context):
    """The user JOURNEYS_READER_USERNAME finds it under its name."""
    context.cloud.assert_reader_sees_network()
