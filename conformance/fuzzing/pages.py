"""A page of a list held against the items that are known to be there.

The order of items of one second is the target's own business: its whole list, read at once,
is what its pages are held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import DEFAULT_LIMIT, HIGHEST_LIMIT, ORDERS
from conformance.errors import Failure
from conformance.evidence.exchange import shown
from conformance.fuzzing import blame, sending

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.evidence import Exchange
    from conformance.fuzzing.lab import Lab
    from conformance.fuzzing.sending import Written


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole list, as it stands in either order."""

    ascending: list[str]
    descending: list[str]

    def ordered(self, order: str | None) -> list[str]:
        """The list in *order*, newest first unless asked otherwise."""
        return self.ascending if order == "asc" else self.descending


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page was asked for; *after* counts the items from the oldest, and begins again."""

    limit: int | None
    order: str | None
    after: int | None

    def cursor(self, whole: Whole) -> str | None:
        """The item that the page comes after."""
        if self.after is None or not whole.ascending:
            return None
        return whole.ascending[self.after % len(whole.ascending)]

    def params(self, whole: Whole) -> dict[str, Any]:
        """The query that asks for this page."""
        named = {"limit": self.limit, "order": self.order, "after": self.cursor(whole)}
        return {key: value for key, value in named.items() if value is not None}

    def rest(self, whole: Whole) -> list[str]:
        """The items from where the page begins to the end of the list."""
        known, cursor = whole.ordered(self.order), self.cursor(whole)
        return known if cursor is None else known[known.index(cursor) + 1 :]


def asked() -> SearchStrategy[Asked]:
    """Pages of all kinds."""
    from hypothesis import strategies as st  # noqa: PLC0415 - slow to import

    limits = st.one_of(st.none(), st.integers(1, 8), st.integers(1, HIGHEST_LIMIT))
    orders = st.sampled_from((None, *ORDERS))
    return st.builds(Asked, limits, orders, st.one_of(st.none(), st.integers(0, 30)))


def order_row(order: str | None) -> str:
    """The requirement on the order that was asked for."""
    return {"asc": "order-asc-is-oldest-first", "desc": "order-desc-is-newest-first"}.get(
        order or "", "default-order-is-desc"
    )


def taken(lab: Lab, page: Exchange, which: Asked, prefix: str) -> bool:
    """Whether *page* was given as *which*; of the widest a requirement of its own speaks."""
    if not page.refused or which.limit != HIGHEST_LIMIT:
        return lab.taken(page, prefix)
    with lab.search.holds(f"{prefix}.limit-of-100-is-accepted"):
        raise Failure("a limit of 100 accepted", page.told(), page.id)
    return False


def check(lab: Lab, page: Exchange, which: Asked, whole: Whole) -> None:
    """*page* is the page *which* of the list of files *whole*."""
    rest, limit = which.rest(whole), which.limit or DEFAULT_LIMIT
    wanted, got = rest[:limit], page.ids
    fault = None if got == wanted else _fault(page, which, whole)
    rows = [order_row(which.order), fault]
    if which.after is not None:
        rows.append("cursor-moves-on")
    for row in dict.fromkeys(each for each in rows if each):
        with lab.search.holds(f"file.list.{row}"):
            if row == fault:
                raise Failure(f"the ids {shown(wanted)}", shown(got), page.id)
    if got == wanted:
        more = len(rest) > limit
        with lab.search.holds(f"file.list.{_HAS_MORE[more]}"):
            if page["has_more"] is not more:
                raise Failure(f"has_more: {shown(more)}", page.told(), page.id)


_HAS_MORE = {True: "has-more-is-true-before-the-end", False: "has-more-is-false-at-the-end"}


def _fault(page: Exchange, which: Asked, whole: Whole) -> str | None:
    """The requirement that a wrong page breaks; None where the page alone shows it already."""
    got, wanted = page.ids, which.rest(whole)[: which.limit or DEFAULT_LIMIT]
    if len(got) > (which.limit or DEFAULT_LIMIT) or len(set(got)) < len(got):
        return None
    if set(got) - set(whole.ascending):
        return "shows-only-its-container"
    if which.cursor(whole) in got:
        return "cursor-is-exclusive"
    if got == wanted[: len(got)]:
        return "page-is-full" if page.get("has_more") is True else _HAS_MORE[True]
    turned = Asked(which.limit, "desc" if which.order == "asc" else "asc", which.after)
    if got == turned.rest(whole)[: len(got)] or which.after is None:
        return order_row(which.order)
    return "cursor-moves-on"


def refuse(lab: Lab, path: str, what: Written | None) -> None:
    """A list whose query no reader could take is refused."""
    if what is None:
        return
    fault = blame.of_list(what.params)
    if fault:
        lab.refused(sending.send(lab.api, "GET", path, what), fault)
