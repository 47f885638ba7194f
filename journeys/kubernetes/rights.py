"""What the journeys have to be allowed in a cluster, and what of it this user lacks."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kubernetes import client


class Right(NamedTuple):
    """A verb with a kind of thing of an API group; the core's is named ""."""

    group: str
    resource: str
    verb: str

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}{f'.{self.group}' if self.group else ''}"


def _rights(group: str, **verbs: str) -> set[Right]:
    return {Right(group, each.replace("_", "/"), verb) for each, told in verbs.items() for verb in told.split()}


PROXY = Right("", "services/proxy", "get")  # only where the capability `service-proxy` is declared

# As granted by deploy/policies/kubernetes-namespace-role.yaml, for journeys that stay in one given namespace …
IN_A_NAMESPACE = frozenset(
    {
        *_rights("", namespaces="get", pods="create get list delete", services="create get list delete"),
        *_rights("", pods_log="get"),
        PROXY,
        *_rights("apps", deployments="create get list delete", deployments_scale="patch"),
        *_rights("discovery.k8s.io", endpointslices="list"),
    }
)
# … and by deploy/policies/kubernetes-role.yaml, for all others.
EVERYWHERE = frozenset(
    {
        *_rights("", namespaces="create get list delete", pods="create get list delete", services="create"),
        *_rights("", pods_log="get", resourcequotas="create get"),
        PROXY,
        *_rights("", serviceaccounts="create", serviceaccounts_token="create"),
        *_rights("apps", deployments="create get delete", deployments_scale="patch"),
        *_rights("discovery.k8s.io", endpointslices="list"),
    }
)


def missing(api: Any, namespace: str) -> list[Right]:
    """Which of the rights that the journeys need this user has not got, as the cluster says; "" is everywhere.

    Asking is every user's right. Raises CallFailed.
    """
    ask = client.AuthorizationV1Api(api).create_self_subject_access_review
    return list(_refused(ask, IN_A_NAMESPACE if namespace else EVERYWHERE, namespace))


def _refused(ask: Callable[[Any], Any], rights: frozenset[Right], namespace: str) -> Iterator[Right]:
    for right in sorted(rights):
        resource, _, part = right.resource.partition("/")
        about = {"group": right.group, "resource": resource, "subresource": part, "verb": right.verb}
        body = {"spec": {"resourceAttributes": {**about, "namespace": namespace}}}
        if not ask(body).status.allowed:
            yield right
