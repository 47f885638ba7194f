"""Journeys in a cluster: every Then seen red, every feature seen green, nothing left behind; calls and their failures.

Against the fake of `tests/fakekube.py`: no real cluster can be started here.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from kubernetes.client import ApiClient

from journeys.clock import DeadlinePassed, deadline, wait_until
from journeys.failures import CallFailed, SuiteError
from journeys.journal import Journal, Owned
from journeys.kubernetes import config, rights, specs
from journeys.kubernetes.cluster import Cluster
from journeys.kubernetes.rights import EVERYWHERE, IN_A_NAMESPACE, Right
from journeys.metrics import KUBERNETES_WAITS
from journeys.recorder import PROBE, Recorder
from journeys.settings import ROOT, Settings
from tests.conftest import Journeys
from tests.fakekube import SOON, TOKEN, Fakekube, Reply, Server, at_first, changed, now_and_then, said
from tests.faulty import NO_HTTP, FaultyServer, Features, certificate, closed_port, hangs
from tests.kubernetes_lies import STORIES, StoryOfCluster
from tests.runs import Run, own, run
from tests.stories import assert_noticed, tell

SUITE = "kubernetes"
ORIGIN = specs.Origin("image", 65534)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def told(pem: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Run], list[tuple[str, set[str]]]]:
    """The runs in which every lie was told, and of each what a sweep said and which namespaces it left."""
    swept: list[tuple[str, set[str]]] = []

    @contextmanager
    def lying(directory: Path, turns: Iterator[StoryOfCluster]) -> Iterator[dict[str, str]]:
        """The fake changes its lie with each story's first namespace."""

        def next_lie() -> None:
            cluster.lies = next(turns).lies

        cluster = Fakekube(before_namespace=next_lie)
        with Server(cluster, pem) as server:
            hasty = {"JOURNEYS_CLEANUP_TIMEOUT": "300ms", "JOURNEYS_SCENARIO_DEADLINE": "30s", "AWS_MAX_ATTEMPTS": "1"}
            yield server.settings(directory) | hasty
            cluster.lies = {}
            cluster._create("namespaces", "", {"metadata": {"name": "journeys-of-somebody-else"}})
            sweeper = Journeys(SUITE, "", own(SUITE, directory / "state") | server.settings(directory))
            said = sweeper.run("sweep", "--older-than", "0s").stdout
            swept.append((said, {name for _, name in cluster.things["namespaces"]}))

    return tell(tmp_path_factory.mktemp("lies"), SUITE, STORIES, lying), swept


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(told: tuple[dict[str, Run], list], story: StoryOfCluster) -> None:
    assert_noticed(told[0][story.title], story)


def test_a_sweep_finds_what_a_lying_cluster_had_hidden(told: tuple[dict[str, Run], list]) -> None:
    assert told[1]
    for output, left in told[1]:
        assert left == {"default", "journeys-of-somebody-else"}, output


def test_every_journey_succeeds_on_an_honest_cluster(pem: Path, tmp_path: Path) -> None:
    unknown_yet = {"GET .*/endpointslices": at_first(changed(lambda part: part.update(endpoints=None)))}
    with Server(Fakekube(unknown_yet), pem) as server:
        kept = run(tmp_path, SUITE, server.settings(tmp_path), "features/kubernetes")
        assert kept.result.returncode == 0, kept.result.stdout
        assert {name for _, name in server.cluster.things["namespaces"]} == {"default"}
    assert {status for status, _ in kept.scenarios().values()} == {"passed"}
    assert server.cluster.used == server.cluster.granted, "the role grants what is used, and nothing else"
    assert kept.count("owned WHERE removed IS NULL") == 0
    assert kept.count("calls WHERE outcome = 'failed' AND NOT expected") == 0, "an expected refusal is no failure"
    assert TOKEN not in kept.result.stdout + "\n".join(kept.journal.iterdump())
    operations = {
        name
        for (name,) in kept.journal.execute(
            "SELECT DISTINCT operation FROM calls WHERE purpose = 'probe' AND NOT expected"
        )
    }
    assert operations <= {*Cluster.operations}
    assert not [name for name in operations if "journeys-" in name]
    query = "SELECT DISTINCT labels FROM readings WHERE family = 'journey_wait_seconds'"
    waits = {json.loads(labels)[0] for (labels,) in kept.journal.execute(query)}
    assert waits == {*KUBERNETES_WAITS}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("V1Namespace", specs.namespace("n")),
        ("V1Pod", specs.server("n", ORIGIN, "hello", "whose")),
        ("V1Pod", specs.visitor("n", ORIGIN, "service")),
        ("V1Deployment", specs.deployment("n", ORIGIN, "hello", "whose", 2)),
        ("V1Service", specs.service("n", "whose")),
        ("V1ResourceQuota", specs.quota("n", 1)),
    ],
)
def test_what_we_create_has_only_fields_that_the_api_knows(kind: str, body: dict) -> None:
    """The fake takes anything; the official client's models keep what the API knows, and drop the rest."""
    api = ApiClient()
    known = api.deserialize(SimpleNamespace(data=json.dumps(body)), kind)
    assert api.sanitize_for_serialization(known) == body


