"""HTTP/1.1 as uvicorn speaks it, with an error object also for what is no HTTP."""

import json
import secrets

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from conformance.reference.errors import invalid


class Protocol(H11Protocol):
    """A connection whose malformed requests are answered like all others."""

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
