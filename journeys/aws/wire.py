"""The connections of a measured client: they notice when an answer begins, and can be cut from another thread."""

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from journeys.threads import Interruptible


def prepare_connections(client: Any, noticed: Callable[[], None]) -> None:
    """Calls `noticed` whenever an answer to a request of `client` begins, in the thread that waits for it.

    No event of botocore tells: it reads the answer to its end first, unless that is streamed.
    """

    class Noticing(Interruptible):
        def getresponse(self, *arguments: Any, **named: Any) -> Any:
            response = super().getresponse(*arguments, **named)
            noticed()
            return response

    class Plain(Noticing, AWSHTTPConnection):
        pass

    class Secure(Noticing, AWSHTTPSConnection):
        pass

    class PlainPool(AWSHTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(AWSHTTPSConnectionPool):
        ConnectionCls = Secure

    client._endpoint.http_session._pool_classes_by_scheme.update(http=PlainPool, https=SecurePool)
