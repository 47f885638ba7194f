"""The one place that builds boto3 clients: measured, bounded, and as the settings say."""

from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from journeys import __version__
from journeys.aws import seam
from journeys.failures import SuiteError
from journeys.recorder import Recorder
from journeys.settings import Settings


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
        self._clients: dict[tuple[str, str, str], Any] = {}

    def s3(self, identity: str = "user", site: str = "primary") -> Any:
        """The S3 client with which `identity` speaks to `site`."""
        return self._client("s3", self._settings.s3_endpoint, identity, site)

    def ec2(self) -> Any:
        """The EC2 client."""
        return self._client("ec2", self._settings.ec2_endpoint_url, "user", "primary")

    def _client(self, service: str, endpoint: str | None, identity: str, site: str) -> Any:
        name = (service, identity, site)
        if name not in self._clients:
            client = self._measured_session().client(service, endpoint_url=endpoint, config=self._config())
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


def profile_endpoint_and_region(profile: str | None) -> tuple[str | None, str | None]:
    """The S3 endpoint and the region that a profile of the AWS configuration files sets; raises ProfileError."""
    try:
        session = botocore.session.Session(profile=profile)
        config = session.get_scoped_config()
        services = session.full_config.get("services", {}).get(config.get("services"), {})
    except BotoCoreError as error:
        raise ProfileError(f"AWS_PROFILE can't be used: {error}.") from error
    return services.get("s3", {}).get("endpoint_url") or config.get("endpoint_url"), config.get("region")
