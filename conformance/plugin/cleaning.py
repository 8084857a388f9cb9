"""Deletes what a run has made, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.drivers import caution
from conformance.errors import Failure, LimitReached, Signal, Untestable
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.drivers import Api
    from conformance.ledger import Entry

#: Pages of the newest containers that are looked through for one whose id never came.
PAGES = 5

NOT_FOUND = 404

#: What is left to do where a creation got no answer and has not been found again.
SEARCH = "containers-conformance sweep"

#: What stands behind the command about a thing that may be another's.
LOOK = "  # yours, by its name? then the same with -X DELETE"

#: How an upload to the Files API is called whose answer told no id.
UNTOLD = "that was uploaded to be copied, if it was made: no id came"


def clean(api: Api, entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Delete *entries* of the ledger; returns what could not be deleted.

    An entry without an id, since its creation got no answer, is found again by its name.
    One whose creation answered another name is deleted only if it turns out to be ours.
    """
    left: list[dict[str, str]] = []
    for entry in entries:
        try:
            gone = _delete(api, entry)
        except (Signal, LimitReached, Failure):
            gone = False
        if not gone:
            left.append(_left(api, entry))
    return left


def _delete(api: Api, entry: Entry) -> bool:
    if entry.kind == "file":
        return _delete_file(api, entry)
    if entry.id is None:
        found = _found_by_name(api, entry.name) if entry.name else None
        if found is None:
            api.wire.ledger.refuse(entry.number)
            return True
        return _delete_found(api, entry, found)
    if entry.state == "doubtful" and not _is_ours(api, entry.id):
        return False
    return _delete_container(api, entry.id)


def _delete_found(api: Api, entry: Entry, id_: str) -> bool:
    """Delete what was found by its name; an id that holds a key is not written down."""
    ledger = api.wire.ledger
    if api.wire.mask(id_) == id_:
        ledger.hold(entry.number, id_)
        return _delete_container(api, id_)
    ledger.make_up(id_)
    gone = _delete_container(api, id_)
    if gone:
        ledger.refuse(entry.number)
    return gone


def _delete_container(api: Api, id_: str) -> bool:
    """Delete it; that it is gone already is believed where its retrieval says so, too."""
    gone = api.delete_container(id_, cleaning=True)
    if gone.status == NOT_FOUND:
        path = f"/containers/{quote(id_, safe='')}"
        retrieved = api.send("GET", path, cleaning=True)
        if retrieved.ok and retrieved.get("status") != "deleted":
            return False
        api.wire.ledger.delete(id_)
    return gone.ok or gone.status == NOT_FOUND


def _delete_file(api: Api, entry: Entry) -> bool:
    if entry.id is None:
        return False
    path = f"/files/{quote(entry.id, safe='')}"
    gone = api.send("DELETE", path, headers={"Accept": "*/*"}, cleaning=True)
    other = api.as_other_tenant()
    if gone.status == NOT_FOUND and other:  # whose file it may be
        gone = other.send("DELETE", path, headers={"Accept": "*/*"}, cleaning=True)
    if gone.ok or gone.status == NOT_FOUND:
        api.wire.ledger.delete(entry.id)
        return True
    return False


def _is_ours(api: Api, id_: str) -> bool:
    name = api.retrieve_container(id_).get("name")
    return isinstance(name, str) and name.startswith(f"conformance-{api.wire.ledger.noted('run')}-")


def _found_by_name(api: Api, name: str) -> str | None:
    params: dict[str, Any] = {"limit": 100, "order": "desc"}
    for _ in range(PAGES):
        page = api.send("GET", "/containers", params=params, cleaning=True)
        for item in page.data:
            id_ = item.get("id")
            if item.get("name") != name:
                continue
            if not isinstance(id_, str) or not id_:
                raise Untestable(f"the list has no id for what was made: {shown(item)}")
            if not caution.is_foreign(api.wire.ledger, id_):
                return id_
        if page.get("has_more") is not True or not page.ids:
            return None
        params["after"] = page.ids[-1]
    return None


def _left(api: Api, entry: Entry) -> dict[str, str]:
    """What is left, and the command that tries again."""
    where = f"{api.wire.base_url}/{'files' if entry.kind == 'file' else 'containers'}"
    # What may be another's is looked at first.
    is_ours = entry.state != "doubtful"
    command = (
        f'curl {"-X DELETE " if is_ours else ""}"{where}/{quote(entry.id or "", safe="")}"'
        ' -H "Authorization: Bearer $CONFORMANCE_API_KEY"' + ("" if is_ours else LOOK)
    )
    if entry.kind == "file" and not entry.id:  # nothing but looking finds it again
        look = f'curl "{where}" -H "Authorization: Bearer $CONFORMANCE_API_KEY"'
        return {"kind": "file", "id": "", "name": UNTOLD, "command": look}
    return {
        "kind": entry.kind,
        "id": entry.id or "",
        "name": entry.name or "",
        "command": command if entry.id else SEARCH,
    }
