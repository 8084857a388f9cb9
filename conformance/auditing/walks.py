"""Pages of a list that follow one another by their cursors, in a recording."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance.catalogue.facts import LISTS, ORDERS, PREFIX
from conformance.checks import fields
from conformance.checks.page import asked
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.auditing.claims import Claims
    from conformance.auditing.recorded import Recorded
    from conformance.auditing.things import Thing
    from conformance.evidence import Exchange

#: Walks that are kept in mind, and ids of each; what is longer is not judged.
MOST_WALKS, MOST_IDS = 500, 20_000

#: Seconds after its creation in which a container does not expire.
LONGEST_S = 600.0


@dataclass(slots=True)
class Walk:
    """The pages of one walk so far."""

    last: Recorded
    first_start_s: float
    ids: set[str] = field(default_factory=set)
    pages: int = 1
    is_from_the_start: bool = False
    has_broken: bool = False  # a fault was booked: what it holds proves nothing more


def _ids(exchange: Exchange) -> list[str] | None:
    data = exchange.get("data")
    if not isinstance(data, list):
        return None
    found = [each.get("id") if isinstance(each, dict) else None for each in data]
    return [each for each in found if isinstance(each, str)] if all(found) else None


@dataclass(slots=True)
class Walks:
    """All walks of a recording."""

    claims: Claims
    consistency_s: float
    _open: dict[tuple[object, ...], Walk] = field(default_factory=dict)  # by what follows
    _whole: list[tuple[str, str | None, Walk]] = field(default_factory=list)

    def tell(self, one: Recorded) -> None:
        """Take in *one* page, of the recording's own caller."""
        exchange = one.exchange
        ids = _ids(exchange) if exchange.ok and one.came.known else None
        if exchange.operation not in LISTS or ids is None:
            return
        about = self._about(exchange)
        after = asked(exchange, "after")
        if asked(exchange, "before") is not None:
            return
        walk = self._open.get((*about, after)) if after else None
        if walk is not None and walk.last.is_before(one):
            walk = self._go_on(walk, one, ids, PREFIX[str(exchange.operation)])
        else:
            walk = Walk(one, one.start_s, set(ids), is_from_the_start=after is None)
        self._keep(walk, about, ids, one)

    @staticmethod
    def _about(exchange: Exchange) -> tuple[object, ...]:
        """What all pages of a walk have in common."""
        limits = [asked(exchange, name) for name in ("limit", "order", "name")]
        return (exchange.operation, "/".join(fields.segments(exchange)), *limits)

    def _keep(self, walk: Walk, about: tuple[object, ...], ids: list[str], one: Recorded) -> None:
        if ids and len(walk.ids) < MOST_IDS:
            self._open[*about, ids[-1]] = walk
            if len(self._open) > MOST_WALKS:
                self._open.pop(next(iter(self._open)))
        is_over = one.exchange.get("has_more") is False
        named = asked(one.exchange, "name") is not None
        if is_over and walk.is_from_the_start and not named and len(self._whole) < MOST_WALKS:
            parts = fields.segments(one.exchange)
            container = parts[1] if len(parts) > 1 else None
            self._whole.append((str(one.exchange.operation), container, walk))

    def _go_on(self, walk: Walk, one: Recorded, ids: list[str], prefix: str) -> Walk:
        """Judge the page that follows *walk*, and add it."""
        exchange, before = one.exchange, walk.last.exchange
        cursor = asked(exchange, "after")
        self.claims.say(
            f"{prefix}.cursor-is-exclusive",
            f"no {shown(cursor)} behind itself",
            exchange.told(),
            exchange.id,
            broken=cursor in ids,
        )
        again = [each for each in ids if each in walk.ids and each != cursor]
        self.claims.say(
            f"{prefix}.walk-yields-every-item-once",
            "every item once",
            f"{shown(again[:1])} on an earlier page, too",
            exchange.id,
            broken=bool(again),
        )
        self._judge_the_end(walk, one, ids, prefix)
        self._judge_the_order(walk, one, prefix)
        is_broken = walk.has_broken or bool(again) or cursor in ids
        grown = Walk(
            one, walk.first_start_s, walk.ids | set(ids), walk.pages + 1, walk.is_from_the_start
        )
        grown.has_broken = is_broken or before.get("has_more") is False
        return grown

    def _judge_the_end(self, walk: Walk, one: Recorded, ids: list[str], prefix: str) -> None:
        """A page behind which something stood before it was asked for has more."""
        before, exchange = walk.last.exchange, one.exchange
        requirement = f"{prefix}.has-more-is-true-before-the-end"
        if before.get("has_more") is True and ids:
            self.claims.holds(requirement, before.id)
        elif before.get("has_more") is False and ids and _were_there(before, exchange):
            got = f"has_more: false, and {shown(ids[0])} behind it in {exchange.id}"
            self.claims.fails(requirement, "has_more: true", got, before.id)

    def _judge_the_order(self, walk: Walk, one: Recorded, prefix: str) -> None:
        """The order goes on from one page to the next."""
        earlier, later = _times(walk.last.exchange), _times(one.exchange)
        order = asked(one.exchange, "order")
        if not earlier or not later or order not in (None, *ORDERS):
            return
        ascending = order == "asc"
        if any(sorted(each, reverse=not ascending) != each for each in (earlier, later)):
            return  # the order within a page is judged on the page
        broken = later[0] < earlier[-1] if ascending else later[0] > earlier[-1]
        self.claims.say(
            f"{prefix}.options-hold-on-every-page",
            f"created_at {'ascending' if ascending else 'descending'} from page to page",
            f"{earlier[-1]} before {later[0]}",
            one.exchange.id,
            broken=broken,
        )

    def finish(self, things: Iterable[Thing]) -> None:
        """Whatever stood there all the while is on every whole walk."""
        known = list(things)
        for operation, container, walk in self._whole:
            kind = "container" if operation == "listContainers" else "file"
            mine = [
                each
                for each in known
                if each.kind == kind and (kind == "container" or each.container == container)
            ]
            for thing in mine:
                if not walk.has_broken and self._stood_there(thing, walk):
                    self._book(thing, walk, f"{kind}.list")

    def _stood_there(self, thing: Thing, walk: Walk) -> bool:
        """Whether *thing* was made long before the walk began, and not deleted before its end."""
        if thing.made is None or thing.made.end_s + self.consistency_s > walk.first_start_s:
            return False
        if walk.last.end_s - thing.made.end_s > LONGEST_S:
            return False  # it may have expired
        return thing.is_untouched(walk.first_start_s, walk.last.end_s)

    def _book(self, thing: Thing, walk: Walk, prefix: str) -> None:
        exchange = walk.last.exchange
        dropped = thing.id not in walk.ids
        claim = "walk-yields-every-item-once" if walk.pages > 1 else "shows-the-created"
        made = thing.made.exchange if thing.made else ""
        self.claims.say(
            f"{prefix}.{claim}",
            f"{shown(thing.id)}, made in exchange {made}",
            f"no such item after {walk.pages} pages",
            exchange.id,
            broken=dropped,
        )


def _were_there(page: Exchange, later: Exchange) -> bool:
    """Whether what *later* holds was there when *page* was answered, as far as clocks tell."""
    if asked(page, "order") in (None, "desc"):
        return True  # what comes behind is older
    try:
        answered = parsedate_to_datetime(page.header("date") or "").timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    times = _times(later)
    return bool(times) and times[0] < answered - 1


def _times(exchange: Exchange) -> list[int]:
    """When the items of a page were created; none where one does not tell it."""
    data = exchange.get("data")
    found = [
        each.get("created_at") if isinstance(each, dict) else None
        for each in (data if isinstance(data, list) else [])
    ]
    told = [each for each in found if isinstance(each, int) and fields.is_whole(each)]
    return told if len(told) == len(found) else []
