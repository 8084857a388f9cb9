"""One deadline for all that a request waits for: connecting, every read, every write.

A timeout for each read alone would let a target that says a byte now and then hold a run
for ever.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable


class Deadline(threading.local):
    """When the request that this thread sends must be over."""

    def __init__(self) -> None:
        """Begin without one."""
        self._ends_at = math.inf

    def begin(self, seconds: float) -> None:
        """Let what follows take *seconds* in all."""
        self._ends_at = time.monotonic() + seconds

    def left(self, timeout_s: float | None, late: type[Exception]) -> float:
        """The seconds that are left, at most *timeout_s*.

        Raises:
            Exception: *late*, if none are.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise late("the time for a request was over")
        return min(left, math.inf if timeout_s is None else timeout_s)

    def bind(self, client: httpx.Client) -> None:
        """Let every connection of *client* keep this deadline."""
        for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - no other way
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = _Backend(self)  # noqa: SLF001 - as above


def forsake(answer: httpx.Response) -> None:
    """Let no further request be sent over the connection that *answer* came over."""
    stream = answer.extensions.get("network_stream")
    if isinstance(stream, _Stream):
        stream.forsake()


class _Backend(httpcore.SyncBackend):
    """Opens connections that keep a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps a deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline
        self._is_forsaken = False

    def forsake(self) -> None:
        """Let no further request be sent here: to the pool it looks closed once it is idle."""
        self._is_forsaken = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        if info == "is_readable" and self._is_forsaken:
            return True
        return self._stream.get_extra_info(info)
