"""One entry of a HAR as an exchange, and what of it is known: clients leave much out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from conformance.catalogue import operation_of
from conformance.catalogue.facts import TOO_MANY, UNAVAILABLE
from conformance.evidence import Exchange, Request, Response, moments

#: Stands for bytes that were no text when a client wrote them as text.
LOST = "\ufffd"

#: What browsers call an answer that broke off.
BROKEN_OFF = ("ERR_CONTENT_LENGTH_MISMATCH", "ERR_INCOMPLETE_CHUNKED_ENCODING")


@dataclass(frozen=True, slots=True)
class Body:
    """The body of one message, as far as it was recorded."""

    content: bytes = b""
    known: bool = False  # whether it is there, to its end
    exact: bool = False  # whether it is there byte by byte
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When an exchange began and ended."""

    exchange: str
    start_s: float
    end_s: float

    def is_before(self, other: Recorded) -> bool:
        """Whether it was over when *other* began."""
        return self.end_s <= other.start_s


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange that somebody recorded."""

    exchange: Exchange
    start_s: float
    end_s: float
    sent: Body
    came: Body
    knows_headers: bool  # whether those of the answer were recorded
    credential: str  # who asked, as far as that can be told

    def is_before(self, other: Recorded) -> bool:
        """Whether it was over when *other* began."""
        return self.end_s <= other.start_s

    @property
    def moment(self) -> Moment:
        """When it was, without what was said."""
        return Moment(self.exchange.id, self.start_s, self.end_s)


def table(value: object) -> dict[str, Any]:
    """*value* where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """*value* where it is a text; else an empty one."""
    return value if isinstance(value, str) else ""


def headers(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The headers of a message, without the pseudo-headers of HTTP/2."""
    rows = message.get("headers")
    pairs = [
        (text(row.get("name")), text(row.get("value")))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    return tuple((name, value) for name, value in pairs if name and not name.startswith(":"))


def number(value: object, otherwise: float) -> float:
    """*value* where it is a number that JSON has; else *otherwise*."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return otherwise
    return value


def _decoded(written: str, encoding: str) -> bytes | None:
    if encoding.lower() != "base64":
        return written.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(written, validate=False)
    except (binascii.Error, ValueError):
        return None


def _body(part: dict[str, Any], size: int) -> Body:
    """The body in *part*, a HAR's content or postData, which is said to have *size* bytes."""
    digest = text(part.get("_sha256")) or None
    written = part.get("text")
    if not isinstance(written, str) or (not written and size > 0):
        return _empty() if size == 0 else Body(size=size if size > 0 else None, sha256=digest)
    encoding = text(part.get("encoding")) or text(part.get("_encoding"))
    content = _decoded(written, encoding)
    if content is None or digest:
        return Body(size=size, sha256=digest)
    fits = size in (-1, len(content))
    exact = fits and (bool(encoding) or (LOST not in written and size >= 0))
    return Body(
        content=content,
        known=fits or _is_json(content),
        exact=exact,
        size=len(content) if exact else None,
        sha256=hashlib.sha256(content).hexdigest() if exact else None,
    )


def _empty() -> Body:
    return Body(b"", known=True, exact=True, size=0, sha256=hashlib.sha256(b"").hexdigest())


def _is_json(content: bytes) -> bool:
    """Whether *content* has the beginning and the end of an object of JSON."""
    return content[:1] == b"{" and content.rstrip()[-1:] == b"}"


def _sent(request: dict[str, Any]) -> Body:
    posted = request.get("postData")
    size = int(number(request.get("bodySize"), -1))
    if not isinstance(posted, dict):
        return _empty() if size == 0 or request.get("method") in ("GET", "DELETE") else Body()
    return _body(posted, size if size > 0 else -1)


def _times(entry: dict[str, Any], before_s: float) -> tuple[float, float, str]:
    """When it began and ended; without a proper time it began when the one before was over."""
    elapsed_s = max(0.0, number(entry.get("time"), 0.0) / 1000)
    try:
        began = datetime.fromisoformat(text(entry.get("startedDateTime")))
        start_s = began.timestamp()
    except (ValueError, OverflowError, OSError):
        start_s = before_s
    return start_s, start_s + elapsed_s, moments.told(datetime.fromtimestamp(start_s, UTC))


def recorded(
    entry: dict[str, Any], at: int, base_url: str, caller: str, *, before_s: float, is_ours: bool
) -> Recorded | None:
    """The exchange in *entry*; None where it is none of the nine operations below *base_url*."""
    request, answer = table(entry.get("request")), table(entry.get("response"))
    url, method = text(request.get("url")), text(request.get("method")).upper()
    path = path_behind(url, base_url)
    operation = operation_of(method, path) if path is not None else None
    status = int(number(answer.get("status"), -1))
    if operation is None or _is_cached(entry, answer, status):
        return None
    sent, pairs = _sent(request), headers(answer)
    trouble = text(answer.get("_error")) or text(entry.get("comment"))
    came = Body() if trouble and status > 0 and not is_ours else _came(answer)
    start_s, end_s, started_at = _times(entry, before_s)
    exchange = Exchange(
        id=f"har-{at}",
        operation=operation.id,
        request=Request(method, url, headers(request), sent.content),
        response=_response(answer, status, came, _flaw(answer, trouble, is_ours=is_ours)),
        started_at=started_at,
        elapsed_ms=(end_s - start_s) * 1000,
        credential=caller,
        trouble=(trouble or "no answer was recorded") if status <= 0 else None,
        params=tuple(parse_qsl(query_of(url), keep_blank_values=True)),
        throttled=_asks_for_rest(status, pairs),
    )
    return Recorded(exchange, start_s, end_s, sent, came, bool(pairs), caller)


def _came(answer: dict[str, Any]) -> Body:
    content = table(answer.get("content"))
    return _body(content, int(number(content.get("size"), -1)))


def _response(answer: dict[str, Any], status: int, came: Body, flaw: str | None) -> Response | None:
    """What came back; None where nothing did."""
    if not 100 <= status <= 599:  # noqa: PLR2004 - what HTTP has
        return None
    version = text(answer.get("httpVersion")) or "HTTP/1.1"
    return Response(status, headers(answer), came.content, http_version=version, flaw=flaw)


def _asks_for_rest(status: int, pairs: tuple[tuple[str, str], ...]) -> bool:
    names = {name.lower() for name, _ in pairs}
    return status == TOO_MANY or (status == UNAVAILABLE and "retry-after" in names)


def _is_cached(entry: dict[str, Any], answer: dict[str, Any], status: int) -> bool:
    """Whether the target was not asked at all, or only whether anything had changed."""
    return status == 304 or bool(entry.get("_fromCache") or answer.get("_fromDiskCache"))  # noqa: PLR2004 - not modified


def _flaw(answer: dict[str, Any], trouble: str, *, is_ours: bool) -> str | None:
    """What broke below HTTP, where the recording tells it."""
    if is_ours:
        return text(answer.get("comment")) or None
    return trouble if any(each in trouble for each in BROKEN_OFF) else None


def path_behind(url: str, base_url: str) -> str | None:
    """The path of *url* behind *base_url*; None where it is elsewhere."""
    bare = url.partition("?")[0].partition("#")[0]
    return bare[len(base_url) :] if bare.startswith(f"{base_url}/") else None


def query_of(url: str) -> str:
    """The query of *url*, whatever else is wrong with it."""
    return url.partition("#")[0].partition("?")[2]
