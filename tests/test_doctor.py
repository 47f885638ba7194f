"""`doctor --probe` finds out what a store can do: it tries, and looks at what came of it."""

import re
from dataclasses import replace

from journeys.capabilities import IMPLIED, OF_STORES
from journeys.demo.seaweedfs import SeaweedFS
from journeys.probing import PROBES
from tests.conftest import Journeys
from tests.faulty import Answer, FaultyProxy, Request, Store

# What our SeaweedFS does not do; see docs/stores.md.
LACKING = {"acl", "deletion-marks", "exact-pages", "flat-names", "guarded-versions", "policy-detours"}
LACKING |= {"public-access-block", "public-access-end", "replaced-parts", "suspended-order"}


def probed(journeys: Journeys, **settings: str) -> tuple[str, set[str], set[str]]:
    """What the command said, the capabilities in the line for `.env`, and those told as bad."""
    asked = journeys.run("doctor", "--probe", **settings)
    (line,) = re.findall(r"^JOURNEYS_CAPABILITIES=(.*)$", asked.stdout, re.MULTILINE)
    return (
        asked.stdout,
        set(line.split(",")),
        set(re.findall(r"^BAD  capability ([\w-]+):", asked.stdout, re.MULTILINE)),
    )


def test_every_capability_is_probed_or_told_by_another_setting() -> None:
    assert set(PROBES) == set(OF_STORES) - set(IMPLIED)


def test_what_a_store_can_do_is_told_as_the_line_for_env(journeys: Journeys, s3) -> None:
    before = s3.list_buckets()["Buckets"]
    said, found, bad = probed(journeys, JOURNEYS_CAPABILITIES="acl,versioning")
    assert found == set(PROBES) - LACKING, said
    assert bad == {"acl"}, "declared, and not there"
    assert "--   capability tls: the endpoint speaks plain HTTP" in said
    assert "to try batch-delete, " in said
    assert s3.list_buckets()["Buckets"] == before


def test_a_store_that_only_pretends_is_seen_through(journeys: Journeys, store: SeaweedFS) -> None:
    """Whatever it should refuse, it says that it did."""
    seen = set()

    def obliging(request: Request, real: Store) -> Answer:
        answer = real(request)
        once = (request.method, request.path.partition("X-Amz")[0], answer.status)
        if answer.status not in (400, 403, 412) or once in seen:
            return answer
        seen.add(once)
        return replace(answer, status=204 if request.method == "DELETE" else 200, body=b"")

    with FaultyProxy(store.endpoint_url, PutObject=obliging, GetObject=obliging, DeleteObject=obliging) as front:
        said, found, _ = probed(journeys, AWS_ENDPOINT_URL_S3=front.url)
    pretended = {"bucket-policy", "checksum-crc64nvme", "checksums", "object-lock", "presigned-links", "sse-c"}
    pretended |= {"conditional-deletes", "conditional-overwrites", "conditional-writes"}
    assert found == set(PROBES) - LACKING - pretended, said
