"""What others than the user may do in a cluster: an account without rights, and who is not known there."""

from collections.abc import Callable
from dataclasses import dataclass, field

from journeys.failures import SuiteError
from journeys.kubernetes.namespaces import Namespaces
from journeys.kubernetes.others import Other
from journeys.kubernetes.scene import Scene, the

ACCOUNT = "account"  # as whom the calls of the scenario's account are written down

# Who asks without being known to the cluster, and the token that goes along.
TOKENS = {"anonymous": None, "wrong-secret": "journeys-wrong-secret"}


@dataclass
class Accounts:
    """The account of a scenario, to which nobody gave any right; its token proves who asks."""

    scene: Scene
    namespaces: Namespaces
    token: str = field(default="", repr=False)

    def create(self) -> None:
        self.namespaces.check_own()
        namespace = self.namespaces.some()
        with self.scene.making(ACCOUNT) as name:
            self.token = self.scene.cluster.create_account(namespace, name)

    def list_pods(self) -> None:
        self._account().list_pods(self.namespaces.namespace)

    def list_pods_as(self, identity: str) -> None:
        """Lists the pods as somebody whom the cluster does not know."""
        self._unknown(identity).list_pods(self.namespaces.namespace)

    def assert_powerless(self) -> None:
        """Whatever else the account tries, the cluster knows who it is, and forbids it."""
        self.namespaces.check_own()
        account, namespace = self._account(), self.namespaces.namespace
        allowed = self._allowed({**account.readings(namespace), **account.changes(namespace)}, code="Forbidden")
        assert not allowed, (
            f"Expected an account without rights to be allowed nothing, but it may {', '.join(allowed)}."
        )

    def assert_blind(self, identity: str) -> None:
        """Whatever somebody whom the cluster does not know tries to read, he is refused."""
        allowed = self._allowed(self._unknown(identity).readings(self.namespaces.namespace), reason="auth")
        assert not allowed, f"Expected who is not known to see nothing, but he may {', '.join(allowed)}."

    def _allowed(self, deeds: dict[str, Callable[[], object]], **refused: str) -> list[str]:
        """Which of the deeds are not refused as told."""
        allowed = []
        for deed, attempt in deeds.items():
            with self.scene.recorder.allowing(**refused):
                attempt()
                allowed.append(deed)
        return allowed

    def _account(self) -> Other:
        return self.scene.cluster.other(the("account", self.token), ACCOUNT)

    def _unknown(self, identity: str) -> Other:
        """Somebody whom the cluster does not know."""
        if identity not in TOKENS:
            raise SuiteError("Of clusters no second user is known: only strangers, and users with a wrong secret.")
        return self.scene.cluster.other(TOKENS[identity], identity)
