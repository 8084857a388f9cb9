"""The fields of a container and of a file, one rule each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import unquote, urlsplit

from conformance.catalogue.facts import MEMORY_LIMITS
from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence import Exchange

#: Unix seconds between 2001 and 2286: milliseconds, minutes and zero lie outside.
EARLIEST, LATEST = 1_000_000_000, 10_000_000_000

Item = dict[str, Any]
FieldRule = tuple[str, "Callable[[Item, Exchange], None]"]


def on_body(check: Callable[[Item, Exchange], None]) -> Callable[[Exchange], None]:
    """A rule over one object, applied to the whole body."""
    return lambda exchange: check(exchange.object, exchange)


def on_items(check: Callable[[Item, Exchange], None]) -> Callable[[Exchange], None]:
    """A rule over one object, applied to every item of a page."""

    def every(exchange: Exchange) -> None:
        for item in exchange.data:
            check(item, exchange)

    return every


def segments(exchange: Exchange) -> list[str]:
    """The decoded segments of the request's path from ``containers`` on."""
    path = urlsplit(exchange.request.url).path.split("/")
    start = len(path) - 1 - path[::-1].index("containers")
    return [unquote(each) for each in path[start:]]


def last_id(exchange: Exchange) -> str:
    """The id of what the request was about."""
    return segments(exchange)[-1]


def _field(item: Item, name: str, wanted: str) -> Any:  # noqa: ANN401 - the target's JSON
    if name not in item:
        raise Failure(f"{name}: {wanted}", f"no such field in {shown(item)}")
    return item[name]


def _text(name: str) -> Callable[[Item, Exchange], None]:
    def check(item: Item, _: Exchange) -> None:
        value = _field(item, name, "a text")
        if not isinstance(value, str) or (not value and name != "name"):
            raise Failure(f"{name}: a text", shown(value))

    return check


def _literal(name: str, wanted: str) -> Callable[[Item, Exchange], None]:
    def check(item: Item, _: Exchange) -> None:
        value = _field(item, name, f'"{wanted}"')
        if value != wanted:
            raise Failure(f'{name}: "{wanted}"', shown(value))

    return check


def is_whole(value: object) -> TypeGuard[int]:
    """Whether *value* is a JSON integer; true and 1.0 are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _seconds(name: str, *, optional: bool = False) -> Callable[[Item, Exchange], None]:
    def check(item: Item, _: Exchange) -> None:
        if optional and name not in item:
            return
        value = _field(item, name, "Unix seconds")
        if not is_whole(value) or not EARLIEST <= value <= LATEST:
            raise Failure(f"{name}: an integer of Unix seconds", shown(value))

    return check


def _expires_after(item: Item, _: Exchange) -> None:
    value = item.get("expires_after")
    if value is None:
        return
    if not isinstance(value, dict):
        raise Failure("expires_after: an object", shown(value))
    if value.get("anchor", "last_active_at") != "last_active_at":
        raise Failure('expires_after.anchor: "last_active_at"', shown(value))
    minutes = value.get("minutes", 1)
    if not is_whole(minutes) or minutes < 1:
        raise Failure("expires_after.minutes: a whole number", shown(value))


def _memory_limit(item: Item, _: Exchange) -> None:
    if item.get("memory_limit", "1g") not in (None, *MEMORY_LIMITS):
        raise Failure(
            f"memory_limit: one of {', '.join(MEMORY_LIMITS)}", shown(item["memory_limit"])
        )


def _network_policy(item: Item, _: Exchange) -> None:
    value = item.get("network_policy")
    if value is None:  # where none was asked for, absent and null tell a caller the same
        return
    if not isinstance(value, dict) or value.get("type") not in ("allowlist", "disabled"):
        raise Failure("network_policy: an object of type allowlist or disabled", shown(value))
    domains = value.get("allowed_domains", [])
    if domains is not None and not (
        isinstance(domains, list) and all(isinstance(each, str) for each in domains)
    ):
        raise Failure("network_policy.allowed_domains: an array of texts", shown(value))


def _bytes(item: Item, _: Exchange) -> None:
    value = _field(item, "bytes", "a size")
    if value is None and item.get("source") != "user":
        return
    if not is_whole(value) or value < 0:
        raise Failure("bytes: a whole number of at least 0", shown(value))


def _container_id(item: Item, exchange: Exchange) -> None:
    value = _field(item, "container_id", "the id of the container asked")
    asked = segments(exchange)[1]
    # Whether an id may be written in the other case is told by ids-keep-their-case.
    if not isinstance(value, str) or value.lower() != asked.lower():
        raise Failure(f"container_id: {shown(asked)}", shown(value))


CONTAINER: tuple[FieldRule, ...] = (
    ("id-is-a-string", _text("id")),
    ("object-is-container", _literal("object", "container")),
    ("created-at-is-unix-seconds", _seconds("created_at")),
    ("name-is-a-string", _text("name")),
    ("status-is-a-string", _text("status")),
    ("expires-after-fits", _expires_after),
    ("last-active-at-is-unix-seconds", _seconds("last_active_at", optional=True)),
    ("memory-limit-fits", _memory_limit),
    ("network-policy-fits", _network_policy),
)

FILE: tuple[FieldRule, ...] = (
    ("id-is-a-string", _text("id")),
    ("object-is-container-file", _literal("object", "container.file")),
    ("created-at-is-unix-seconds", _seconds("created_at")),
    ("bytes-is-a-size", _bytes),
    ("container-id-is-the-container", _container_id),
    ("path-is-a-string", _text("path")),
    ("source-is-a-string", _text("source")),
)
