"""A fake of a Kubernetes API server: its JSON, as far as we use it, over an honest memory that can be told to lie.

No stand-in for a real cluster, of which none can be started here: pods run nowhere, deployments have no replica sets
in between, and what controllers, the scheduler and the kubelet do is done a moment later. What is faithful: TLS, tokens
and rights (the user has what one of the roles of `deploy/policies` grants, a new service account has none, who does not
log in is `system:anonymous`), reviews of rights, the paths, kinds and Status answers with their reasons and words,
names and labels that are taken, wrong or not there, conditions and containers' statuses, generations that controllers
have not observed yet, quotas that limit nothing until they are counted, logs of containers that only start, deletions
that take a while and take along what hangs on them, endpoints of pods that are not ready or going, and none (null)
where nobody has an address, services that lead to any of their pods, namespaces that take nothing in while they end.
The official client, which reads every answer, checks their form.
"""

import itertools
import json
import random
import re
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from ruamel.yaml import YAML

from journeys.kubernetes.specs import PORT, TIMES
from journeys.settings import ROOT

TOKEN = "secret-token-of-the-fake-cluster"
POLICIES = ROOT / "deploy" / "policies"
SOON = 0.001  # seconds until what takes a moment is done
NAME = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
LABEL = r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
CODES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "AlreadyExists",
    422: "Invalid",
    500: "InternalError",
    503: "ServiceUnavailable",
}

# Kinds: the group and version, and what one is called.
KINDS = {
    "namespaces": ("v1", "Namespace"),
    "pods": ("v1", "Pod"),
    "services": ("v1", "Service"),
    "serviceaccounts": ("v1", "ServiceAccount"),
    "resourcequotas": ("v1", "ResourceQuota"),
    "deployments": ("apps/v1", "Deployment"),
    "endpointslices": ("discovery.k8s.io/v1", "EndpointSlice"),
    "secrets": ("v1", "Secret"),
    "configmaps": ("v1", "ConfigMap"),
    "nodes": ("v1", "Node"),
}
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_PATH = re.compile(
    r"/(?:api|apis/[^/]+)/v1(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<kind>[a-z]+)(?:/(?P<name>[^/]+)(?:/(?P<part>log|token|scale|proxy)(?:/.*)?)?)?"
)


@dataclass
class Reply:
    """What the client is told: an object, or a text."""

    status: int
    body: Any = None

    @classmethod
    def refusal(cls, status: int, message: str, reason: str | None = None) -> Self:
        told = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
        return cls(status, {**told, "reason": reason or CODES[status], "code": status})


class Refused(Exception):
    """What is asked for can't be done."""

    def __init__(self, status: int, message: str, reason: str | None = None):
        self.reply = Reply.refusal(status, message, reason)


Lie = Callable[["Fakekube", Callable[[], Reply]], Reply]


