"""Deleting a file: DELETE /containers/{container_id}/files/{file_id}."""

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import pytest

from conformance.checks import listing, stored
from conformance.checks.ids import in_the_other_case, without_its_end
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.walk import walk
from conformance.checks.witness import lives
from conformance.drivers.api import path_of
from conformance.errors import Failure, Untestable
from conformance.scenarios.forgetting import (
    FORGOTTEN,
    GONE,
    delete_together,
    delete_twice,
    is_only_remembered,
    judge_forgotten,
)
from conformance.scenarios.remaining import (
    OWN,
    TWIN,
    judge_stays,
    judge_the_next,
    must_be_kept,
    read_before,
)
from conformance.scenarios.striking import (
    CURSOR,
    ENDING,
    OTHERS,
    UNLISTED,
    judge_cursor,
    judge_list,
    judge_unlisted,
    the_dead,
)

requirement = pytest.mark.requirement
cost = pytest.mark.cost

UNKNOWN = "file.delete.unknown-file-is-refused"
CASE = "file.delete.ids-keep-their-case"
SECOND = "file.delete.second-deletion-is-refused"
UNREADABLE = "file.content.deleted-file-is-refused"
EMPTIED = "file.delete.removes-the-content"
DISTINCT = "file.create.ids-are-distinct"

#: The ways in which clients delete: headers and body beside the path, and what each shows.
WAYS: tuple[tuple[str, dict[str, str], bytes | None], ...] = (
    ("file.delete.success-is-200", {}, None),
    (
        "file.delete.json-content-type-without-body-is-accepted",
        {"Content-Type": "application/json"},
        None,
    ),
    ("file.delete.empty-body-is-accepted", {"Content-Length": "0"}, None),
    ("file.delete.json-body-is-accepted", {"Content-Type": "application/json"}, b"{}"),
)

#: Contents of the files, oldest first. Of those that are kept the first has the bytes of a file
#: that goes; no two that stand side by side go alike, and the newest of all goes.
CONTENTS = (b"one\n", b"one\n", b"", b"three 33\n", b"four 444\n", b"three 33\n")

NAMES = ("kept.txt", "gone.txt", "empty.txt", "gelöscht 名.txt", "kept too.txt", "gone too.txt")
KEPT = [each.startswith("kept") for each in NAMES]


@dataclass
class Room:
    """The container in which files are deleted, and the vocabulary of the case."""

    api: Any
    holds: Any
    eventually: Any
    id: str

    def walked(self):
        """The pages of the list, oldest first; other cases' files are among them."""
        return walk(self.api.list_files, most=3, container=self.id, limit=100, order="asc")


@dataclass
class Deleted:
    """A file whose deletion was accepted, and what its retrieval answers since."""

    id: str
    sent: bytes = field(repr=False)
    retrieved: Any
    was_read: bool = False  # retrieved before its deletion

    @property
    def lives(self):
        """Whether the target still shows it as a living file."""
        return lives(self.retrieved)


@cost(requests=40, kib=2)
@requirement(
    *(claim for claim, _, _ in WAYS),
    UNKNOWN,
    CASE,
    EMPTIED,
    GONE,
    OTHERS,
    UNREADABLE,
    UNLISTED,
    ENDING,
    CURSOR,
    SECOND,
    TWIN,
    DISTINCT,
    stored.SHOWN,
    "file.delete.answers-a-body",
    "file.retrieve.deleted-is-404",
    FORGOTTEN,
    OWN,
    stored.BYTES,
)
def test_deleted_files_are_gone_and_the_others_stay(api, given, holds, eventually, depot):
    room = Room(api, holds, eventually, depot.id)
    files = [put(given, room.id, *each) for each in zip(CONTENTS, NAMES, strict=True)]
    with holds(DISTINCT):
        listing.distinct(files)
    before = order_of(room, files)
    kept = [file for file, is_kept in zip(files, KEPT, strict=True) if is_kept]
    going = [file for file in files if file not in kept]
    must_be_there(files, going)
    read = read_before(room, kept)
    room.api.content(room.id, going[0].id)  # what keeps answers keeps these
    for file in (going[0], going[2]):
        file.retrieved = room.api.retrieve_file(room.id, file.id)
    delete_by_odd_ids(room, kept, going)
    gone = []
    for way, file in zip_longest(WAYS, going):
        gone += delete(room, file, way)
    is_stale = remembers(room, gone)
    for each in gone:
        judge_gone(room, each, is_stale=is_stale)
    judge_once_dead(room, gone)
    for file in kept:
        judge_stays(room, file, was_read=file in read)
    stays = [each.id for each in kept if each.is_there and each.read and each.read.ok]
    judge_unlisted(room, gone)  # before an upload, which lets go of what lists are kept
    anew = judge_the_next(room, going[0])
    listed = [each for each in stays if each in before]
    judge_list(room, gone, [*listed, *(anew or ())] if listed == stays else listed)
    delete_twice(room, anew or ())
    judge_cursor(room, before, gone, stays)
    delete_together(room, stays)


