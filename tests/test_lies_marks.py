"""Lies about marks of deletions, told after the truth: no store that we can run tells of them to who reads.

`telling` makes SeaweedFS do it as S3 does, by what it lists; each lie is told on top of that.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from tests.faulty import Answer, Fault, Request, Store, both, pretended
from tests.lying import Lie, Lied, caught, told
from tests.unguarded import as_admin

SCENARIO = "Who reads a deleted object is told of the mark that hides it"
MARKED = '"report.csv" is told as hidden by a mark that it was deleted'
UNMARKED = '"report.csv" is told as hidden by no mark'
MARK, ID = "x-amz-delete-marker", "x-amz-version-id"


def telling(request: Request, store: Store) -> Answer:
    """Tells who does not find an object of the mark that hides it, if there is one."""
    answer = store(request)
    if answer.status != 404 or "versionId" in request.query:
        return answer
    listing = as_admin(request, "GET", key="", query={"versions": "", "prefix": request.key})
    entry = rb"<DeleteMarker>(?:(?!</DeleteMarker>).)*</DeleteMarker>"
    for mark in re.findall(entry, store(listing).body, re.DOTALL):
        if b"<IsLatest>true<" in mark:
            id = re.search(rb"<VersionId>(.*?)<", mark)[1].decode()
            return replace(answer, headers=[*answer.headers, (MARK, "true"), (ID, id)])
    return answer


def lying(change: Callable[[dict[str, str]], dict[str, str]]) -> Fault:
    """Changes the headers of an answer that something is not there."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return replace(answer, headers=list(change(dict(answer.headers)).items())) if answer.status == 404 else answer

    return fault


def without_mark(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in (MARK, ID)}


READING = ("HeadObject", "GetObject")
TRUTH = dict.fromkeys(READING, telling)


def told_of(operation: str, fault: Fault) -> dict[str, Fault]:
    return TRUTH | {operation: both(fault, telling)}


LIES = [
    Lie(
        "A look tells of no mark",
        SCENARIO,
        MARKED,
        r"Expected a look at \S+/report\.csv to tell of the mark that hides it, version \S+, but it tells of none",
        told_of("HeadObject", lying(without_mark)),
    ),
    Lie(
        "Reading tells of no mark",
        SCENARIO,
        MARKED,
        r"Expected reading \S+/report\.csv to tell of the mark that hides it, version \S+, but it tells of none",
        told_of("GetObject", lying(without_mark)),
    ),
    Lie(
        "Reading tells of another mark",
        SCENARIO,
        MARKED,
        "version .*, but it tells of version elsewhere",
        told_of("GetObject", lying(lambda headers: headers | {ID: "elsewhere"})),
    ),
    Lie(
        "What a mark hides is found by who looks",
        SCENARIO,
        MARKED,
        r"Expected \S+/report\.csv not to be there, but a look at it is answered",
        TRUTH | {"HeadObject": pretended(200)},
    ),
    Lie(
        "What a mark hides is refused for lack of rights",
        SCENARIO,
        MARKED,
        "answered 403",
        told_of("GetObject", lambda request, store: replace(store(request), status=403)),
    ),
    Lie(
        "What is gone for good is said to be hidden",
        SCENARIO,
        UNMARKED,
        r"Expected a look at \S+/report\.csv to tell of no mark, since there is none, but it tells of one",
        told_of("HeadObject", lying(lambda headers: {ID: "elsewhere", MARK: "true"} | headers)),
    ),
]
# Not a lie: what the scenario says where nobody lies.
HONEST = Lie(SCENARIO, SCENARIO, "", "", TRUTH)

RUN = told([*LIES, HONEST])

test_a_lie_is_caught = caught(LIES, RUN)


@RUN
def test_the_truth_is_believed(lied: Lied) -> None:
    lied.assert_kept(SCENARIO)