@pytest.mark.parametrize("user", [65534, None])
def test_pods_fit_clusters_that_are_strict_or_have_a_mesh(user: int | None) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, without what we have none of."""
    origin = specs.Origin("image", user)
    pods = [
        specs.server("n", origin, "hello", "whose"),
        specs.visitor("n", origin, "service"),
        specs.deployment("n", origin, "hello", "whose", 2)["spec"]["template"],
    ]
    for pod in pods:
        spec, (container,) = pod["spec"], pod["spec"]["containers"]
        assert {"hostNetwork", "hostPID", "hostIPC", "volumes", "initContainers"}.isdisjoint(spec)
        assert spec["securityContext"] == {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
            **({"runAsUser": user} if user else {}),
        }
        assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        assert spec["nodeSelector"] == {"kubernetes.io/os": "linux"}
        assert pod["metadata"]["labels"]["sidecar.istio.io/inject"] == "false"
        assert pod["metadata"]["annotations"]["linkerd.io/inject"] == "disabled"


def test_pods_run_as_whom_the_settings_say(served: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = served
    for name, user in (("numbered", {"pod_user": 1000}), ("assigned", {"pod_user": None}), ("nobody", {})):
        Asked(settings, **user).cluster.create_server("default", name, "hi", "w")
    contexts = {name: pod["spec"]["securityContext"] for (_, name), pod in cluster.things["pods"].items()}
    assert {name: context.get("runAsUser") for name, context in contexts.items()} == {
        "numbered": 1000,
        "assigned": None,
        "nobody": 65534,
    }


# --- the seam


class Asked:
    """A cluster, and what was written down of the calls to it."""

    def __init__(self, settings: dict[str, str], **more: object):
        self.journal = Journal(":memory:")
        self.journal.run_began("run", 0)
        whole = Settings(
            kubernetes_context="fake", kubeconfig=settings["KUBECONFIG"], connect_timeout=5.0, read_timeout=0.5
        )
        whole = replace(whole, **more)
        recorder = Recorder(self.journal, whole)
        recorder.run, recorder.purpose = "run", PROBE
        self.cluster = Cluster(whole, recorder)

    @property
    def call(self) -> sqlite3.Row:
        (call,) = self.journal.rows("SELECT * FROM calls")
        return call


@pytest.fixture
def served(pem: Path, tmp_path: Path) -> Iterator[tuple[Fakekube, dict[str, str]]]:
    with Server(Fakekube(), pem) as server:
        yield server.cluster, server.settings(tmp_path)


def elsewhere(settings: dict[str, str], url: str) -> dict[str, str]:
    """The settings for another server in the fake's place."""
    file = Path(settings["KUBECONFIG"])
    file.write_text(re.sub(r'"server": "[^"]+"', f'"server": "{url}"', file.read_text()))
    return settings


