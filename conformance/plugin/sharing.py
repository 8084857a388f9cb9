"""What many cases read is made once a run, by whichever case needs it first."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from conformance.checks.agreement import field
from conformance.checks.fields import is_whole
from conformance.errors import Failure, Untestable
from conformance.plugin.fixtures import Given, Held
from conformance.plugin.waiting import looks
from conformance.scenarios.forgetting import TWIN, shelved

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.drivers import Api
    from conformance.plugin.state import Bench

NOT_FOUND = 404

#: Under this the ledger notes which containers were deleted before the depot was made.
GONE_BEFORE = "deleted before the depot"

#: More files than a default page of 20 holds.
SHELF_FILES = 21


@pytest.fixture
def stock(bench: Bench) -> dict[str, Any]:
    """What the list cases read, made once a run: see `flock` and `shelf`.

    Half of it is made in one second and half in a later one, so that the lists have both an
    order that created_at tells and ties that it does not.
    """
    return _stock(bench)


def _stock(bench: Bench) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        given = Given(bench.api)
        shelf = given.container("shelf", odd={"file_ids": [], "skills": []})
        made = time.monotonic()
        files = _files(given, shelf.id, range(SHELF_FILES // 2))
        _wait_for_another_second(made, has_our_clock=bench.settings.is_loopback)
        flock = [shelf, *_twins(given)]
        # Into a container that is no longer the newest.
        files += _files(given, shelf.id, range(SHELF_FILES // 2, SHELF_FILES))
        settled, active = _settle(bench, flock, files)
        return {
            "flock": [asdict(each) for each in flock],
            "shelf": asdict(shelf),
            "files": [asdict(each) for each in files],
            "settled_s": settled,
            "active": active,
            "is_idle": _is_idle(active, shelf, files),
        }

    shared: dict[str, Any] = bench.share("stock", make)
    return shared


def _files(given: Given, container: str, numbers: range) -> list[Held]:
    contents = {n: shelved(n) for n in numbers}  # type: ignore[no-untyped-call]  # cases are prose
    return [given.file(container, content, f"{n:02}.txt") for n, content in contents.items()]


def _twins(given: Given) -> list[Held]:
    """Two containers of one name, or of two where the target wants names to differ."""
    label = TWIN
    try:
        first = given.container(label)
    except Untestable:
        label = "twin one"
        first = given.container(label)
    with contextlib.suppress(Untestable):
        return [first, given.container(label)]
    return [first, given.container("twin two")]


def _wait_for_another_second(since: float, *, has_our_clock: bool) -> None:
    """Wait for another second of the target's clock than *since*: created_at has no finer unit.

    Where a second of that clock begins is known only of our own machine.
    """
    spent = time.monotonic() - since
    if spent < 1:
        time.sleep(1.02 - (time.time() % 1 if has_our_clock else spent))


@pytest.fixture
def another_second(bench: Bench) -> Callable[[], None]:
    """``another_second()`` waits until another second of the target's clock has begun."""
    has_our_clock = bench.settings.is_loopback
    return lambda: _wait_for_another_second(time.monotonic(), has_our_clock=has_our_clock)


def _settle(bench: Bench, flock: list[Held], files: list[Held]) -> tuple[float, Any]:
    """Wait until both lists show what was made, or as long as they may lag.

    Returns the seconds that took, and when the shelf was last active as the list of containers
    shows it: asked for before the list of files, which is a use of the shelf, too.
    """
    began, shelf, active = time.monotonic(), flock[0], None
    for _ in looks(bench.settings.consistency):
        active = None
        with contextlib.suppress(Failure):
            newest = bench.api.list_containers(limit=100, order="desc")
            if not {each.id for each in flock} <= set(newest.ids):
                continue
            active = next(each for each in newest.data if each["id"] == shelf.id).get(
                "last_active_at"
            )
            if not _is_idle(active, shelf, files):
                break
    for _ in looks(bench.settings.consistency):
        with contextlib.suppress(Failure):
            held = bench.api.list_files(shelf.id, limit=100)
            if {each.id for each in files} <= set(held.ids):
                break
    return round(time.monotonic() - began, 3), active


