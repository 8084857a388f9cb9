"""Deletes what a run has made, and nothing else."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.checks.status import succeeded
from conformance.drivers.caution import is_name_of_ours
from conformance.drivers.patience import Patience
from conformance.errors import Failure, LimitReached, Signal
from conformance.plugin import leftovers, searching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.drivers import Api
    from conformance.evidence import Exchange
    from conformance.ledger import Entry

NOT_FOUND = 404

#: Statuses from which on an answer says that nothing was made.
FAILED = 300

#: Seconds after which nothing turns up any more that no list has shown.
LATEST_S = 3600.0

#: What goes wrong on the way to a target, and ends nothing but the deletion of one thing.
TROUBLE = (Signal, LimitReached, Failure)


def clean_up(api: Api, consistency_s: float) -> list[dict[str, str]]:
    """Delete all that the ledger owes, with new patience; returns what could not be deleted.

    What a creation made without telling it may turn up in the list for *consistency_s*.
    """
    ledger = api.wire.ledger
    Patience.renew(ledger)
    left = clean(api, ledger.owed(unseen=True), within_s=consistency_s)
    if left:  # a target that answers now and then gets another chance
        left = clean(api, ledger.owed(), within_s=0)
    return left


def clean(
    api: Api, entries: Iterable[Entry], *, within_s: float | None = None
) -> list[dict[str, str]]:
    """Delete *entries* of the ledger; returns what could not be deleted.

    An entry without an id, since its creation got no answer, is found again by its name:
    looked for once, and given up only where *within_s* says how long the list may lag.
    One whose creation answered another name is deleted only if it turns out to be ours.
    """
    entries = list(entries)
    lost = [each for each in entries if each.kind == "container" and each.id is None]
    told = [each for each in entries if each not in lost]
    left = [each for each in told if not _tried(partial(_delete, api, each))]
    for tenant in ("own", "second"):
        theirs = [each for each in lost if each.tenant == tenant]
        if theirs:
            left += _clean_lost(api, theirs, within_s)
    return [leftovers.told(api, each) for each in left]


def _tried(delete: Callable[[], bool]) -> bool:
    try:
        return delete()
    except TROUBLE:
        return False


def _clean_lost(api: Api, lost: Sequence[Entry], within_s: float | None) -> list[Entry]:
    """Find and delete *lost*, all of one tenant's; returns what could not be."""
    caller, ledger = _maker(api, lost[0]), api.wire.ledger
    for each in lost:
        if not each.name:  # nothing finds it again
            ledger.refuse(each.number)
    missing = [each for each in lost if each.name]
    if caller is None:
        return missing
    left: list[Entry] = []
    seconds = searching.patience_s(api, missing, within_s) if within_s else 0.0
    for _ in searching.looks(seconds):
        if not missing:
            return left
        try:
            ids = searching.found(caller, missing)
        except TROUBLE:
            return left + missing
        seen = [each for each in missing if each.number in ids]
        missing = [each for each in missing if each not in seen]
        left += [each for each in seen if not _delete_found(caller, each, ids[each.number])]
    for each in missing:
        _give_up(api, each, is_over=within_s is not None)
    return left


def _give_up(api: Api, entry: Entry, *, is_over: bool) -> None:
    """Take *entry*, which no list shows, for never made, where that is likely enough."""
    if time.time() - entry.asked_at > LATEST_S:
        api.wire.ledger.refuse(entry.number)
    elif is_over or (entry.status or 0) >= FAILED:
        api.wire.ledger.lose(entry.number)


def _maker(api: Api, entry: Entry) -> Api | None:
    """The API as who made *entry*; None where that tenant's key is not given."""
    return api.as_other_tenant() if entry.tenant == "second" else api


def _delete(api: Api, entry: Entry) -> bool:
    if entry.kind == "file":
        return _delete_file(api, entry, entry.id) if entry.id else _delete_lost_file(api, entry)
    if entry.id is None:
        return False
    maker = _maker(api, entry)
    if maker is None or (entry.state == "doubtful" and not _is_ours(maker, entry.id, entry.name)):
        return False
    return _delete_container(maker, entry.id)


def _delete_found(api: Api, entry: Entry, id_: str | None) -> bool:
    """Delete what was found by its name; an id that holds a key is not written down."""
    ledger = api.wire.ledger
    if id_ is None:
        return False
    if api.wire.mask(id_) == id_:
        ledger.find(entry.number, id_)
        return _tried(partial(_delete_container, api, id_))
    ledger.make_up(id_)
    gone = _tried(partial(_delete_container, api, id_))
    if gone:
        ledger.refuse(entry.number)
    return gone


def _delete_container(api: Api, id_: str) -> bool:
    """Delete it; that it is gone already is believed where its retrieval says so, too."""
    gone = api.delete_container(id_, cleaning=True)
    if gone.status == NOT_FOUND:
        retrieved = api.retrieve_container(id_, cleaning=True)
        if retrieved.ok and retrieved.get("status") != "deleted":
            return False
        api.wire.ledger.delete(id_)
    return gone.ok or gone.status == NOT_FOUND


def _delete_file(api: Api, entry: Entry, id_: str) -> bool:
    """Delete a file of the Files API, as who uploaded it or, where that is refused, as the other.

    That it is gone already is believed where who uploaded it is told so.
    """
    path = f"/files/{quote(id_, safe='')}"

    def delete(caller: Api) -> Exchange:
        return caller.send("DELETE", path, headers={"Accept": "*/*"}, cleaning=True)

    maker = _maker(api, entry)
    other = api if entry.tenant == "second" else api.as_other_tenant()
    first = delete(maker) if maker else None
    gone = first is not None and first.ok
    if other and (first is None or first.refused):
        gone = delete(other).ok
    if gone or (first is not None and first.status == NOT_FOUND):
        api.wire.ledger.delete(id_)
        return True
    return False


def _delete_lost_file(api: Api, entry: Entry) -> bool:
    """Delete a file of the Files API whose id never came: its list has it by its name."""
    maker = _maker(api, entry)
    if maker is None or not entry.name:
        return False
    listed = maker.send("GET", "/files", headers={"Accept": "*/*"}, cleaning=True)
    found = [each for each in succeeded(listed).data if each.get("filename") == entry.name]
    ids = [each["id"] for each in found if isinstance(each.get("id"), str) and each["id"]]
    if not found and listed.get("has_more") is not True:
        _give_up(api, entry, is_over=True)
        return True
    if len(ids) != 1 or api.wire.mask(ids[0]) != ids[0]:
        return False
    api.wire.ledger.hold(entry.number, ids[0])
    return _delete_file(api, entry, ids[0])


def _is_ours(api: Api, id_: str, wanted: str | None) -> bool:
    name = api.retrieve_container(id_, cleaning=True).get("name")
    return is_name_of_ours(api.wire.ledger, name, wanted)
