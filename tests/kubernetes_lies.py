"""Every promise of a cluster, made untrue: by a lie of the fake, or by steps after which it can't be so."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakekube import Fakekube, Lie, Reply, answered, changed, emptied, now_and_then, pretended, said
from tests.stories import Story

NAMESPACE = "/api/v1/namespaces/[^/]+"
POD = f"{NAMESPACE}/pods/[^/]+"
DEPLOYMENT = "/apis/apps/v1/namespaces/[^/]+/deployments/[^/]+"
PROXY = f"{NAMESPACE}/services/[^/]+/proxy/"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/[^/]+/endpointslices"


@dataclass(frozen=True)
class StoryOfCluster(Story):
    """A story in which some of the cluster's answers are lies. Each makes one namespace."""

    lies: dict[str, Lie] = field(default_factory=dict)


def _waits(reason: str, message: str, before: dict[str, str] | None = None) -> Lie:
    """A pod whose container does not run, as the kubelet tells it."""

    def change(pod: dict) -> None:
        told = {"name": "journey", "image": "i", "imageID": "", "ready": False, "restartCount": 3}
        told["state"] = {"waiting": {"reason": reason, "message": message}}
        if before:
            told["lastState"] = {"terminated": {"exitCode": 1, **before}}
        conditions = [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "False"}]
        pod["status"] = {"phase": "Pending", "conditions": conditions, "containerStatuses": [told]}

    return changed(change)


def _unscheduled(pod: dict) -> None:
    told = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    pod["status"] = {"phase": "Pending", "conditions": [{**told, "message": "0/3 nodes are available: no memory."}]}


def _failed(pod: dict) -> None:
    pod["status"] = {"phase": "Failed"}


def _its_container_is_not(pod: dict) -> None:
    for container in pod["status"]["containerStatuses"]:
        container["ready"] = False


def _restarted(pod: dict) -> None:
    for container in pod["status"]["containerStatuses"]:
        container["restartCount"] = 17


def _without_address(pod: dict) -> None:
    pod["status"].pop("podIP", None)


def _another(pod: dict) -> None:
    pod["metadata"]["name"] = "another"


def _elsewhere(pod: dict) -> None:
    pod["metadata"]["namespace"] = "kube-system"


def _at_one_address(thing: dict) -> None:
    for endpoint in thing.get("endpoints") or ():
        endpoint["addresses"] = ["10.244.9.9"]
    thing.get("status", {})["podIP"] = "10.244.9.9"


def _ending(namespace: dict) -> None:
    namespace["status"] = {"phase": "Terminating"}


