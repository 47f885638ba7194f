"""What a store gets wrong and no promise shows, since the SDK tries again or refuses it: the metrics show it."""

from itertools import count

from journeys.demo.seaweedfs import SeaweedFS
from tests.conftest import Journeys
from tests.faulty import Fault, FaultyProxy, corrupted, first, refused


def each(number: int, fault: Fault) -> Fault:
    """The fault for each request that comes at a multiple of `number`."""
    requests = count(1)
    return lambda request, store: fault(request, store) if next(requests) % number == 0 else store(request)


def test_an_error_now_and_then_shows_in_the_attempts(journeys: Journeys, store: SeaweedFS) -> None:
    busy = {"PutObject": each(3, refused(503, "SlowDown")), "GetObject": first(1, refused(500, "InternalError"))}
    with FaultyProxy(store.endpoint_url, **busy) as proxy:
        ran = journeys.run(
            *("-f", "progress", "-n", "Many objects can be stored, found and read"), AWS_ENDPOINT_URL_S3=proxy.url
        )
    assert ran.returncode == 0, ran.stdout
    pushed = journeys.metrics()
    for operation, attempts in (("s3.PutObject", 22), ("s3.GetObject", 16)):
        assert pushed.value("journey_operations_total", operation=operation) == 15
        assert pushed.value("journey_operation_attempts_total", operation=operation) == attempts
    assert pushed.total("journey_operation_failures_total") == 0


def test_bytes_that_the_sdk_itself_refuses_are_a_failure_of_integrity(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, GetObject=corrupted) as proxy:
        ran = journeys.run(
            *("-f", "progress", "-n", "Programs with a current SDK's own settings work"),
            AWS_ENDPOINT_URL_S3=proxy.url,
            JOURNEYS_CAPABILITIES="sdk-defaults",
        )
    assert ran.returncode == 1, ran.stdout
    assert "What arrived is not what was sent." in ran.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_integrity_failures_total") == 1
    assert pushed.value("journey_failures_total", api="s3", reason="integrity") == 1
    assert pushed.value("journey_operation_failures_total", operation="s3.GetObject") == 1
