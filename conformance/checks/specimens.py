"""What an upstream answers: each operation's answer whole, bare, and with what nobody documents."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from conformance.catalogue.facts import CONTENT, DELETIONS, LISTS, TOO_MANY, UNAVAILABLE
from conformance.evidence import Dictated

CREATED_AT = 1_790_000_000

#: Ids that no provider of ours has; an id may have capitals, though the real service gives none.
CONTAINER, FILE = "cntr_" + "5a5B" * 12, "cfile_" + "5a5B" * 8

#: A field and a parameter that no document names.
UNKNOWN = "conformance_unknown"
UNKNOWN_VALUE = {"kept": [1, "zwei", None, True]}

REQUEST_ID = "req_" + "c0ffee" * 5


#: Content with every byte value, and what its headers say.
BYTES = bytes(range(256)) * 3 + b"\r\n--\xff\xfe\0"
CONTENT_HEADERS = (
    ("Content-Type", "text/csv; charset=iso-8859-1"),
    ("Content-Disposition", 'attachment; filename="a b.csv"'),
)

#: The statuses with which an upstream refuses, the type and the code that belong to each.
REFUSALS = {
    400: ("invalid_request_error", "integer_above_max_value"),
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "access_denied"),
    404: ("invalid_request_error", "container_not_found"),
    409: ("invalid_request_error", "container_busy"),
    413: ("invalid_request_error", "file_too_large"),
    422: ("invalid_request_error", "unprocessable"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    500: ("server_error", "internal"),
    503: ("server_error", "overloaded"),
}

#: Those that ask for a rest, and for how many seconds.
RESTING, REST_S = (TOO_MANY, UNAVAILABLE), "7"


def container(id_: str = CONTAINER, *, bare: bool = False) -> dict[str, Any]:
    """A container: with every documented field, or with those alone that are required."""
    whole: dict[str, Any] = {
        "id": id_,
        "object": "container",
        "created_at": CREATED_AT,
        "status": "running",
        "name": "conformance specimen",
    }
    if bare:
        return whole
    return whole | {
        "last_active_at": CREATED_AT + 60,
        "expires_after": {"anchor": "last_active_at", "minutes": 17},
        "memory_limit": "4g",
        "network_policy": {"type": "allowlist", "allowed_domains": ["example.com"]},
    }


def file(container_id: str = CONTAINER, id_: str = FILE) -> dict[str, Any]:
    """A file with every documented field; all of them are required."""
    return {
        "id": id_,
        "object": "container.file",
        "created_at": CREATED_AT,
        "bytes": 12_345,
        "container_id": container_id,
        "path": "/mnt/data/5a-Käse 1.txt",
        "source": "assistant",
    }


def page(items: list[dict[str, Any]], *, has_more: bool = False) -> dict[str, Any]:
    """A page of a list."""
    return {
        "object": "list",
        "data": items,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }


def body(operation: str, ids: tuple[str, str], *, bare: bool = False) -> dict[str, Any]:
    """The JSON that answers *operation* on the container and the file of *ids*."""
    container_id, file_id = ids
    if operation in DELETIONS:
        id_ = container_id if operation == "deleteContainer" else file_id
        return {"id": id_, "object": DELETIONS[operation], "deleted": True}
    if operation.endswith(("Container", "Containers")):
        id_ = container_id if operation == "retrieveContainer" else CONTAINER
        item = container(id_, bare=bare)
    else:
        item = file(container_id, file_id if operation == "retrieveContainerFile" else FILE)
    return page([item]) if operation in LISTS else item


def answer(operation: str, ids: tuple[str, str], *, unknown: bool = False) -> Dictated:
    """A success of *operation* with every documented field; with *unknown* one more."""
    if operation == CONTENT:
        return told(BYTES, CONTENT_HEADERS)
    whole = body(operation, ids)
    for item in (whole, *whole.get("data", ())) if unknown else ():
        item[UNKNOWN] = UNKNOWN_VALUE
    return as_json(whole)


def as_json(value: object, status: int = 200, *headers: tuple[str, str]) -> Dictated:
    """Any JSON as an answer."""
    content = json.dumps(value, ensure_ascii=False).encode()
    return told(content, (("Content-Type", "application/json"), *headers), status)


def told(content: bytes, headers: tuple[tuple[str, str], ...] = (), status: int = 200) -> Dictated:
    """Bytes as an answer, with the request id that every answer has."""
    return Dictated(status, (*headers, ("x-request-id", REQUEST_ID)), content)


def refusal(status: int) -> Dictated:
    """A refusal with its envelope, and where it belongs with a Retry-After."""
    kind, code = REFUSALS[status]
    error = {"message": f"Specimen {status}.", "type": kind, "param": "specimen", "code": code}
    rest = (("Retry-After", REST_S),) if status in RESTING else ()
    return as_json({"error": error}, status, *rest)


def bare_answer(operation: str, ids: tuple[str, str]) -> Dictated:
    """A success of *operation* with the required fields alone, content with letters alone.

    Whatever becomes of optional fields, and of bytes that are no text, it comes back whole.
    """
    if operation == CONTENT:
        return told(b"letters alone\n", (("Content-Type", "text/plain"),))
    return as_json(body(operation, ids, bare=True))


def page_of_100(operation: str, ids: tuple[str, str]) -> Dictated:
    """A full page of bare items, every one with an id and a time of its own."""
    items = []
    for number in range(100):
        item = (
            container(f"{CONTAINER[:-3]}{number:03}", bare=True)
            if operation == "listContainers"
            else file(ids[0], f"{FILE[:-3]}{number:03}")
        )
        items.append({**item, "created_at": CREATED_AT - number})
    return as_json(page(items, has_more=True))


def cut(answer: Dictated) -> Dictated:
    """*answer*, in whose midst the upstream hangs up."""
    return replace(answer, cut=len(answer.content) // 2)
