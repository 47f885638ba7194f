"""The one place that builds boto3 clients: measured, bounded, and as the settings say."""

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
        self._clients: dict[tuple[str, str, str, bool], Any] = {}

    def s3(self, identity: str = "user", site: str = "primary", *, sdk_defaults: bool = False) -> Any:
        """The S3 client with which `identity` speaks to `site`.

        Identities: `user`; `second`, another one without rights to ours; `anonymous`, who signs nothing;
        `wrong-secret`, who has the user's key but not its secret; `unknown-key`. With `sdk_defaults`, it handles
        checksums as its SDK does by itself, whatever the settings say.
        """
        return self._client("s3", self._settings.s3_endpoint, identity, site, sdk_defaults)

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

    def _client(self, service: str, endpoint: str | None, identity: str, site: str, sdk_defaults: bool) -> Any:
        name = (service, identity, site, sdk_defaults)
        if name not in self._clients:
            # The user's are the session's own, which may renew themselves.
            credentials = None if identity == "user" else self.credentials(identity)
            config = self._config()
            if service == "s3":  # which signs links in an older way where nothing is said
                config = config.merge(Config(signature_version=UNSIGNED if identity == "anonymous" else "s3v4"))
            if sdk_defaults:
                config = config.merge(SDK_DEFAULTS)
            client = self._measured_session().client(
                service, endpoint_url=endpoint, config=config, **_keys(credentials)
            )
            client.recorder, client.identity, client.site = self._recorder, identity, site
            seam.count_attempts(client)
            self._clients[name] = client
        return self._clients[name]

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


def _keys(credentials: ReadOnlyCredentials | None) -> dict[str, str | None]:
    """Credentials as arguments of a client."""
    if credentials is None:
        return {}
    return {
        "aws_access_key_id": credentials.access_key,
        "aws_secret_access_key": credentials.secret_key,
        "aws_session_token": credentials.token,
    }


def profile_endpoint_and_region(profile: str | None) -> tuple[str | None, str | None]:
    """The S3 endpoint and the region that a profile of the AWS configuration files sets; raises ProfileError."""
    try:
        session = botocore.session.Session(profile=profile)
        config = session.get_scoped_config()
        services = session.full_config.get("services", {}).get(config.get("services"), {})
    except BotoCoreError as error:
        raise ProfileError(f"AWS_PROFILE can't be used: {error}.") from error
    return services.get("s3", {}).get("endpoint_url") or config.get("endpoint_url"), config.get("region")
