"""The names of OpenStack's operations: methods and paths as templates, with never an id in them.

A request is named by the first of ROUTES that fits its path. What fits none is one operation a method and service,
so that the set of names is bounded whatever is asked for.
"""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from os_service_types import ServiceTypes

UNKNOWN = "/{other}"

# https://docs.openstack.org/api-quick-start/ leads to the reference of each.
ROUTES = {
    "identity": ("/", "/auth/tokens", "/auth/catalog", "/auth/projects", "/users/{id}", "/projects/{id}"),
    "compute": (
        "/",
        "/servers",
        "/servers/detail",
        "/servers/{id}",
        "/servers/{id}/action",
        "/servers/{id}/metadata",
        "/servers/{id}/ips",
        "/servers/{id}/os-interface",
        "/servers/{id}/os-interface/{id}",
        "/servers/{id}/os-security-groups",
        "/servers/{id}/os-volume_attachments",
        "/servers/{id}/os-volume_attachments/{id}",
        "/os-keypairs",
        "/os-keypairs/{id}",
        "/flavors",
        "/flavors/detail",
        "/flavors/{id}",
        "/flavors/{id}/os-extra_specs",
        "/os-availability-zone",
        "/limits",
        "/os-quota-sets/{id}",
    ),
    "network": (
        "/",
        "/networks",
        "/networks/{id}",
        "/subnets",
        "/subnets/{id}",
        "/routers",
        "/routers/{id}",
        "/routers/{id}/add_router_interface",
        "/routers/{id}/remove_router_interface",
        "/ports",
        "/ports/{id}",
        "/security-groups",
        "/security-groups/{id}",
        "/security-group-rules",
        "/security-group-rules/{id}",
        "/floatingips",
        "/floatingips/{id}",
        "/quotas/{id}",
        "/quotas/{id}/details",
    ),
    "block-storage": (
        "/",
        "/volumes",
        "/volumes/detail",
        "/volumes/{id}",
        "/volumes/{id}/action",
        "/snapshots",
        "/snapshots/detail",
        "/snapshots/{id}",
        "/types",
        "/types/{id}",
        "/limits",
        "/os-quota-sets/{id}",
    ),
    "image": ("/", "/images", "/images/{id}"),
    "load-balancer": (
        "/",
        *(f"/lbaas/{noun}{one}" for noun in ("loadbalancers", "listeners", "pools") for one in ("", "/{id}")),
        *("/lbaas/pools/{id}/members", "/lbaas/pools/{id}/members/{id}"),
        *("/lbaas/healthmonitors", "/lbaas/healthmonitors/{id}"),
        "/lbaas/loadbalancers/{id}/status",
    ),
}
# What services that no journey uses are asked for, to see whether they answer: a version, for catalogues that name
# none, and a list that every user may have.
LISTS = {
    "alarm": ("v2", "/alarms"),
    "baremetal": ("v1", "/nodes"),
    "container-infrastructure-management": ("v1", "/clusters"),
    "database": ("v1.0", "/instances"),
    "dns": ("v2", "/zones"),
    "key-manager": ("v1", "/secrets"),
    "object-store": ("v1", "/"),
    "orchestration": ("v1", "/stacks"),
    "shared-file-system": ("v2", "/shares"),
    "workflow": ("v2", "/workflows"),
}
ROUTES |= {service: tuple({"/": None, path: None}) for service, (_, path) in LISTS.items()}
_OTHER_NAMES = {"networking": "network", "octavia": "load-balancer"}  # that are not official, but seen
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
_VERSION = re.compile(r"v\d+(\.\d+)?")
_PROJECT = re.compile(r"(AUTH_)?[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORDS = {segment for routes in ROUTES.values() for route in routes for segment in route.split("/")}

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = tuple(
    f"openstack.{service}.{method} {route}"
    for service, method, routes in (
        ("identity", "POST", ("/auth/tokens",)),
        ("compute", "POST", ("/servers", "/servers/{id}/action", "/servers/{id}/os-interface", "/os-keypairs")),
        ("compute", "POST", ("/servers/{id}/os-volume_attachments",)),
        ("compute", "GET", ("/servers/detail", "/servers/{id}", "/os-keypairs", "/flavors/detail")),
        ("compute", "DELETE", ("/servers/{id}", "/os-keypairs/{id}", "/servers/{id}/os-volume_attachments/{id}")),
        ("network", "POST", ("/networks", "/subnets", "/routers", "/ports", "/security-groups", "/floatingips")),
        ("network", "POST", ("/security-group-rules",)),
        ("network", "PUT", ("/routers/{id}/add_router_interface", "/ports/{id}", "/floatingips/{id}")),
        ("network", "GET", ("/networks", "/subnets", "/routers", "/ports", "/security-groups", "/floatingips")),
        ("network", "DELETE", ("/networks/{id}", "/subnets/{id}", "/security-groups/{id}")),
        ("block-storage", "POST", ("/volumes", "/snapshots", "/volumes/{id}/action")),
        ("block-storage", "GET", ("/volumes/detail", "/volumes/{id}", "/snapshots/detail", "/types")),
        ("block-storage", "DELETE", ("/volumes/{id}", "/snapshots/{id}")),
        ("image", "GET", ("/images",)),
    )
    for route in routes
)


def canonical(service: str) -> str:
    """The official type of a service that catalogues call by this one: ``block-storage`` for ``volumev3``."""
    return ServiceTypes().get_service_type(service) or _OTHER_NAMES.get(service, service)


def operation(service: str | None, method: str, url: str) -> str:
    """The name of the operation, such as ``openstack.compute.GET /servers/{id}``.

    `service` is the type that the catalogue gives; None where the request went to an address of its own, as those
    do that find out versions. `url` may be whole, or the path below a service's endpoint.
    """
    service, path = canonical((service or "").lower()), urlsplit(url).path
    method = method.upper() if method.upper() in _METHODS else "OTHER"
    if not service:
        service = "identity" if path.rstrip("/").endswith("/auth/tokens") else "discovery"
    if service == "discovery":
        return f"openstack.discovery.{method} /"
    if service not in ROUTES:
        return f"openstack.other.{method} {UNKNOWN}"
    return f"openstack.{service}.{method} {_template(service, _below_version(path))}"


def _below_version(path: str) -> tuple[str, ...]:
    """The segments of a path without what comes before a version, the version, and the project that may follow."""
    segments = [segment for segment in path.split("/") if segment]
    versions = [number for number, segment in enumerate(segments[:3]) if _VERSION.fullmatch(segment)]
    # A resource may be called v2: a version has no collection before it.
    if versions and not any(segment in _WORDS for segment in segments[: versions[0]]):
        segments = segments[versions[0] + 1 :]
        if segments and _PROJECT.fullmatch(segments[0]):
            segments = segments[1:]
    if segments:
        segments[-1] = segments[-1].removesuffix(".json")
    return tuple(segments)


def _template(service: str, segments: tuple[str, ...]) -> str:
    return next((route for route, pattern in _patterns(service) if pattern.fullmatch("/".join(segments))), UNKNOWN)


@cache
def _patterns(service: str) -> list[tuple[str, re.Pattern]]:
    # The most literal first: /servers/detail is no server called detail.
    routes = sorted(ROUTES[service], key=lambda route: route.count("{id}"))
    return [(route, re.compile(route[1:].replace("{id}", "[^/]+"))) for route in routes]


def names() -> Iterator[str]:
    """Every name that `operation` can give."""
    for method in sorted({*_METHODS, "OTHER"}):
        yield f"openstack.discovery.{method} /"
        yield f"openstack.other.{method} {UNKNOWN}"
        for service, routes in ROUTES.items():
            yield from (f"openstack.{service}.{method} {route}" for route in (*routes, UNKNOWN))
