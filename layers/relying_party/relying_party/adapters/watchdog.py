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
    """A context in which the socket in use is cut once the time is over."""

    def __init__(self, seconds: float) -> None:
        self.sent = False
        """Whether the peer may have seen any of the request."""
        self._socket: socket.socket | None = None
        self._cut = False
        self._timer = Timer(seconds, self._cut_socket)
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

    def before_sending(self, connected: socket.socket | None) -> None:
        """Watch the socket itself: a connection forgets it as soon as the reply's head is read.

        Raises:
            TimeoutError: all the time went into the connection, and nothing is sent any more.
        """
        self._socket = connected
        if self._cut:
            raise TimeoutError
        self.sent = True

    def _cut_socket(self) -> None:
        self._cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


_current: ContextVar[Watchdog] = ContextVar("watchdog")


class _Watched(HTTPConnection):
    """Tells the watchdog of the running exchange about the socket that serves it."""

    _kept = False
    """Whether a request has been sent since it was opened."""

    def connect(self) -> None:
        super().connect()
        self._kept = False

    def request(self, method: str, *args: Any, **kwargs: Any) -> None:
        if self._kept and method == "POST":
            self.close()  # on a stale one it could not be told whether the request arrived
        if self.sock is None:
            self.connect()
        _current.get().before_sending(self.sock)
        self._kept = True
        super().request(method, *args, **kwargs)


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
