"""What is created in a cluster, as the API takes it: small, without rights, and gone quickly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PORT = 8080
CONTAINER = "journey"
# All that is ours has this label: in a namespace that others use, too, it is found by that and by its name.
LABELS = {"app.kubernetes.io/managed-by": "cloud-journeys"}
SERVES = "journeys/serves"  # the label by which services and deployments know the pods of their scenario

# A mesh would put a container of its own into each pod, and so a visitor would never end.
# https://istio.io/latest/docs/reference/config/labels/#SidecarInject
# https://linkerd.io/2/features/proxy-injection/#overriding-injection
WITHOUT_ISTIO = {"sidecar.istio.io/inject": "false"}
WITHOUT_LINKERD = {"linkerd.io/inject": "disabled"}

# Says its greeting and its own name, into its log and to whoever asks it by HTTP.
SERVE = 'echo "$GREETING by $POD"; echo "$GREETING by $POD" > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'
# Asks the service, whose name the cluster has to resolve. A new service is not known everywhere at once; once it
# answers, it has to go on with that. Of two pods that share so many requests evenly, both are met, but for once in half
# a million times.
TIMES = 20
VISIT = (
    'ask() { wget -q -T 5 -O - "http://$SERVICE/"; }; '
    'for i in 1 2 3 4 5 6 7 8 9 10; do ask && break; [ $i = 10 ] && echo "no answer from $SERVICE" && exit 1; sleep 2; '
    f'done; for i in {" ".join(map(str, range(TIMES)))}; do ask || {{ echo "no answer any more"; exit 1; }}; done'
)


@dataclass(frozen=True)
class Origin:
    """What pods are started from, and the number of the user as whom they run; None: whom the cluster assigns."""

    image: str
    user: int | None


def namespace(name: str) -> dict[str, Any]:
    return {"metadata": _metadata(name)}


def server(name: str, origin: Origin, greeting: str, served: str) -> dict[str, Any]:
    """A pod that serves its greeting; `served` tells its scenario's pods from others."""
    return {"metadata": {"name": name, **_of_pods(served)}, "spec": _serving(origin, greeting)}


def visitor(name: str, origin: Origin, service: str) -> dict[str, Any]:
    """A pod that asks a service by its name, and ends."""
    spec = _spec(origin, VISIT, [{"name": "SERVICE", "value": service}])
    return {"metadata": {"name": name, **_of_pods()}, "spec": {**spec, "restartPolicy": "Never"}}


def deployment(name: str, origin: Origin, greeting: str, served: str, count: int) -> dict[str, Any]:
    template = {"metadata": _of_pods(served), "spec": _serving(origin, greeting)}
    spec = {"replicas": count, "selector": {"matchLabels": {SERVES: served}}, "template": template}
    return {"metadata": _metadata(name), "spec": spec}


def service(name: str, served: str) -> dict[str, Any]:
    """A service that leads to all pods of its scenario that serve the greeting."""
    return {
        "metadata": _metadata(name),
        "spec": {"selector": {SERVES: served}, "ports": [{"port": 80, "targetPort": PORT}]},
    }


def quota(name: str, pods: int) -> dict[str, Any]:
    return {"metadata": _metadata(name), "spec": {"hard": {"pods": str(pods)}}}


def account(name: str) -> dict[str, Any]:
    return {"metadata": _metadata(name)}


def said(greeting: str, pod: str) -> str:
    """What the pod of that name says, given the greeting."""
    return f"{greeting} by {pod}"


def _metadata(name: str) -> dict[str, Any]:
    return {"name": name, "labels": LABELS}


def _of_pods(served: str = "") -> dict[str, Any]:
    labels = {**LABELS, **WITHOUT_ISTIO, **({SERVES: served} if served else {})}
    return {"labels": labels, "annotations": WITHOUT_LINKERD}


def _serving(origin: Origin, greeting: str) -> dict[str, Any]:
    own_name = {"fieldRef": {"fieldPath": "metadata.name"}}
    environment = [{"name": "GREETING", "value": greeting}, {"name": "POD", "valueFrom": own_name}]
    probe = {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1}
    return _spec(origin, SERVE, environment, ports=[{"containerPort": PORT}], readinessProbe=probe)


def _spec(origin: Origin, script: str, environment: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A pod of one container, of which `more` may be said."""
    container = {
        "name": CONTAINER,
        "image": origin.image,
        "command": ["sh", "-c", script],
        "env": list(environment),
        # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "resources": {
            "requests": {"cpu": "10m", "memory": "16Mi"},
            "limits": {"cpu": "100m", "memory": "32Mi"},
        },
        **more,
    }
    user = {} if origin.user is None else {"runAsUser": origin.user}
    return {
        "containers": [container],
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "securityContext": {"runAsNonRoot": True, **user, "seccompProfile": {"type": "RuntimeDefault"}},
    }
