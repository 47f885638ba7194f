"""Which settings are missing, or do not go together: sentences that say what to do."""

import dataclasses
import importlib.util
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from journeys.capabilities import IMPLIED

if TYPE_CHECKING:
    from journeys.settings import Settings

S3_ENDPOINT_NAMES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
CLOUD_NAMES = ("AWS_ENDPOINT_URL_EC2", "OS_CLOUD", "OS_AUTH_URL")
OTHER_NAMES = (*CLOUD_NAMES, "JOURNEYS_WEB_URL", "JOURNEYS_KUBERNETES_CONTEXT")

KEYS = "an access key and its secret go together"


def named(environ: Mapping[str, str], *names: str) -> bool:
    """Whether one of them is set, be it wrongly."""
    return any(environ.get(name) for name in names)


def contradictions(settings: "Settings", environ: Mapping[str, str], wrong: set[str]) -> list[str]:
    """What does not go together, as far as the settings that are not `wrong` by themselves tell."""
    return [
        *_about_the_target(settings, environ),
        *_about_credentials(settings, wrong),
        *_about_the_second_user(settings, wrong),
        *_about_the_replica(settings, wrong),
        *_about_capabilities(settings),
        *_about_the_gateway(settings, wrong),
        *_about_the_cloud(settings, environ, wrong),
        *_about_logins(settings, wrong),
        *_about_the_private_page(settings, wrong),
        *_about_the_namespace(settings, wrong),
    ]


def _about_the_target(settings: "Settings", environ: Mapping[str, str]) -> Iterator[str]:
    elsewhere = settings.s3_endpoint or named(environ, *S3_ENDPOINT_NAMES, *OTHER_NAMES)
    if not (elsewhere or settings.target):
        yield (
            "No target is configured: set AWS_ENDPOINT_URL_S3 (for AWS itself JOURNEYS_TARGET and "
            "AWS_DEFAULT_REGION; for OpenStack OS_CLOUD; for web sites JOURNEYS_WEB_URL; for Kubernetes "
            "JOURNEYS_KUBERNETES_CONTEXT), most easily by `cp .env.example .env` and editing it; or try "
            "`./run.sh demo`, which needs nothing."
        )
    elif not (elsewhere or settings.region):
        yield "AWS_DEFAULT_REGION is missing: without an endpoint the target is AWS, which needs a region."


