"""What a scenario does with its namespace."""

from dataclasses import dataclass

from journeys.failures import SuiteError
from journeys.kubernetes.nouns import state_of_each
from journeys.kubernetes.scene import READY_WITHIN, Scene, the

QUOTA = "pods"  # the name of what limits them


@dataclass
class Namespaces:
    """The namespace of a scenario: one of its own, or the one that the settings name for all."""

    scene: Scene
    made: str = ""

    @property
    def namespace(self) -> str:
        return the("namespace", self.made)

    def some(self) -> str:
        """The scenario's namespace, which it has from now on."""
        if not self.made:
            self.have()
        return self.made

    def have(self) -> None:
        """The one that was given, or else one of the scenario's own."""
        if self.scene.cluster.given:
            self.made = self.scene.cluster.given
        else:
            self.create()

    def create(self) -> None:
        self.check_own()
        name = self.scene.ledger.new_name()
        with self.scene.ledger.creating("namespace", name):
            self.scene.cluster.create_namespace(name)
        self.made = name

    def create_with_room(self, pods: int) -> None:
        """One that may hold so many pods; it is there once that is in force."""
        self.create()
        self.scene.cluster.limit_pods(self.made, QUOTA, pods)
        self.scene.until(
            lambda: self.scene.cluster.counts_pods(self.made, QUOTA),
            bool,
            f"the pods of namespace {self.made} to be counted",
            READY_WITHIN,
            lambda counted: "they are not",
        )

    def delete(self) -> None:
        self.check_own()
        self.scene.cluster.delete_namespace(self.namespace)

    def assert_listed(self) -> None:
        """It is, once, and may be used."""
        name, listed = self.namespace, self.scene.cluster.namespaces()
        phases = [each.phase for each in listed if each.name == name]
        assert phases == ["Active"], (
            f"Expected namespace {name} to be listed as Active, but of the {len(listed)} listed it is "
            f"{' and '.join(phases) or 'none'}."
        )

    def assert_gone(self, limit: float) -> None:
        """It can't be found within so many seconds, and is listed no more."""
        name = self.namespace
        self.scene.until(
            lambda: self.scene.cluster.has_namespace(name),
            lambda there: not there,
            f"namespace {name} to be gone",
            limit,
            lambda there: "it is still there",
            "namespace_gone",
        )
        listed = [each.name for each in self.scene.cluster.namespaces()]
        assert name not in listed, f"Expected namespace {name} to be gone, but it is still listed."

    def assert_holds(self, count: int) -> None:
        """So many pods of ours are listed in the scenario's own namespace, be it gone or not."""
        self.check_own()
        pods = self.scene.cluster.pods(self.namespace)
        assert len(pods) == count, (
            f"Expected {count} of our pods to be listed in namespace {self.made}, but {state_of_each(pods)}."
        )

    def check_own(self) -> None:
        """What is done to a namespace is only ever done to one of ours. Raises SuiteError."""
        given = self.scene.cluster.given
        if given:
            raise SuiteError(
                f"All is done in namespace {given} (JOURNEYS_KUBERNETES_NAMESPACE), of which nothing is changed: a "
                "scenario that makes namespaces, removes or limits them needs the tag @needs.namespaces."
            )