@dataclass
class Fakekube:
    """The state of the fake; `lies` are told in place of what is so, by method and path (a regular expression).

    Its user has the rights of the `role`: in the namespace `within`, or everywhere.
    """

    lies: dict[str, Lie] = field(default_factory=dict)
    before_namespace: Callable[[], None] = lambda: None  # a namespace begins the next story
    role: str = "kubernetes-role.yaml"
    within: str = ""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.things: dict[str, dict[tuple[str, str], dict]] = {kind: {} for kind in KINDS}
        self.asked = 0
        rules = YAML(typ="safe").load((POLICIES / self.role).read_text())["rules"]
        self.used: set[tuple[str, str, str]] = set()
        self.granted = {
            (group, resource, verb)
            for rule in rules
            for group in rule["apiGroups"]
            for resource in rule["resources"]
            for verb in rule["verbs"]
        }
        for name in filter(None, ("default", self.within)):
            self._create("namespaces", "", {"metadata": {"name": name}})

    # --- what is asked

    def answer(self, method: str, url: str, token: str, body: dict) -> Reply:
        parts = urlsplit(url)
        path = unquote(parts.path)
        with self._lock:
            self.asked += 1
            if (method, path) == ("POST", "/api/v1/namespaces"):
                self.before_namespace()
            self._let_time_pass()

            def honestly() -> Reply:
                try:
                    return self._answer(method, path, dict(parse_qsl(parts.query)), token, body)
                except Refused as refused:
                    return refused.reply

            for pattern, lie in self.lies.items():
                if re.fullmatch(pattern, f"{method} {path}"):
                    return lie(self, honestly)
            return honestly()

    def _answer(self, method: str, path: str, query: dict, token: str, body: dict) -> Reply:
        if (method, path) == ("POST", REVIEW):
            return self._review(token, body)
        asked = re.fullmatch(_PATH, path)
        if not asked or asked["kind"] not in KINDS:
            raise Refused(404, "the server could not find the requested resource")
        space, kind, name, part = asked.groups("")
        verb = {"POST": "create", "DELETE": "delete", "PATCH": "patch", "GET": "get" if name else "list"}[method]
        verb = "deletecollection" if verb == "delete" and not name else verb
        self._check_rights(token, verb, kind, part, name, name if kind == "namespaces" else space)
        if not name:
            made = verb == "create" and self._create(kind, space, body)
            return Reply(201, _shown(made)) if made else self._list(kind, space, query)
        name = name.partition(":")[0] if part == "proxy" else name
        thing = self._the(kind, space, name)
        if part:
            return getattr(self, f"_{part}")(thing, body, query)
        return Reply(200, _shown(self._delete(kind, space, thing, query, body) if verb == "delete" else thing))

    def _who(self, token: str) -> str:
        """The name of who has the token; RBAC knows strangers, too."""
        for (space, name), account in self.things["serviceaccounts"].items():
            if account.get("token") == token:
                return f"system:serviceaccount:{space}:{name}"
        if token and token != TOKEN:
            raise Refused(401, "Unauthorized")
        return "monitor" if token else "system:anonymous"

    def _may(self, user: str, group: str, resource: str, verb: str, place: str) -> bool:
        return user == "monitor" and (group, resource, verb) in self.granted and self.within in ("", place)

    def _check_rights(self, token: str, verb: str, kind: str, part: str, name: str, place: str) -> None:
        user, group = self._who(token), KINDS[kind][0].rpartition("/")[0]
        resource = f"{kind}/{part}" if part else kind
        if self._may(user, group, resource, verb, place):
            self.used.add((group, resource, verb))
            return
        about = " ".join(filter(None, (f"{kind}.{group}".rstrip("."), name and f'"{name}"')))
        where = f'in the namespace "{place}"' if place else "at the cluster scope"
        told = f'User "{user}" cannot {verb} resource "{resource}" in API group "{group}" {where}'
        raise Refused(403, f"{about} is forbidden: {told}")

    def _review(self, token: str, body: dict) -> Reply:
        about = body["spec"]["resourceAttributes"]
        resource = "/".join(filter(None, (about["resource"], about.get("subresource"))))
        allowed = self._may(self._who(token), about["group"], resource, about["verb"], about.get("namespace", ""))
        told = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {}}
        return Reply(201, {**told, "spec": body["spec"], "status": {"allowed": allowed}})

    # --- what there is

    def _the(self, kind: str, space: str, name: str) -> dict:
        if (space, name) not in self.things[kind]:
            group = KINDS[kind][0].rpartition("/")[0]
            raise Refused(404, f'{f"{kind}.{group}".rstrip(".")} "{name}" not found')
        return self.things[kind][space, name]

    def _within(self, kind: str, space: str) -> list[dict]:
        return [thing for (place, _), thing in self.things[kind].items() if place == space]

    def _list(self, kind: str, space: str, query: dict) -> Reply:
        found = self._within(kind, space) if space else list(self.things[kind].values())
        if selector := query.get("labelSelector"):
            wanted = dict(each.split("=") for each in selector.split(","))
            found = [thing for thing in found if wanted.items() <= thing["metadata"].get("labels", {}).items()]
        version, one = KINDS[kind]
        listed = [{key: value for key, value in _shown(thing).items() if key != "kind"} for thing in found]
        return Reply(200, {"kind": f"{one}List", "apiVersion": version, "metadata": {}, "items": listed})

    def _create(self, kind: str, space: str, body: dict) -> dict:
        name = body.get("metadata", {}).get("name", "")
        version, one = KINDS[kind]
        if space:
            self._check_namespace(kind, space, name)
        if not re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?" if kind == "services" else NAME, name):
            raise Refused(422, f'{one} "{name}" is invalid: metadata.name: Invalid value: "{name}"')
        for label, value in body["metadata"].get("labels", {}).items():
            if not re.fullmatch(LABEL, value):
                raise Refused(422, f'{one} "{name}" is invalid: metadata.labels: Invalid value: "{value}" of {label}')
        if (space, name) in self.things[kind]:
            raise Refused(409, f'{kind} "{name}" already exists')
        number = next(self._numbers)
        metadata = {
            **body["metadata"],
            "uid": f"{number:08}-0000-4000-8000-000000000000",
            "resourceVersion": str(number),
            "creationTimestamp": _now(),
            "generation": 1,
            **({"namespace": space} if space else {}),
        }
        thing = {**body, "kind": one, "apiVersion": version, "metadata": metadata, "born": time.monotonic()}
        getattr(self, f"_begin_{kind}", lambda space, thing: None)(space, thing)
        self.things[kind][space, name] = thing
        return thing

    def _check_namespace(self, kind: str, space: str, name: str) -> None:
        """Nothing can be made in a namespace that is not there, or that ends."""
        if "deletionTimestamp" in self._the("namespaces", "", space)["metadata"]:
            told = f"unable to create new content in namespace {space} because it is being terminated"
            raise Refused(403, f'{kind} "{name}" is forbidden: {told}')

    def _delete(self, kind: str, space: str, thing: dict, query: dict | None = None, body: dict | None = None) -> dict:
        metadata = thing["metadata"]
        if kind == "namespaces" and "deletionTimestamp" in metadata:
            told = f'Operation cannot be fulfilled on namespaces "{metadata["name"]}": its content is being removed'
            raise Refused(409, told, "Conflict")
        how = {**(query or {}), **(body or {})}.get("propagationPolicy", "Background")
        if kind in ("namespaces", "pods") or how == "Foreground":
            if "ends" not in thing:
                metadata["deletionTimestamp"] = _now()
                thing["ends"] = time.monotonic() + SOON
            if kind != "pods":
                thing["status"] = {"phase": "Terminating"} if kind == "namespaces" else thing["status"]
                self._collect_garbage()
            return thing
        del self.things[kind][space, metadata["name"]]
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}

    # --- what is done by others than the API server

    def _let_time_pass(self) -> None:
        now = time.monotonic()
        self._collect_garbage()
        for kind in ("pods", "deployments", "namespaces"):  # what holds others ends after these
            held = set() if kind == "pods" else self._holding_pods()
            self.things[kind] = {
                place: thing
                for place, thing in self.things[kind].items()
                if thing.get("ends", now) >= now or held & {thing["metadata"]["uid"], thing["metadata"]["name"]}
            }
        for kind, things in self.things.items():
            spaces = {"", *(name for _, name in self.things["namespaces"])}
            self.things[kind] = {(space, name): thing for (space, name), thing in things.items() if space in spaces}
        for (space, _), pod in self.things["pods"].items():
            if pod["status"]["phase"] == "Pending" and pod["born"] + SOON < now:
                self._run(space, pod)
        for (space, _), deployment in self.things["deployments"].items():
            if deployment["changed"] + SOON < now and "ends" not in deployment:
                with suppress(Refused):  # as in a namespace that ends; controllers try again
                    self._look_after(space, deployment)
        for (space, _), quota in self.things["resourcequotas"].items():
            if quota["born"] + SOON < now:
                used = str(len(self._within("pods", space)))
                quota["status"] = {"hard": quota["spec"]["hard"], "used": {"pods": used}}
        self.things["endpointslices"] = self._slices()

    def _holding_pods(self) -> set[str]:
        """The namespaces, by their names, and the deployments, by their ids, that have pods."""
        pods = self.things["pods"]
        return {space for space, _ in pods}.union(*(_owners(pod) for pod in pods.values()))

    def _collect_garbage(self) -> None:
        """Pods go when what they belong to has gone, or is going."""
        going = {name for (_, name), thing in self.things["namespaces"].items() if "ends" in thing}
        owners = {each["metadata"]["uid"] for each in self.things["deployments"].values() if "ends" not in each}
        for (space, _), pod in self.things["pods"].items():
            if "ends" not in pod and (space in going or _owners(pod) - owners):
                self._delete("pods", space, pod)

    def _begin_namespaces(self, space: str, thing: dict) -> None:
        thing["spec"], thing["status"] = {"finalizers": ["kubernetes"]}, {"phase": "Active"}

    def _begin_resourcequotas(self, space: str, thing: dict) -> None:
        thing["status"] = {}

    def _begin_services(self, space: str, thing: dict) -> None:
        thing["spec"] = {**thing["spec"], "clusterIP": f"10.96.0.{next(self._numbers) % 250}", "type": "ClusterIP"}

    def _begin_deployments(self, space: str, thing: dict) -> None:
        name, spec = thing["metadata"]["name"], thing["spec"]
        if not spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items():
            told = "spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`"
            raise Refused(422, f'Deployment "{name}" is invalid: {told}')
        thing["spec"], thing["status"], thing["changed"] = dict(spec), {}, thing["born"]

    def _begin_pods(self, space: str, thing: dict) -> None:
        assert thing["spec"]["containers"][0]["image"], "a container needs an image"
        for quota in self._within("resourcequotas", space):
            name, held = quota["metadata"]["name"], len(self._within("pods", space))
            pod = f'pods "{thing["metadata"]["name"]}" is forbidden'
            if "hard" not in quota["status"]:
                continue  # it limits nothing before a controller has looked at it
            if held >= int(quota["spec"]["hard"]["pods"]):
                limit = quota["spec"]["hard"]["pods"]
                raise Refused(
                    403, f"{pod}: exceeded quota: {name}, requested: pods=1, used: pods={held}, limited: pods={limit}"
                )
        waiting = {"waiting": {"reason": "ContainerCreating"}}
        thing["status"] = {
            "phase": "Pending",
            "conditions": _conditions(PodScheduled=True, ContainersReady=False, Ready=False),
            "containerStatuses": [_container(thing, waiting, ready=False)],
        }

    def _run(self, space: str, pod: dict) -> None:
        """What a node would do: run the container, which serves a greeting or asks for one."""
        given = pod["spec"]["containers"][0]["env"]
        environment = {each["name"]: each.get("value", pod["metadata"]["name"]) for each in given}
        number = next(self._numbers)
        pod["status"] = {
            "phase": "Running",
            "podIP": f"10.244.{number // 250}.{number % 250}",
            "conditions": _conditions(PodScheduled=True, ContainersReady=True, Ready=True),
            "containerStatuses": [_container(pod, {"running": {"startedAt": _now()}}, ready=True)],
        }
        pod["log"] = f"{environment.get('GREETING', '')} by {environment.get('POD', '')}\n"
        if service := environment.get("SERVICE"):
            answers = [self._greeting(space, service) for _ in range(1 + TIMES)]
            code = 0 if all(answers) else 1
            pod["log"] = "".join(f"{answer or 'no answer'}\n" for answer in answers)
            ended = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed"}}
            pod["status"] |= {
                "phase": "Failed" if code else "Succeeded",
                "conditions": _conditions(PodScheduled=True, ContainersReady=False, Ready=False),
                "containerStatuses": [_container(pod, ended, ready=False)],
            }

    def _look_after(self, space: str, deployment: dict) -> None:
        """What controllers do: keep the number of pods."""
        name, wanted = deployment["metadata"]["name"], deployment["spec"]["replicas"]
        template = deployment["spec"]["template"]
        owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "uid": deployment["metadata"]["uid"]}
        ours = [pod for pod in self._within("pods", space) if owner["uid"] in _owners(pod)]
        alive = [pod for pod in ours if "ends" not in pod]
        for _ in range(wanted - len(alive)):
            metadata = {**template["metadata"], "name": f"{name}-{7 * 10**8:x}-{next(self._numbers):05x}"}
            metadata["ownerReferences"] = [{**owner, "controller": True, "blockOwnerDeletion": True}]
            alive.append(self._create("pods", space, {"metadata": metadata, "spec": template["spec"]}))
        for pod in alive[wanted:]:
            self._delete("pods", space, pod)
        ready = [pod for pod in alive[:wanted] if pod["status"]["phase"] == "Running"]
        counts = {"replicas": len(alive[:wanted]), "updatedReplicas": wanted, "readyReplicas": len(ready)}
        counts |= {"availableReplicas": len(ready), "unavailableReplicas": wanted - len(ready)}
        deployment["status"] = {key: count for key, count in counts.items() if count}  # none is told by nothing
        deployment["status"]["observedGeneration"] = deployment["metadata"]["generation"]

    def _serving(self, space: str, service: str) -> list[dict]:
        """The pods to which a service leads."""
        if (space, service) not in self.things["services"]:
            return []
        selector = self.things["services"][space, service]["spec"]["selector"].items()
        return [
            pod
            for pod in self._within("pods", space)
            if selector <= pod["metadata"].get("labels", {}).items() and pod["status"]["phase"] == "Running"
        ]

    def _greeting(self, space: str, service: str) -> str | None:
        serving = [pod for pod in self._serving(space, service) if "ends" not in pod]
        return random.choice(serving)["log"].strip() if serving else None

    def _slices(self) -> dict[tuple[str, str], dict]:
        """The endpoint slices, which follow from services and pods."""
        found = {}
        for space, name in self.things["services"]:
            endpoints = [
                {
                    "addresses": [pod["status"]["podIP"]],
                    "conditions": {"ready": "ends" not in pod, "serving": True, "terminating": "ends" in pod},
                    "targetRef": {"kind": "Pod", "namespace": space, "name": pod["metadata"]["name"]},
                }
                for pod in self._serving(space, name)
            ]
            labels = {"kubernetes.io/service-name": name}
            labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
            found[space, f"{name}-1"] = {
                "addressType": "IPv4",
                "metadata": {"name": f"{name}-1", "namespace": space, "labels": labels},
                "endpoints": endpoints or None,  # as controllers leave it, and Go writes it
                "ports": [{"name": "", "port": PORT, "protocol": "TCP"}],
            }
        return found

    # --- parts of things

    def _log(self, pod: dict, body: dict, query: dict) -> Reply:
        name, container = pod["metadata"]["name"], pod["spec"]["containers"][0]["name"]
        if query.get("container", container) != container:
            raise Refused(400, f"container {query['container']} is not valid for pod {name}")
        if "log" not in pod:
            raise Refused(400, f'container "{container}" in pod "{name}" is waiting to start: ContainerCreating')
        return Reply(200, pod["log"][: int(query.get("limitBytes", 10**9))])

    def _token(self, account: dict, body: dict, query: dict) -> Reply:
        if body["spec"]["expirationSeconds"] < 600:
            told = "spec.expirationSeconds: Invalid value: may not specify a duration less than 10 minutes"
            raise Refused(422, f'TokenRequest "" is invalid: {told}')
        account["token"] = f"token-of-{account['metadata']['uid']}"
        spec = {"audiences": ["fake"], **body["spec"]}
        status = {"token": account["token"], "expirationTimestamp": "2999-01-01T00:00:00Z"}
        told = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {}}
        return Reply(201, {**told, "spec": spec, "status": status})

    def _scale(self, deployment: dict, body: dict, query: dict) -> Reply:
        deployment["spec"]["replicas"] = body["spec"]["replicas"]
        deployment["metadata"]["generation"] += 1
        deployment["changed"] = time.monotonic()
        metadata = {"name": deployment["metadata"]["name"]}
        return Reply(200, {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": body["spec"]})

    def _proxy(self, service: dict, body: dict, query: dict) -> Reply:
        name = service["metadata"]["name"]
        if (answer := self._greeting(service["metadata"]["namespace"], name)) is None:
            raise Refused(503, f'no endpoints available for service "{name}"')
        return Reply(200, f"{answer}\n")


def _owners(pod: dict) -> set[str]:
    return {owner["uid"] for owner in pod["metadata"].get("ownerReferences", ())}


def _conditions(**holding: bool) -> list[dict]:
    return [{"type": each, "status": str(holds)} for each, holds in holding.items()]


def _container(pod: dict, state: dict, *, ready: bool) -> dict:
    spec = pod["spec"]["containers"][0]
    told = {"name": spec["name"], "image": spec["image"], "imageID": spec["image"], "restartCount": 0}
    return {**told, "ready": ready, "started": ready, "state": state, "lastState": {}}


def _shown(thing: dict) -> dict:
    """Without what only the fake has to know."""
    return {key: value for key, value in thing.items() if key not in ("born", "changed", "ends", "log", "token")}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


# --- lies


def said(status: int, message: str = "Said by a fake", reason: str | None = None) -> Lie:
    """Carries nothing out and answers with an error."""
    return lambda cluster, honestly: Reply.refusal(status, message, reason)


def pretended(status: int = 200) -> Lie:
    """Carries nothing out and says that all is well."""
    told = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return lambda cluster, honestly: Reply(status, told)


def answered(body: Any, status: int = 200) -> Lie:
    """Answers with this, whatever is so."""
    return lambda cluster, honestly: Reply(status, body)


def changed(change: Callable[[dict], None]) -> Lie:
    """Answers with what is so, changed: the one thing, or each of those listed."""

    def lie(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
        reply = json.loads(json.dumps(vars(honestly())))
        if reply["status"] < 300:
            for thing in reply["body"].get("items", [reply["body"]]):
                change(thing)
        return Reply(**reply)

    return lie


def emptied(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """A list that holds nothing."""
    reply = honestly()
    return Reply(reply.status, {**reply.body, "items": []})


def at_first(lie: Lie) -> Lie:
    """The lie once in each namespace, the truth from then on."""
    told: set[str] = set()

    def once(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
        spaces = {name for _, name in cluster.things["namespaces"]}
        fresh = spaces - told
        told.update(spaces)
        return lie(cluster, honestly) if fresh else honestly()

    return once


def now_and_then(count: int, lie: Lie) -> Lie:
    """The lie for each request whose number can be divided by `count`."""
    numbers = itertools.count(1)
    return lambda cluster, honestly: lie(cluster, honestly) if next(numbers) % count == 0 else honestly()


# --- the server


class Server(ThreadingHTTPServer):
    """Serves a fake cluster on loopback; `kubeconfig` writes how to reach it, with the context `fake`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, cluster: Fakekube, certificate: Path):
        super().__init__(("127.0.0.1", 0), _Asked)
        self.cluster = cluster
        self._certificate = certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def settings(self, directory: Path) -> dict[str, str]:
        """The settings for a run against it; the kubeconfig is written into `directory`."""
        url = f"https://127.0.0.1:{self.server_port}"
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": {"server": url, "certificate-authority": str(self._certificate)}}],
            "users": [{"name": "u", "user": {"token": TOKEN}}],
            "contexts": [{"name": "fake", "context": {"cluster": "c", "user": "u"}}],
        }
        (directory / "kubeconfig").write_text(json.dumps(config))  # JSON is YAML
        return {
            "JOURNEYS_KUBERNETES_CONTEXT": "fake",
            "KUBECONFIG": str(directory / "kubeconfig"),
            "JOURNEYS_CAPABILITIES": "service-proxy",
        }

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: clients may go."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        reply = self.server.cluster.answer(self.command, self.path, token, json.loads(sent) if sent else {})
        text = isinstance(reply.body, str)
        body = reply.body.encode() if text else json.dumps(reply.body, default=str).encode()
        self.send_response_only(reply.status)
        self.send_header("Content-Type", "text/plain" if text else "application/json")
        self.send_header("Audit-Id", f"audit-{self.server.cluster.asked}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        """Says nothing."""
