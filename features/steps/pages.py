"""Pages of web sites, and what programs are answered at an address."""

from behave import given, then, when

from journeys.web import contents, manners, visits


@given('a header "{header:Name}" that says "{value:Name}"')
def _(context, header, value):
    """From here on the header goes with every request; never a secret, for which there are settings."""
    visits.send_along(context.journey, header, value)


@when("I open {addresses:Names}")
def _(context, addresses):
    """Opens each address, and goes where it leads; a path alone is one of the first site of JOURNEYS_WEB_URL."""
    visits.open_pages(context.journey, addresses)


@when("I open {addresses:Names} {count:Count} times")
def _(context, addresses, count):
    """Opens each address so many times, one after the other."""
    visits.open_pages(context.journey, addresses, count)


@when("I open every site")
def _(context):
    """Opens each address of JOURNEYS_WEB_URL as a stranger, and goes where it leads."""
    visits.open_sites(context.journey)


@when("I open every site {count:Count} times")
def _(context, count):
    """Opens each address of JOURNEYS_WEB_URL so many times, one after the other."""
    visits.open_sites(context.journey, count)


@when("I open every site without encryption")
def _(context):
    """Opens each address of JOURNEYS_WEB_URL with http:// in place of https://, and goes where it leads."""
    visits.open_sites(context.journey, encrypted=False)


@when("I connect to every site")
def _(context):
    """Makes a new connection to each site of JOURNEYS_WEB_URL: looks its name up, and verifies its certificate."""
    visits.connect_to_sites(context.journey)


@when("I open the private page")
def _(context):
    """Logs in and opens JOURNEYS_WEB_PRIVATE_URL."""
    visits.open_private_page(context.journey)


@when("a {visitor:Visitor} tries to open the private page")
def _(context, visitor):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        visits.open_private_page(context.journey)


@when('I try to open "{address:Name}"')
def _(context, address):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        visits.open_pages(context.journey, [address])


@when('a {visitor:Visitor} tries to open "{address:Name}"')
def _(context, visitor, address):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying(visitor):
        visits.open_pages(context.journey, [address])


@when('I call "{address:Name}" with {method:Method}')
def _(context, address, method):
    """Makes one such request, as programs do, and goes nowhere else."""
    visits.call(context.journey, method, address)


@when('I try to call "{address:Name}" with {method:Method}')
def _(context, address, method):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        visits.call(context.journey, method, address)


@when('I send to "{address:Name}":')
def _(context, address):
    """Sends the text below the step (POST), which is JSON unless a header says otherwise."""
    visits.call(context.journey, "POST", address, context.text)


@when('I try to send to "{address:Name}":')
def _(context, address):
    """Tries what should be refused; a later step says how."""
    with context.journey.trying():
        visits.call(context.journey, "POST", address, context.text)


@then("the page has content")
@then("every page has content")
def _(context):
    """What was opened last was found and is not empty; it says what its address tells (#:~:text=…), if that does."""
    contents.assert_content(context.journey)


@then('the page says "{text:Name}"')
@then('every page says "{text:Name}"')
def _(context, text):
    """What was opened last holds the text; line breaks count as blanks."""
    contents.assert_says(context.journey, text)


@then('the page does not say "{text:Name}"')
@then('no page says "{text:Name}"')
def _(context, text):
    """What was opened last does not hold the text."""
    contents.assert_says(context.journey, text, says=False)


@then("the page comes within {limit:Duration}")
@then("every page comes within {limit:Duration}")
def _(context, limit):
    """Until its last byte, connecting and being led there included."""
    contents.assert_came_within(context.journey, limit)


@then('I am led to "{address:Name}"')
def _(context, address):
    """The page that was opened last is this one; what follows a ? counts only if it is named."""
    contents.assert_led_to(context.journey, address)


@then("the page is encrypted")
@then("every page is encrypted")
def _(context):
    """Wherever the visit began, it ended at https://."""
    manners.assert_encrypted(context.journey)


@then("no visit loses its encryption")
def _(context):
    """Wherever it was led, a visit that was encrypted once stayed so."""
    manners.assert_stays_encrypted(context.journey)


@then("every visit ends where one with encryption does")
def _(context):
    """Opens each page again with https:// and compares where that leads; what follows a ? does not count."""
    manners.assert_ends_as_encrypted(context.journey)


@then("browsers are kept encrypted for at least {days:Count} days")
def _(context, days):
    """Every encrypted answer says so to browsers (Strict-Transport-Security), those that led on included."""
    manners.assert_browsers_stay(context.journey, days)


@then("every cookie is for encrypted pages only")
def _(context):
    """No cookie that was met, on the way included, is ever sent without encryption (Secure)."""
    manners.assert_cookies_encrypted(context.journey)


@then("every page is of the type that it names")
def _(context):
    """Each names one; HTML looks like it, JSON can be read, letters are of the charset that is named."""
    manners.assert_true_to_type(context.journey)


@then("no cache may keep the page for others")
def _(context):
    """What it tells caches (Cache-Control) does not make it public."""
    manners.assert_not_shared(context.journey)


@then("nothing of the private page is shown")
def _(context):
    """What was answered last does not hold the private page as I saw it."""
    manners.assert_nothing_private(context.journey)


@then("every certificate is valid for at least {days:Count} days")
def _(context, days):
    """Those of all hosts that the step before connected to; name and issuer were verified by that."""
    manners.assert_certificates_last(context.journey, days)


@then("no certificate is about to expire")
def _(context):
    """Each is valid for 21 more days; one that is made for less than 84 days, for a quarter of its time."""
    manners.assert_no_certificate_about_to_expire(context.journey)


@then("the answer has status {status:Count}")
def _(context, status):
    """The HTTP status of what was opened or called last."""
    contents.assert_status(context.journey, status)


@then('the answer has the header "{header:Name}" as "{value:Name}"')
def _(context, header, value):
    """One of its headers of that name says just this."""
    contents.assert_header(context.journey, header, value)


@then('the answer has a header "{header:Name}" that mentions "{part:Name}"')
def _(context, header, part):
    """One of its headers of that name holds this text."""
    contents.assert_header_mentions(context.journey, header, part)


@then('the answer has no header "{header:Name}"')
def _(context, header):
    """None of its headers has that name."""
    contents.assert_no_header(context.journey, header)


@then('the answer holds "{value:Name}" at "{path:Name}"')
def _(context, value, path):
    """A value of JSON, by a path such as components[0].status; numbers, true, false and null as JSON writes them."""
    contents.assert_value(context.journey, path, value)


@then('the answer holds at least {least:Count} at "{path:Name}"')
def _(context, least, path):
    """A number of JSON so large, or a list so long, by a path such as page.total."""
    contents.assert_value_at_least(context.journey, path, least)
