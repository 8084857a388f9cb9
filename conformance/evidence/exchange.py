"""One request and its response, as they crossed the wire."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.errors import Failure
from conformance.evidence.bodies import body_to_json, header_in, headers_to_json
from conformance.evidence.redaction import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence.arrival import Arrival
    from conformance.evidence.bodies import Headers

#: Characters of a value shown in a failure's text.
SHOWN_CHARACTERS = 300

#: Levels of nested JSON that are read: what is deeper would exhaust whoever compares or shows it.
DEEPEST = 100

#: Of longer JSON only the last is kept as it was read, since that takes many times its room.
REMEMBERED_BYTES = 262_144


def shown(value: object) -> str:
    """Any value as short text, for the *got* of a failure."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = f"a {type(value).__name__} that can't be shown"
    if len(text) <= SHOWN_CHARACTERS:
        return text
    # Cut between words: a secret may be written in a way that nobody foresees.
    words = re.sub(r"[\w+/=.%~-]+$", "", text[:SHOWN_CHARACTERS])
    return cut(text, len(words)) + "…"


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent, after every layer of the client."""

    method: str
    url: str
    headers: Headers
    content: bytes = field(repr=False)  # a traceback need not show it

    def header(self, name: str) -> str | None:
        """The first header called *name*, whatever its case; None if there is none."""
        return header_in(self.headers, name)

    def to_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """The request as plain data with secrets masked by *mask*."""
        return {
            "method": self.method,
            "url": mask(self.url),
            "headers": headers_to_json(self.headers, mask),
            "body": body_to_json(self.content, mask),
        }


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; *content* is decoded from its content encoding."""

    status: int
    headers: Headers
    content: bytes = field(repr=False)  # a traceback need not show it
    http_version: str = "HTTP/1.1"
    wire_bytes: int = 0
    flaw: str | None = None  # what is wrong below HTTP: a broken length, chunk or encoding

    def header(self, name: str) -> str | None:
        """The first header called *name*, whatever its case; None if there is none."""
        return header_in(self.headers, name)

    def to_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """The response as plain data with secrets masked by *mask*."""
        return {
            "status": self.status,
            "http_version": self.http_version,
            "headers": headers_to_json(self.headers, mask),
            "body": body_to_json(self.content, mask),
            "flaw": mask(self.flaw) if self.flaw else None,
        }


TOO_DEEP = f"nested more than {DEEPEST} levels deep"


