"""Lies in the fields of containers and files: missing, null, of another type, unit or value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Request, answering, objecting
from tests.mutants.registry import PREFIXES, Lie, each_operation, mutants

Fields = dict[str, Any]
Change = Callable[[Fields], object]


def _missing(name: str) -> Change:
    return lambda each: each.pop(name, None)


def _as(name: str, value: object) -> Change:
    return lambda each: each.update({name: value})


def _turned(name: str, turn: Callable[[Any], object]) -> Change:
    def change(each: Fields) -> None:
        if each.get(name) is not None:
            each[name] = turn(each[name])

    return change


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _time(name: str) -> dict[str, Change]:
    return {
        f"{name} in ms": _turned(name, lambda value: value * 1000),
        f"{name} as ISO 8601": _turned(name, _iso),
        f"{name} as a float": _turned(name, lambda value: value + 0.5),
        f"{name} as a string": _turned(name, str),
    }


_COMMON: dict[str, dict[str, Change]] = {
    "id-is-a-string": {
        "no id": _missing("id"),
        "null id": _as("id", None),
        "number as id": _as("id", 7),
        "empty id": _as("id", ""),
    },
    "created-at-is-unix-seconds": {
        "no created_at": _missing("created_at"),
        "null created_at": _as("created_at", None),
        **_time("created_at"),
    },
}

_CONTAINER: dict[str, dict[str, Change]] = {
    **_COMMON,
    "object-is-container": {
        "no object": _missing("object"),
        "containers": _as("object", "containers"),
        "Container": _as("object", "Container"),
        "null object": _as("object", None),
    },
    "name-is-a-string": {
        "no name": _missing("name"),
        "null name": _as("name", None),
        "number as name": _as("name", 5),
        "name object": _turned("name", lambda value: {"value": value}),
    },
    "status-is-a-string": {
        "no status": _missing("status"),
        "null status": _as("status", None),
        "number as status": _as("status", 1),
        "empty status": _as("status", ""),
        "status object": _turned("status", lambda value: {"state": value}),
    },
    "expires-after-fits": {
        "expires_after string": _as("expires_after", "20m"),
        "minutes string": _as("expires_after", {"anchor": "last_active_at", "minutes": "20"}),
        "minutes float": _as("expires_after", {"anchor": "last_active_at", "minutes": 19.5}),
        "created_at anchor": _turned("expires_after", lambda it: {**it, "anchor": "created_at"}),
        "expires_after number": _as("expires_after", 20),
    },
    "last-active-at-is-unix-seconds": _time("last_active_at"),
    "memory-limit-fits": {
        "2g": _as("memory_limit", "2g"),
        "memory in bytes": _as("memory_limit", 1073741824),
        "1G": _turned("memory_limit", lambda value: value.upper()),
    },
    "network-policy-fits": {
        "policy string": _as("network_policy", "disabled"),
        "policy of another type": _as("network_policy", {"type": "none"}),
        "policy without a type": _as("network_policy", {}),
        "domain objects": _as(
            "network_policy", {"type": "allowlist", "allowed_domains": [{"domain": "a.example"}]}
        ),
    },
}

_FILE: dict[str, dict[str, Change]] = {
    **_COMMON,
    "object-is-container-file": {
        "no object": _missing("object"),
        "container_file": _as("object", "container_file"),
        "file": _as("object", "file"),
        "null object": _as("object", None),
    },
    "bytes-is-a-size": {
        "no bytes": _missing("bytes"),
        "null bytes": _as("bytes", None),
        "bytes string": _turned("bytes", str),
        "bytes float": _turned("bytes", lambda value: value + 0.5),
        "bytes below 0": _as("bytes", -1),
        "size for bytes": lambda each: each.update(size=each.pop("bytes", None)),
    },
    "container-id-is-the-container": {
        "no container_id": _missing("container_id"),
        "null container_id": _as("container_id", None),
        "another container_id": _as("container_id", "cntr_" + "0" * 48),
        "own id as container_id": lambda each: each.update(container_id=each.get("id")),
    },
    "path-is-a-string": {
        "no path": _missing("path"),
        "null path": _as("path", None),
        "empty path": _as("path", ""),
        "path array": _turned("path", lambda value: value.split("/")),
        "filename for path": lambda each: each.update(filename=each.pop("path", None)),
    },
    "source-is-a-string": {
        "no source": _missing("source"),
        "null source": _as("source", None),
        "empty source": _as("source", ""),
        "source object": _as("source", {"type": "user"}),
    },
}

_PLACES = {
    "createContainer": _CONTAINER,
    "retrieveContainer": _CONTAINER,
    "listContainers": _CONTAINER,
    "createContainerFile": _FILE,
    "retrieveContainerFile": _FILE,
    "listContainerFiles": _FILE,
}


def _family() -> Iterator[Lie]:
    """Each kind of each field at one operation at least; each field at every operation."""
    for at, (operation, claims) in enumerate(_PLACES.items()):
        for claim, kinds in claims.items():
            for number, (label, change) in enumerate(kinds.items()):
                if number == 0 or number % 3 == at % 3:
                    prefix = PREFIXES[operation]
                    yield Lie(
                        f"{operation}, {label}",
                        (f"{prefix}.{claim}",),
                        (operation, change),
                        (f"{prefix}.*",),
                    )


@mutants(*_family())
def answers_a_field_wrongly(app: ASGIApp, operation: str, change: Change) -> ASGIApp:
    """Answers one field of one operation as no document has it."""
    return objecting(app, operation, change)


_WRAPS: dict[str, Callable[[Any], Any]] = {
    "data": lambda body: {"data": body},
    "container": lambda body: {"success": True, "result": body},
    "an array": lambda body: [body],
    "null": lambda _: None,
    "an error": lambda _: {
        "error": {"message": "Failed.", "type": "server_error", "param": None, "code": None}
    },
    "a string": str,
    "nothing": lambda _: {},
}


def _wraps() -> Iterator[Lie]:
    places = [each for each in _PLACES if not each.startswith("list")]
    for at, label in enumerate(_WRAPS):
        for step in (0, 1, 2):
            operation = places[(at + step) % len(places)]
            prefix = PREFIXES[operation]
            yield Lie(
                f"{operation}, {label}",
                (f"{prefix}.answers-the-object-itself",),
                (operation, label),
                (f"{prefix}.*",),
            )


@mutants(*_wraps())
def answers_something_else_than_the_object(app: ASGIApp, operation: str, how: str) -> ASGIApp:
    """Answers the object wrapped, in an array, or not at all."""

    def alter(answer: Answer, _: Request) -> None:
        answer.json = _WRAPS[how](answer.json)

    return answering(app, operation, alter)


@mutants(
    *each_operation("network-policy-fits", ["*"], only=["createContainer", "retrieveContainer"])
)
def shows_one_domain_as_a_text(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers an allowlist of one domain without the array around it."""

    def unpack(each: dict[str, Any]) -> None:
        policy = each.get("network_policy") or {}
        if len(policy.get("allowed_domains") or ()) == 1:
            policy["allowed_domains"] = policy["allowed_domains"][0]

    return objecting(app, operation, unpack)
