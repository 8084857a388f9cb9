"""A step of a document: the call as it stands there, and what becomes of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conformance.drivers.clients import judging
from conformance.drivers.clients.judging import Judgement
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.drivers.clients.judging import Look
    from conformance.drivers.clients.trip import Trip


@contextmanager
def example(trip: Trip, name: str) -> Iterator[None]:
    """Book what follows on the example *name* of a document."""
    trip.document = name
    try:
        yield
    finally:
        trip.document = None


def create(trip: Trip, title: str, body: dict[str, Any], nearest: dict[str, Any]) -> str | None:
    """Create a container as the document does, or with *nearest* where that is refused.

    Returns its id, None if there is none.
    """
    look = trip.call("create_container", **body)
    needed = {"id": str, "name": body["name"]}
    if look.exchanges and look.exchanges[-1].refused and body != nearest:
        says = f"is refused ({_reason(look)}); done with {_changed(body, nearest)}"
        trip.book(title, Judgement("fails", says, "document"), look)
        look = trip.call("create_container", **nearest)
        title += ", changed so that it can work"
    liked = {name: each for name, each in nearest.items() if name == "expires_after"}
    judgement = judging.shows(look, needed, liked)
    trip.book(title, judgement, look)
    if judgement.verdict not in ("works", "loses"):
        return None
    return str(look.seen.value["id"])


def _reason(look: Look) -> str:
    """Why the last request was refused, as the target puts it."""
    last = look.exchanges[-1]
    error = last.get("error")
    message = error.get("message") if isinstance(error, dict) else None
    return f"{last.status}: {shown(message)}" if message else last.told()


def _changed(body: dict[str, Any], nearest: dict[str, Any]) -> str:
    changed = [
        f"{name} {shown(nearest[name])}" if name in nearest else f"no {name}"
        for name, value in body.items()
        if nearest.get(name) != value
    ]
    return ", ".join(changed)


def listed(trip: Trip, title: str, call: str, given: dict[str, Any], wanted: list[str]) -> Look:
    """Walk a list; each of *wanted* is in it, and nothing twice."""
    look = trip.call(call, **given)
    order = str(given.get("order", ""))
    alone = call == "list_files"
    judgement = judging.walks(look, wanted, order, alone=alone)
    if not alone and look.seen.stopped and judgement.guilt != "target":
        judgement = judging.WORKS  # the list of an account may be long
    trip.book(title, judgement, look)
    return look


def obtained(
    trip: Trip, title: str, call: str, given: dict[str, Any], needed: dict[str, Any]
) -> Judgement:
    """Retrieve an object that shows what is *needed*."""
    look = trip.call(call, **given)
    judgement = judging.shows(look, needed, {})
    trip.book(title, judgement, look)
    return judgement


def deleted(trip: Trip, title: str, call: str, given: dict[str, Any]) -> Look:
    """Delete; nothing is raised, and it is gone."""
    look = trip.call(call, **given)
    after = trip.call(call.replace("delete_", "retrieve_"), **_plain(given))
    trip.book(title, judging.gone(look, after), look, after)
    return look


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in ("container", "file")}


def book_shown(trip: Trip, title: str, look: Look, needed: dict[str, Any]) -> Judgement:
    """Book that *look* shows what is *needed*."""
    judgement = judging.shows(look, needed, {})
    trip.book(title, judgement, look)
    return judgement


def book_equal(trip: Trip, title: str, look: Look, wanted: str) -> Judgement:
    """Book that *look* shows just *wanted*."""
    found = judging.trouble(look)
    if not found:
        right = look.seen.value == wanted
        found = judging.WORKS if right else judging.failed(look, what="the content differs")
    trip.book(title, found, look)
    return found
