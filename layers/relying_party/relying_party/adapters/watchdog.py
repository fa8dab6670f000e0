"""A deadline for a whole HTTP exchange, whatever the peer does.

The time-outs of ``requests`` are per socket operation: a peer that drips one octet a second,
in the header or in the body, never meets them. So a timer cuts the connection, through the
classes that urllib3 lets us put in place of its own.
"""

import contextlib
import socket
from contextvars import ContextVar
from threading import Timer
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Watchdog:
    """A context in which whatever connection is in use is cut once the time is over."""

    def __init__(self, seconds: float) -> None:
        self.sent = False
        """Whether the peer may have seen any of the request."""
        self.connection: HTTPConnection | None = None
        self._cut = False
        self._timer = Timer(seconds, self._cut_connection)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the clock."""
        self._token = _current.set(self)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it.

        Raises:
            TimeoutError: the connection was cut, so that a reply without a length, which
                would end at the cut, is not taken for a whole one.
        """
        self._timer.cancel()
        _current.reset(self._token)
        if self._cut:
            raise TimeoutError

    def _cut_connection(self) -> None:
        self._cut = True
        sock = self.connection.sock if self.connection is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


_current: ContextVar[Watchdog] = ContextVar("watchdog")


class _Watched(HTTPConnection):
    """Tells the watchdog of the running exchange about the connection that serves it."""

    def connect(self) -> None:
        _current.get().connection = self
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        watchdog = _current.get()
        watchdog.connection = self
        if self.sock is None:
            self.connect()
        watchdog.sent = True
        super().request(*args, **kwargs)


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class WatchedAdapter(HTTPAdapter):
    """A transport of ``requests`` whose connections can be cut from outside."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use pools of watched connections (overrides ``HTTPAdapter``)."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _WatchedHTTPPool,
            "https": _WatchedHTTPSPool,
        }
