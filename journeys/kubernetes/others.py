"""Others than the user, as a cluster knows them by their token, and what they may try there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from journeys.kubernetes import specs


@dataclass(frozen=True)
class Other:
    """Who asks through this API of the official client. A call that fails raises CallFailed."""

    api: Any
    origin: specs.Origin  # of pods

    def list_pods(self, namespace: str) -> None:
        self.api.list_namespaced_pod(namespace)

    def readings(self, namespace: str) -> dict[str, Callable[[], Any]]:
        """What he may try to see, in the namespace and beyond, by what it is called."""
        return {
            "read the namespace's secrets": lambda: self.api.list_namespaced_secret(namespace),
            "read its settings": lambda: self.api.list_namespaced_config_map(namespace),
            "list all namespaces": self.api.list_namespace,
            "list the pods of all namespaces": self.api.list_pod_for_all_namespaces,
            "read the secrets of all namespaces": self.api.list_secret_for_all_namespaces,
            "list the nodes": self.api.list_node,
        }

    def changes(self, namespace: str) -> dict[str, Callable[[], Any]]:
        """What he may try to change there, by what it is called: to be tried in namespaces of ours."""
        pod = specs.visitor("intruder", self.origin, "nobody")
        return {
            "start a pod": lambda: self.api.create_namespaced_pod(namespace, pod),
            "remove all pods": lambda: self.api.delete_collection_namespaced_pod(namespace),
        }
