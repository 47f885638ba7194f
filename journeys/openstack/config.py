"""Which cloud is meant and who logs in there, by the rules of openstacksdk: OS_* and clouds.yaml."""

from collections.abc import Callable
from typing import Any

from openstack.config import OpenStackConfig
from openstack.config.cloud_region import CloudRegion
from openstack.exceptions import SDKException

from journeys import __version__
from journeys.settings import Settings

# What the `auth` of a cloud calls what our settings call …
_AUTH_OF_SETTING = {
    "auth_url": "auth_url",
    "os_username": "username",
    "os_password": "password",
    "os_project_name": "project_name",
    "os_credential_secret": "application_credential_secret",
    "os_token": "token",
}

WHERE = (
    " clouds.yaml is looked for where OS_CLIENT_CONFIG_FILE says, here, in ~/.config/openstack and in /etc/openstack; "
    "what is no valid YAML is passed over."
)


class CloudError(Exception):
    """A cloud's configuration can't be used; the message says why."""


def of_cloud(settings: Settings) -> dict[str, str]:
    """The settings that `clouds.yaml` holds for the cloud that OS_CLOUD names; raises CloudError."""
    config = region(settings).config
    auth = config.get("auth", {})
    # openstacksdk would notice only when it logs in.
    wanted = ["auth_url", *(["password"] if "password" in config.get("auth_type", "") else [])]
    if missing := [name for name in wanted if not auth.get(name)]:
        told = " and no ".join(missing)
        raise CloudError(f"The OpenStack cloud can't be configured: clouds.yaml holds no {told} of {settings.cloud}.")
    return {setting: str(auth[name]) for setting, name in _AUTH_OF_SETTING.items() if auth.get(name)}


def region(settings: Settings, session: Callable[..., Any] | None = None, **auth: str) -> CloudRegion:
    """What openstacksdk needs to connect; `session` builds its sessions. `auth` logs in differently.

    Raises CloudError, before any call.
    """
    secrets = {"password": settings.os_password, "token": settings.os_token}
    secrets["application_credential_secret"] = settings.os_credential_secret
    # A secret may come from a file, which openstacksdk would not find in the environment.
    given = {name: secret for name, secret in secrets.items() if secret and not settings.cloud} | auth
    try:
        loader = OpenStackConfig(
            session_constructor=session, app_name="cloud-journeys", app_version=__version__, pw_func=None
        )
        return loader.get_one(cloud=settings.cloud, auth=given)
    except SDKException as wrong:
        told = settings.redact(str(wrong)).rstrip(".")
        raise CloudError(
            f"The OpenStack cloud can't be configured: {told}.{WHERE if settings.cloud else ''}"
        ) from wrong