def _listed_twice(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    reply = honestly()
    return Reply(reply.status, {**reply.body, "items": reply.body["items"] * 2})


def _with_more_lines(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    reply = honestly()
    return Reply(reply.status, f"{reply.body}greetings from another by another\n")


def _kept_running(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """The namespace goes, but its pods are still listed."""
    pods = json.loads(json.dumps([{"metadata": pod["metadata"]} for pod in cluster.things["pods"].values()]))
    listed = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [{**pod, "status": {}} for pod in pods]}
    cluster.lies = {**cluster.lies, f"GET {NAMESPACE}/pods": answered(listed)}
    return honestly()


def _orphaned(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """The deployment goes, its pods run on."""
    for pod in cluster.things["pods"].values():
        pod["metadata"].pop("ownerReferences", None)
    return honestly()


def _all_thrown_away(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """What concerns one pod, or the number of them, throws all away."""
    for (space, name), pod in cluster.things["pods"].items():
        if name.startswith("deployment-"):
            cluster._delete("pods", space, pod)
    return honestly()


def _refused_and_started(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """A pod is started although its owner is told that it can't be."""
    reply = honestly()
    if reply.status == 403:
        ((space, _), *_) = cluster.things["resourcequotas"]
        (pod, *_) = cluster._within("pods", space)
        del cluster.things["resourcequotas"][space, "pods"]
        cluster._create("pods", space, {"metadata": {**pod["metadata"], "name": "pod-2"}, "spec": pod["spec"]})
    return reply


def _by_one_pod(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    ((space, service), *_) = cluster.things["services"]
    return Reply(200, cluster._serving(space, service)[0]["log"])


def _told_by_one_pod(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    told = honestly().body
    return Reply(200, f"{told.splitlines()[0]}\n" * len(told.splitlines()))


def _of_nobody(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    """A token that is good for nothing."""
    reply = json.loads(json.dumps(vars(honestly())))
    reply["body"]["status"]["token"] = "good-for-nothing"
    return Reply(**reply)


def _another_in_the_end(cluster: Fakekube, honestly: Callable[[], Reply]) -> Reply:
    reply = honestly()
    return Reply(reply.status, re.sub(r"[^\n]+\n$", "greetings from another by another\n", reply.body))


def _one_less(deployment: dict) -> None:
    deployment["status"] = {"observedGeneration": 1, "replicas": 2, "readyReplicas": 1}


# Told to whoever asks, whatever his rights are.
NO_PODS = answered({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []})
NO_SECRETS = answered({"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []})


START = "Given a namespace\nWhen I start a pod"
RUNNING = "Given a running pod"
SERVICE = f"{RUNNING}\nAnd a service that leads to it"
TWO = "Given a deployment of 2 pods"
ACCOUNT = "Given an account without rights"
QUOTA = "Given a namespace whose quota of pods is used up\nWhen I try to start a pod"
ASKING = f"{SERVICE}\nWhen I start a pod that asks the service by its name"

STORIES = [
    # --- namespaces
    StoryOfCluster(
        "A namespace is made and not listed",
        "Given a namespace\nThen the namespace is listed",
        r"Expected namespace journeys-\S+ to be listed as Active, but of the 0 listed it is none",
        {"GET /api/v1/namespaces": emptied},
    ),
    StoryOfCluster(
        "A new namespace ends at once",
        "Given a namespace\nThen the namespace is listed",
        r"to be listed as Active, but of the \d+ listed it is Terminating",
        {"GET /api/v1/namespaces": changed(_ending)},
    ),
    StoryOfCluster(
        "A namespace is listed twice",
        "Given a namespace\nThen the namespace is listed",
        r"to be listed as Active, but of the \d+ listed it is Active and Active",
        {"GET /api/v1/namespaces": _listed_twice},
    ),
    StoryOfCluster(
        "A namespace goes and its pods run on",
        f"{RUNNING}\nWhen I delete the namespace\nThen the namespace is gone within 1 minute\n"
        "And nothing of it is left",
        r"Expected 0 of our pods to be listed in namespace journeys-\S+, but pod-1 is",
        {f"DELETE {NAMESPACE}": _kept_running},
    ),
    StoryOfCluster(
        "A namespace is said to be deleted and is not",
        "Given a namespace\nWhen I delete the namespace\nThen the namespace is gone within 10 ms",
        r"Expected namespace journeys-\S+ to be gone within 10 ms, but after .* it is still there",
        {f"DELETE {NAMESPACE}": pretended()},
    ),
    StoryOfCluster(
        "A deleted namespace can't be found but is listed",
        "Given a namespace\nWhen I delete the namespace\nThen the namespace is gone within 10 ms",
        r"Expected namespace journeys-\S+ to be gone, but it is still listed",
        {f"DELETE {NAMESPACE}": pretended(), f"GET {NAMESPACE}": said(404)},
    ),
    StoryOfCluster(
        "The user may not create namespaces",
        "When I create a namespace",
        r"kubernetes\.POST /api/v1/namespaces to succeed, but the server answered 403 Forbidden \(\"Said by a fake\"\)",
        {"POST /api/v1/namespaces": said(403)},
    ),
    StoryOfCluster(
        "A name is taken",
        "When I create a namespace",
        r"but the server answered 409 AlreadyExists",
        {"POST /api/v1/namespaces": said(409)},
    ),
    StoryOfCluster(
        "A new account sees everything",
        f"{ACCOUNT}\nWhen I try to list the pods with that account\nThen I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {f"GET {NAMESPACE}/pods": NO_PODS},
    ),
    StoryOfCluster(
        "A new account's token is good for nothing",
        f'{ACCOUNT}\nWhen I try to list the pods with that account\nThen I am refused with "Forbidden"',
        r"Expected a refusal with 'Forbidden', but it came with another\. .* 401 Unauthorized",
        {"POST .*/token": _of_nobody},
    ),
    StoryOfCluster(
        "A new account sees every secret",
        f"{ACCOUNT}\nThen that account may do nothing else",
        r"to be allowed nothing, but it may read the namespace's secrets, read the secrets of all namespaces\.",
        {f"GET (/api/v1|{NAMESPACE})/secrets": NO_SECRETS},
    ),
    StoryOfCluster(
        "A new account sees other namespaces",
        f"{ACCOUNT}\nThen that account may do nothing else",
        r"to be allowed nothing, but it may list all namespaces, list the pods of all namespaces\.",
        {
            "GET /api/v1/pods": NO_PODS,
            "GET /api/v1/namespaces": answered({"kind": "NamespaceList", "apiVersion": "v1", "items": []}),
        },
    ),
    StoryOfCluster(
        "A stranger sees everything",
        "Given a namespace\nWhen a stranger tries to list the pods\nThen the stranger is refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {f"GET {NAMESPACE}/pods": NO_PODS},
    ),
    StoryOfCluster(
        "A stranger sees every secret",
        "Given a namespace\nThen a stranger may read nothing else",
        r"Expected who is not known to see nothing, but he may read the namespace's secrets, read the secrets of all",
        {f"GET (/api/v1|{NAMESPACE})/secrets": NO_SECRETS},
    ),
    StoryOfCluster(
        "A quota is not kept",
        f"{QUOTA}\nThen I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {NAMESPACE}/pods": answered({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}}, 201)},
    ),
    StoryOfCluster(
        "A quota refuses what it lets in",
        f"{QUOTA}\nThen I am refused for lack of quota\nAnd no other pod is listed",
        r"Expected 1 of our pods to be listed in namespace \S+, but pod-1 is .*, pod-2 is ",
        {f"POST {NAMESPACE}/pods": _refused_and_started},
    ),
    # --- pods
    StoryOfCluster(
        "A pod is never ready",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Expected pod pod-1 to be ready within 10 ms, but after .* it is Pending\.",
        {f"GET {POD}": changed(lambda pod: pod.update(status={"phase": "Pending"}))},
    ),
    StoryOfCluster(
        "A pod runs and is not ready",
        f"{START}\nThen the pod is ready within 10 ms",
        r"within 10 ms, but after .* it is Running\.",
        {f"GET {POD}": changed(lambda pod: pod.update(status={"phase": "Running"}))},
    ),
    StoryOfCluster(
        "A pod crashes again and again",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Pending after 3 restarts \(CrashLoopBackOff: back-off 40s restarting; Error: no such file \(exit code 1\)\)",
        {
            f"GET {POD}": _waits(
                "CrashLoopBackOff", "back-off 40s restarting", {"reason": "Error", "message": "no such file"}
            )
        },
    ),
    StoryOfCluster(
        "The image of a pod is not there",
        f"{START}\nThen the pod is ready within 10 ms",
        r"\(ImagePullBackOff: Back-off pulling image \"nothing\"\)",
        {f"GET {POD}": _waits("ImagePullBackOff", 'Back-off pulling image "nothing"')},
    ),
    StoryOfCluster(
        "No node has room for a pod",
        f"{START}\nThen the pod is ready within 10 ms",
        r"it is Pending \(0/3 nodes are available: no memory\)",
        {f"GET {POD}": changed(_unscheduled)},
    ),
    StoryOfCluster(
        "A pod is ready and its container is not",
        f"{START}\nThen the pod is ready within 10 ms",
        r"within 10 ms, but after .* it is (Pending|Running)",
        {f"GET {POD}": changed(_its_container_is_not)},
    ),
    StoryOfCluster(
        "A pod is ready between two crashes",
        f"{START}\nThen the pod is ready within 600 ms",
        r"within 600 ms, but after .* it is Running and ready after 17 restarts",
        {f"GET {POD}": changed(_restarted)},
    ),
    StoryOfCluster(
        "A pod is ready and nobody can reach it",
        f"{START}\nThen the pod is ready within 10 ms",
        r"within 10 ms, but after .* it is (Pending|Running)",
        {f"GET {POD}": changed(_without_address)},
    ),
    StoryOfCluster(
        "Another pod is shown",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Expected pod pod-1 of ours of namespace \S+, but what came is pod another of",
        {f"GET {POD}": changed(_another)},
    ),
    StoryOfCluster(
        "A pod vanishes",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Expected pod pod-1 to be ready within 10 ms, but after .* it is gone",
        {f"GET {POD}": said(404)},
    ),
    StoryOfCluster(
        "A pod is made and not listed",
        f"{START}\nThen the pod is listed",
        r"Expected pod pod-1 to be listed, but the list holds nothing",
        {f"GET {NAMESPACE}/pods": emptied},
    ),
    StoryOfCluster(
        "Pods of other namespaces are listed",
        f"{START}\nThen the pod is listed",
        r"Expected only pods of ours of namespace \S+, but what came is pod pod-1 of kube-system",
        {f"GET {NAMESPACE}/pods": changed(_elsewhere)},
    ),
    StoryOfCluster(
        "A pod is listed twice",
        f"{START}\nThen the pod is listed",
        r"Expected each pod of \S+ to be listed once: pod-1, pod-1",
        {f"GET {NAMESPACE}/pods": _listed_twice},
    ),
    StoryOfCluster(
        "A pod's log has another's lines",
        f"{RUNNING}\nThen the pod's log holds what it said within 10 ms",
        r"to hold just 'greetings from \S+ by pod-1' within 10 ms, but .*greetings from another",
        {f"GET {POD}/log": _with_more_lines},
    ),
    StoryOfCluster(
        "A pod says something else",
        f"{RUNNING}\nThen the pod's log holds what it said within 10 ms",
        r"the log of pod pod-1 to hold just 'greetings from \S+ by pod-1' within 10 ms, but after .* it holds 'Hello'",
        {f"GET {POD}/log": answered("Hello")},
    ),
    StoryOfCluster(
        "A pod is said to be deleted and is not",
        f"{RUNNING}\nWhen I delete the pod\nThen the pod is gone within 10 ms",
        r"Expected pod pod-1 to be gone within 10 ms, but after .* it is Running and ready",
        {f"DELETE {POD}": pretended()},
    ),
    StoryOfCluster(
        "An API server that fails",
        f"{START}\nThen the pod is ready within 1 minute",
        r"kubernetes\.GET \S+/pods/{name} of journeys-\S+/pod-1 to succeed, but the server answered 500 InternalError",
        {f"GET {POD}": said(500)},
    ),
    # --- deployments
    StoryOfCluster(
        "A deployment lacks a pod",
        "Given a namespace\nWhen I start a deployment of 2 pods\nThen the deployment has 2 ready pods within 10 ms",
        r"to have 2 ready pods within 10 ms, but .* it is at 1 ready of 2 pods, with 2 wanted; deployment-1-\S+ is",
        {f"GET {DEPLOYMENT}": changed(_one_less)},
    ),
    StoryOfCluster(
        "A deployment that grows begins anew",
        f"{TWO}\nWhen I scale the deployment to 3 pods\nThen the deployment has 3 ready pods within 600 ms",
        r"to have 3 ready pods, of before deployment-1-\S+ deployment-1-\S+ within 600 ms, but .* it is at 3 ready",
        {f"PATCH {DEPLOYMENT}/scale": _all_thrown_away},
    ),
    StoryOfCluster(
        "A deployment loses all pods with one",
        f"{TWO}\nWhen I delete a pod of the deployment\nThen the deployment has 2 ready pods within 600 ms",
        r"to have 2 ready pods, of before \S+ within 600 ms, but .* it is at 2 ready of 2",
        {f"DELETE {POD}": _all_thrown_away},
    ),
    StoryOfCluster(
        "A deployment goes and its pods run on",
        f"{TWO}\nWhen I delete the deployment\nThen the deployment is gone with its pods within 10 ms",
        r"to be gone within 10 ms, but .* there is no deployment, and deployment-1-\S+ is Running and ready",
        {f"DELETE {DEPLOYMENT}": _orphaned},
    ),
    StoryOfCluster(
        "A deployment is said to be scaled and is not",
        "Given a deployment of 2 pods\nWhen I scale the deployment to 3 pods\n"
        "Then the deployment has 3 ready pods within 10 ms",
        r"it is at 2 ready of 2 pods, with 2 wanted",
        {f"PATCH {DEPLOYMENT}/scale": answered({"kind": "Scale", "metadata": {"name": "d"}})},
    ),
    StoryOfCluster(
        "A deployment has fewer pods than it should",
        "Given a deployment of 2 pods\nThen the deployment has 3 ready pods within 10 ms",
        r"Expected deployment deployment-1 to have 3 ready pods, of before \S+ \S+ within 10 ms, but",
    ),
    StoryOfCluster(
        "A deleted pod of a deployment stays",
        "Given a deployment of 2 pods\nWhen I delete a pod of the deployment\n"
        "Then the deployment has 2 ready pods within 10 ms",
        r"it is at 2 ready of 2 pods, with 2 wanted; deployment-1-\S+ is Running and ready",
        {f"DELETE {POD}": pretended()},
    ),
    # --- services
    StoryOfCluster(
        "A service leads to nobody",
        f"{SERVICE}\nThen the service leads to every pod within 10 ms",
        r"Expected service service-2 to lead to every pod that is ready within 10 ms, but .* it leads to nobody, and",
        {f"GET {SLICES}": emptied},
    ),
    StoryOfCluster(
        "A service leads to another port",
        f"{SERVICE}\nThen the service leads to every pod within 10 ms",
        r"within 10 ms, but .* it leads to nobody, and ready are 10\.244",
        {f"GET {SLICES}": changed(lambda part: part.update(ports=[{"name": "", "port": 9, "protocol": "TCP"}]))},
    ),
    StoryOfCluster(
        "All pods have one address",
        f"{TWO}\nAnd a service that leads to it\nThen the service leads to every pod within 10 ms",
        r"it leads to 10\.244\.9\.9, 10\.244\.9\.9, and ready are 10\.244\.9\.9, 10\.244\.9\.9",
        {f"GET {NAMESPACE}/pods": changed(_at_one_address), f"GET {SLICES}": changed(_at_one_address)},
    ),
    StoryOfCluster(
        "A service leads to one of its pods only",
        f"{TWO}\nAnd a service that leads to it\nThen the service answers within 10 ms",
        r"in all these turns it led to deployment-1-\S+ and never to deployment-1-\S+\.",
        {f"GET {PROXY}": _by_one_pod},
    ),
    StoryOfCluster(
        "A service answers now and then",
        f"{SERVICE}\nThen the service answers within 600 ms",
        r"to answer 20 times in a row, .* but .* at turn \d+ nobody is reached \(Said by a fake\)",
        {f"GET {PROXY}": now_and_then(5, said(503))},
    ),
    StoryOfCluster(
        "A service answers with something else",
        f"{SERVICE}\nThen the service answers within 10 ms",
        r"Expected service service-2 to answer 20 times in a row, .* but .* at turn 1 it answers with 'Hello'",
        {f"GET {PROXY}": answered("Hello")},
    ),
    StoryOfCluster(
        "A service answers nobody",
        f"{SERVICE}\nThen the service answers within 10 ms",
        r"within 10 ms, but after .* at turn 1 nobody is reached \(Said by a fake\)",
        {f"GET {PROXY}": said(503)},
    ),
    StoryOfCluster(
        "A pod does not find a service",
        f"{ASKING}\nThen that pod was greeted within 1 minute",
        r"Expected pod pod-3 to be told 'greetings \S+ \S+' by service service-2, .* it is Failed and says 'no answer",
        {f"GET {NAMESPACE}/pods/pod-3": changed(_failed), f"GET {POD}/log": answered("no answer from service-2")},
    ),
    StoryOfCluster(
        "A pod finds another service",
        f"{ASKING}\nThen that pod was greeted within 1 minute",
        r"but it is Succeeded \(Completed\) and says 'Hello'",
        {f"GET {POD}/log": answered("Hello")},
    ),
    StoryOfCluster(
        "A pod finds another service in the end",
        f"{ASKING}\nThen that pod was greeted within 1 minute",
        r"20 times in the end, but it is Succeeded \(Completed\) and says '.*greetings from another",
        {f"GET {POD}/log": _another_in_the_end},
    ),
    StoryOfCluster(
        "A pod meets one pod of a service only",
        f"{TWO}\nAnd a service that leads to it\nWhen I start a pod that asks the service by its name\n"
        "Then that pod was greeted by every pod within 1 minute",
        r"by each pod of service service-\d in 20 turns, but it was told so by deployment-1-\S+, and ready are \S+, ",
        {f"GET {POD}/log": _told_by_one_pod},
    ),
    StoryOfCluster(
        "A pod that should meet every pod finds nobody",
        f"{ASKING}\nThen that pod was greeted by every pod within 1 minute",
        r"Expected pod pod-3 to be told 'greetings \S+ \S+' by service service-2, .* it is Failed",
        {f"GET {NAMESPACE}/pods/pod-3": changed(_failed), f"GET {POD}/log": answered("no answer from service-2")},
    ),
]
