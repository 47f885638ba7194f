"""Names of OpenStack's operations: templates, never with an id in them, and bounded whatever is asked for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.openstack.operations import OPERATIONS, names, operation

UUID = "0d8c9b1e-5a5c-4b0e-9c1f-1f0f6a1b2c3d"
HEX = UUID.replace("-", "")
ALL = frozenset(names())


@pytest.mark.parametrize(
    ("service", "method", "url", "name"),
    [
        ("compute", "POST", "/servers", "openstack.compute.POST /servers"),
        ("compute", "GET", "servers/detail", "openstack.compute.GET /servers/detail"),
        ("compute", "get", f"/servers/{UUID}", "openstack.compute.GET /servers/{id}"),
        ("compute", "GET", f"/servers/{HEX}?all_tenants=1", "openstack.compute.GET /servers/{id}"),
        ("compute", "GET", f"http://cloud:8774/v2.1/servers/{UUID}", "openstack.compute.GET /servers/{id}"),
        ("compute", "GET", f"https://cloud/compute/v2.1/{HEX}/servers/{UUID}/", "openstack.compute.GET /servers/{id}"),
        ("compute", "GET", f"https://cloud/compute/v2.1/servers?marker={UUID}", "openstack.compute.GET /servers"),
        ("compute", "POST", f"/servers/{UUID}/action", "openstack.compute.POST /servers/{id}/action"),
        (
            "compute",
            "DELETE",
            f"/servers/{UUID}/os-volume_attachments/{UUID}",
            "openstack.compute.DELETE /servers/{id}/os-volume_attachments/{id}",
        ),
        # names of the user's own choice
        ("compute", "DELETE", "/os-keypairs/my key", "openstack.compute.DELETE /os-keypairs/{id}"),
        ("compute", "GET", "/os-keypairs/servers", "openstack.compute.GET /os-keypairs/{id}"),
        ("compute", "GET", "/os-keypairs/v2", "openstack.compute.GET /os-keypairs/{id}"),
        ("compute", "GET", "/flavors/m1.tiny", "openstack.compute.GET /flavors/{id}"),
        ("network", "GET", "/v2.0/networks", "openstack.network.GET /networks"),
        ("network", "GET", "/v2.0/networks.json", "openstack.network.GET /networks"),
        ("network", "PUT", f"/v2.0/routers/{UUID}/add_router_interface",
         "openstack.network.PUT /routers/{id}/add_router_interface"),
        ("network", "GET", "http://cloud:9696/networking/v2.0/ports?device_id=1", "openstack.network.GET /ports"),
        ("volumev3", "GET", f"http://cloud/v3/{HEX}/volumes/detail", "openstack.block-storage.GET /volumes/detail"),
        ("block-storage", "GET", f"/v3/{UUID}/volumes/{UUID}", "openstack.block-storage.GET /volumes/{id}"),
        ("block-storage", "GET", f"/v3/AUTH_{HEX}/volumes", "openstack.block-storage.GET /volumes"),
        ("dns", "GET", "http://cloud:9001/v2/zones", "openstack.dns.GET /zones"),
        ("sharev2", "GET", f"http://cloud/v2/{HEX}/shares", "openstack.shared-file-system.GET /shares"),
        ("load-balancer", "DELETE", f"/lbaas/pools/{UUID}/members/{UUID}",
         "openstack.load-balancer.DELETE /lbaas/pools/{id}/members/{id}"),
        ("load-balancer", "GET", "https://cloud/load-balancer/v2/lbaas/loadbalancers",
         "openstack.load-balancer.GET /lbaas/loadbalancers"),
        (None, "POST", "http://cloud:5000/v3/auth/tokens", "openstack.identity.POST /auth/tokens"),
        (None, "GET", "http://cloud:8774/v2.1/", "openstack.discovery.GET /"),
        (None, "GET", f"http://cloud/{HEX}", "openstack.discovery.GET /"),
        # what nobody foresaw
        ("compute", "GET", f"/os-new-thing/{UUID}", "openstack.compute.GET /{other}"),
        ("compute", "GET", f"/servers/{UUID}/os-new-thing", "openstack.compute.GET /{other}"),
        ("dns", "GET", f"/zones/{UUID}", "openstack.dns.GET /{other}"),
        ("brewing", "GET", f"/pots/{UUID}", "openstack.other.GET /{other}"),
        ("compute", "BREW", "/servers", "openstack.compute.OTHER /servers"),
    ],
)  # fmt: skip
def test_an_operation_is_named_by_its_template(service: str | None, method: str, url: str, name: str) -> None:
    assert operation(service, method, url) == name


@given(
    st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["compute", "network", "volumev3", "load-balancer"])),
    st.one_of(st.text(max_size=8), st.sampled_from(["GET", "POST", "DELETE"])),
    st.lists(st.one_of(st.sampled_from(["servers", "v2.1", "detail", "lbaas", "networks", UUID, HEX]), st.text())),
)
def test_whatever_is_asked_for_its_name_is_one_of_a_known_few(
    service: str | None, method: str, segments: list[str]
) -> None:
    url = "/" + "/".join(re.sub(r"[\[\]]", "", segment) for segment in segments)  # a URL's host may hold only addresses
    assert operation(service, method, url) in ALL


def test_all_names_are_labels_worth_having() -> None:
    assert len(ALL) < 1000
    assert not [name for name in ALL if re.search(r"[0-9a-f]{8}|\s{2}", name)]
    assert set(OPERATIONS) <= ALL
