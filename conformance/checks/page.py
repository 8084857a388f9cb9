"""The rules of a single page of a list."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.catalogue.facts import DEFAULT_LIMIT, HIGHEST_LIMIT, ORDERS
from conformance.checks import fields
from conformance.errors import Failure, NotApplicable
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.evidence import Exchange


def asked(exchange: Exchange, name: str) -> str | None:
    """The query parameter *name* as the request had it; None if it had none.

    A case that has written its query into the path has none beside it.
    """
    query = urlsplit(exchange.request.url).query
    return dict(exchange.params or parse_qsl(query, keep_blank_values=True)).get(name)


def limit_of(exchange: Exchange) -> int | None:
    """How many items the page may hold; None where the request's limit was no such number.

    What answers a limit of 0 otherwise than by a refusal fails its own requirement, and no page
    can honour it.
    """
    text = asked(exchange, "limit") or ""
    is_number = text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004 - more than any limit has
    return (int(text) or None) if is_number else None


def rules(exchange: Exchange) -> Iterator[tuple[str, Callable[[Exchange], None]]]:
    """The rules that apply to this page: to its frame, and to its items where it has a frame."""
    yield "object-is-list", _object
    yield "data-is-an-array", _array
    yield "has-more-is-a-boolean", _has_more
    body = exchange.json
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        return
    yield "first-and-last-id-are-the-ends", _ends
    yield "has-more-page-is-not-empty", _not_empty
    if limit_of(exchange) is not None:
        yield "limit-is-honoured", _limit
    elif asked(exchange, "limit") is None and len(data) > DEFAULT_LIMIT:
        yield "default-limit-is-20", _default_limit
    if not data:
        return
    yield "ids-on-a-page-are-distinct", _distinct
    if asked(exchange, "order") in (None, *ORDERS):
        yield "page-is-in-order", _order
    table = fields.CONTAINER if exchange.operation == "listContainers" else fields.FILE
    for suffix, check in table:
        yield suffix, fields.on_items(check)


def _object(exchange: Exchange) -> None:
    if exchange["object"] != "list":
        raise Failure('object: "list"', shown(exchange["object"]))


def _array(exchange: Exchange) -> None:
    _ = exchange.data


def _has_more(exchange: Exchange) -> None:
    if not isinstance(exchange["has_more"], bool):
        raise Failure("has_more: true or false", shown(exchange["has_more"]))


def _ends(exchange: Exchange) -> None:
    data = exchange.data
    if not data:
        for name in ("first_id", "last_id"):
            if exchange.get(name) not in (None, ""):
                raise Failure(f"{name}: null on an empty page", shown(exchange.get(name)))
        return
    for name, item in (("first_id", data[0]), ("last_id", data[-1])):
        if exchange[name] != item.get("id"):
            raise Failure(f"{name}: {shown(item.get('id'))}", shown(exchange[name]))


def _not_empty(exchange: Exchange) -> None:
    if not exchange.data and exchange.get("has_more") is True:
        raise Failure("at least one item where has_more is true", exchange.told())


def _limit(exchange: Exchange) -> None:
    limit = limit_of(exchange)
    if limit is not None and len(exchange.data) > max(limit, 0):
        raise Failure(f"at most {limit} items", f"{len(exchange.data)}")


def _default_limit(exchange: Exchange) -> None:
    raise Failure(f"at most {DEFAULT_LIMIT} items without a limit", f"{len(exchange.data)}")


def _distinct(exchange: Exchange) -> None:
    seen: set[str] = set()
    for each in exchange.data:
        id_ = each.get("id")
        key = id_ if isinstance(id_, str) else shown(id_)
        if key in seen:
            raise Failure("every item once", f"{shown(id_)} twice")
        seen.add(key)


def _order(exchange: Exchange) -> None:
    times: list[Any] = [each.get("created_at") for each in exchange.data]
    if not all(fields.is_whole(each) for each in times):
        return
    ascending = asked(exchange, "order") == "asc"
    for earlier, later in pairwise(times):
        if (later < earlier) if ascending else (later > earlier):
            way = "ascending" if ascending else "descending"
            raise Failure(f"created_at {way} down the page", f"{earlier} before {later}")


# Pages that are held against others.


def is_full(page: Exchange, rest: Callable[[], Exchange]) -> None:
    """A *page* of the highest limit holds as many items as that; *rest* asks for what follows.

    Raises:
        Failure: if it holds fewer, and more follow.
    """
    if _is_cut(page, HIGHEST_LIMIT):
        following = rest()
        if following.ok and following.ids:
            got = f"{len(page.ids)}, and more behind them"
            raise Failure(f"{HIGHEST_LIMIT} items, or all there are", got, page.id)


def has_default_limit(plain: Exchange, of_20: Callable[[], Exchange]) -> None:
    """A page without a limit holds 20 items; the caller knows that there are more.

    *of_20* asks for the same page with a limit of 20.

    Raises:
        Failure: if it holds more or fewer.
        NotApplicable: if with that limit, too, it ends early, and says so.
    """
    number = len(plain.data)
    if _is_cut(plain, DEFAULT_LIMIT) and _is_cut(of_20(), DEFAULT_LIMIT):
        raise NotApplicable("the target's pages end before their limit")
    if number != DEFAULT_LIMIT:
        raise Failure(f"{DEFAULT_LIMIT} items without a limit", f"{number}", plain.id)


def _is_cut(page: Exchange, limit: int) -> bool:
    """Whether a *page* holds fewer items than its *limit* and says that more follow."""
    return page.ok and 0 < len(page.ids) < limit and page.get("has_more") is True
