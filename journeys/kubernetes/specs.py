"""What is created in a cluster, as the API takes it: small, without rights, and gone quickly."""

from collections.abc import Sequence
from typing import Any

PORT = 8080
CONTAINER = "journey"
# All that is ours has this label: in a namespace that others use, too, it is found by that and by its name.
LABELS = {"app.kubernetes.io/managed-by": "cloud-journeys"}
SERVES = "journeys/serves"  # the label by which services and deployments know the pods of their scenario
NOBODY = 65534

# Says its greeting and its own name, into its log and to whoever asks it by HTTP.
SERVE = 'echo "$GREETING by $POD"; echo "$GREETING by $POD" > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'
# Asks the service, whose name the cluster has to resolve. A new service is not known everywhere at once; once it
# answers, it has to go on with that.
TIMES = 5
VISIT = (
    'ask() { wget -q -T 5 -O - "http://$SERVICE/"; }; '
    'for i in 1 2 3 4 5 6 7 8 9 10; do ask && break; [ $i = 10 ] && echo "no answer from $SERVICE" && exit 1; sleep 2; '
    f'done; for i in {" ".join(map(str, range(TIMES)))}; do ask || {{ echo "no answer any more"; exit 1; }}; done'
)


def namespace(name: str) -> dict[str, Any]:
    return {"metadata": _metadata(name)}


def server(name: str, image: str, greeting: str, served: str) -> dict[str, Any]:
    """A pod that serves its greeting; `served` tells its scenario's pods from others."""
    return {"metadata": _metadata(name, served), "spec": _serving(image, greeting)}


def visitor(name: str, image: str, service: str) -> dict[str, Any]:
    """A pod that asks a service by its name, and ends."""
    spec = _spec(_container(image, VISIT, [{"name": "SERVICE", "value": service}]))
    return {"metadata": _metadata(name), "spec": {**spec, "restartPolicy": "Never"}}


def deployment(name: str, image: str, greeting: str, served: str, count: int) -> dict[str, Any]:
    template = {"metadata": {"labels": {**LABELS, SERVES: served}}, "spec": _serving(image, greeting)}
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


def _metadata(name: str, served: str = "") -> dict[str, Any]:
    return {"name": name, "labels": {**LABELS, **({SERVES: served} if served else {})}}


def _serving(image: str, greeting: str) -> dict[str, Any]:
    own_name = {"fieldRef": {"fieldPath": "metadata.name"}}
    environment = [{"name": "GREETING", "value": greeting}, {"name": "POD", "valueFrom": own_name}]
    probe = {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1}
    container = _container(image, SERVE, environment)
    return _spec({**container, "ports": [{"containerPort": PORT}], "readinessProbe": probe})


def _container(image: str, script: str, environment: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": CONTAINER,
        "image": image,
        "command": ["sh", "-c", script],
        "env": list(environment),
        # https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "resources": {
            "requests": {"cpu": "10m", "memory": "16Mi"},
            "limits": {"cpu": "100m", "memory": "32Mi"},
        },
    }


def _spec(container: dict[str, Any]) -> dict[str, Any]:
    return {
        "containers": [container],
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "securityContext": {"runAsNonRoot": True, "runAsUser": NOBODY, "seccompProfile": {"type": "RuntimeDefault"}},
    }
