"""A page of a list held against the items that are known to be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.page import DEFAULT_LIMIT, HIGHEST_LIMIT
from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

    from conformance.evidence import Exchange
    from conformance.fuzzing.lab import Lab


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page was asked for; *after* counts the known items from the oldest."""

    limit: int | None
    order: str | None
    after: int | None

    def params(self, items: Sequence[str]) -> dict[str, Any]:
        """The query that asks for this page of *items*."""
        params: dict[str, Any] = {}
        if self.limit is not None:
            params["limit"] = self.limit
        if self.order is not None:
            params["order"] = self.order
        if self.after is not None and items:
            params["after"] = items[self.after % len(items)]
        return params

    def rest(self, items: Sequence[str]) -> list[str]:
        """The known items from where the page begins to the end of the list."""
        known = list(items) if self.order == "asc" else list(reversed(items))
        if self.after is None or not items:
            return known
        return known[known.index(items[self.after % len(items)]) + 1 :]


def asked() -> SearchStrategy[Asked]:
    """Pages of all kinds."""
    from hypothesis import strategies as st  # noqa: PLC0415

    limits = st.one_of(st.none(), st.integers(1, 8), st.integers(1, HIGHEST_LIMIT))
    orders = st.sampled_from((None, "asc", "desc"))
    return st.builds(Asked, limits, orders, st.one_of(st.none(), st.integers(0, 30)))


def order_row(order: str | None) -> str:
    """The requirement on the order that was asked for."""
    return {"asc": "order-asc-is-oldest-first", "desc": "order-desc-is-newest-first"}.get(
        order or "", "default-order-is-desc"
    )


def check(lab: Lab, page: Exchange, which: Asked, items: Sequence[str], prefix: str) -> None:
    """*page* is the page *which* of the list that holds *items* alone, oldest first."""
    rest = which.rest(items)
    limit = which.limit or DEFAULT_LIMIT
    wanted, got = rest[:limit], page.ids
    rows = [order_row(which.order)] + (["cursor-moves-on"] if which.after is not None else [])
    fault = None if got == wanted else _fault(page, which, items, wanted)
    for suffix in dict.fromkeys([*rows, *([fault] if fault else [])]):
        with lab.search.holds(f"{prefix}.{suffix}"):
            if suffix == fault:
                raise Failure(f"the ids {shown(wanted)}", shown(got), page.id)
    if fault is None:
        _check_has_more(lab, page, prefix, more=len(rest) > limit)


def _check_has_more(lab: Lab, page: Exchange, prefix: str, *, more: bool) -> None:
    suffix = "has-more-is-true-before-the-end" if more else "has-more-is-false-at-the-end"
    with lab.search.holds(f"{prefix}.{suffix}"):
        if page["has_more"] is not more:
            raise Failure(f"has_more: {str(more).lower()}", page.told(), page.id)


def _fault(page: Exchange, which: Asked, items: Sequence[str], wanted: list[str]) -> str | None:
    """The requirement that a wrong page breaks; None where the page alone shows it already."""
    got = page.ids
    limit = which.limit or DEFAULT_LIMIT
    if len(got) > limit or len(set(got)) < len(got):
        return None  # passive checks see both
    if set(got) - set(items):
        return "shows-only-its-container"
    cursor = which.params(items).get("after")
    if cursor in got:
        return "cursor-is-exclusive"
    if got == wanted[: len(got)]:
        if page.get("has_more") is True and which.limit is None:
            return "default-limit-is-20"
        return "page-is-full" if page.get("has_more") is True else "walk-yields-every-item-once"
    turned = Asked(which.limit, "desc" if which.order == "asc" else "asc", which.after)
    if got == turned.rest(items)[:limit] or got == sorted(got, key=wanted.index, reverse=True) if (
        set(got) <= set(wanted)
    ) else False:
        return order_row(which.order)
    return "cursor-moves-on" if cursor else order_row(which.order)
