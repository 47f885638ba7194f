"""Every promise of a cluster, made untrue: by a lie of the fake, or by steps after which it can't be so."""

from dataclasses import dataclass, field

from tests.fakekube import Fakekube, Lie, Reply, answered, changed, emptied, pretended, said

NAMESPACE = "/api/v1/namespaces/[^/]+"
POD = f"{NAMESPACE}/pods/[^/]+"
DEPLOYMENT = "/apis/apps/v1/namespaces/[^/]+/deployments/[^/]+"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/[^/]+/endpointslices"


@dataclass(frozen=True)
class Story:
    """A scenario of `steps` whose last one has to fail, saying what `shows` matches. Each makes one namespace."""

    title: str
    steps: str
    shows: str
    lies: dict[str, Lie] = field(default_factory=dict)

    @property
    def last_step(self) -> str:
        return self.steps.splitlines()[-1].split(maxsplit=1)[1]


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


def _one_less(deployment: dict) -> None:
    deployment["status"] = {"observedGeneration": 1, "replicas": 2, "readyReplicas": 1}


def _account_of_the_user(cluster: Fakekube, honestly: object) -> Reply:
    """A server that lets everybody do what the user may."""
    return Reply(200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []})


START = "Given a namespace\nWhen I start a pod"
RUNNING = "Given a running pod"
SERVICE = f"{RUNNING}\nAnd a service that leads to it"
ASKING = f"{SERVICE}\nWhen I start a pod that asks the service by its name"

