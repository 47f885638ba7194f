"""What an API server tells, as our nouns."""

from collections.abc import Iterator
from typing import Any

from journeys.kubernetes import specs
from journeys.kubernetes.nouns import Deployment, Pod


def pod(told: Any) -> Pod:
    status, going = told.status, told.metadata.deletion_timestamp
    containers = status.container_statuses or ()
    conditions = {each.type: each for each in status.conditions or ()}
    holding = {name for name in ("PodScheduled", "Ready") if name in conditions and conditions[name].status == "True"}
    runs = status.phase == "Running" and not going and bool(containers) and all(each.ready for each in containers)
    trouble = [*_waiting(containers), *(each.message for each in conditions.values() if each.status == "False")]
    return Pod(
        told.metadata.name,
        "Terminating" if going else status.phase,
        scheduled="PodScheduled" in holding,
        ready=bool(runs and holding == {"PodScheduled", "Ready"} and status.pod_ip),
        address=status.pod_ip or "",
        serves=(told.metadata.labels or {}).get(specs.SERVES, ""),
        restarts=sum(each.restart_count for each in containers),
        trouble="; ".join(dict.fromkeys(each.rstrip(".") for each in trouble if each)),
    )


def deployment(told: Any) -> Deployment:
    """Its counts are none as long as they are those of an earlier change."""
    status, wanted = told.status, told.spec.replicas
    if (status.observed_generation or 0) < (told.metadata.generation or 0):
        return Deployment(told.metadata.name, wanted, 0, 0)
    return Deployment(told.metadata.name, wanted, status.replicas or 0, status.ready_replicas or 0)


def addresses(slices: list[Any]) -> list[str]:
    """To which a service leads, by its endpoint slices, at the port where its pods serve, in order."""
    right = [part for part in slices if specs.PORT in {port.port for port in part.ports or ()}]
    found = [each for part in right for each in part.endpoints or ()]
    # an endpoint of which it is not told counts as ready, says the API
    ready = [each for each in found if not each.conditions or each.conditions.ready is not False]
    return sorted(address for each in ready for address in each.addresses)


def assert_ours(told: Any, namespace: str, name: str = "") -> None:
    """What was asked for is what came: of this namespace and name, and with the label by which it was selected."""
    there = told.metadata
    right = there.namespace == namespace and there.name == (name or there.name)
    assert right and specs.LABELS.items() <= (there.labels or {}).items(), (
        f"Expected {f'pod {name}' if name else 'only pods'} of ours of namespace {namespace}, but what came is pod "
        f"{there.name} of {there.namespace}, with the labels {there.labels}."
    )


def _waiting(containers: Any) -> Iterator[str]:
    """Why containers do not run: what each waits for, and how it ended before."""
    for container in containers:
        for state in (container.state, container.last_state):
            for why in (state.waiting, state.terminated) if state else ():
                if why and why.reason != "ContainerCreating":
                    code = getattr(why, "exit_code", None)
                    told = ": ".join(filter(None, (why.reason, why.message)))
                    yield f"{told} (exit code {code})" if code else told
