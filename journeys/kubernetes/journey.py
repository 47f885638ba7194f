"""What one scenario does in a cluster: the steps' only state there, made anew for each scenario."""

from dataclasses import dataclass, field

from journeys.kubernetes.accounts import Accounts
from journeys.kubernetes.deployments import Deployments
from journeys.kubernetes.namespaces import Namespaces
from journeys.kubernetes.pods import Pods
from journeys.kubernetes.scene import Scene
from journeys.kubernetes.services import Services


@dataclass
class ClusterJourney:
    """The state of a scenario in a cluster, by noun."""

    scene: Scene
    namespaces: Namespaces = field(init=False)
    pods: Pods = field(init=False)
    deployments: Deployments = field(init=False)
    services: Services = field(init=False)
    accounts: Accounts = field(init=False)

    def __post_init__(self) -> None:
        self.namespaces = Namespaces(self.scene)
        self.pods = Pods(self.scene, self.namespaces)
        self.deployments = Deployments(self.scene, self.namespaces, self.pods)
        self.services = Services(self.scene, self.namespaces, self.pods)
        self.accounts = Accounts(self.scene, self.namespaces)