class NotJson:
    """Stands for a body that is not JSON; says why."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        """Keep the reason *why* the body can't be read."""
        self.why = why


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def read_json(content: bytes) -> object:
    """*content* as JSON, or `NotJson` with the reason."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return NotJson(f"not UTF-8 at byte {error.start}")
    if text.startswith("\ufeff"):
        return NotJson("a byte order mark before the JSON")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return NotJson("half of a surrogate pair in a text")
    except RecursionError:
        return NotJson(TOO_DEEP)
    except ValueError as error:
        return NotJson(str(error)[:SHOWN_CHARACTERS])
    return NotJson(TOO_DEEP) if _is_too_deep(value) else value


_read_large_json = functools.lru_cache(maxsize=1)(read_json)


def _is_too_deep(value: object) -> bool:
    """Whether anything stands more than `DEEPEST` levels down in *value*."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """One request and its response.

    Reading a body's field through the exchange makes a missing one the target's
    fault (`Failure`) and never a ``KeyError`` of ours.
    """

    id: str
    operation: str | None
    request: Request
    response: Response | None
    started_at: str  # RFC 3339, UTC
    elapsed_ms: float
    credential: str = "own"  # own, second, none, wrong
    trouble: str | None = None  # why no answer came
    params: tuple[tuple[str, str], ...] = ()  # the query as the case meant it
    throttled: bool = False  # the target asked for a rest, which was given
    upstream: tuple[Arrival, ...] | None = None  # what arrived there, where that is ours
    provoked: bool = False  # our upstream was told what to answer
    _json: list[object] = field(default_factory=list, repr=False)

    @property
    def status(self) -> int:
        """The status code; 0 where no answer came."""
        return self.response.status if self.response else 0

    @property
    def content(self) -> bytes:
        """The body's bytes, decoded from any content encoding."""
        return self.response.content if self.response else b""

    @property
    def ok(self) -> bool:
        """Whether the target said yes: a 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of success

    @property
    def refused(self) -> bool:
        """Whether the target said no to the caller: a 4xx."""
        return 400 <= self.status < 500  # noqa: PLR2004 - the class of the caller's errors

    @property
    def json(self) -> object:
        """The body as JSON, or `NotJson` with the reason."""
        if self._json:
            return self._json[0]
        if len(self.content) > REMEMBERED_BYTES:
            return _read_large_json(self.content)
        self._json.append(read_json(self.content))
        return self._json[0]

    @property
    def object(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Failure: if the body is anything else.
        """
        body = self.json
        if isinstance(body, dict):
            return body
        got = f"no JSON ({body.why})" if isinstance(body, NotJson) else shown(body)
        raise Failure("a JSON object", f"{self.status} {got}", self.id)

    @property
    def data(self) -> list[dict[str, Any]]:
        """The objects of a list's page.

        Raises:
            Failure: if ``data`` is no array of objects.
        """
        data = self["data"]
        if isinstance(data, list) and all(isinstance(each, dict) for each in data):
            return data
        raise Failure("data: an array of objects", shown(data), self.id)

    @property
    def ids(self) -> list[str]:
        """The ids on a list's page, in its order.

        Raises:
            Failure: if an item has no id that is a string.
        """
        found = [each.get("id") for each in self.data]
        if all(isinstance(each, str) for each in found):
            return [str(each) for each in found]
        raise Failure("an id that is a string on every item", shown(found), self.id)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - it is the target's JSON
        """The field *name* of the body.

        Raises:
            Failure: if the body is no object or lacks it.
        """
        body = self.object
        if name in body:
            return body[name]
        raise Failure(f"a field {name!r}", f"{self.status} {shown(body)}", self.id)

    def get(self, name: str) -> Any:  # noqa: ANN401 - it is the target's JSON
        """The field *name* of the body, or None where there is no such object or field."""
        body = self.json
        return body.get(name) if isinstance(body, dict) else None

    def header(self, name: str) -> str | None:
        """The response's first header called *name*, whatever its case."""
        return self.response.header(name) if self.response else None

    def told(self) -> str:
        """The answer in a few words, for the *got* of a failure."""
        if self.response is None:
            return f"no answer ({self.trouble})"
        media = (self.header("content-type") or "").split(";")[0]
        if not self.content:
            return f"{self.status} with an empty body"
        if "json" in media or self.content[:1] in b"{[":
            return f"{self.status} {shown(self.content.decode('utf-8', 'replace'))}"
        return f"{self.status} with {len(self.content)} bytes of {media or 'no content type'}"

    def to_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """The exchange as plain data with secrets masked by *mask*."""
        answer = self.response
        return {
            "id": self.id,
            "operation": self.operation,
            "credential": self.credential,
            "throttled": self.throttled,
            "params": [[key, mask(value)] for key, value in self.params],
            "started_at": self.started_at,
            "elapsed_ms": round(self.elapsed_ms, 3),
            "trouble": mask(self.trouble) if self.trouble else None,
            "request": self.request.to_json(mask),
            "response": answer and answer.to_json(mask),
            **self._upstream_to_json(mask),
        }

    def _upstream_to_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """What there is to say of the upstream, where it is ours."""
        if self.upstream is None:
            return {}
        arrivals = [each.to_json(mask) for each in self.upstream]
        return {"provoked": self.provoked, "upstream": arrivals}