def delete_by_odd_ids(room, kept, going):
    """What is nearly the id of a file deletes none; one that it does leaves *going*."""
    with room.holds(UNKNOWN):
        refused(room.api.delete_file(room.id, without_its_end(kept[-1].id)))
    with room.holds(CASE):
        odd = room.api.delete_file(room.id, in_the_other_case(going[-1].id))
        if odd.ok:  # it need not go again
            going.pop()
        refused(odd)


def put(given, container, content, name):
    """A file of that content and name, or of ordinary ones where the target refuses them."""
    name = given.api.file_name(name)
    try:
        held = given.file(container, content, name)
    except Untestable:
        content, name = content or b"not empty\n", f"ordinary {name[:4]}.txt"
        held = given.file(container, content, name)
    return stored.Stored(held.id, name, content, held.created)


def order_of(room, files):
    """The ids of the files as the list has them, oldest first."""
    order = listing.see(room.api, room.eventually, room.id, files, order="asc")
    for file in files:
        with room.holds(stored.SHOWN):
            must_be_kept(file)
            if file.listed is None:
                raise Failure(f"{file.id} in the list", "it is missing")
    return order


def must_be_there(files, going):
    """There are files to delete, each by an id of its own.

    Raises:
        Untestable: if there are not.
    """
    try:
        listing.distinct(files)
    except Failure as failure:
        raise Untestable(str(failure), blame="file.create.ids-are-distinct") from failure
    if not any(each.is_there for each in going):
        must_be_kept(going[0])


def delete(room, file, way):
    """Delete *file*, if there is one, in one of the `WAYS`; returns it where that was accepted."""
    claim, headers, content = way
    if file is None:
        with room.holds(claim):
            raise Untestable("it is gone by an id in the other case", blame=CASE)
        return []
    if not file.is_there:
        with room.holds(claim):
            must_be_kept(file)
        return []
    answer = room.api.send(
        "DELETE",
        path_of("containers", room.id, "files", file.id),
        headers={"Accept": "*/*", **headers},
        content=content,
    )
    with room.holds(claim):
        succeeded(answer)
        if claim.endswith("success-is-200"):
            answered(answer, 200)
    with room.holds("file.delete.answers-a-body"):
        if not answer.ok:
            raise Untestable(answer.told(), blame=claim)
        if not answer.content:
            raise Failure("a JSON body", answer.told(), answer.id)
    if not answer.ok:
        return []
    was_read = file.retrieved is not None
    return [Deleted(file.id, file.sent, room.api.retrieve_file(room.id, file.id), was_read)]


def remembers(room, gone):
    """Whether those that were retrieved before their deletion are still shown, and they alone."""
    if [each.lives for each in gone] != [each.was_read for each in gone]:
        return False
    unread = [each.id for each in gone if not each.was_read]
    if unread:
        room.api.wire.ledger.note(f"deleted unread from {room.id}", unread[0])  # for a later look
        return len(unread) < len(gone)
    return bool(gone) and is_only_remembered(room.api, room.id, gone[0].id)


def judge_gone(room, file, *, is_stale):
    """Judge what a deleted file's retrieval answers.

    It *is stale* if those that were retrieved before, and they alone, are still shown.
    """
    judge_forgotten(room.holds, file.retrieved, is_remembered=is_stale)
    with room.holds("file.retrieve.deleted-is-404"):
        if file.lives:
            why = "the deleted file is still shown"
            raise Untestable(why, blame=FORGOTTEN if is_stale else GONE)
        answered(file.retrieved, 404)


def judge_once_dead(room, gone):
    """What is deleted can't be read, nor deleted again.

    What was read before its deletion may be served from memory: then its content is at fault.
    What nobody had read is left behind by the deletion, or by who serves it: nobody can tell.
    """
    read = None
    with room.holds(UNREADABLE):
        read = room.api.content(room.id, the_dead(gone)[0])
        refused(read)
    with room.holds(EMPTIED):
        dead = the_dead(gone)
        never_read = [each for each in gone if each.id in dead[1:] and each.sent]
        if read is not None and read.ok and never_read:
            read = room.api.content(room.id, never_read[0].id)
            if read.ok and read.content == never_read[0].sent:
                raise Failure("no content of a deleted file", read.told(), read.id)
    with room.holds(SECOND):
        answered(room.api.delete_file(room.id, the_dead(gone)[0]), 404)
