"""A message as a table from labels to values, so that two of them can be held side by side."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.evidence.exchange import NotJson, read_json
from conformance.proxying.forms import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Request, Response

Table = dict[str, Any]

#: Headers of an answer that a proxy has to bring back.
BROUGHT_BACK = ("content-type", "content-disposition", "retry-after", "x-request-id")


def of_request(request: Request, base_path: str) -> Table:
    """The method, the path behind *base_path*, the parameters, and the fields or parts."""
    address = urlsplit(request.url)
    table: Table = {
        "method": request.method,
        "path": [unquote(each) for each in address.path.removeprefix(base_path).split("/")],
    }
    for name, value in parse_qsl(address.query, keep_blank_values=True):
        table.setdefault(f"query {name}", []).append(value)
    media = request.header("content-type")
    parts = parts_of(request.content, media)
    if parts is None:
        return table | dict(_fields(request.content, media or ""))
    for part in parts:
        if part.filename is None:
            table[f"field {part.name}"] = part.content.decode("utf-8", "replace")
            continue
        table[f"part {part.name}"] = "a file"
        table[f"file name of {part.name}"] = part.filename
        table[f"type of {part.name}"] = part.content_type
        table[f"bytes of {part.name}"] = _digest(part.content)
    return table


def of_answer(response: Response) -> Table:
    """The status, what has to be brought back of the headers, and the fields or the bytes."""
    table: Table = {"status": response.status}
    media = response.header("content-type") or ""
    for name in BROUGHT_BACK:
        value = response.header(name)
        if value is not None and (response.content or name != "content-type"):
            table[f"header {name}"] = _plain(name, value)
    return table | dict(_fields(response.content, media))


def _plain(name: str, value: str) -> str:
    """A header's value; the type of JSON without its charset, which is always the same."""
    value = value.strip()
    if name != "content-type":
        return value
    value = value.lower().replace("; ", ";")
    return "application/json" if value.startswith("application/json") else value


def _digest(content: bytes) -> str:
    return f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()[:16]}"


def _fields(content: bytes, media: str) -> Iterator[tuple[str, Any]]:
    """The fields of a JSON object; anything else is told by its size and hash."""
    body = read_json(content) if "json" in media.lower() else None
    if isinstance(body, dict):
        yield from _flat("field ", body)
    elif body is not None and not isinstance(body, NotJson):
        yield "body", body
    elif content:
        yield "bytes", _digest(content)


def _flat(start: str, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each field behind the names of those around it; of a list of objects the values together."""
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flat(f"{start}{name}.", inner)
        elif isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            yield from _gathered(f"{start}{name}[].", inner)
        else:
            yield start + name, inner


def _gathered(start: str, items: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for item in items:
        for label, value in _flat(start, item):
            columns.setdefault(label, []).append(value)
    yield from columns.items()
