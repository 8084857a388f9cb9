"""The tools of a liar: requests altered before the provider has them, answers altered after.

Bodies are read whole, and lengths are set right again afterwards, unless the lie is about them.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ROUTES = (
    ("GET", r"/containers", "listContainers"),
    ("POST", r"/containers", "createContainer"),
    ("GET", r"/containers/([^/]+)", "retrieveContainer"),
    ("DELETE", r"/containers/([^/]+)", "deleteContainer"),
    ("GET", r"/containers/([^/]+)/files", "listContainerFiles"),
    ("POST", r"/containers/([^/]+)/files", "createContainerFile"),
    ("GET", r"/containers/([^/]+)/files/([^/]+)", "retrieveContainerFile"),
    ("DELETE", r"/containers/([^/]+)/files/([^/]+)", "deleteContainerFile"),
    ("GET", r"/containers/([^/]+)/files/([^/]+)/content", "retrieveContainerFileContent"),
)
_BASE = "/v1"
_UNREAD: Any = object()


@functools.lru_cache(maxsize=256)  # a lie asks several times about one request
def _route(method: str, path: str) -> tuple[str | None, tuple[str, ...]]:
    for wanted, pattern, operation in _ROUTES:
        found = re.fullmatch(pattern, path.removeprefix(_BASE))
        if found and method == wanted:
            return operation, tuple(unquote(each) for each in found.groups())
    return None, ()


@dataclass(slots=True)
class _Message:
    """What a request and an answer have in common: headers, and a body that may be JSON."""

    headers: dict[str, str]
    body: bytes
    _json: Any = field(default=_UNREAD, repr=False)

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none. Changes in it are sent."""
        if self._json is _UNREAD:
            try:
                self._json = json.loads(self.body)
            except ValueError:
                return None
        return self._json

    @json.setter
    def json(self, value: object) -> None:
        self._json = value

    def settle(self) -> None:
        """Write JSON that was looked at back into the body."""
        if self._json is not _UNREAD:
            if _plain(_loads(self.body)) != _plain(self._json):
                self.body = json.dumps(self._json, ensure_ascii=False).encode()
            self._json = _UNREAD


def _plain(value: Any) -> str | None:
    return None if value is _UNREAD else json.dumps(value)  # 1, 1.0 and true are three things