def test_a_call_is_written_down_without_names_in_its_operation(served: tuple[Fakekube, dict[str, str]]) -> None:
    asked = Asked(served[1])
    asked.cluster.create_namespace("mine")
    call = asked.call
    assert (call["api"], call["operation"]) == ("kubernetes", "kubernetes.POST /api/v1/namespaces")
    assert (call["outcome"], call["status"], call["attempts"], call["purpose"]) == ("ok", 201, 1, PROBE)
    assert call["request_id"].startswith("audit-")
    assert call["sent"] > 0
    assert call["received"] > 0
    assert asked.cluster.has_namespace("mine")
    (_, second) = asked.journal.rows("SELECT operation, subject FROM calls ORDER BY id")
    assert tuple(second) == ("kubernetes.GET /api/v1/namespaces/{name}", "mine")


@pytest.mark.parametrize(
    ("lie", "reason", "shows"),
    [
        (said(403, 'pods "p" is forbidden: exceeded quota: few, requested: pods=1'), "quota", "403 Forbidden .*few"),
        (said(403, "you may not"), "auth", r"403 Forbidden \(\"you may not\"\).*request id audit-"),
        (said(401, "Unauthorized"), "auth", "401 Unauthorized"),
        (said(409, 'pods "p" already exists'), "client_error", r"409 AlreadyExists \(\"pods \"p\" already exists"),
        (said(422, "no such name"), "client_error", "422 Invalid"),
        (said(429, "slow down", "TooManyRequests"), "throttled", "429 TooManyRequests"),
        (said(504, "too late", "Timeout"), "timeout", "504 Timeout"),
        (said(500, "etcd is gone"), "server_error", r"500 InternalError \(\"etcd is gone\"\)"),
        (lambda cluster, honestly: Reply(502, "<h1>Bad gateway</h1>"), "server_error", "502 .*Bad gateway"),
        (lambda cluster, honestly: Reply(200, "no JSON"), "server_error", "answer was not whole|no valid one"),
    ],
)
def test_a_failure_is_told_as_the_server_tells_it(
    served: tuple[Fakekube, dict[str, str]], lie: object, reason: str, shows: str
) -> None:
    cluster, settings = served
    cluster.lies = {"GET /api/v1/namespaces": lie}
    asked = Asked(settings)
    with pytest.raises(CallFailed) as failed:
        asked.cluster.namespaces()
    assert failed.value.call.reason == asked.call["reason"] == reason
    assert re.search(shows, str(failed.value)), str(failed.value)


