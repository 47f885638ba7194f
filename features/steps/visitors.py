"""Others than the user: strangers who sign nothing, a second user, users with wrong keys."""

from behave import then, when

from journeys.s3 import buckets, conditions, doors, links, listings, objects, uploads


@when('a {visitor:Visitor} tries to read "{key:Name}"')
def _(context, visitor, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        objects.read(context.journey, key)


@when('a {visitor:Visitor} tries to look at "{key:Name}"')
def _(context, visitor, key):
    """Tries to find out how large and how old an object is; a refusal of that has no name but 403."""
    with context.journey.trying(visitor):
        conditions.look_at(context.journey, key)


@when('a {visitor:Visitor} tries to store an object as "{key:Name}"')
def _(context, visitor, key):
    """Tries what should be refused; over an older object of that name if there is any."""
    with context.journey.trying(visitor):
        objects.store(context.journey, key, context.journey.settings.object_size)


@when('a {visitor:Visitor} tries to begin an upload of "{key:Name}"')
def _(context, visitor, key):
    """Tries to store an object in parts; a later step says how it was refused."""
    with context.journey.trying(visitor):
        uploads.begin(context.journey, key)


@when('a {visitor:Visitor} tries to delete "{key:Name}"')
def _(context, visitor, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        objects.delete(context.journey, key)


@when("a {visitor:Visitor} tries to list the bucket")
def _(context, visitor):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        context.journey.s3.list_objects_v2(Bucket=context.journey.bucket.name)


@when("a {visitor:Visitor} tries to create a bucket of the same name")
def _(context, visitor):
    """Tries what should be refused, since the name is taken; a later step says how."""
    with context.journey.trying(visitor):
        buckets.take_name(context.journey)


@when("a {visitor:Visitor} tries to remove the bucket")
def _(context, visitor):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        buckets.remove(context.journey)


@when('a {visitor:Visitor} tries to {deed:Deed} "{key:Name}" with what I signed an hour ago')
def _(context, visitor, deed, key):
    """Tries to repeat a request of mine, as somebody may who listened in; it is too old to be carried out."""
    with context.journey.trying(visitor):
        links.repeat_old_request(context.journey, key, deed)


@then('a {visitor:Visitor} gets in by no other way, but is refused with "{error:Name}"')
def _(context, visitor, error):
    """Tries all that concerns a bucket: its versions, uploads, policy, rights, rules, its objects' parts and tags."""
    with context.journey.acting_as(visitor):
        doors.assert_closed(context.journey, error)


@then('a {visitor:Visitor} reads "{key:Name}" unchanged')
def _(context, visitor, key):
    """Somebody else than the user gets the very bytes that were stored."""
    with context.journey.acting_as(visitor):
        objects.assert_unchanged(context.journey, context.journey.bucket, key)


@then("a {visitor:Visitor} lists exactly what I stored")
def _(context, visitor):
    """Somebody else than the user is shown every object of the bucket, and no other."""
    with context.journey.acting_as(visitor):
        listings.assert_lists(context.journey, context.journey.bucket, context.journey.bucket.all())


@then("a {visitor:Visitor} does not see the bucket among his buckets")
def _(context, visitor):
    """Somebody else than the user is not shown the bucket."""
    with context.journey.acting_as(visitor):
        buckets.assert_not_listed(context.journey)
