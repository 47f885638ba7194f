"""What servers and public addresses are made from: as the settings say, or else the cheapest that does."""

from functools import cached_property
from typing import Any

from journeys.openstack.login import Login
from journeys.settings import Settings


class Choices:
    """Each is looked up once, when it is first needed; raises AssertionError where there is nothing to choose."""

    def __init__(self, login: Login, settings: Settings):
        self._proxy = login.proxy
        self._settings = settings

    @cached_property
    def image(self) -> Any:
        """What servers are started from: the smallest one that holds anything, as those of volumes do not."""
        images = self._proxy("image").images(status="active")
        by_size = sorted(images, key=lambda image: (not image.size, image.size or 0, _name(image)))
        return _chosen("JOURNEYS_SERVER_IMAGE", self._settings.server_image, by_size)

    @cached_property
    def flavor(self) -> Any:
        """How large servers are: as small as can be."""
        flavors = self._proxy("compute").flavors()
        # Nova starts images only where a flavour has a disk; those without are for servers that boot from volumes.
        by_size = sorted(flavors, key=lambda flavor: (not flavor.disk, flavor.ram, flavor.vcpus))
        return _chosen("JOURNEYS_SERVER_FLAVOR", self._settings.server_flavor, by_size)

    @cached_property
    def external_network(self) -> Any:
        """Where public addresses come from: the first one listed."""
        networks = list(self._proxy("network").networks(is_router_external=True))
        return _chosen("JOURNEYS_EXTERNAL_NETWORK", self._settings.external_network, networks)


def _chosen(setting: str, wanted: str | None, offered: list[Any]) -> Any:
    """The one that is wanted by its id or name, or the first one."""
    fitting = [one for one in offered if wanted in (None, one.id, one.name)]
    names = ", ".join(sorted(map(_name, offered))[:10]) or "none"
    assert fitting, f"Expected {wanted or 'one to choose'} among those offered, but there is {names} ({setting})."
    return fitting[0]


def _name(one: Any) -> str:
    """Its id, where it has none."""
    return one.name or one.id