def test_what_only_starts_has_said_nothing_yet(served: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = served
    asked = Asked(settings)
    asked.cluster.create_server("default", "p", "hi", "w")
    cluster.things["pods"]["default", "p"]["born"] += 3600
    assert asked.cluster.log("default", "p") == ""
    failed = "SELECT status, message, expected FROM calls WHERE outcome = 'failed'"
    told = 'container "journey" in pod "p" is waiting to start: ContainerCreating'
    assert [tuple(row) for row in asked.journal.rows(failed)] == [(400, told, 1)]
    cluster.lies = {".*/log": said(400, "container journey is not valid for pod p")}
    with pytest.raises(CallFailed, match="is not valid for pod p"):
        asked.cluster.log("default", "p")


def test_a_service_without_pods_leads_to_nobody(served: tuple[Fakekube, dict[str, str]]) -> None:
    """Of which a real API server tells that the endpoints are null."""
    asked = Asked(served[1])
    asked.cluster.create_service("default", "nobody", "served-by-nobody")
    (part,) = served[0]._slices().values()
    assert part["endpoints"] is None
    assert asked.cluster.endpoints("default", "nobody") == []


def test_an_answer_of_the_wrong_form_is_no_valid_one(served: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = served
    for answer in ("no JSON", {}, {"items": None}, {"items": [{"endpoints": [{}]}]}):
        cluster.lies = {"GET .*/endpointslices": lambda cluster, honestly, answer=answer: Reply(200, answer)}
        with pytest.raises(CallFailed) as failed:
            Asked(settings).cluster.endpoints("default", "nobody")
        assert failed.value.call.reason == "server_error", answer


def test_attempts_are_counted(served: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = served
    cluster.lies = {"GET /api/v1/namespaces": now_and_then(2, said(500))}
    asked = Asked(settings)
    asked.cluster.namespaces()
    with pytest.raises(CallFailed):
        asked.cluster.namespaces()
    assert [tuple(row) for row in asked.journal.rows("SELECT attempts, outcome FROM calls")] == [
        (1, "ok"),
        (1, "failed"),
    ]
    refused = Asked(elsewhere(settings, closed_port()))
    with pytest.raises(CallFailed) as failed:
        refused.cluster.create_namespace("mine")
    assert (failed.value.call.reason, failed.value.call.attempts, failed.value.undone) == ("connect", 3, True)


def test_an_endpoint_without_an_answer(served: tuple[Fakekube, dict[str, str]], pem: Path) -> None:
    with FaultyServer(hangs) as server, pytest.raises(CallFailed) as failed:
        Asked(elsewhere(served[1], server.url), max_attempts=1).cluster.namespaces()
    assert (failed.value.call.reason, failed.value.undone) == ("timeout", False)
    with FaultyServer(NO_HTTP) as server, pytest.raises(CallFailed) as failed:
        Asked(elsewhere(served[1], server.url), max_attempts=1).cluster.namespaces()
    assert failed.value.call.reason == "connect"
    with pytest.raises(CallFailed) as failed:
        Asked(elsewhere(served[1], "http://no-such-name.invalid"), max_attempts=1).cluster.namespaces()
    assert failed.value.call.reason == "dns"


def test_a_certificate_that_is_not_trusted(served: tuple[Fakekube, dict[str, str]], tmp_path: Path) -> None:
    other = certificate(tmp_path)
    file = Path(served[1]["KUBECONFIG"])
    config = json.loads(file.read_text())
    config["clusters"][0]["cluster"]["certificate-authority"] = str(other)
    file.write_text(json.dumps(config))
    with pytest.raises(CallFailed) as failed:
        Asked(served[1], max_attempts=1).cluster.create_namespace("mine")
    assert (failed.value.call.reason, failed.value.undone) == ("tls", True)
    assert "certificate-authority-data of the cluster in the kubeconfig" in str(failed.value)


def test_a_deadline_ends_a_call_that_is_written_down(served: tuple[Fakekube, dict[str, str]]) -> None:
    with FaultyServer(hangs) as server:
        asked = Asked(elsewhere(served[1], server.url), read_timeout=30.0)
        with pytest.raises(DeadlinePassed), deadline(0.2, "the test"):
            asked.cluster.namespaces()
    assert (asked.call["outcome"], asked.call["reason"]) == ("failed", "timeout")


# --- settings and start-up


def test_a_context_that_there_is_not_is_refused(served: tuple[Fakekube, dict[str, str]]) -> None:
    with pytest.raises(SuiteError, match=r"context 'fake2' can't be configured.*JOURNEYS_KUBERNETES_CONTEXT"):
        Asked(served[1], kubernetes_context="fake2")


WRONG = {
    "a tab": ("apiVersion: v1\n\tkind: Config\n", r"found character '\\t'.*kubeconfig\W+, line 2, column 1"),
    "cut off": ('{"apiVersion": "v1", "clusters": [{"name": "c"', "expected ',' or '}'"),
    "empty": ("", "empty"),
    "a list": ("- apiVersion: v1\n", r"not of the form that a kubeconfig has \(TypeError"),
    "a text": ("kubeconfig", r"not of the form that a kubeconfig has \(TypeError"),
    "no text at all": ("\x00\x01", "not allowed"),
}
PARTS = {
    "contexts that are none": (["contexts"], "fake", "Expected key name"),
    "a context that is none": (["contexts", 0, "context"], "fake", "not of the form"),
    "a user that there is not": (["contexts", 0, "context", "user"], "another", "object with name another"),
    "a cluster that is none": (["clusters", 0, "cluster"], [], "not of the form"),
    "no server": (["clusters", 0, "cluster", "server"], None, "Expected key server"),
    "a server that is none": (["clusters", 0, "cluster", "server"], 6443, "server has to be a text, but is a int"),
    "a server without a scheme": (["clusters", 0, "cluster", "server"], "k:6443", "server has to be a URL"),
    "no certificate": (["clusters", 0, "cluster", "certificate-authority-data"], "%", "can't be read"),
    "half a certificate": (["users", 0, "user", "client-certificate-data"], "LS0tLS1CRUdJTg==", "can't be read"),
    "a word for false": (["clusters", 0, "cluster", "insecure-skip-tls-verify"], "false", "has to be true or false"),
    "a proxy of another kind": (["clusters", 0, "cluster", "proxy-url"], "socks5://p:1", "is one for socks5://"),
    "a user without any": (["users", 0], {"name": "u", "usr": {"token": TOKEN}}, "Expected key user"),
    "a token that is none": (["users", 0, "user", "token"], 5, "token has to be a text"),
    "a login that is none": (["users", 0, "user"], {"auth-provider": {"name": "oidc", "config": TOKEN}}, "not of the"),
    "a command that fails": (
        ["users", 0, "user"],
        {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "false"}},
        "told nothing",
    ),
}


def changed_config(settings: dict[str, str], path: list, value: object) -> str:
    """The kubeconfig's text with another value at that place."""
    config = json.loads(Path(settings["KUBECONFIG"]).read_text())
    part = config
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return json.dumps(config)


@pytest.mark.parametrize("wrong", [*WRONG, *PARTS])
def test_a_kubeconfig_that_is_broken_is_told_in_a_sentence(served: tuple[Fakekube, dict[str, str]], wrong: str) -> None:
    settings = served[1]
    if wrong in WRONG:
        text, shows = WRONG[wrong]
    else:
        path, value, shows = PARTS[wrong]
        text = changed_config(settings, path, value)
    Path(settings["KUBECONFIG"]).write_text(text)
    with pytest.raises(SuiteError) as told:
        Asked(settings)
    assert re.fullmatch(rf"The Kubernetes cluster of context 'fake' can't be .*({shows}).*_CONTEXT\.", str(told.value))
    assert TOKEN not in str(told.value)


def test_nothing_is_judged_with_a_broken_kubeconfig(served: tuple[Fakekube, dict[str, str]], tmp_path: Path) -> None:
    Path(served[1]["KUBECONFIG"]).write_text("apiVersion: v1\n\tkind: Config\n")
    whole = Journeys(SUITE, "", own(SUITE, tmp_path / "state") | served[1])
    for command, begins in (("run", ""), ("doctor", "BAD  start: ")):
        said = whole.run(command)
        assert said.returncode == 2, said.stdout
        sentence = f"^{begins}The Kubernetes cluster of context 'fake' can't be configured: .*"
        assert re.search(sentence, said.stdout, re.MULTILINE), said.stdout
        assert "Traceback" not in said.stdout


# --- by way of a proxy


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets what the environment tells of proxies: this and nothing else."""

    def only(**told: str) -> None:
        for name in ("http_proxy", "https_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in told.items():
            monkeypatch.setenv(name, value)

    return only


def test_the_proxy_of_the_environment_is_that_of_the_scheme(
    served: tuple[Fakekube, dict[str, str]], proxies: Callable[..., None]
) -> None:
    nobody = closed_port()
    for told in ({"HTTP_PROXY": nobody}, {"HTTPS_PROXY": nobody, "NO_PROXY": "localhost,127.0.0.0/8"}):
        proxies(**told)
        assert Asked(served[1]).cluster.has_namespace("default"), told
    for told in ({"HTTPS_PROXY": nobody}, {"https_proxy": nobody.removeprefix("http://"), "no_proxy": "example.com"}):
        proxies(**told)
        with pytest.raises(CallFailed, match="proxy"):
            Asked(served[1], max_attempts=1).cluster.namespaces()


def test_the_proxy_of_the_kubeconfig_is_taken_whatever_the_environment_tells(
    served: tuple[Fakekube, dict[str, str]], proxies: Callable[..., None]
) -> None:
    settings, nobody = served[1], closed_port()
    text = changed_config(settings, ["clusters", 0, "cluster", "proxy-url"], nobody.replace("//", "//me:s%3Acret@"))
    Path(settings["KUBECONFIG"]).write_text(text)
    proxies(HTTPS_PROXY="http://another.example.com:3128", NO_PROXY="*")
    with pytest.raises(CallFailed, match="proxy") as failed:
        Asked(settings, max_attempts=1).cluster.namespaces()
    assert "cret" not in str(failed.value)
    wanted = config.configuration(Settings(kubernetes_context="fake", kubeconfig=settings["KUBECONFIG"]))
    assert wanted.proxy_headers == {"proxy-authorization": "Basic bWU6czpjcmV0"}, "of me:s:cret"


def test_in_a_cluster_the_pods_own_account_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SuiteError, match="in-cluster"):
        Asked({"KUBECONFIG": ""}, kubernetes_context="in-cluster")


def test_without_a_cluster_its_client_is_not_even_imported() -> None:
    program = "import sys, journeys.suite, journeys.kubernetes.journey; print('kubernetes' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert said.stdout == "False\n", said.stderr


def test_the_doctor_asks_the_cluster(served: tuple[Fakekube, dict[str, str]], tmp_path: Path) -> None:
    asked = Journeys(SUITE, "", own(SUITE, tmp_path / "state") | served[1]).run("doctor", JOURNEYS_TARGET="")
    assert asked.returncode == 0, asked.stdout
    assert "ok   cluster: 1 namespaces are there" in asked.stdout
    assert "ok   rights: this user may do all that deploy/policies/kubernetes-role.yaml grants" in asked.stdout
    assert "target 'fake'" in asked.stdout


# --- one namespace for all


@pytest.fixture
def confined(pem: Path, tmp_path: Path) -> Iterator[tuple[Fakekube, dict[str, str]]]:
    """A cluster whose user may do no more than the role for one namespace grants, and the settings for that."""
    with Server(Fakekube(role="kubernetes-namespace-role.yaml", within="team"), pem) as server:
        server.cluster.foreign = foreign(server.cluster, "team")
        yield server.cluster, server.settings(tmp_path) | {"JOURNEYS_KUBERNETES_NAMESPACE": "team"}


def foreign(cluster: Fakekube, namespace: str) -> set[tuple[str, str, str]]:
    """What others have there: some of it named like ours, or with our label, but nothing with both."""
    named = {"name": "journeys-00000000-20200101t000000-abcdef-1"}
    labelled = {"name": "of-another-team", "labels": specs.LABELS | {specs.SERVES: "theirs"}}
    for metadata in (named, labelled):
        cluster._create("pods", namespace, {"metadata": metadata, "spec": specs.server("n", ORIGIN, "hi", "w")["spec"]})
        cluster._create("services", namespace, specs.service("n", "w") | {"metadata": metadata})
        deployment = specs.deployment("n", ORIGIN, "hi", "theirs", 1) | {"metadata": metadata}
        cluster._create("deployments", namespace, deployment)
    cluster._let_time_pass()
    return there(cluster)


def there(cluster: Fakekube) -> set[tuple[str, str, str]]:
    """All that there is, but for what follows from the rest."""
    kinds = ("namespaces", "pods", "services", "deployments", "serviceaccounts", "resourcequotas")
    cluster._let_time_pass()
    return {(kind, *place) for kind in kinds for place in cluster.things[kind]}


def settled(cluster: Fakekube) -> set[tuple[str, str, str]]:
    """What there is once controllers have done what they had to."""
    for _ in range(3):
        time.sleep(5 * SOON)  # not for luck: the fake does things when this time has passed
        cluster._let_time_pass()
    return there(cluster)


def test_journeys_stay_in_the_namespace_that_was_given(
    confined: tuple[Fakekube, dict[str, str]], tmp_path: Path
) -> None:
    """Nor do they ask services by way of the API server, where that is not declared."""
    cluster, settings = confined
    cluster.granted.remove(rights.PROXY)
    before = settled(cluster)
    kept = run(tmp_path, SUITE, settings | {"JOURNEYS_CAPABILITIES": ""}, "features/kubernetes")
    assert kept.result.returncode == 0, kept.result.stdout
    scenarios = kept.scenarios()
    skipped = {title: told for title, (status, told) in scenarios.items() if status == "skipped"}
    given = "all is done in one namespace that was given (JOURNEYS_KUBERNETES_NAMESPACE)"
    undeclared = "the target does not declare service-proxy (JOURNEYS_CAPABILITIES)"
    assert skipped == {
        "A new namespace is listed": given,
        "A deleted namespace is gone with all that it held": given,
        "A namespace holds no more pods than it may": given,
        "A new account may do nothing": given,
        "A service answers from outside of the cluster": undeclared,
        "A service answers for the pod that replaces a lost one": undeclared,
    }
    assert {status for title, (status, _) in scenarios.items() if title not in skipped} == {"passed"}
    assert settled(cluster) == before, "all of ours is gone, and nothing of others"
    assert kept.count("owned WHERE removed IS NULL") == 0
    assert kept.count("owned WHERE site = 'team'") == kept.count("owned") > 10
    used = {Right(group, resource, verb) for group, resource, verb in cluster.used}
    for_others = {Right("", "services", "list"), Right("apps", "deployments", "list"), Right("", "namespaces", "get")}
    assert IN_A_NAMESPACE - used <= for_others | {rights.PROXY}, "of the sweep and the doctor"
    assert kept.count("calls WHERE outcome = 'failed' AND NOT expected") == 0


def test_a_sweep_finds_what_is_ours_in_the_namespace_that_was_given(
    confined: tuple[Fakekube, dict[str, str]], tmp_path: Path
) -> None:
    cluster, settings = confined
    before = settled(cluster)
    whole = own(SUITE, tmp_path / "state") | settings
    killed = Journeys(SUITE, "", whole).start("--no-push", "features/kubernetes/services.feature")
    made = lambda: len(cluster.things["services"]) > 2 and len(cluster.things["deployments"]) > 2  # noqa: E731
    assert wait_until(made, 60, 0.01)
    killed.kill()
    killed.communicate()
    left = settled(cluster) - before
    assert {kind for kind, _, _ in left} >= {"services", "deployments", "pods"}
    for path in (tmp_path / "state").iterdir():
        path.unlink()  # the ledger is lost: ours are known by their names and their label
    swept = Journeys(SUITE, "", whole).run("sweep", "--older-than", "0s")
    assert swept.returncode == 0, swept.stdout
    assert re.search(r"^deployment journeys-\S+ of .*: removed$", swept.stdout, re.MULTILINE), swept.stdout
    assert settled(cluster) == before


def test_what_is_ours_by_name_only_is_left_alone(confined: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = confined
    asked = Asked(settings, kubernetes_namespace="team")
    before = settled(cluster)
    for kind in asked.cluster.kinds:
        owned = Owned(1, "run", kind.name, "journeys-00000000-20200101t000000-abcdef-1", "user", "team", 0.0)
        with pytest.raises(AssertionError, match="has not our label: left alone"):
            kind.remove(owned)
    assert settled(cluster) == before
    assert all("journeys-00000000-20200101t000000-abcdef-1" not in kind.names() for kind in asked.cluster.kinds)


def test_what_was_made_in_another_namespace_is_removed_there(confined: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = confined
    cluster._create("namespaces", "", {"metadata": {"name": "earlier"}})
    cluster.within = "earlier"
    cluster._create("pods", "earlier", specs.server("journeys-1", ORIGIN, "hi", "w"))
    (pods,) = (kind for kind in Asked(settings, kubernetes_namespace="team").cluster.kinds if kind.name == "pod")
    pods.remove(Owned(1, "run", "pod", "journeys-1", "user", "earlier", 0.0))
    assert ("pods", "earlier", "journeys-1") not in settled(cluster)


def test_pods_that_a_deployment_leaves_behind_are_removed_too(confined: tuple[Fakekube, dict[str, str]]) -> None:
    cluster, settings = confined
    before = settled(cluster)
    asked = Asked(settings, kubernetes_namespace="team")
    asked.cluster.create_deployment("team", "journeys-1", "hi", "w", 2)
    assert len(settled(cluster) - before) == 3
    for pod in cluster.things["pods"].values():
        pod["metadata"].pop("ownerReferences", None)
    del cluster.things["deployments"]["team", "journeys-1"]
    (deployments,) = (kind for kind in asked.cluster.kinds if kind.name == "deployment")
    deployments.remove(Owned(1, "run", "deployment", "journeys-1", "user", "team", 0.0))
    left = {name for _, _, name in settled(cluster)}
    assert not [name for name in left if name.startswith("journeys-1-")]


def test_the_given_namespace_is_never_changed_itself(confined: tuple[Fakekube, dict[str, str]], tmp_path: Path) -> None:
    cluster, settings = confined
    steps = {
        "Made": "When I create a namespace",
        "Removed": "Given a namespace\nWhen I delete the namespace",
        "Limited": "Given a namespace whose quota of pods is used up",
        "Peopled": "Given an account without rights",
        "Counted": "Given a namespace\nThen nothing of it is left",
    }
    scenarios = [f"  Scenario: {title}\n{each}\n" for title, each in steps.items()]
    before = settled(cluster)
    features = Features(tmp_path, own="@kubernetes\nFeature: F\n" + "\n".join(scenarios))
    refused = run(tmp_path, SUITE, settings, features.path)
    assert refused.result.returncode == 2, refused.result.stdout
    for title, (status, told) in refused.scenarios().items():
        assert (status, "needs the tag @needs.namespaces" in (told or "")) == ("error", True), (title, told)
    assert settled(cluster) == before


def test_the_doctor_looks_at_the_namespace_and_the_rights(
    confined: tuple[Fakekube, dict[str, str]], tmp_path: Path
) -> None:
    cluster, settings = confined
    whole = Journeys(SUITE, "", own(SUITE, tmp_path / "state") | settings)
    fine = whole.run("doctor")
    assert fine.returncode == 0, fine.stdout
    assert "ok   cluster: namespace team is there" in fine.stdout
    cluster.granted -= {("", "services/proxy", "get"), ("apps", "deployments", "create")}
    lacking = whole.run("doctor")
    assert lacking.returncode == 1, lacking.stdout
    role = "deploy/policies/kubernetes-namespace-role.yaml"
    lacks = "get services/proxy, create deployments.apps"
    assert f"BAD  rights: {role} grants what this user lacks: {lacks}\n" in lacking.stdout
    undeclared = whole.run("doctor", JOURNEYS_CAPABILITIES="")
    assert "what this user lacks: create deployments.apps\n" in undeclared.stdout
    cluster.within = "gone"
    missing = whole.run("doctor", JOURNEYS_KUBERNETES_NAMESPACE="gone")
    assert missing.returncode == 1, missing.stdout
    assert "BAD  cluster: there is no gone: check JOURNEYS_KUBERNETES_NAMESPACE" in missing.stdout


@pytest.mark.parametrize(
    ("role", "rights"), [("kubernetes-role.yaml", EVERYWHERE), ("kubernetes-namespace-role.yaml", IN_A_NAMESPACE)]
)
def test_the_roles_grant_what_the_doctor_asks_for(role: str, rights: frozenset[Right]) -> None:
    assert {Right(*each) for each in Fakekube(role=role).granted} == rights


# --- what pods do


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ("y" * 21, 0, ["hi"] * 21),
        ("nn" + "y" * 21, 0, ["hi"] * 21),
        ("yyny", 1, ["hi", "hi", "no answer any more"]),
        ("n" * 10, 1, ["no answer from greeter"]),
    ],
)
def test_a_visitor_goes_on_asking_once_it_was_answered(
    tmp_path: Path, answers: str, code: int, said: list[str]
) -> None:
    """The script of the pod, carried out by a shell, with a fake of wget, and of sleep."""
    (tmp_path / "answers").write_text("\n".join(answers) + "\n")
    wget = 'read answer < answers; sed -i 1d answers; [ "$answer" = y ] && echo hi'
    for name, does in (("wget", wget), ("sleep", ":")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    (container,) = specs.visitor("n", ORIGIN, "greeter")["spec"]["containers"]
    told = subprocess.run(
        container["command"],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", **{each["name"]: each["value"] for each in container["env"]}},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (told.returncode, told.stdout.splitlines()) == (code, said)
