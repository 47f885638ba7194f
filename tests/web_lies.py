"""Every promise of a web site, made untrue. Addresses in braces are those of the sites of `tests/test_web.py`."""

from dataclasses import dataclass

from tests.stories import Story


@dataclass(frozen=True)
class StoryOfSite(Story):
    """A story that a site is told."""

    judged: bool = True  # whether the site is to blame


OPEN = 'When I open "/"'
STATUS = 'When I call "/api/status" with GET'

STORIES = [
    # --- opening
    StoryOfSite(
        "A page fails", 'When I open "/busy"', r"http\.Get of \S+/busy to succeed, but the server answered 503"
    ),
    StoryOfSite("A page is not there", 'When I open "/gone"', r"answered 404 after .*What was asked for is not there"),
    StoryOfSite(
        "A page leads in a circle", 'When I open "/round"', r"Expected \S+/round to lead to a page, but after 10"
    ),
    StoryOfSite("A page leads nowhere", 'When I open "/nowhere"', r"server answered 302 and named no other place"),
    StoryOfSite(
        "A page leads to no port", 'When I open "/odd-port"', r"answered 302 and named https://host:undefined/\."
    ),
    StoryOfSite("A page leads to no page", 'When I open "/mail"', r"answered 302 and named mailto:somebody@example"),
    StoryOfSite(
        "A page stops in the middle", 'When I open "/cut"', r"\S+/cut to succeed, but its answer was not whole"
    ),
    StoryOfSite(
        "A page never ends", 'When I open "/large"', r"answer was not whole \(\"it has more than 16777216 bytes"
    ),
    StoryOfSite(
        "A page is no HTTP", 'When I open "{garbage}/"', r"(?s)there was no answer.*or its answer is no valid one"
    ),
    StoryOfSite(
        "A site is down", 'When I open "{closed}/"', r"there was no answer.*refused.*check that the endpoint is up"
    ),
    StoryOfSite(
        "A certificate has expired", 'When I open "{expired}/"', r"no answer.*certificate has expired.*AWS_CA_BUNDLE"
    ),
    StoryOfSite("A certificate is another's", 'When I open "{other_name}/"', r"no answer.*IP address mismatch"),
    StoryOfSite("Nobody vouches for a certificate", 'When I open "{unknown}/"', r"no answer.*self-signed certificate"),
    StoryOfSite(
        "A page comes in a packing that nobody asked for",
        'When I open "/packed-otherwise"',
        r"Expected \S+/packed-otherwise to be packed as gzip, .* or not at all, but it is as br",
    ),
    StoryOfSite(
        "A packed page is none",
        'When I open "/not-packed"',
        r"Expected \S+/not-packed to come whole, but what came can't be unpacked: Not a gzipped file",
    ),
    StoryOfSite(
        "A packed page stops in the middle",
        'When I open "/packed-cut"',
        r"/packed-cut to come whole, but what came can't be unpacked: Compressed file ended before",
    ),
    StoryOfSite(
        "A packed page is too large", 'When I open "/bomb"', r"/bomb to have at most 16777216 bytes, but it has"
    ),
    # --- what pages say
    StoryOfSite(
        "A page is empty", 'When I open "/empty"\nThen the page has content', r"/empty to have content, but .* 200"
    ),
    StoryOfSite(
        "One page of several is empty",
        'When I open "/", "/empty" and "/away"\nThen every page has content',
        r"Expected \S+/empty to have content",
    ),
    StoryOfSite(
        "A part of a page comes for the whole",
        'When I open "/part"\nThen the page has content',
        r"Expected \S+/part to have content, but the server answered 206 with",
    ),
    StoryOfSite(
        "Another page comes than its address tells",
        'When I open "/#:~:text=calm%2C%20isn%27t%20it&text=All"\nThen the page has content',
        r"Expected \S+/ to say \"calm, isn't it\", as its address tells, but it begins with 'Status All systems",
    ),
    StoryOfSite(
        "A page that should say several things says one",
        'When I open "/#top:~:text=all%20systems&text=outage"\nThen every page has content',
        r"Expected \S+/ to say 'outage', as its address tells",
    ),
    StoryOfSite(
        "A page names no type",
        'When I open "/" and "/untyped"\nThen every page is of the type that it names',
        r"Expected \S+/untyped to be of the type that it names, but it names none\.",
    ),
    StoryOfSite(
        "A page is called plain text",
        'When I open "/as-text"\nThen every page is of the type that it names',
        r"/as-text to be of the type that it names, but it calls a web page text/plain\.",
    ),
    StoryOfSite(
        "What is called a page is none",
        'When I open "/as-page"\nThen every page is of the type that it names',
        r"but what it calls text/html begins with b'Hello'\.",
    ),
    StoryOfSite(
        "A page is in another charset than it names",
        'When I open "/latin"\nThen every page is of the type that it names',
        r"but it can't be read as text/html in utf-8: 'utf-8' codec can't decode byte",
    ),
    StoryOfSite(
        "A page is in a charset that there is not",
        'When I open "/odd"\nThen every page is of the type that it names',
        r"but nobody knows its charset x-nobody-knows\.",
    ),
    StoryOfSite(
        "What is called JSON is none",
        'When I open "/as-json"\nThen every page is of the type that it names',
        r"but it can't be read as application/json: Expecting value",
    ),
    StoryOfSite(
        "A page says something else",
        f'{OPEN}\nThen the page says "All systems down"',
        r"Expected \S+/ to say 'All systems down', but it begins with 'Status All systems operational & calm'",
    ),
    StoryOfSite(
        "A page says what it should not",
        f'{OPEN}\nThen the page does not say "systems operational"',
        r"Expected \S+/ not to say 'systems operational', but it does\.",
    ),
    StoryOfSite(
        "A page says nothing", 'When I open "/empty"\nThen every page says "x"', r"to say 'x', but it is empty"
    ),
    StoryOfSite("No page was opened", 'Then no page says "x"', r"No page was opened"),
    StoryOfSite(
        "A page in an unknown charset",
        'When I open "/odd"\nThen the page says "x"',
        r"Expected \S+/odd to say 'x', but it begins",
    ),
    StoryOfSite(
        "A page that shows a secret",
        'When I open "/private"\nThen the page says "x"',
        r"Expected \S+/private to say 'x', but it begins with .*you sent.*Bearer \*\*\*",
    ),
    StoryOfSite(
        "A page is late", 'When I open "/late"\nThen the page comes within 1 ms', r"within 1 ms, but it took \d"
    ),
    StoryOfSite(
        "One page of several is late",
        'When I open "/late" and "/"\nThen every page comes within 10 ms',
        r"Expected \S+/late to come within 10 ms, but it took",
    ),
    StoryOfSite(
        "Visits are slow",
        'When I open "/late" 20 times\nThen 95 % of the visits finish within 1 ms',
        r"Expected 95% of the 20 calls of http\.Get to finish within 1 ms, but 0 did",
        too_slow=True,
    ),
    StoryOfSite(
        "A page leads elsewhere",
        'When I open "/away?x=1"\nThen I am led to "{good}/dashboard"',
        r"Expected \S+/away to lead to \S+/dashboard, but it led to \S+:\d+/\.",
    ),
    StoryOfSite(
        "A page leads to the right place with another query",
        'When I open "/api/status?x=1"\nThen I am led to "{good}/api/status?x=2"',
        r"to lead to \S+x=2, but it led to",
    ),
    StoryOfSite(
        "A page stays without encryption",
        'When I open "{plain}/"\nThen every page is encrypted',
        r"Expected http\S+ to lead to an encrypted page, but it led to http://",
    ),
    StoryOfSite(
        "A page leads out of encryption",
        'When I open "/insecure"\nThen the page is encrypted',
        r"Expected https\S+/insecure to lead to an encrypted page, but it led to http://",
    ),
    StoryOfSite(
        "A visit loses its encryption on the way",
        'When I open "/" and "/detour"\nThen no visit loses its encryption',
        r"Expected the visit of \S+/detour to stay encrypted, but it led to http://\S+:\d+/\.",
    ),
    StoryOfSite(
        "Who comes without encryption is led to another page",
        'When I open "{elsewhere}/"\nThen every visit ends where one with encryption does',
        r"Expected http:\S+/ to lead to https:\S+/, as with encryption, but it led to https:\S+/for-everybody\.",
    ),
    StoryOfSite(
        "What should be compared with encryption had it",
        f"{OPEN}\nThen every visit ends where one with encryption does",
        r"\S+/ was opened with encryption from the beginning, so there is nothing to compare",
    ),
    StoryOfSite(
        "Browsers come and stay without encryption",
        'When I open "/" and "{plain}/"\nThen browsers are kept encrypted for at least 1 days',
        r"Expected http:\S+ to keep browsers at https://, but no answer there was encrypted\.",
    ),
    StoryOfSite(
        "Browsers are not told to stay with encryption",
        'When I open "/" and "/late"\nThen browsers are kept encrypted for at least 180 days\n'
        'When I open "/" and "/insecure"\nThen browsers are kept encrypted for at least 180 days',
        r"Expected \S+/insecure to keep browsers at https:// for 180 days or more, but .* is not there",
    ),
    StoryOfSite(
        "Browsers are told to stay for a day",
        'When I open "/"\nThen browsers are kept encrypted for at least 366 days',
        r"for 366 days or more, but its Strict-Transport-Security is 'max-age=31536000; includeSubDomains'",
    ),
    StoryOfSite(
        "A cookie is sent to everybody",
        'When I open "/" and "/cookie"\nThen every cookie is for encrypted pages only',
        r"Expected every cookie of \S+/cookie to be for encrypted pages only, but 'session' is for all\.",
    ),
    StoryOfSite(
        "A cookie is given without encryption",
        'When I open "{elsewhere}/"\nThen every cookie is for encrypted pages only',
        r"Expected every cookie of http:\S+/ to be for encrypted pages only, but 'seen' is for all\.",
    ),
    StoryOfSite(
        "Caches may keep a page for others",
        'When I open "/kept"\nThen no cache may keep the page for others',
        r"Expected no cache to keep \S+/kept for others, but its Cache-Control is 'public, max-age=600'\.",
    ),
    StoryOfSite(
        "A refusal shows what is private",
        'When I open the private page\nThen the page has content\nWhen I open "/for-me-too"\n'
        "Then nothing of the private page is shown",
        r"Expected \S+/for-me-too to show nothing private, but it shows the whole page\.",
    ),
    StoryOfSite(
        "The private page was not seen",
        f"{OPEN}\nThen nothing of the private page is shown",
        r"The private page was not seen",
    ),
    StoryOfSite(
        "A certificate expires soon",
        'When I open "/" and "{short}/"\nThen every certificate is valid for at least 21 days',
        r"certificate of 127\.0\.0\.1:\d+ to be valid for at least 21 more days, but it is for [23]\.\d, until",
    ),
    StoryOfSite(
        "A certificate is about to expire",
        'When I open "/" and "{short}/"\nThen no certificate is about to expire',
        r"certificate of 127\.0\.0\.1:\d+ to be valid for at least 20\.8 more of its 83 days, but it is for [23]\.\d,",
    ),
    StoryOfSite(
        "What is not encrypted has no certificate that could expire",
        'When I open "{plain}/"\nThen no certificate is about to expire',
        r"No certificate was seen",
    ),
    StoryOfSite(
        "A page without encryption has no certificate",
        'When I open "{plain}/"\nThen every certificate is valid for at least 1 days',
        r"No certificate was seen",
    ),
    # --- what answers hold
    StoryOfSite(
        "An answer has another status", f"{STATUS}\nThen the answer has status 204", r"status 204, but .* with 200"
    ),
    StoryOfSite(
        "An answer has another header",
        f'{STATUS}\nThen the answer has the header "content-type" as "text/html"',
        r"answer with content-type: 'text/html', but it did with \['application/json'\]",
    ),
    StoryOfSite(
        "An answer lacks a header",
        f'{STATUS}\nThen the answer has the header "ETag" as "1"',
        r"answer with ETag: '1', but it tells none",
    ),
    StoryOfSite(
        "A header mentions something else",
        f'{OPEN}\nThen the answer has a header "Content-Type" that mentions "latin"',
        r"a Content-Type that mentions 'latin', but it did with \['text/html; charset=utf-8'\]",
    ),
    StoryOfSite(
        "An answer has a header that it should not have",
        f'{OPEN}\nThen the answer has no header "Content-Type"',
        r"to answer without Content-Type, but it did with",
    ),
    StoryOfSite(
        "An answer holds something else",
        f'{STATUS}\nThen the answer holds "none" at "components[0].status"',
        r"to hold 'none' at 'components\[0\]\.status', but it holds 'up'",
    ),
    StoryOfSite(
        "An answer lacks a part",
        f'{STATUS}\nThen the answer holds "up" at "components[1].status"',
        r"to hold something at 'components\[1\]\.status', but there is no \[1\] in",
    ),
    StoryOfSite(
        "An answer lacks a name",
        f'{STATUS}\nThen the answer holds at least 1 at "status.total"',
        r"there is no total in \['indicator', 'count'\]",
    ),
    StoryOfSite(
        "An answer holds too little",
        f'{STATUS}\nThen the answer holds at least 4 at "status.count"',
        r"to hold 4 or more at 'status\.count', but it holds 3",
    ),
    StoryOfSite(
        "An answer holds no number",
        f'{STATUS}\nThen the answer holds at least 0 at "ok"',
        r"to hold 0 or more at 'ok', but it holds True",
    ),
    StoryOfSite(
        "An answer is no JSON",
        f'{OPEN}\nThen the answer holds "x" at "y"',
        r"Expected \S+/ to answer in JSON, but it begins with 'Status",
    ),
    # --- refusals
    StoryOfSite(
        "Who should be refused is let in",
        'When I try to open "/"\nThen I am refused with status 404',
        r"Expected a refusal with status 404, but what was tried was allowed",
    ),
    StoryOfSite(
        "A refusal has another status",
        'When I try to call "/echo" with DELETE\nThen I am refused with status 404',
        r"a refusal with status 404, but it had another\. .* 400 after",
    ),
    StoryOfSite(
        "A refusal that can't be unpacked has another status",
        'When I try to open "/refused"\nThen I am refused with status 404',
        r"a refusal with status 404, but it had another\. .* 403 after",
    ),
    StoryOfSite(
        "A refusal that can't be unpacked may show anything",
        'When I open the private page\nThen the page has content\nWhen I try to open "/refused"\n'
        "Then I am refused with status 403\nAnd nothing of the private page is shown",
        r"No page was opened, or none that could be read",
    ),
    StoryOfSite(
        "A stranger sees what is private",
        'When a stranger tries to open "/for-everybody"\nThen the stranger is refused for lack of rights',
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
    ),
    StoryOfSite(
        "A broken site is no refusal",
        'When I try to send to "/busy":\n"""\n{{}}\n"""',
        r"http\.Post of \S+/busy to succeed, but the server answered 503",
    ),
    # --- what no feature may do
    StoryOfSite(
        "A feature holds a secret",
        'Given a header "Authorization" that says "Basic abc"',
        r"The header Authorization holds a secret",
        judged=False,
    ),
    StoryOfSite(
        "A feature holds a password",
        'When I open "https://me:it@example.com/"',
        r"An address holds a password",
        judged=False,
    ),
    StoryOfSite(
        "A feature names no port",
        'When I open "https://example.com:undefined/"',
        r"'https://example\.com:undefined/' is no address that can be opened",
        judged=False,
    ),
    StoryOfSite("There is no second user", 'When a second user tries to open "/"', r"no second user", judged=False),
]
