"""What was made or deleted long ago: these cases run behind all others, when time has passed."""

import pytest

from conformance.checks import values
from conformance.checks.agreement import field
from conformance.checks.fields import is_whole
from conformance.checks.status import has_id, succeeded
from conformance.checks.witness import believed, is_gone, lives, newest
from conformance.errors import Failure, NotApplicable, Unsupported, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.activity import (
    DELETED,
    MOVES,
    UPLOADED,
    Watched,
    is_coarse,
    judge_deletion,
    judge_keeping,
    judge_upload,
)
from conformance.scenarios.forgetting import (
    CONTAINER_FORGOTTEN,
    FORGOTTEN,
    GONE,
    REMEMBERED,
    judge_forgotten,
)

cost = pytest.mark.cost
requirement = pytest.mark.requirement

LIFETIME = "container.retrieve.expires-after-is-as-created"
FILES_GONE = "container.delete.removes-its-files"

#: How long it takes until another second has begun, and a request has come.
ANOTHER_SECOND_S = 1.5


@requirement(GONE, FORGOTTEN)
@cost(requests=1)
def test_file_that_was_deleted_before_is_gone(api, holds, depot):
    file = api.wire.ledger.noted(f"deleted from {depot.id}")
    if file is None:
        raise NotApplicable("nothing was deleted before")
    retrieved = api.retrieve_file(depot.id, file)
    unread = api.wire.ledger.noted(f"deleted unread from {depot.id}")
    is_remembered = (
        lives(retrieved) and unread is not None and api.retrieve_file(depot.id, unread).refused
    )
    judge_forgotten(holds, retrieved, is_remembered=is_remembered)


@requirement("container.delete.removes-the-container")
@cost(requests=1)
def test_container_that_was_deleted_before_is_gone(api):
    gone = [each.id for each in api.wire.ledger.entries("deleted") if each.kind == "container"]
    if not gone:
        raise NotApplicable("nothing was deleted before")
    retrieved = api.retrieve_container(gone[0])
    if lives(retrieved) and api.wire.ledger.noted(REMEMBERED) == "yes":
        why = "what was retrieved before is still shown"
        raise Untestable(why, blame=CONTAINER_FORGOTTEN)
    is_gone(retrieved)


@requirement("file.list.shows-only-its-container")
@cost(requests=1)
@pytest.mark.usefixtures("depot")  # whose files were made behind those of the shelf
def test_page_behind_a_cursor_has_nothing_of_other_containers(api, shelf):
    container, files = shelf
    page = api.list_files(container.id, after=files[0].id, order="asc", limit=100)
    others = sorted(set(believed(page, "file.list").ids) - {each.id for each in files})
    if others and api.retrieve_file(container.id, others[0]).refused:
        raise Failure("no files of another container", others[0], page.id)


@requirement(
    MOVES,
    "container.retrieve.answers-the-one-asked-for",
    "container.retrieve.created-at-is-as-created",
    LIFETIME,
)
@cost(requests=3)
def test_retrieval_moves_last_active_at_alone(api, holds, eventually, another_second, flock):
    container = flock[-1]  # nothing else is done with it than to retrieve it
    born = container.created.get("created_at")
    if not is_whole(born):
        raise Untestable("it has no such time", blame="container.create.created-at-is-unix-seconds")
    seen = [api.retrieve_container(container.id)]
    with holds("container.retrieve.answers-the-one-asked-for"):
        values.equal(succeeded(seen[0]), "id", container.id)
    first = list(seen)

    def moved():
        seen.append(first.pop() if first else api.retrieve_container(container.id))
        last = succeeded(seen[-1])
        if last.get("last_active_at") is None:
            raise Unsupported("no answer tells last_active_at")
        if not is_whole(last["last_active_at"]) or last["last_active_at"] <= born:
            raise Failure(f"last_active_at after {born}", shown(last["last_active_at"]), last.id)

    with holds(MOVES):
        if all(is_coarse(each.created.get("created_at")) for each in flock):
            raise NotApplicable("the target's times are coarser than a second")
        if seen[0].get("last_active_at") == born:  # asked within the second of its creation, maybe
            another_second()
            first = [api.retrieve_container(container.id)]
        eventually(moved, about=MOVES, at_least=ANOTHER_SECOND_S)
    with holds("container.retrieve.created-at-is-as-created"):
        values.equal(succeeded(seen[-1]), "created_at", born)
    with holds(LIFETIME):
        judge_lifetime(api, container, seen)


def judge_lifetime(api, container, seen):
    """After some time the lifetime is *seen* as creation and list tell it, not what is left.

    Raises:
        Failure: if it is not.
        NotApplicable: if they don't tell it, or not alike.
    """
    told = minutes(container.created)
    retrieved = next((each for each in seen if minutes(each.json) != told), seen[0])
    now = minutes(retrieved.json)
    if not (is_whole(told) and is_whole(now)):
        raise NotApplicable("it is not told everywhere")
    if now == told:
        return
    listed = [each for each in newest(api).data if each.get("id") == container.id]
    if minutes(listed[0] if listed else None) != told:
        raise NotApplicable("creation and list don't tell it alike, either")
    raise Failure(f"minutes: {shown(told)}", shown(now), retrieved.id)


def minutes(view):
    """The lifetime that a *view* tells."""
    return field(field(view, "expires_after"), "minutes")


@requirement(UPLOADED, DELETED, MOVES)
@cost(requests=6)
def test_changes_of_files_move_last_active_at(  # noqa: PLR0917 - fixtures
    api, holds, eventually, pause, another_second, stock, depot
):
    flock = stock["flock"]
    if all(is_coarse(each["created"].get("created_at")) for each in flock):
        raise NotApplicable("the target's times are coarser than a second")
    witness = api.retrieve_container(flock[-1]["id"])
    if not witness.ok or not has_id(witness):
        raise Untestable(witness.told(), blame="container.retrieve.succeeds")
    api.retrieve_container(flock[0]["id"])  # our oldest: a list in the order of use goes wrong now
    uses = None
    with holds(DELETED):
        uses = judge_deletion(Watched(api, eventually, depot.id), another_second, pause, witness)
    with holds(MOVES):
        judge_keeping(Watched(api, eventually, witness["id"]), pause, witness, uses)
    with holds(UPLOADED):
        judge_upload(api, stock, pause, witness)


@requirement(FILES_GONE)
@cost(requests=2)
def test_oldest_of_many_files_is_gone_with_its_container(api, shelf_later):
    shelf = shelf_later()
    if shelf is None:
        raise NotApplicable("what has many files is not deleted yet")
    container, files = shelf
    oldest, younger = files[0], files[len(files) // 2]  # both were read before, if any was
    read = api.content(container.id, oldest.id)
    if read.ok and api.content(container.id, younger.id).refused:
        raise Failure("the oldest file gone with its container", read.told(), read.id)
