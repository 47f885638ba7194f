"""What a store can do: each capability is tried in a bucket of its own, and what came of it is looked at."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from journeys.aws.transfer import SMALLEST_PART
from journeys.capabilities import IMPLIED, OF_STORES
from journeys.clock import DeadlinePassed, deadline
from journeys.failures import CallFailed
from journeys.http import Http
from journeys.journey import Journey
from journeys.run import Run
from journeys.s3 import (
    acls,
    batches,
    buckets,
    checksums,
    conditions,
    copies,
    cors,
    encryption,
    forms,
    lifecycle,
    links,
    listings,
    locks,
    marks,
    objects,
    policies,
    tags,
    uploads,
    versions,
)

KEY = "probe.txt"
SIZE = 1024
HOUR = 3600
PATIENCE = 60  # seconds for one capability


@dataclass(frozen=True)
class Probed:
    """Whether a store has a capability, and why not."""

    name: str
    there: bool
    why: str


def probed(run: Run) -> Iterator[Probed]:
    """Every capability of the run's target, one after the other; each probe removes what it made."""
    for name in OF_STORES:
        if name in IMPLIED:
            there = name in run.settings.implied
            yield Probed(name, there, OF_STORES[name] if there else IMPLIED[name])
        else:
            yield _tried(run, name)


def _tried(run: Run, name: str) -> Probed:
    journey = Journey(run.settings, run.recorder, run.clients, run.ledger, Http(run.settings, run.recorder))
    try:
        with deadline(PATIENCE, f"the probe of {name}"):
            PROBES[name](journey)
    except (AssertionError, DeadlinePassed) as missing:
        return Probed(name, False, str(missing))
    finally:
        run.recorder.settle()
        run.ledger.clean_run(run.settings.cleanup_timeout)
    return Probed(name, True, OF_STORES[name])


def _refused(journey: Journey, attempt: Callable[[], object], identity: str = "user") -> None:
    """The attempt has to be refused; by which name is for the scenarios to say."""
    with journey.trying(identity):
        attempt()
    assert journey.refusal, "what should be refused is allowed"
    journey.recorder.expected(journey.refusal)
    journey.refusal = None


def _unchanged(journey: Journey) -> None:
    objects.assert_all_unchanged(journey, journey.bucket)


