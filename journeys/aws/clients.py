"""The one place that builds boto3 clients: measured, bounded, and as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError

from journeys import __version__
from journeys.aws import seam
from journeys.failures import SuiteError
from journeys.recorder import Recorder
from journeys.settings import Settings

# Keys that nobody has; of the form that AWS gives to them, so that a server looks them up.
_UNKNOWN_KEY = "AKIAJOURNEYSNOBODY00"
_WRONG_SECRET = "journeys/has+made/this+up/0000000000000000"

# https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
SDK_DEFAULTS = Config(request_checksum_calculation="when_supported", response_checksum_validation="when_supported")


class ProfileError(Exception):
    """A profile of the AWS configuration can't be used; the message says which and why."""


class Clients:
    """The clients of a run, one for each service and identity: sessions are not thread-safe, clients are.

    Asking for the first one raises SuiteError where there are no credentials.
    """

    def __init__(self, settings: Settings, recorder: Recorder):
        self._settings = settings
        self._recorder = recorder
        self._session: boto3.session.Session | None = None
        self._clients: dict[tuple[str, str, bool], Any] = {}

    def s3(self, identity: str = "user", site: str = "primary", *, sdk_defaults: bool = False) -> Any:
        """The S3 client with which `identity` speaks to `site`, which is `primary` or `replica`.

        Identities: `user`; `second`, another one without rights to ours; `anonymous`, who signs nothing;
        `wrong-secret`, who has the user's key but not its secret; `unknown-key`. With `sdk_defaults`, it handles
        checksums as its SDK does by itself, whatever the settings say.
        """
        name = (identity, site, sdk_defaults)
        if name not in self._clients:
            self._clients[name] = self._new_s3(*name)
        return self._clients[name]

    def ec2(self) -> Any:
        """A new EC2 client of the user."""
        endpoint = self._settings.ec2_endpoint_url
        client = self._measured_session().client("ec2", endpoint_url=endpoint, config=self._config())
        client.recorder, client.identity, client.site = self._recorder, "user", "primary"
        seam.count_attempts(client)
        return client

    @contextmanager
    def new_connection(self, identity: str = "user", site: str = "primary") -> Iterator[Any]:
        """Another S3 client of `identity`: what it asks for goes over connections of its own."""
        client = self._new_s3(identity, site, False)
        try:
            yield client
        finally:
            client.close()

    def credentials(self, identity: str = "user") -> ReadOnlyCredentials | None:
        """What `identity` proves itself with; None for who proves nothing. Raises SuiteError where there are none."""
        own = self._measured_session().get_credentials().get_frozen_credentials()
        match identity:
            case "user":
                return own
            case "second":
                return _second_user(self._settings)
            case "wrong-secret":
                return ReadOnlyCredentials(own.access_key, _WRONG_SECRET, own.token)
            case "unknown-key":
                return ReadOnlyCredentials(_UNKNOWN_KEY, _WRONG_SECRET, None)
            case "anonymous":
                return None
        raise ValueError(f"nobody is called {identity!r}")

    def _new_s3(self, identity: str, site: str, sdk_defaults: bool) -> Any:
        # Links are signed in an older way where nothing is said.
        config = self._config().merge(Config(signature_version=UNSIGNED if identity == "anonymous" else "s3v4"))
        if sdk_defaults:
            config = config.merge(SDK_DEFAULTS)
        client = self._measured_session().client("s3", config=config, **self._place(site), **self._keys(identity, site))
        client.recorder, client.identity, client.site = self._recorder, identity, site
        seam.count_attempts(client)
        return client

    def _place(self, site: str) -> dict[str, str | None]:
        settings = self._settings
        if site == "primary":
            return {"endpoint_url": settings.s3_endpoint}
        trusted = settings.replica_ca_bundle
        return {"endpoint_url": settings.replica_endpoint, "verify": str(trusted) if trusted else None}

    def _keys(self, identity: str, site: str) -> dict[str, str | None]:
        """Credentials as arguments of a client: none for the user, whose are the session's and may renew themselves."""
        settings = self._settings
        if identity == "user" and site == "replica" and settings.replica_access_key_id:
            return _arguments(settings.replica_access_key_id, settings.replica_secret_access_key, None)
        credentials = None if identity == "user" else self.credentials(identity)
        return _arguments(*credentials) if credentials else {}

    def _measured_session(self) -> boto3.session.Session:
        if self._session is None:
            settings = self._settings
            self._session = boto3.session.Session(
                aws_access_key_id=settings.access_key_id,
                aws_secret_access_key=settings.secret_access_key,
                aws_session_token=settings.session_token,
                region_name=settings.region,
                profile_name=settings.profile if not settings.access_key_id else None,
            )
            if self._session.get_credentials() is None:
                raise SuiteError(
                    "No credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
                )
            self._session.events.register("creating-client-class", seam.add_base_class)
        return self._session

    def _config(self) -> Config:
        settings = self._settings
        style = settings.addressing_style
        if style == "auto":
            style = "path" if settings.s3_endpoint else "virtual"
        return Config(
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            retries={"mode": settings.retry_mode, "total_max_attempts": settings.max_attempts},
            request_checksum_calculation=settings.request_checksums,
            response_checksum_validation=settings.response_checksums,
            s3={"addressing_style": style},
            user_agent_extra=f"cloud-journeys/{__version__}",
        )


def _second_user(settings: Settings) -> ReadOnlyCredentials:
    if not settings.second_access_key_id:
        raise SuiteError(
            "There is no second user: set JOURNEYS_SECOND_ACCESS_KEY_ID and JOURNEYS_SECOND_SECRET_ACCESS_KEY, or tag "
            "the scenario @needs.second-user, so that it is skipped without."
        )
    return ReadOnlyCredentials(settings.second_access_key_id, settings.second_secret_access_key, None)


def _arguments(access_key: str, secret_key: str, token: str | None, *_: object) -> dict[str, str | None]:
    return {"aws_access_key_id": access_key, "aws_secret_access_key": secret_key, "aws_session_token": token}


def profile_endpoint_and_region(profile: str | None) -> tuple[str | None, str | None]:
    """The S3 endpoint and the region that a profile of the AWS configuration files sets; raises ProfileError."""
    try:
        session = botocore.session.Session(profile=profile)
        config = session.get_scoped_config()
        services = session.full_config.get("services", {}).get(config.get("services"), {})
    except BotoCoreError as error:
        raise ProfileError(f"AWS_PROFILE can't be used: {error}.") from error
    return services.get("s3", {}).get("endpoint_url") or config.get("endpoint_url"), config.get("region")