def _is_idle(active: object, container: Held, files: list[Held]) -> bool | None:
    """Whether *active* is no later than the *container*, and earlier than the last of *files*.

    Those were put into it in another second than its own, by the one clock or the other.
    None if that can't be told.
    """
    late = [field(each.created, "created_at") for each in files[len(files) // 2 :]]
    born = field(container.created, "created_at")
    whole = [each for each in late if is_whole(each)]
    if not is_whole(active) or not is_whole(born) or whole != late:
        return None
    return active <= born and active < min(whole)


@pytest.fixture
def flock(stock: dict[str, Any]) -> list[Held]:
    """Three containers: the shelf, of an earlier second, and two empty twins of one name."""
    return [Held(**each) for each in stock["flock"]]


@pytest.fixture
def flock_later(bench: Bench) -> Callable[[], list[Held]]:
    """Gives the `flock` when it is called: the case need not wait for it before that.

    Raises:
        Untestable: if it could not be made.
    """

    def give() -> list[Held]:
        try:
            return [Held(**each) for each in _stock(bench)["flock"]]
        except Failure as failure:  # as in the set-up of a case that has it from its beginning
            raise Untestable(str(failure)) from failure

    return give


@pytest.fixture
def shelf(stock: dict[str, Any]) -> tuple[Held, list[Held]]:
    """A container with more files than a default page, oldest first; shared, only read."""
    return Held(**stock["shelf"]), [Held(**each) for each in stock["files"]]


@pytest.fixture
def depot(bench: Bench) -> Held:
    """A container that cases put files into, each looking for its own alone; shared."""

    def make() -> dict[str, Any]:
        gone = [each for each in bench.ledger.entries("deleted") if each.kind == "container"]
        bench.ledger.note(GONE_BEFORE, "\n".join(str(each.name) for each in gone))
        name = bench.api.name("depot \0")  # which databases may not keep
        return asdict(Given(bench.api).container("depot", odd={"name": name}))

    return Held(**bench.share("depot", make))


@pytest.fixture
def made_before(bench: Bench) -> dict[str, Any]:
    """What the creation of the flock's first container has answered; empty before it is made."""
    made: dict[str, Any] | None = bench.shared.peek("stock")
    return dict(made["flock"][0]["created"]) if made else {}


@pytest.fixture
def shelf_later(bench: Bench) -> Callable[[], tuple[Held, list[Held]] | None]:
    """Gives the `shelf` and its files once it is deleted, behind the last that needs it."""

    def give() -> tuple[Held, list[Held]] | None:
        made = bench.shared.peek("stock")
        gone = {each.id for each in bench.ledger.entries("deleted")}
        if made is None or made["shelf"]["id"] not in gone:
            return None
        return Held(**made["shelf"]), [Held(**each) for each in made["files"]]

    return give


@pytest.fixture
def gone_before(bench: Bench, depot: Held) -> list[str]:  # noqa: ARG001 - it is to be there
    """The names of the containers that were deleted before the depot was made."""
    return (bench.ledger.noted(GONE_BEFORE) or "").splitlines()


def lost(api: Api, shared: dict[str, Any]) -> str | None:
    """What of the *shared* things neither retrieval nor list shows; None if all is there."""
    containers = [each for each in (shared, *shared.get("flock", ())) if "id" in each]
    gone = [each for each in containers if api.retrieve_container(each["id"]).status == NOT_FOUND]
    if gone and not {each["id"] for each in gone} <= set(
        api.list_containers(limit=100, order="desc").ids
    ):
        return f"the container {gone[0]['name']}"
    files = shared.get("files", ())
    for file in (*files[:1], *files[-1:]):
        shelf = shared["shelf"]["id"]
        if (
            api.retrieve_file(shelf, file["id"]).status == NOT_FOUND
            and file["id"] not in api.list_files(shelf, limit=100).ids
        ):
            return f"the file {file['name']}"
    return None
