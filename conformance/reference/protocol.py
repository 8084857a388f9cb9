"""HTTP/1.1 as uvicorn speaks it, with an error object also for what is no HTTP.

A caller that is hung up on while it is still sending gets its answer all the same: a connection
with unread bytes would be reset when it is closed, and the answer lost on its way.
"""

import asyncio
import json
import secrets
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from conformance.reference.errors import invalid

_LINGER_S = 5  # how long a caller may go on sending what nobody reads


class Protocol(H11Protocol):
    """A connection whose malformed requests are answered like all others."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as asyncio gives it
        """Begin to talk."""
        super().connection_made(transport)
        self._line = _Line(transport, self)
        self.transport = cast("asyncio.Transport", self._line)

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless nobody listens any more."""
        if not self._line.lingers:
            super().data_received(data)

    @property
    def is_being_sent_to(self) -> bool:
        """Whether the caller has not come to the end of its request."""
        return self.conn.their_state in (h11.SEND_BODY, h11.ERROR)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that can't be read, and hang up."""
        body = json.dumps(invalid(msg, code=None).to_json()).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", b"req_" + secrets.token_hex(16).encode()),
            (b"connection", b"close"),
        ]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class _Line:
    """A transport that, when closed, lets the caller finish before it is really closed."""

    def __init__(self, transport: asyncio.Transport, protocol: Protocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self.lingers = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else is the transport's
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether nothing more can be said."""
        return self.lingers or self._transport.is_closing()

    def close(self) -> None:
        """Say no more; a second call hangs up."""
        if self.is_closing() or not self._protocol.is_being_sent_to:
            self._transport.close()
            return
        self.lingers = True
        self._protocol.flow.resume_reading()
        self._transport.write_eof()
        asyncio.get_running_loop().call_later(_LINGER_S, self._transport.close)