STORIES = [
    # --- namespaces
    Story(
        "A namespace is made and not listed",
        "Given a namespace\nThen the namespace is listed",
        r"Expected namespace journeys-\S+ to be listed, but it is none of the 0 listed",
        {"GET /api/v1/namespaces": emptied},
    ),
    Story(
        "A namespace is said to be deleted and is not",
        "Given a namespace\nWhen I delete the namespace\nThen the namespace is gone within 10 ms",
        r"Expected namespace journeys-\S+ to be gone within 10 ms, but after .* it is still there",
        {f"DELETE {NAMESPACE}": pretended()},
    ),
    Story(
        "A deleted namespace can't be found but is listed",
        "Given a namespace\nWhen I delete the namespace\nThen the namespace is gone within 10 ms",
        r"Expected namespace journeys-\S+ to be gone, but it is still listed",
        {f"DELETE {NAMESPACE}": pretended(), f"GET {NAMESPACE}": said(404)},
    ),
    Story(
        "The user may not create namespaces",
        "When I create a namespace",
        r"kubernetes\.POST /api/v1/namespaces to succeed, but the server answered 403 Forbidden \(\"Said by a fake\"\)",
        {"POST /api/v1/namespaces": said(403)},
    ),
    Story(
        "A name is taken",
        "When I create a namespace",
        r"but the server answered 409 AlreadyExists",
        {"POST /api/v1/namespaces": said(409)},
    ),
    Story(
        "A new account sees everything",
        "Given an account without rights\nWhen I try to list the pods with that account\n"
        "Then I am refused for lack of rights",
        r"Expected a refusal \(reason auth\), but what was tried was allowed",
        {f"GET {NAMESPACE}/pods": _account_of_the_user},
    ),
    Story(
        "A quota is not kept",
        "Given a namespace whose quota of pods is used up\nWhen I try to start a pod\n"
        "Then I am refused for lack of quota",
        r"Expected a refusal \(reason quota\), but what was tried was allowed",
        {f"POST {NAMESPACE}/pods": answered({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}}, 201)},
    ),
    # --- pods
    Story(
        "A pod is never ready",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Expected pod pod-1 to be ready within 10 ms, but after .* it is Pending\.",
        {f"GET {POD}": changed(lambda pod: pod.update(status={"phase": "Pending"}))},
    ),
    Story(
        "A pod runs and is not ready",
        f"{START}\nThen the pod is ready within 10 ms",
        r"within 10 ms, but after .* it is Running\.",
        {f"GET {POD}": changed(lambda pod: pod.update(status={"phase": "Running"}))},
    ),
    Story(
        "A pod crashes again and again",
        f"{START}\nThen the pod is ready within 10 ms",
        r"it is Pending \(CrashLoopBackOff: back-off 40s restarting; Error: no such file \(exit code 1\)\)",
        {
            f"GET {POD}": _waits(
                "CrashLoopBackOff", "back-off 40s restarting", {"reason": "Error", "message": "no such file"}
            )
        },
    ),
    Story(
        "The image of a pod is not there",
        f"{START}\nThen the pod is ready within 10 ms",
        r"\(ImagePullBackOff: Back-off pulling image \"nothing\"\)",
        {f"GET {POD}": _waits("ImagePullBackOff", 'Back-off pulling image "nothing"')},
    ),
    Story(
        "No node has room for a pod",
        f"{START}\nThen the pod is ready within 10 ms",
        r"it is Pending \(0/3 nodes are available: no memory\)",
        {f"GET {POD}": changed(_unscheduled)},
    ),
    Story(
        "A pod vanishes",
        f"{START}\nThen the pod is ready within 10 ms",
        r"Expected pod pod-1 to be ready within 10 ms, but after .* it is gone",
        {f"GET {POD}": said(404)},
    ),
    Story(
        "A pod is made and not listed",
        f"{START}\nThen the pod is listed",
        r"Expected pod pod-1 to be listed, but the list holds nothing",
        {f"GET {NAMESPACE}/pods": emptied},
    ),
    Story(
        "A pod says something else",
        f"{RUNNING}\nThen the pod's log holds what it said within 10 ms",
        r"Expected the log of pod pod-1 to hold 'greetings from \S+' within 10 ms, but after .* it holds 'Hello'",
        {f"GET {POD}/log": answered("Hello")},
    ),
    Story(
        "A pod is said to be deleted and is not",
        f"{RUNNING}\nWhen I delete the pod\nThen the pod is gone within 10 ms",
        r"Expected pod pod-1 to be gone within 10 ms, but after .* it is Running and ready",
        {f"DELETE {POD}": pretended()},
    ),
    Story(
        "An API server that fails",
        f"{START}\nThen the pod is ready within 1 minute",
        r"kubernetes\.GET \S+/pods/{name} of journeys-\S+/pod-1 to succeed, but the server answered 500 InternalError",
        {f"GET {POD}": said(500)},
    ),
    # --- deployments
    Story(
        "A deployment lacks a pod",
        "Given a namespace\nWhen I start a deployment of 2 pods\nThen the deployment has 2 ready pods within 10 ms",
        r"to have 2 ready pods within 10 ms, but .* it is at 1 ready of 2 pods, with 2 wanted; deployment-1-\d+ is",
        {f"GET {DEPLOYMENT}": changed(_one_less)},
    ),
    Story(
        "A deployment is said to be scaled and is not",
        "Given a deployment of 2 pods\nWhen I scale the deployment to 3 pods\n"
        "Then the deployment has 3 ready pods within 10 ms",
        r"it is at 2 ready of 2 pods, with 2 wanted",
        {f"PATCH {DEPLOYMENT}/scale": answered({"kind": "Scale", "metadata": {"name": "d"}})},
    ),
    Story(
        "A deployment has fewer pods than it should",
        "Given a deployment of 2 pods\nThen the deployment has 3 ready pods within 10 ms",
        r"Expected deployment deployment-1 to have 3 ready pods within 10 ms, but",
    ),
    Story(
        "A deleted pod of a deployment stays",
        "Given a deployment of 2 pods\nWhen I delete a pod of the deployment\n"
        "Then the deployment has 2 ready pods within 10 ms",
        r"it is at 2 ready of 2 pods, with 2 wanted; deployment-1-\d+ is Running and ready",
        {f"DELETE {POD}": pretended()},
    ),
    # --- services
    Story(
        "A service leads to nobody",
        f"{SERVICE}\nThen the service leads to every pod within 10 ms",
        r"Expected service service-2 to lead to every pod that is ready within 10 ms, but .* it leads to nobody, and",
        {f"GET {SLICES}": emptied},
    ),
    Story(
        "A service answers with something else",
        f"{SERVICE}\nThen the service answers within 10 ms",
        r"Expected service service-2 to answer with 'greetings from \S+' within 10 ms, but .* it answers with 'Hello'",
        {f"GET {NAMESPACE}/services/[^/]+/proxy/": answered("Hello")},
    ),
    Story(
        "A service answers nobody",
        f"{SERVICE}\nThen the service answers within 10 ms",
        r"to answer with 'greetings from \S+' within 10 ms, but after .* nobody is reached \(Said by a fake\)",
        {f"GET {NAMESPACE}/services/[^/]+/proxy/": said(503)},
    ),
    Story(
        "A pod does not find a service",
        f"{ASKING}\nThen that pod was greeted within 1 minute",
        r"Expected pod visitor-3 to be told 'greetings \S+ \S+' by service service-2, but it is Failed and says 'there",
        {f"GET {NAMESPACE}/pods/visitor-3": changed(_failed), f"GET {POD}/log": answered("there was no answer")},
    ),
    Story(
        "A pod finds another service",
        f"{ASKING}\nThen that pod was greeted within 1 minute",
        r"but it is Succeeded and says 'Hello'",
        {f"GET {POD}/log": answered("Hello")},
    ),
]
