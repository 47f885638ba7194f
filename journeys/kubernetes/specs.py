"""What is created in a cluster, as the API takes it: small, without rights, and gone quickly."""

from collections.abc import Sequence
from typing import Any

PORT = 8080
LABELS = {"app.kubernetes.io/managed-by": "cloud-journeys"}
SERVED = {"journeys/serves": "greeting"}  # the label of the pods to which services lead
NOBODY = 65534

# Says its greeting into its log and to whoever asks it by HTTP.
SERVE = 'echo "$GREETING"; echo "$GREETING" > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'
# Asks the service, whose name the cluster has to resolve; a new service is not known everywhere at once.
VISIT = (
    'for i in 1 2 3 4 5 6 7 8 9 10; do wget -q -T 5 -O - "http://$SERVICE/" && exit 0; sleep 2; done; '
    'echo "there was no answer from http://$SERVICE/"; exit 1'
)


def namespace(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": LABELS}}


def server(name: str, image: str, greeting: str) -> dict[str, Any]:
    """A pod that serves its greeting."""
    return {"metadata": {"name": name, "labels": SERVED}, "spec": _serving(image, greeting)}


def visitor(name: str, image: str, service: str) -> dict[str, Any]:
    """A pod that asks a service by its name, and ends."""
    spec = _spec(_container(image, VISIT, [{"name": "SERVICE", "value": service}]))
    return {"metadata": {"name": name}, "spec": {**spec, "restartPolicy": "Never"}}


def deployment(name: str, image: str, greeting: str, count: int) -> dict[str, Any]:
    template = {"metadata": {"labels": SERVED}, "spec": _serving(image, greeting)}
    spec = {"replicas": count, "selector": {"matchLabels": SERVED}, "template": template}
    return {"metadata": {"name": name}, "spec": spec}


def service(name: str) -> dict[str, Any]:
    """A service that leads to all that serves the greeting in its namespace."""
    return {"metadata": {"name": name}, "spec": {"selector": SERVED, "ports": [{"port": 80, "targetPort": PORT}]}}


def quota(name: str, pods: int) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"hard": {"pods": str(pods)}}}


def _serving(image: str, greeting: str) -> dict[str, Any]:
    container = _container(image, SERVE, [{"name": "GREETING", "value": greeting}])
    probe = {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1}
    return _spec({**container, "ports": [{"containerPort": PORT}], "readinessProbe": probe})


def _container(image: str, script: str, environment: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {
        "name": "journey",
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
