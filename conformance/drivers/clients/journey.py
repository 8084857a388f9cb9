"""The journey that every client makes: each operation, three pages, refusals, every byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.drivers.clients import judging
from conformance.drivers.clients.trip import BYTES, encoded
from conformance.errors import Untestable

if TYPE_CHECKING:
    from conformance.drivers.clients.trip import Trip

#: Options that a target may lack; a refusal of them is no fault.
OPTIONAL: dict[str, Any] = {"memory_limit": "1g", "network_policy": {"type": "disabled"}}

EXPIRY = {"anchor": "last_active_at", "minutes": 20}

#: Items that a walk over an account's containers gives at the most: others may be among them.
MOST_CONTAINERS = 24

#: Items on a page, so that what is made for it takes three pages.
PAGE = 2


def travel(trip: Trip) -> None:
    """Make the whole journey; what one step could not make, the next gets from us.

    Raises:
        LimitReached: if the limits of the run forbid more.
        Untestable: if not even our own request makes what is needed.
    """
    container = _create(trip)
    _retrieve(trip, container)
    _list_containers(trip)
    file = _upload(trip, container)
    _copy(trip, container)
    _list_files(trip)
    _retrieve_file(trip, container, file)
    _content(trip, container, file)
    _delete_file(trip, container, file)
    _refusals(trip, container)
    _delete(trip, container)


def _needed(name: str) -> dict[str, Any]:
    return {"id": str, "object": "container", "name": name, "status": str, "created_at": int}


def _create(trip: Trip) -> str:
    name = trip.name("journey")
    body: dict[str, Any] = {"name": name, "expires_after": EXPIRY}
    look = trip.call("create_container", **body, **OPTIONAL)
    liked = {"expires_after": EXPIRY, **OPTIONAL}
    if look.seen.status in judging.REFUSALS and look.exchanges and look.exchanges[-1].refused:
        look = trip.call("create_container", **body)
        liked = {"expires_after": EXPIRY}
    judgement = judging.shows(look, _needed(name), liked)
    trip.book("creates a container", judgement, look)
    value = look.seen.value
    made = value.get("id") if isinstance(value, dict) and judgement.verdict != "fails" else None
    return made or _ours(trip, trip.api.create_container(name=trip.name("spare")), "container")


def _ours(trip: Trip, made: Any, what: str) -> str:  # noqa: ANN401 - an exchange
    """The id of what our own request has made."""
    id_ = made.get("id")
    if not made.ok or not isinstance(id_, str):
        raise Untestable(f"no {what} for {trip.client.facts.title}: {made.told()}")
    return id_


def _retrieve(trip: Trip, container: str) -> None:
    look = trip.call("retrieve_container", container=container)
    needed = {"id": container, "object": "container", "name": str, "status": str}
    judgement = judging.shows(look, needed, {"expires_after": EXPIRY})
    trip.book("retrieves it", judgement, look)


def _list_containers(trip: Trip) -> None:
    look = trip.call("list_containers", limit=PAGE, order="desc", most=MOST_CONTAINERS)
    judgement = judging.walks(look, trip.common.flock, "desc", alone=False)
    trip.book("walks the containers by two, newest first", judgement, look)


def _upload(trip: Trip, container: str) -> str:
    given = {"content": encoded(BYTES), "filename": "bytes.bin"}
    look = trip.call("create_file", container=container, **given)
    needed = {"id": str, "object": "container.file", "bytes": len(BYTES), "path": str}
    judgement = judging.shows(look, needed, {"container_id": container, "source": "user"})
    trip.book("uploads every byte", judgement, look)
    if judgement.verdict in ("works", "loses"):
        return str(look.seen.value["id"])
    return _ours(trip, trip.api.upload(container, BYTES, "spare.bin"), "file")


def _copy(trip: Trip, container: str) -> None:
    original = trip.common.original
    if original is None:
        return
    look = trip.call("create_file", container=container, file_id=original)
    judgement = judging.shows(look, {"id": str, "object": "container.file", "path": str}, {})
    trip.book("copies a file by its file_id", judgement, look)


def _list_files(trip: Trip) -> None:
    given = {"container": trip.common.shelf, "limit": PAGE, "order": "asc"}
    look = trip.call("list_files", **given)
    judgement = judging.walks(look, trip.common.shelved, "asc", alone=True)
    trip.book("walks five files by two, oldest first", judgement, look)


def _retrieve_file(trip: Trip, container: str, file: str) -> None:
    look = trip.call("retrieve_file", container=container, file=file)
    needed = {"id": file, "object": "container.file", "bytes": len(BYTES), "path": str}
    trip.book("retrieves it", judging.shows(look, needed, {"container_id": container}), look)


def _content(trip: Trip, container: str, file: str) -> None:
    look = trip.call("content", container=container, file=file)
    wire = look.exchanges[-1].content if look.exchanges else b""
    trip.book("gets every byte", judging.same(look, encoded(BYTES), wire, BYTES), look)


def _delete_file(trip: Trip, container: str, file: str) -> None:
    where = {"container": container, "file": file}
    look = trip.call("delete_file", **where)
    after = trip.call("retrieve_file", **where)
    trip.book("deletes it", judging.gone(look, after), look, after)
    again = trip.call("delete_file", **where)
    trip.book("tells that it is gone already", judging.refused(again), again)


def _refusals(trip: Trip, container: str) -> None:
    """A refusal of each kind that any target gives: 400, 401 and 404."""
    nobody = trip.api.made_up("cntr", f"{trip.label}-nobody")
    nothing = trip.api.made_up("cfile", f"{trip.label}-nothing")
    upload = {"content": encoded(b"x"), "filename": "x.txt"}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("create_container", "tells that a name must not be empty", {"name": ""}),
        ("retrieve_container", "tells of an unknown container", {"container": nobody}),
        ("list_files", "tells of an unknown container", {"container": nobody}),
        ("create_file", "tells of an unknown container", {"container": nobody, **upload}),
        ("retrieve_file", "tells of an unknown file", {"container": container, "file": nothing}),
        ("content", "tells of an unknown file", {"container": container, "file": nothing}),
    ]
    if trip.api.credential.headers:
        asked.append(("list_containers", "tells of a wrong key", {"key": "wrong", "limit": PAGE}))
    for call, title, given in asked:
        look = trip.call(call, **given)
        trip.book(title, judging.refused(look), look)


def _delete(trip: Trip, container: str) -> None:
    look = trip.call("delete_container", container=container)
    after = trip.call("retrieve_container", container=container)
    trip.book("deletes it", judging.gone(look, after), look, after)
    again = trip.call("delete_container", container=container)
    trip.book("tells that it is gone already", judging.refused(again), again)
