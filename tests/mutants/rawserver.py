"""A server that writes its answers by hand: odd status words, framings, header cases, closings."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import h11
from starlette.types import ASGIApp, Message, Scope

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Written:
    """An answer before it is written."""

    status: int
    headers: Headers
    body: bytes
    method: str


Write = Callable[[Written], bytes]


@dataclass(slots=True)
class _Connection:
    """One connection: reads requests, writes what *write* makes of the answers."""

    app: ASGIApp
    write: Write
    keeps: bool
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    parser: h11.Connection = field(default_factory=lambda: h11.Connection(h11.SERVER))

    async def live(self) -> None:
        """Serve requests until either side hangs up."""
        with contextlib.suppress(ConnectionError, h11.RemoteProtocolError):
            while await self._serve_one() and self.keeps:
                self.parser.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
                self.parser.send(h11.EndOfMessage())
                self.parser.start_next_cycle()
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    async def _event(self) -> object:
        while (event := self.parser.next_event()) is h11.NEED_DATA:
            if self.parser.they_are_waiting_for_100_continue:
                self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.parser.receive_data(await self.reader.read(65536))
        return event

    async def _serve_one(self) -> bool:
        request, body = await self._event(), b""
        if not isinstance(request, h11.Request):
            return False
        while isinstance(event := await self._event(), h11.Data):
            body += bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            return False
        self.writer.write(self.write(await _ask(self.app, request, body)))
        await self.writer.drain()
        return not any(
            name == b"connection" and value == b"close" for name, value in request.headers
        )


async def _ask(app: ASGIApp, request: h11.Request, body: bytes) -> Written:
    target, _, query = request.target.partition(b"?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method.decode(),
        "scheme": "http",
        "path": target.decode("latin-1"),
        "raw_path": target,
        "query_string": query,
        "headers": list(request.headers),
        "state": {},
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    whole = b"".join(each.get("body", b"") for each in messages[1:])
    return Written(messages[0]["status"], messages[0]["headers"], whole, scope["method"])


def by_hand(
    write: Write, *, keeps: bool = True
) -> Callable[[ASGIApp], AbstractContextManager[str]]:
    """A way to serve an application; *keeps*: whether connections live on after an answer."""

    @contextlib.contextmanager
    def serve(app: ASGIApp) -> Iterator[str]:
        loop = asyncio.new_event_loop()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _Connection(app, write, keeps, reader, writer).live()

        server = loop.run_until_complete(asyncio.start_server(accept, "127.0.0.1", 0))
        port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()

    return serve


def without(headers: Headers, *names: bytes) -> Headers:
    """The headers that are not called so."""
    return [(name, value) for name, value in headers if name.lower() not in names]


def lines(status: bytes, headers: Headers) -> bytes:
    """A status line and headers."""
    return b"\r\n".join([status, *(name + b": " + value for name, value in headers), b"", b""])
