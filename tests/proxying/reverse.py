"""A transparent reverse proxy as an ASGI application, with places where it can be made to lie."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

#: Headers that belong to one connection.
OF_A_HOP = ("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "host")


@dataclass
class Message:
    """A request on its way up, or an answer on its way back; a liar changes it in place."""

    headers: dict[str, str]
    body: bytes
    method: str = ""
    path: str = ""  # behind the base path of the proxy, as it was on the wire
    query: str = ""
    status: int = 0

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @json.setter
    def json(self, value: Any) -> None:
        self.body = json.dumps(value).encode()


Up = Callable[[Message], None]
Back = Callable[[Message, Message], None]


def _nothing(*_: Message) -> None:
    """Changes nothing."""


@dataclass
class Proxy:
    """Forwards to *upstream* with *key* in place of its caller's, if it has one of its own."""

    upstream: str  # the base URL, /v1 included
    key: str | None = None
    callers_key: str | None = None  # without it every caller is let in
    on_request: Up = _nothing
    on_answer: Back = _nothing  # takes the answer, then the request
    times: Callable[[Message], int] = lambda _: 1  # how often a request is sent
    repeats: Callable[[Message, Message], bool] = lambda *_: False  # after such an answer once more
    local: Callable[[Message], Message | None] = lambda _: None  # what it answers by itself
    hides_breaks: bool = False
    patience_s: float = 30.0
    seen: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Convey one request."""
        if scope["type"] != "http":
            return
        request = await _read(scope, receive)
        self.seen.append(request)
        answer = self._refused(request) or self.local(request)
        if answer is None:
            self.on_request(request)
            answer = await self._convey(request)
            self.on_answer(answer, request)
        await _reply(answer, send)

    def _refused(self, request: Message) -> Message | None:
        given = request.headers.get("authorization")
        if self.callers_key is None or given == f"Bearer {self.callers_key}":
            return None
        error = {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}
        return Message(_JSON, json.dumps({"error": error}).encode(), status=401)

    async def _convey(self, request: Message) -> Message:
        if self.key and request.headers.get("authorization") == f"Bearer {self.callers_key}":
            request.headers["authorization"] = f"Bearer {self.key}"
        answer = Message({}, b"")
        async with httpx.AsyncClient(
            timeout=self.patience_s, trust_env=False, verify=False
        ) as client:
            for _ in range(self.times(request)):
                answer = await self._once(client, request)
            if self.repeats(answer, request):
                answer = await self._once(client, request)
        return answer

    async def _once(self, client: httpx.AsyncClient, request: Message) -> Message:
        url = self.upstream + request.path + (f"?{request.query}" if request.query else "")
        sent = client.build_request(
            request.method, url, headers=request.headers, content=request.body
        )
        if not request.body and request.method != "POST":
            sent.headers.pop("content-length", None)
        head = Message({}, b"")
        content = bytearray()
        try:
            async with _streamed(client, sent) as came:
                head = Message(dict(came.headers.items()), b"", status=came.status_code)
                async for piece in came.aiter_raw():
                    content += piece
        except httpx.HTTPError:
            if not self.hides_breaks:
                return Message(_JSON, b'{"error":{"message":"the upstream hung up"}}', status=502)
        head.body = bytes(content)
        return head


_JSON = {"content-type": "application/json"}


@contextlib.asynccontextmanager
async def _streamed(
    client: httpx.AsyncClient, request: httpx.Request
) -> AsyncIterator[httpx.Response]:
    answer = await client.send(request, stream=True)
    try:
        yield answer
    finally:
        await answer.aclose()


async def _read(scope: Any, receive: Any) -> Message:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"]
        if name.decode("latin-1") not in (*OF_A_HOP, "content-length")
    }
    path = scope["raw_path"].decode("latin-1").partition("?")[0].removeprefix("/v1")
    query = scope["query_string"].decode("latin-1")
    return Message(headers, body, scope["method"], path, query)


async def _reply(answer: Message, send: Any) -> None:
    kept = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() not in (*OF_A_HOP, "content-length", "date", "server")
    }
    if answer.status != 204:
        kept["content-length"] = str(len(answer.body))
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})