def _with_object(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    objects.store(journey, KEY, SIZE)


def _changed_since_seen(journey: Journey) -> None:
    _with_object(journey)
    conditions.look_at(journey, KEY)
    objects.store(journey, KEY, 2 * SIZE)


def _read_by_stranger(journey: Journey) -> None:
    with journey.acting_as("anonymous"):
        _unchanged(journey)


def _acl(journey: Journey) -> None:
    _with_object(journey)
    _refused(journey, lambda: objects.read(journey, KEY), "anonymous")
    acls.of_object(journey, KEY, "public-read")
    _read_by_stranger(journey)


def _batch_delete(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    objects.store_many(journey, 2)
    objects.delete_at_once(journey, list(journey.bucket.objects))
    listings.assert_lists(journey, journey.bucket, [])


def _bucket_policy(journey: Journey) -> None:
    _with_object(journey)
    _refused(journey, lambda: objects.read(journey, KEY), "anonymous")
    policies.grant(journey, "read", KEY)
    _read_by_stranger(journey)
    policies.forbid(journey, "read", KEY)
    _refused(journey, lambda: objects.read(journey, KEY))


def _checksums(*algorithms: str) -> Callable[[Journey], None]:
    def probe(journey: Journey) -> None:
        journey.bucket = buckets.create(journey)
        for algorithm in algorithms:
            checksums.store(journey, algorithm, algorithm)
            checksums.assert_shown(journey, algorithm, algorithm)
            _refused(journey, lambda each=algorithm: checksums.store(journey, "wrong", each, wrong=True))
        _unchanged(journey)

    return probe


def _conditional_copies(journey: Journey) -> None:
    _changed_since_seen(journey)
    _refused(journey, lambda: conditions.copy_if_unchanged(journey, KEY, "copy"))
    conditions.look_at(journey, KEY)
    conditions.copy_if_unchanged(journey, KEY, "copy")
    _unchanged(journey)


def _conditional_deletes(journey: Journey) -> None:
    _changed_since_seen(journey)
    _refused(journey, lambda: conditions.delete_if_unchanged(journey, KEY))
    _unchanged(journey)
    conditions.look_at(journey, KEY)
    conditions.delete_if_unchanged(journey, KEY)


def _conditional_overwrites(journey: Journey) -> None:
    _changed_since_seen(journey)
    _refused(journey, lambda: conditions.store_if_unchanged(journey, KEY))
    _unchanged(journey)
    conditions.look_at(journey, KEY)
    conditions.store_if_unchanged(journey, KEY)
    _unchanged(journey)


def _conditional_uploads(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    _with_parts(journey, 1)
    conditions.complete_if_new(journey)
    _with_parts(journey, 1)
    _refused(journey, lambda: conditions.complete_if_new(journey))
    _unchanged(journey)


def _with_parts(journey: Journey, *numbers: int) -> None:
    uploads.begin(journey, KEY)
    uploads.put_parts(journey, list(numbers), SIZE)


def _conditional_writes(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    conditions.store_if_new(journey, KEY)
    _refused(journey, lambda: conditions.store_if_new(journey, KEY))
    _unchanged(journey)


def _cors(journey: Journey) -> None:
    _with_object(journey)
    cors.allow(journey, "https://app.example.com", "write")
    cors.assert_may(journey, "https://app.example.com", "write", KEY)
    cors.assert_may_not(journey, "https://app.example.com", "delete", KEY)


def _default_encryption(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    encryption.turn_on(journey)
    objects.store(journey, KEY, SIZE)
    encryption.assert_on(journey)
    encryption.assert_encrypted(journey, KEY)
    _unchanged(journey)


def _deletion_marks(journey: Journey) -> None:
    journey.bucket = versions.create(journey)
    versions.store(journey, KEY, 1)
    objects.delete(journey, KEY)
    marks.assert_told(journey, KEY)


def _encryption_end(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    encryption.turn_on(journey)
    encryption.turn_off(journey)
    objects.store(journey, KEY, SIZE)
    encryption.assert_off(journey)
    encryption.assert_unencrypted(journey, KEY)


def _exact_pages(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    objects.store_each(journey, ["a-1", "a-2", "b-1", "b-2", "ü b/c+d", "ü b/e", "ü b/f%"], SIZE)
    listings.assert_lists_to_older_programs(journey, journey.bucket, 1)
    listings.assert_groups(journey, journey.bucket, "", "-", ["a-", "b-", "ü b/c+d", "ü b/e", "ü b/f%"], MaxKeys=2)


def _exact_uploads(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    uploads.begin(journey, KEY)
    uploads.put_parts(journey, [1, 2], SMALLEST_PART)
    _refused(journey, lambda: uploads.complete_in_reverse(journey))
    uploads.complete(journey, without=2)
    _unchanged(journey)


def _flat_names(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    objects.store_each(journey, ["a", "a/", "a/b", "a//b", "/a/b", "a/./b", "a/../b", "a\\b", ".", ".."], SIZE)
    listings.assert_lists(journey, journey.bucket, journey.bucket.objects)
    _unchanged(journey)


def _guarded_versions(journey: Journey) -> None:
    journey.bucket = versions.create(journey)
    versions.store(journey, KEY, 1)
    objects.delete(journey, KEY)
    _refused(journey, lambda: buckets.remove(journey))
    versions.assert_unchanged(journey, KEY, 1)


def _lifecycle(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    lifecycle.expire(journey, "objects", "logs/", 30)
    lifecycle.assert_as_set(journey)


def _md5_etags(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    checksums.store(journey, KEY, "MD5")
    checksums.assert_shown(journey, KEY, "MD5")


def _object_lock(journey: Journey) -> None:
    journey.bucket = locks.create(journey)
    versions.store(journey, KEY, 1)
    locks.lock(journey, KEY, 1, HOUR)
    _refused(journey, lambda: versions.delete(journey, KEY, 1))
    versions.assert_unchanged(journey, KEY, 1)


def _policy_detours(journey: Journey) -> None:
    _with_object(journey)
    policies.forbid(journey, "read", KEY)
    policies.forbid(journey, "delete", KEY)
    _refused(journey, lambda: copies.ask_for(journey, KEY, "copy"))
    batches.assert_spared(journey, [KEY])


def _post_forms(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    forms.make(journey, KEY, 2 * SIZE)
    with journey.acting_as("anonymous"):
        forms.send(journey, SIZE)
    _unchanged(journey)


def _presigned_links(journey: Journey) -> None:
    _with_object(journey)
    links.make(journey, KEY, "read")
    with journey.acting_as("anonymous"):
        links.follow(journey)
    links.assert_received(journey, KEY)
    links.change(journey, "signature")
    _refused(journey, lambda: links.follow(journey), "anonymous")


def _public_access_block(journey: Journey) -> None:
    """Closed to the public, a bucket stays so, whatever is granted."""
    _with_object(journey)
    policies.close(journey)
    policies.assert_closed(journey)
    for grant in (lambda: policies.grant(journey, "read", KEY), lambda: acls.of_object(journey, KEY, "public-read")):
        with suppress(CallFailed):  # which is one way to keep it closed
            grant()
        _refused(journey, lambda: objects.read(journey, KEY), "anonymous")


def _public_access_end(journey: Journey) -> None:
    _with_object(journey)
    policies.grant(journey, "read", KEY)
    policies.close(journey)
    _refused(journey, lambda: objects.read(journey, KEY), "anonymous")


def _replaced_parts(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    _with_parts(journey, 1, 1)
    uploads.assert_shows_its_parts(journey)
    _refused(journey, lambda: uploads.complete_with_replaced(journey, 1))


def _sdk_defaults(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    journey.sdk_defaults = True
    objects.store(journey, KEY, SIZE)
    objects.upload(journey, "in-parts", 6 * 2**20)
    _unchanged(journey)
    objects.delete_at_once(journey, [KEY])


def _sse_c(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    encryption.store(journey, KEY)
    encryption.assert_unchanged(journey, KEY)
    _refused(journey, lambda: objects.read(journey, KEY))
    _refused(journey, lambda: encryption.read_with_another_key(journey, KEY))


def _sse_c_copies(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    encryption.store(journey, KEY)
    _refused(journey, lambda: copies.ask_for(journey, KEY, "copy.txt"))
    encryption.copy(journey, KEY, "copy.txt")
    objects.assert_unchanged(journey, journey.bucket, "copy.txt")


def _suspended_order(journey: Journey) -> None:
    journey.bucket = versions.create(journey)
    versions.store(journey, KEY, 1)
    versions.suspend(journey)
    objects.store(journey, KEY, 2 * SIZE)
    versions.assert_listed(journey, KEY)


def _tagged_uploads(journey: Journey) -> None:
    journey.bucket = buckets.create(journey)
    objects.upload_tagged(journey, KEY, SMALLEST_PART + 1, {"colour": "blue"})
    tags.assert_kept(journey, journey.bucket, KEY)


def _tagging(journey: Journey) -> None:
    _with_object(journey)
    tags.put(journey, KEY, {"colour": "blue"})
    tags.assert_kept(journey, journey.bucket, KEY)


def _versioning(journey: Journey) -> None:
    journey.bucket = versions.create(journey)
    versions.store(journey, KEY, 2)
    versions.assert_unchanged(journey, KEY, 1)
    versions.assert_unchanged(journey, KEY, 2)
    versions.assert_listed(journey, KEY)


# How each capability is tried: whatever is an AssertionError tells that it is not there, and why.
PROBES: MappingProxyType[str, Callable[[Journey], None]] = MappingProxyType(
    {
        "acl": _acl,
        "batch-delete": _batch_delete,
        "bucket-policy": _bucket_policy,
        "checksum-crc64nvme": _checksums("CRC64NVME"),
        "checksums": _checksums("CRC32", "CRC32C", "SHA-1", "SHA-256"),
        "conditional-copies": _conditional_copies,
        "conditional-deletes": _conditional_deletes,
        "conditional-overwrites": _conditional_overwrites,
        "conditional-uploads": _conditional_uploads,
        "conditional-writes": _conditional_writes,
        "cors": _cors,
        "default-encryption": _default_encryption,
        "deletion-marks": _deletion_marks,
        "encryption-end": _encryption_end,
        "exact-pages": _exact_pages,
        "exact-uploads": _exact_uploads,
        "flat-names": _flat_names,
        "guarded-versions": _guarded_versions,
        "lifecycle": _lifecycle,
        "md5-etags": _md5_etags,
        "object-lock": _object_lock,
        "policy-detours": _policy_detours,
        "post-forms": _post_forms,
        "presigned-links": _presigned_links,
        "public-access-block": _public_access_block,
        "public-access-end": _public_access_end,
        "replaced-parts": _replaced_parts,
        "sdk-defaults": _sdk_defaults,
        "sse-c": _sse_c,
        "sse-c-copies": _sse_c_copies,
        "suspended-order": _suspended_order,
        "tagged-uploads": _tagged_uploads,
        "tagging": _tagging,
        "versioning": _versioning,
    }
)


def setting(found: Iterable[Probed]) -> str:
    """The line for `.env`."""
    there = sorted(each.name for each in found if each.there and each.name not in IMPLIED)
    return f"JOURNEYS_CAPABILITIES={','.join(there)}"