def _loads(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return _UNREAD


@dataclass(slots=True)
class Request(_Message):
    """A request as it came, or as the liar makes it."""

    method: str = "GET"
    path: str = "/"
    query: dict[str, str] = field(default_factory=dict)
    scope: Scope = field(default_factory=dict, repr=False)

    @property
    def operation(self) -> str | None:
        """The operation that it asks for, if any."""
        return _route(self.method, self.path)[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in its address."""
        return _route(self.method, self.path)[1]

    def to(self, method: str, path: str, body: Any = None, **query: str) -> Request:
        """A request of the same caller for something else; *path* begins behind the base path."""
        headers = {k: v for k, v in self.headers.items() if k in ("authorization", "api-key")}
        payload = b""
        if body is not None:
            headers["content-type"] = "application/json"
            payload = json.dumps(body).encode()
        return Request(headers, payload, _UNREAD, method, _BASE + path, query, self.scope)

    def signed(self, key: str) -> Request:
        """The same request of another caller."""
        self.headers["authorization"] = key
        return self

    def copy(self) -> Request:
        """The same request, to be altered by itself."""
        return replace(self, headers=dict(self.headers), query=dict(self.query))


@dataclass(slots=True)
class Answer(_Message):
    """An answer as it came, or as the liar makes it."""

    status: int = 200
    framing: str = "length"  # or "chunks", or "as-is" where the lie is about the length

    @property
    def is_good(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The containers or files in it: itself, or the items of a list."""
        body = self.json
        if not self.is_good or not isinstance(body, dict):
            return []
        items = body.get("data") if body.get("object") == "list" else [body]
        return [each for each in items or [] if isinstance(each, dict)]


Ask = Callable[[Request], Awaitable[Answer]]
Handler = Callable[[Request, Ask], Awaitable[Answer]]


def _latin(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def _read(scope: Scope, receive: Receive) -> Request:
    parts = list[bytes]()  # joined once: adding up copies what is there with every part
    is_whole = False
    while not is_whole:
        message = await receive()
        parts.append(message.get("body", b""))
        is_whole = not message.get("more_body")
    query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    headers, method = _latin(scope["headers"]), scope["method"]
    return Request(headers, b"".join(parts), _UNREAD, method, path, query, scope)


def _scope(request: Request) -> Scope:
    given = request.scope
    before = dict(parse_qsl(given["query_string"].decode(), keep_blank_values=True))
    query = urlencode(request.query).encode()
    if "transfer-encoding" not in request.headers:
        request.headers.pop("content-length", None)
        if request.body or request.method == "POST":
            request.headers["content-length"] = str(len(request.body))
    return {
        **given,
        "method": request.method,
        "path": unquote(request.path),
        "raw_path": request.path.encode("latin-1"),
        "query_string": given["query_string"] if before == request.query else query,
        "headers": _raw(request.headers),
        "state": {},
    }


def asking(app: ASGIApp) -> Ask:
    """A function that sends a request to *app* and reads its answer whole."""

    async def ask(request: Request) -> Answer:
        request.settle()
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await app(_scope(request), receive, send)
        body = b"".join(each.get("body", b"") for each in messages[1:])
        return Answer(_latin(messages[0]["headers"]), body, _UNREAD, messages[0]["status"])

    return ask


async def reply(answer: Answer, send: Send) -> None:
    """Send *answer*, its length set right unless the lie is about that."""
    answer.settle()
    if answer.framing == "length" and answer.status not in (204, 304):
        answer.headers["content-length"] = str(len(answer.body))
    elif answer.framing != "as-is":
        answer.headers.pop("content-length", None)
    headers = _raw(answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def around(app: ASGIApp, handler: Handler) -> ASGIApp:
    """*app*, with *handler* between it and its callers."""
    ask = asking(app)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        await reply(await handler(await _read(scope, receive), ask), send)

    return wrapped


def handling(app: ASGIApp, operations: str | Iterable[str], handler: Handler) -> ASGIApp:
    """*app*, with *handler* in front of some *operations*; ``*`` means all."""
    chosen = {operations} if isinstance(operations, str) else set(operations)

    async def handle(request: Request, ask: Ask) -> Answer:
        if "*" in chosen or request.operation in chosen:
            return await handler(request, ask)
        return await ask(request)

    return around(app, handle)


def answering(
    app: ASGIApp,
    operations: str | Iterable[str],
    alter: Callable[[Answer, Request], object],
    *,
    good: bool | None = True,
) -> ASGIApp:
    """*app*, whose answers are altered in place: successes, refusals, or (None) both."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if good is None or answer.is_good is good:
            alter(answer, request)
        return answer

    return handling(app, operations, handle)


def objecting(
    app: ASGIApp, operations: str | Iterable[str], alter: Callable[[dict[str, Any]], object]
) -> ASGIApp:
    """*app*, in whose answers every container or file is altered in place."""

    def change(answer: Answer, _: Request) -> None:
        for each in answer.objects:
            alter(each)

    return answering(app, operations, change)


def requesting(
    app: ASGIApp, operations: str | Iterable[str], alter: Callable[[Request], object]
) -> ASGIApp:
    """*app*, to which requests come altered."""

    async def handle(request: Request, ask: Ask) -> Answer:
        alter(request)
        return await ask(request)

    return handling(app, operations, handle)


def json_answer(body: Any, status: int = 200) -> Answer:
    """An answer made up by the liar, with the headers that a real one has."""
    headers = {"content-type": "application/json", "x-request-id": "req_" + "0" * 32}
    return Answer(headers, json.dumps(body).encode(), _UNREAD, status)


def refusal(status: int, message: str = "No.", kind: str = "invalid_request_error") -> Answer:
    """A proper refusal, made up by the liar."""
    error = {"message": message, "type": kind, "param": None, "code": None}
    return json_answer({"error": error}, status)


def key_of(request: Request) -> str:
    """Who is asking."""
    return request.headers.get("authorization", request.headers.get("api-key", ""))
