"""The cloud as one user is let in: its connection, and the services that the catalogue names."""

from functools import cached_property, partial
from typing import Any

from keystoneauth1.exceptions import ClientException
from openstack.config.cloud_region import CloudRegion
from openstack.connection import Connection
from openstack.exceptions import SDKException

from journeys.failures import CallFailed, SuiteError
from journeys.openstack import config
from journeys.openstack.seam import MeasuredSession
from journeys.recorder import Recorder
from journeys.settings import Settings


class NotOffered(AssertionError):
    """The cloud's catalogue has no such service."""


class Login:
    """What a user of the settings' cloud asks for, written down as of `identity`; `auth` logs in differently."""

    def __init__(self, settings: Settings, recorder: Recorder, identity: str = "user", **auth: str):
        self._settings = settings
        self._recorder = recorder
        self._identity = identity
        self._auth = auth

    @cached_property
    def connection(self) -> Connection:
        """Made when it is asked for; raises SuiteError where the cloud can't be configured."""
        return Connection(config=self._region(**self._auth))

    def proxy(self, service: str) -> Any:
        """The SDK's proxy of a service; finding its versions out can fail as any call can. Raises NotOffered."""
        try:
            proxy = getattr(self.connection, service)
            proxy.session  # noqa: B018 - where the catalogue lacks the service, the SDK tells so only now
            return proxy
        except (SDKException, ClientException) as error:
            raise _first_cause(error) from error

    def session(self, **auth: str) -> MeasuredSession:
        """A session of its own, which has to log in first."""
        return self._region(**auth).get_session()

    def _region(self, **auth: str) -> CloudRegion:
        try:
            return config.region(self._settings, self._measured, **auth)
        except config.CloudError as wrong:
            raise SuiteError(str(wrong)) from wrong

    @property
    def _measured(self) -> Any:
        """Builds sessions for openstacksdk, which would give them only one timeout."""
        timeouts = (self._settings.connect_timeout, self._settings.read_timeout)
        return partial(_session, self._recorder, self._identity, timeouts)


def _session(
    recorder: Recorder, identity: str, timeouts: tuple[float, float], *, timeout: object = None, **arguments: Any
) -> MeasuredSession:
    return MeasuredSession(recorder, identity, timeouts, **arguments)


def _first_cause(error: BaseException) -> BaseException:
    """The call whose failure the SDK wrapped up, or else a sentence of our own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CallFailed):
            return cause
        cause = cause.__cause__ or cause.__context__
    return NotOffered(f"Expected the service to be found in the catalogue, but {error}")
