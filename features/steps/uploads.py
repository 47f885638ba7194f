"""Uploads in parts."""

from behave import given, then, when

from journeys.s3 import uploads


@given('an upload of "{key:Name}"')
@when('I begin an upload of "{key:Name}"')
def _(context, key):
    """Begins an upload in parts; the steps after it mean this one."""
    uploads.begin(context.journey, key)


@when('I try to begin an upload of "{key:Name}"')
def _(context, key):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.begin(context.journey, key)


@when("I upload part {number:Count} of {size:Size}")
def _(context, number, size):
    """Uploads one part, in place of an earlier one of this number if there is any; only the last may be under 5 MiB."""
    uploads.put_part(context.journey, number, size)


@when("I upload parts {numbers:Numbers} of {size:Size} each")
def _(context, numbers, size):
    """Uploads parts in the order in which they are named."""
    uploads.put_parts(context.journey, numbers, size)


@when("I try to upload part {number:Count} of {size:Size}")
def _(context, number, size):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.put_part(context.journey, number, size)


@when("I try to upload part {number:Count} of {size:Size} with a wrong MD5 checksum")
def _(context, number, size):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.put_damaged_part(context.journey, number, size)


@when('I make part {number:Count} of bytes {first:Count} to {last:Count} of "{source:Name}"')
def _(context, number, first, last, source):
    """Lets the store copy a part from an object that is there, both ends included; the first byte is byte 0."""
    uploads.copy_part(context.journey, number, source, first, last)


@when("I complete the upload")
def _(context):
    """Makes an object of the parts, in the order of their numbers."""
    uploads.complete(context.journey)


@when("I complete the upload without part {number:Count}")
def _(context, number):
    """Makes an object of the parts but this one, which goes."""
    uploads.complete(context.journey, without=number)


@when("I try to complete the upload")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.complete(context.journey)


@when("I try to complete the upload with a part {number:Count} that I never uploaded")
def _(context, number):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.complete_with(context.journey, number)


@when("I try to complete the upload with its parts in reverse")
def _(context):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        uploads.complete_in_reverse(context.journey)


@when("I try to complete the upload with another part {number:Count} than I uploaded")
def _(context, number):
    """Tries what should be refused, since the ETag that is named is not the part's."""
    with context.journey.trying():
        uploads.complete_with_another(context.journey, number)


@when("I try to complete the upload with part {number:Count} as it was before")
def _(context, number):
    """Tries what should be refused where that part was uploaded again."""
    with context.journey.trying():
        uploads.complete_with_replaced(context.journey, number)


@when("I abort the upload")
def _(context):
    """Gives the upload up."""
    uploads.abort(context.journey)


@then("the upload shows exactly its parts")
def _(context):
    """The parts that were uploaded are listed in order, with their sizes and ETags."""
    uploads.assert_shows_its_parts(context.journey)


@then("the upload is listed as unfinished")
def _(context):
    """The bucket's unfinished uploads hold the one that was begun."""
    uploads.assert_listed(context.journey)


@then('"{key:Name}" shows the ETag of its parts')
def _(context, key):
    """A look at the object tells the ETag that programs compute of the parts, to verify what they uploaded."""
    uploads.assert_etag_of_parts(context.journey, key)


@then('the unfinished uploads under "{prefix:Name}" are exactly {keys:Names}')
def _(context, prefix, keys):
    """The bucket's unfinished uploads of names that begin so are these and no others."""
    uploads.assert_unfinished_under(context.journey, prefix, keys)


@then("the upload is gone")
def _(context):
    """The parts of an upload that was given up can't be listed any more."""
    uploads.assert_gone(context.journey)


@then("no unfinished upload remains")
def _(context):
    """The bucket lists no unfinished upload."""
    uploads.assert_none_remains(context.journey)
