"""Every service of a cloud's catalogue, asked for what it is there for."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from openstack.connection import Connection

from journeys.cloud import nouns
from journeys.failures import CallFailed
from journeys.openstack.operations import LISTS, canonical
from journeys.recorder import Recorder

# What the services that journeys use are asked for, by the names of their proxies.
USED: Mapping[str, tuple[type, ...]] = {
    "network": (nouns.Network, nouns.Router, nouns.Subnet, nouns.Port, nouns.SecurityGroup, nouns.PublicAddress),
    "compute": (nouns.Server, nouns.Flavor, nouns.KeyPair, nouns.Zone),
    "image": (nouns.Image,),
    "block_storage": (nouns.Volume, nouns.Snapshot, nouns.VolumeType),
    "load_balancer": (nouns.LoadBalancer,),
}
OPTIONAL: Mapping[str, str] = {"load_balancer": "load-balancers"}  # of those, with the capability that declares them
IDENTITY = "identity"  # which answered when we logged in

SERVER_ERRORS = 500  # the lowest HTTP status of those that are the server's own


def ask_each(
    connection: Connection, recorder: Recorder, listed: Callable[[type], Iterator[Any]], undeclared: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The services that don't answer as they should, with what is wrong.

    Those that journeys use have to list each of their kinds, which `listed` does; one that is `undeclared` may forbid
    it. Others are asked for the list of LISTS, which may be forbidden, too; what is not known there has to give any
    answer but an error of the server.
    """
    offered = _offered(connection)
    for service, kinds in USED.items():
        if service.replace("_", "-") in offered:
            ask = partial(_list, listed, kinds)
            yield from _tried(service, partial(_unless_forbidden, recorder, ask) if service in undeclared else ask)
        elif service not in OPTIONAL:
            yield service, "it is not in the catalogue"
    for service in sorted(offered.keys() - {each.replace("_", "-") for each in USED} - {IDENTITY}):
        yield from _tried(service, partial(_ask, connection, recorder, service, *offered[service]))


def _offered(connection: Connection) -> dict[str, tuple[str, str]]:
    """Each service of the catalogue in our region, with its type there and its address."""
    config = connection.config
    catalogue = connection.session.auth.get_access(connection.session).service_catalog
    found = {}
    for type_ in catalogue.get_endpoints():
        place = {"interface": config.get_interface(type_), "region_name": config.get_region_name(type_)}
        if urls := catalogue.get_urls(service_type=type_, **place):
            found[canonical(type_)] = type_, urls[0]
    return found


def _tried(service: str, ask: Callable[[], object]) -> Iterator[tuple[str, str]]:
    try:
        ask()
    except AssertionError as failure:
        yield service, str(failure)


def _list(listed: Callable[[type], Iterator[Any]], kinds: Iterable[type]) -> None:
    for kind in kinds:
        next(iter(listed(kind)), None)


def _unless_forbidden(recorder: Recorder, ask: Callable[[], object]) -> None:
    with recorder.allowing(status=HTTPStatus.FORBIDDEN):
        ask()


def _ask(connection: Connection, recorder: Recorder, service: str, type_: str, url: str) -> None:
    version, path = LISTS.get(service, ("", ""))
    if version and not re.search(r"/v\d", url):
        url = f"{url.rstrip('/')}/{version}"
    try:
        connection.session.get(f"{url.rstrip('/')}{path}", endpoint_filter={"service_type": type_})
    except CallFailed as failure:
        told = failure.call
        if told.reason != "auth" if service in LISTS else not told.status or told.status >= SERVER_ERRORS:
            raise
        recorder.expected(failure)
