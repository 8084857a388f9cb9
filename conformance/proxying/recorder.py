"""An ASGI application around the reference: notes what arrives and what is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from conformance.catalogue import operation_of
from conformance.evidence import Arrival, Request, Response
from conformance.proxying.dictation import give

if TYPE_CHECKING:
    from conformance.evidence import Dictated
    from conformance.evidence.bodies import Headers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

#: Seconds that are waited for requests which are still under way upstream.
SETTLES_S, LOOK_S = 1.0, 0.005


class Recorder:
    """Passes requests on to an application, or answers them as it is told."""

    def __init__(self, app: Application) -> None:
        """Stand in front of *app*."""
        self._app = app
        self._lock = threading.Lock()
        self._arrivals: list[tuple[int, Arrival]] = []
        self._under_way = 0
        self._turn = 0  # how often what arrived was taken
        self.dictated: Dictated | None = None

    def take(self) -> tuple[Arrival, ...]:
        """What has arrived since this was asked last, in the order of the answers.

        What arrived before and was answered only now belongs to no request, and is left out.
        """
        give_up = time.monotonic() + SETTLES_S
        while self._under_way and time.monotonic() < give_up:
            time.sleep(LOOK_S)
        with self._lock:
            taken = tuple(each for turn, each in self._arrivals if turn == self._turn)
            self._arrivals.clear()
            self._turn += 1
        return taken

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._lock:
            self._under_way += 1
            turn = self._turn
        noted = _Noted(scope, receive, send)
        try:
            await self._answer(scope, noted)
        finally:
            with self._lock:
                self._arrivals.append((turn, noted.arrival()))
                self._under_way -= 1

    async def _answer(self, scope: Message, noted: _Noted) -> None:
        dictated = self.dictated
        if dictated is None or noted.operation is None:
            await self._app(scope, noted.receive, noted.send)
            return
        while (await noted.receive()).get("more_body"):
            pass
        await give(dictated, noted.send)


class _Noted:
    """One request on its way through, and its answer."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._body = bytearray()
        self._status = 0
        self._headers: Headers = ()
        self._answer = bytearray()
        self._is_whole = False
        raw = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.decode("latin-1").partition("?")[0]
        operation = operation_of(scope["method"], self.path.removeprefix("/v1"))
        self.operation = operation.id if operation else None

    async def receive(self) -> Message:
        """What the caller sends."""
        message = await self._receive()
        self._body += message.get("body", b"")
        return message

    async def send(self, message: Message) -> None:
        """Pass on what is answered."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = _text(message["headers"])
        else:
            self._answer += message.get("body", b"")
            self._is_whole = not message.get("more_body")
        await self._send(message)

    def arrival(self) -> Arrival:
        """The request and its answer as plain values."""
        query = self._scope["query_string"].decode("latin-1")
        return Arrival(
            operation=self.operation,
            request=Request(
                method=self._scope["method"],
                url=self.path + (f"?{query}" if query else ""),
                headers=_text(self._scope["headers"]),
                content=bytes(self._body),
            ),
            response=Response(
                status=self._status,
                headers=self._headers,
                content=bytes(self._answer),
                wire_bytes=len(self._answer),
                flaw=None if self._is_whole else "the upstream hung up",
            ),
        )


def _text(pairs: list[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