def _about_credentials(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    yield from _alone(settings, wrong, "access_key_id", "secret_access_key", KEYS)
    given = settings.access_key_id or settings.secret_access_key or wrong & {"access_key_id", "secret_access_key"}
    if (settings.s3_endpoint or settings.ec2_endpoint_url) and not (given or settings.profile):
        yield "There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."


def _about_the_second_user(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    yield from _alone(settings, wrong, "second_access_key_id", "second_secret_access_key", KEYS)
    key = settings.second_access_key_id
    if key and settings.second_secret_access_key and key == settings.access_key_id:
        yield "JOURNEYS_SECOND_ACCESS_KEY_ID is AWS_ACCESS_KEY_ID: the second user has to be another one."


def _about_the_replica(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    yield from _alone(settings, wrong, "replica_access_key_id", "replica_secret_access_key", KEYS)
    keys = settings.replica_access_key_id and settings.replica_secret_access_key
    if keys and not settings.replica_endpoint and "replica_endpoint" not in wrong:
        yield "JOURNEYS_REPLICA_ENDPOINT_URL_S3 is missing: there are keys for a replica."


def _about_capabilities(settings: "Settings") -> Iterator[str]:
    for name in sorted(settings.capabilities & set(IMPLIED) - settings.implied):
        yield f"JOURNEYS_CAPABILITIES declares {name}, but {IMPLIED[name]}."


def _about_the_gateway(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    basic = "basic authentication needs both"
    yield from _alone(settings, wrong, "pushgateway_username", "pushgateway_password", basic)
    if settings.pushgateway_client_key and not settings.pushgateway_client_certificate:
        yield "PUSHGATEWAY_CLIENT_CERTIFICATE is missing: a client's key is of no use without it."
    if settings.pushgateway_token and settings.pushgateway_username:
        yield "PUSHGATEWAY_TOKEN and PUSHGATEWAY_USERNAME are both set: choose one way to authenticate."


def _about_the_cloud(settings: "Settings", environ: Mapping[str, str], wrong: set[str]) -> Iterator[str]:
    if settings.openstack and settings.ec2_endpoint_url:
        yield "AWS_ENDPOINT_URL_EC2 and OpenStack (OS_CLOUD or OS_AUTH_URL) are both set: two clouds are two targets."
    if settings.ec2_endpoint_url and not settings.server_image:
        yield "JOURNEYS_SERVER_IMAGE is missing: with EC2 it has to be said what servers are started from."
    if settings.auth_url and not settings.cloud and not named(environ, "OS_AUTH_TYPE"):
        yield from _missing_of_openstack(settings, environ, wrong)
    if settings.reader_username:
        reader = "the reader needs both"
        yield from _alone(settings, wrong, "reader_username", "reader_password", reader)
        if settings.openstack and settings.os_credential_secret:
            yield (
                "JOURNEYS_READER_USERNAME can't be used with an application credential, which knows no project for "
                "others: let the user log in with OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME."
            )


def _missing_of_openstack(settings: "Settings", environ: Mapping[str, str], wrong: set[str]) -> Iterator[str]:
    """What it takes to log in at OS_AUTH_URL: a user and project, an application credential, or a token."""
    if wrong & {"os_password", "os_credential_secret", "os_token"}:
        return
    if settings.os_credential_id or named(environ, "OS_APPLICATION_CREDENTIAL_NAME"):
        if not settings.os_credential_secret:
            yield "OS_APPLICATION_CREDENTIAL_SECRET is missing: an application credential and its secret go together."
        return
    if not settings.os_token:
        if not (settings.os_username or named(environ, "OS_USER_ID")):
            yield "OS_USERNAME is missing: OS_AUTH_URL needs a user (or OS_APPLICATION_CREDENTIAL_ID)."
        if not settings.os_password:
            yield "OS_PASSWORD is missing: OS_AUTH_URL needs a user and its password."
    if not (settings.os_project_name or named(environ, "OS_PROJECT_ID", "OS_TENANT_NAME", "OS_TENANT_ID")):
        yield "OS_PROJECT_NAME is missing: without a project there is nothing to do journeys in."


def _about_logins(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    if settings.login_username and importlib.util.find_spec("paramiko") is None:
        yield "JOURNEYS_LOGIN_USERNAME is set, but paramiko is not installed: run './run.sh setup login'."
    together = "a jump host and the key to it go together"
    yield from _alone(settings, wrong, "login_jump_host", "login_jump_key", together)
    if settings.login_jump_host and not settings.login_username:
        yield "JOURNEYS_LOGIN_USERNAME is missing: there is a jump host to servers that nobody logs in to."


def _about_the_private_page(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    if wrong & {"sites", "private_page", "web_token", "web_password"}:
        return
    together = "a user and a password go together"
    if alone := list(_alone(settings, wrong, "web_username", "web_password", together)):
        yield from alone
        return
    user = settings.web_username
    if user and settings.web_token:
        yield "JOURNEYS_WEB_TOKEN and JOURNEYS_WEB_USERNAME are both set: choose one way to log in."
    elif settings.private_page and not (user or settings.web_token):
        yield "JOURNEYS_WEB_TOKEN is missing: JOURNEYS_WEB_PRIVATE_URL needs it, or a user and a password."
    elif (user or settings.web_token) and not settings.private_page:
        yield "JOURNEYS_WEB_PRIVATE_URL is missing: there is a login, but nowhere to use it."
    elif settings.private_page and not settings.sites:
        yield "JOURNEYS_WEB_URL is missing: a private page needs a site that anybody may open, too."


def _about_the_namespace(settings: "Settings", wrong: set[str]) -> Iterator[str]:
    if settings.kubernetes_namespace and not settings.kubernetes_context and "kubernetes_context" not in wrong:
        yield "JOURNEYS_KUBERNETES_CONTEXT is missing: there is a namespace, but no cluster that it is in."


def _alone(settings: "Settings", wrong: set[str], one: str, other: str, why: str) -> Iterator[str]:
    """Of two settings that go together, given by their fields, one is missing."""
    if wrong & {one, other} or bool(getattr(settings, one)) == bool(getattr(settings, other)):
        return
    missing = other if getattr(settings, one) else one
    (name,) = (field.metadata["name"] for field in dataclasses.fields(settings) if field.name == missing)
    yield f"{name} is missing: {why}."
