"""Whose fault it is that a client's user did not see what ought to be seen: the wire decides.

If what was sent was no proper request, or nothing was sent, the client is to blame. If what
came back was not what the contract says, the target is. If both were right, the client is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.evidence.exchange import NotJson, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.evidence import Exchange

CONTAINER = {"id": str, "object": "container", "created_at": int, "name": str, "status": str}
FILE = {
    "id": str,
    "object": "container.file",
    "created_at": int,
    "bytes": int,
    "container_id": str,
    "path": str,
    "source": str,
}
LIST = {"object": "list", "data": list, "has_more": bool}

#: What an answer must hold: a type, or one value.
SHAPES: dict[str, dict[str, object]] = {
    "createContainer": CONTAINER,
    "retrieveContainer": CONTAINER,
    "listContainers": LIST,
    "deleteContainer": {"id": str, "object": "container.deleted", "deleted": True},
    "createContainerFile": FILE,
    "retrieveContainerFile": FILE,
    "listContainerFiles": LIST,
    "deleteContainerFile": {"id": str, "object": "container.file.deleted", "deleted": True},
}

OK, NO_CONTENT = 200, 204


@dataclass(frozen=True, slots=True)
class Blame:
    """Who is at fault, and for what."""

    guilt: str  # target or client
    why: str


def of(exchanges: Sequence[Exchange]) -> Blame:
    """The fault in *exchanges*, all of one call that did not show what it should."""
    if not exchanges:
        return Blame("client", "it sent nothing")
    wrong = next((why for each in exchanges if (why := request_flaw(each))), None)
    last = exchanges[-1]
    if wrong:
        return Blame("client", wrong)
    if last.response is None:
        return Blame("target", f"no answer came ({last.trouble})")
    if not last.ok:
        return Blame("target", f"it was answered {last.told()}")
    flaw = next((why for each in exchanges if (why := answer_flaw(each))), None)
    if flaw:
        return Blame("target", flaw)
    return Blame("client", "what it sent and what came back were right")


def request_flaw(exchange: Exchange) -> str | None:
    """What no target could take, where the request is an upload; None if it is proper."""
    if exchange.operation != "createContainerFile":
        return None
    headers = {name.lower(): value for name, value in exchange.request.headers}
    media = headers.get("content-type", "")
    content = exchange.request.content
    if media.startswith("multipart/"):
        proper = b'name="file"' in content or b'name="file_id"' in content
        return None if proper else "it sent a multipart body without a file"
    if b'"file":' in content.replace(b" ", b""):
        return "it sent the file as text inside JSON, where the contract wants multipart/form-data"
    return None if b'"file_id"' in content else "it sent neither a file nor a file_id"


def answer_flaw(exchange: Exchange) -> str | None:
    """What is wrong with a 2xx answer; None if it is what the contract says."""
    answer = exchange.response
    if answer is None or not exchange.ok:
        return None
    if answer.flaw:
        return f"the answer is broken ({answer.flaw})"
    shape = SHAPES.get(exchange.operation or "")
    if shape is None:
        return f"it was answered {answer.status}" if answer.status != OK else None
    if not answer.content:
        return f"the answer is {answer.status} without a body"
    media = (answer.header("content-type") or "").partition(";")[0]
    if not media.endswith("json"):
        return f"the answer's Content-Type is {media or 'not there'}, not application/json"
    return _body_flaw(exchange.json, shape)


def _body_flaw(body: object, shape: dict[str, object]) -> str | None:
    if isinstance(body, NotJson):
        return f"the answer is no JSON ({body.why})"
    if not isinstance(body, dict):
        return "the answer is no JSON object"
    found = next((why for name in shape if (why := _field_flaw(body, name, shape[name]))), None)
    if found or shape is not LIST:
        return found
    items = body["data"]
    whole = all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in items)
    return None if whole else "an item of the list has no id"


def _field_flaw(body: dict[str, Any], name: str, wanted: object) -> str | None:
    if name not in body:
        return f"the answer has no {name}"
    value = body[name]
    right = _is(value, wanted) if isinstance(wanted, type) else value == wanted
    return None if right else f"{name} is {shown(value)} in the answer"


def _is(value: object, wanted: type) -> bool:
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def of_walk(exchanges: Sequence[Exchange], wanted: Iterable[str]) -> Blame:
    """The fault in the pages of a walk that did not give each of *wanted* once."""
    seen: list[str] = []
    before: Exchange | None = None
    for page in exchanges:
        if not page.ok or answer_flaw(page):
            return of([page])
        fault = _between(before, page, seen)
        if fault:
            return fault
        seen += page.ids
        before = page
    if before is None:
        return Blame("client", "it sent nothing")
    missing = set(wanted) - set(seen)
    if before["has_more"] is True:
        why = "an empty page says that there are more" if not before.ids else None
        return Blame("target", why) if why else Blame("client", "it stops although there are more")
    if missing:
        return Blame("target", f"has_more is false although {len(missing)} more were to be listed")
    return Blame("client", "every page on the wire was right")


def _between(before: Exchange | None, page: Exchange, seen: Sequence[str]) -> Blame | None:
    """What is wrong with *page*, asked for behind *before*."""
    if before is None:
        return None
    after = dict(page.params).get("after")
    last = before.ids[-1] if before.ids else None
    if after != last:
        return Blame("client", f"it goes on behind {after} where the page ended with {last}")
    again = set(page.ids) & set(seen)
    if again:
        return Blame("target", f"the page after {last} gives {len(again)} items again")
    return None


def wire_value(exchanges: Sequence[Exchange], name: str) -> Any:  # noqa: ANN401 - any JSON
    """What the last answer that said yes has under *name*."""
    good = [each for each in exchanges if each.ok]
    return good[-1].get(name) if good else None
