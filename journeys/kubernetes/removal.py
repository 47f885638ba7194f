"""How what is ours in a cluster is removed: by its namespace, or, in one that was given, thing by thing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from journeys import clock
from journeys.journal import Owned
from journeys.kubernetes import specs
from journeys.ledger import Kind

if TYPE_CHECKING:
    from journeys.kubernetes.cluster import Cluster

GONE_WITHIN = 300  # seconds until what is removed has to be gone; a cleanup's own deadline is mostly shorter
LOOK_EVERY = 0.5  # seconds
OURS = ",".join(f"{label}={value}" for label, value in specs.LABELS.items())
WITH_DEPENDENTS = "Foreground"  # https://kubernetes.io/docs/concepts/architecture/garbage-collection/


def kinds(cluster: "Cluster") -> list[Kind]:
    """What the ledger has to know, in the order in which things have to go."""
    if not cluster.given:
        return [_namespaces(cluster)]
    return [_deployments(cluster), _within(cluster, "pod", cluster.core), _within(cluster, "service", cluster.core)]


def _namespaces(cluster: "Cluster") -> Kind:
    """All that we create is in namespaces of ours, and goes with them."""

    def remove(owned: Owned) -> None:
        found = cluster.found(cluster.core.read_namespace, owned.name)
        if found and not found.metadata.deletion_timestamp:  # a second request would be a conflict
            cluster.found(cluster.core.delete_namespace, owned.name)
        _until_gone(lambda: cluster.has_namespace(owned.name), f"namespace {owned.name}")

    return Kind("namespace", remove, lambda: [each.name for each in cluster.namespaces()])


def _within(cluster: "Cluster", kind: str, api: Any, **how: str) -> Kind:
    """Of a kind in the given namespace, what has our label and a name of ours: nothing else is ever touched.

    Where the ledger names another namespace, given earlier, that is where it is.
    """
    read, delete, listed = (getattr(api, f"{verb}_namespaced_{kind}") for verb in ("read", "delete", "list"))

    def remove(owned: Owned) -> None:
        place = _place_of(cluster, owned)
        found = cluster.found(read, owned.name, place)
        if not found:
            return
        ours = specs.LABELS.items() <= (found.metadata.labels or {}).items()
        assert ours, f"{kind} {owned.name} of namespace {place} has not our label: left alone."
        if not found.metadata.deletion_timestamp:
            cluster.found(delete, owned.name, place, **how)
        _until_gone(lambda: bool(cluster.found(read, owned.name, place)), f"{kind} {owned.name}")

    return Kind(kind, remove, lambda: [each.metadata.name for each in listed(cluster.given, label_selector=OURS).items])


def _deployments(cluster: "Cluster") -> Kind:
    """Deployments, and what is left of their pods where the cluster does not remove these with them."""
    itself = _within(cluster, "deployment", cluster.apps, propagation_policy=WITH_DEPENDENTS)

    def remove(owned: Owned) -> None:
        itself.remove(owned)
        place = _place_of(cluster, owned)

        def left() -> list[str]:
            return [pod.name for pod in cluster.pods(place) if pod.name.startswith(f"{owned.name}-")]

        for name in left():
            cluster.found(cluster.core.delete_namespaced_pod, name, place)
        _until_gone(lambda: bool(left()), f"every pod of deployment {owned.name}")

    return Kind("deployment", remove, itself.names)


def _place_of(cluster: "Cluster", owned: Owned) -> str:
    """The namespace in which it is."""
    return owned.site if owned.site != "primary" else cluster.given


def _until_gone(there: Callable[[], bool], what: str) -> None:
    gone = clock.wait_until(lambda: not there(), GONE_WITHIN, LOOK_EVERY)
    assert gone, f"Expected {what} to be gone within {GONE_WITHIN} s, but it is still there."
