"""Finds again what was made without telling its id: by its name, among the newest of the list."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from conformance.drivers import caution
from conformance.plugin import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.drivers import Api
    from conformance.ledger import Entry

#: Pages of the newest containers that are looked through.
PAGES = 5

#: Seconds until the second look, and how much longer each further pause is.
FIRST_PAUSE_S, LONGER = 0.5, 2.0


def found(api: Api, entries: Sequence[Entry]) -> dict[int, str | None]:
    """Ids of *entries*, by their numbers, as one walk shows them; None where the list has no id.

    What the ledger holds under its id already, or has deleted, is not found once more.

    Raises:
        Signal: if the list can't be read; so do `Failure` and `LimitReached`.
    """
    ids: dict[int, str | None] = {}
    params: dict[str, Any] = {"limit": 100, "order": "desc"}
    for _ in range(PAGES):
        page = api.send("GET", "/containers", params=params, cleaning=True)
        for item in page.data:
            _match(api, item, entries, ids)
        if page.get("has_more") is not True or not page.ids or all(map(ids.get, _numbers(entries))):
            break
        params["after"] = page.ids[-1]
    return ids


def _match(
    api: Api, item: dict[str, Any], entries: Sequence[Entry], ids: dict[int, str | None]
) -> None:
    """Take *item* for the first of *entries* that has its name and no id so far."""
    wanted = [
        each for each in entries if each.name == item.get("name") and not ids.get(each.number)
    ]
    id_, ledger = item.get("id"), api.wire.ledger
    if not wanted:
        return
    if not isinstance(id_, str) or not id_.strip():
        ids[wanted[0].number] = None
    elif not (id_ in ids.values() or ledger.has_entered(id_) or caution.is_foreign(ledger, id_)):
        ids[wanted[0].number] = id_


def _numbers(entries: Sequence[Entry]) -> list[int]:
    return [each.number for each in entries]


def looks(within_s: float) -> Iterator[None]:
    """Times to look: at once, then less and less often, the last time after *within_s*."""
    return waiting.looks(within_s, FIRST_PAUSE_S, LONGER, slowest_s=within_s)


def patience_s(api: Api, entries: Sequence[Entry], consistency_s: float) -> float:
    """Seconds after which what no list shows was never made: a list may lag *consistency_s*."""
    asked_at = max((each.asked_at for each in entries), default=0.0)
    given_up = asked_at + api.wire.connection.timeout_s
    return min(max(given_up + consistency_s - time.time(), 0.0), consistency_s)
