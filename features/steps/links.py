"""Links by which a stranger may do one thing with one object, for a while."""

from behave import given, then, when

from journeys.s3 import links


@given('a link to {deed:Deed} "{key:Name}"')
def _(context, deed, key):
    """A signed link that is good for 10 minutes."""
    links.make(context.journey, key, deed)


@given('a link to {deed:Deed} "{key:Name}" that expires in {duration:Duration}')
def _(context, deed, key, duration):
    """A signed link that is good for so long."""
    links.make(context.journey, key, deed, duration)


@given('a link to {deed:Deed} "{key:Name}" that has expired')
def _(context, deed, key):
    """A signed link that was good once; made an hour ago, as it tells."""
    links.make_expired(context.journey, key, deed)


@given('a link to read "{key:Name}" as the file "{name:Name}"')
def _(context, key, name):
    """A signed link that lets browsers save the object under another name."""
    links.make_named(context.journey, key, name)


@given('a link to write "{key:Name}" of type "{type:Name}"')
def _(context, key, type):
    """A signed link that is good for a file of this type only."""
    links.make(context.journey, key, "write", ContentType=type)


@given('a link to read version {number:Count} of "{key:Name}"')
def _(context, number, key):
    """A signed link to one version that is good for 10 minutes."""
    links.make_to_version(context.journey, key, number)


@given("another {part:Part} in the link")
def _(context, part):
    """Somebody has changed the link, which its signature does not allow."""
    links.change(context.journey, part)


@given('the link changed so that it leads to "{key:Name}"')
def _(context, key):
    """Somebody has changed the link, which its signature does not allow."""
    links.lead_to(context.journey, key)


@when("a {visitor:Visitor} follows the link")
def _(context, visitor):
    """Reads what the link leads to, without any key."""
    with context.journey.acting_as(visitor):
        links.follow(context.journey)


@when("a {visitor:Visitor} tries to follow the link")
def _(context, visitor):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        links.follow(context.journey)


@when("a {visitor:Visitor} uploads a {size:Size} file through the link")
def _(context, visitor, size):
    """Stores a new object by the link, without any key."""
    with context.journey.acting_as(visitor):
        links.send(context.journey, size)


@when("a {visitor:Visitor} tries to upload a {size:Size} file through the link")
def _(context, visitor, size):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        links.send(context.journey, size)


@when('a {visitor:Visitor} uploads a {size:Size} file of type "{type:Name}" through the link')
def _(context, visitor, size, type):
    """Stores a new object of this type by the link, without any key."""
    with context.journey.acting_as(visitor):
        links.send(context.journey, size, type)


@when('a {visitor:Visitor} tries to upload a {size:Size} file of type "{type:Name}" through the link')
def _(context, visitor, size, type):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        links.send(context.journey, size, type)


@when("a {visitor:Visitor} tries to look through the link")
def _(context, visitor):
    """Tries to find out how large and how old an object is; a refusal of that has no name."""
    with context.journey.trying(visitor):
        links.look(context.journey)


@when("a {visitor:Visitor} tries to delete through the link")
def _(context, visitor):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        links.delete(context.journey)


@then('the link brought "{key:Name}" unchanged')
def _(context, key):
    """Who followed the link got the very bytes that were stored."""
    links.assert_received(context.journey, key)


@then('the link brought version {number:Count} of "{key:Name}" unchanged')
def _(context, number, key):
    """Who followed the link got the very bytes that were stored as this version."""
    links.assert_received_version(context.journey, key, number)


@then('the link brought a file to be saved as "{name:Name}"')
def _(context, name):
    """Browsers are told under which name to save what the link brought."""
    links.assert_named(context.journey, name)


@then("the link stops working within {duration:Duration}")
def _(context, duration):
    """In time, a stranger who follows the link is refused."""
    links.assert_stops(context.journey, duration)
