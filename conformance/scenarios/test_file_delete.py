"""Deleting a file: DELETE /containers/{container_id}/files/{file_id}."""

from dataclasses import dataclass
from typing import Any

import pytest

from conformance.checks import stored
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.walk import holds_all, walk
from conformance.drivers.api import path_of
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

GONE = "file.delete.removes-the-file"
OTHERS = "file.delete.removes-nothing-else"
UNREADABLE = "file.content.deleted-file-is-refused"
UNLISTED = "file.list.omits-the-deleted"
CURSOR = "file.list.cursor-survives-deletion"

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

#: Contents of the files, oldest first: two pairs of equal ones, of which one half goes.
CONTENTS = (b"one\n", b"one\n", b"two\n", b"four 4\n", b"five 55\n", b"five 55\n", b"seven 777\n")

#: By their place in the list: what goes is neither first nor last, and never all that is alike.
GOES = (1, 2, 4, 5)
STAYS = (0, 3, 6)


@dataclass
class Room:
    """A container in which files are deleted, and the vocabulary of the case."""

    api: Any
    holds: Any
    eventually: Any
    id: str

    def pages(self):
        """The files of the list, oldest first."""
        return walk(self.api.list_files, most=3, container=self.id, limit=100, order="asc")

    def listed(self, wanted):
        """The files of the list, with all that are *wanted* among them."""
        walked = self.pages()
        holds_all(walked, wanted, "every file in the list")
        return walked

    def complete(self, wanted):
        """The list, once all that are *wanted* are on it.

        Raises:
            Failure: if one that can be retrieved never is.
            Untestable: if one is missing that can't be retrieved.
        """
        try:
            return self.eventually(lambda: self.listed(wanted), about=stored.SHOWN)
        except Failure:
            for each in wanted:
                stored.must_exist(self.api, self.id, each)
            raise

    def is_sound(self, file, content):
        """Whether *file* is retrieved, and its content is *content*."""
        read = self.api.content(self.id, file, accept="*/*")
        return self.api.retrieve_file(self.id, file).ok and read.ok and read.content == content


@dataclass
class Deleted:
    """A file whose deletion was accepted, and what its retrieval answers since."""

    id: str
    retrieved: Any

    @property
    def lives(self):
        """Whether the target still shows it as a living file."""
        return self.retrieved.ok and self.retrieved.get("status") != "deleted"


@requirement(
    *(claim for claim, _, _ in WAYS),
    GONE,
    OTHERS,
    UNREADABLE,
    UNLISTED,
    CURSOR,
    stored.SHOWN,
    "file.delete.answers-a-body",
    "file.delete.second-deletion-is-refused",
    "file.retrieve.deleted-is-404",
    "file.content.belongs-to-its-file",
)
def test_deleted_files_are_gone_and_the_others_stay(api, given, holds, eventually):
    room = Room(api, holds, eventually, given.container("deletions").id)
    contents = {
        given.file(room.id, content, f"{number}.txt").id: content
        for number, content in enumerate(CONTENTS)
    }
    before = order_of(room, list(contents))
    stays = [before[place] for place in STAYS]
    sound = [each for each in stays if room.is_sound(each, contents[each])]
    gone = []
    for place, way in zip(GOES, WAYS, strict=True):
        gone += delete(room, before[place], way)

    for each in gone:
        judge_gone(room, each)
    judge_second(room, gone)
    left = [each for each in stays if judge_stays(room, each, contents[each], each in sound)]
    judge_list(room, gone, left)
    judge_cursor(room, before, gone, left)


def order_of(room, made):
    """The ids of the files as the list has them, oldest first; as they were made if it can't."""
    with room.holds(stored.SHOWN):
        seen = room.complete(made).ids
        return [each for each in seen if each in made]
    return made


def delete(room, file, way):
    """Delete *file* in one of the `WAYS`; what was not accepted is not in the answer."""
    claim, headers, content = way
    answer = room.api.send(
        "DELETE",
        path_of("containers", room.id, "files", file),
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
    return [Deleted(file, room.api.retrieve_file(room.id, file))] if answer.ok else []


def judge_gone(room, file):
    """Book what is still there on the deletion, or on the content if that alone shows it."""
    with room.holds(GONE):
        if file.lives:
            raise Failure("a refusal with a 4xx", file.retrieved.told(), file.retrieved.id)
    with room.holds("file.retrieve.deleted-is-404"):
        unless_it_lives(file)
        answered(file.retrieved, 404)
    with room.holds(UNREADABLE):
        unless_it_lives(file)
        refused(room.api.content(room.id, file.id))


def unless_it_lives(file):
    if file.lives:
        raise Untestable("the deleted file is still there", blame=GONE)


def judge_second(room, gone):
    """What is deleted can't be deleted again."""
    with room.holds("file.delete.second-deletion-is-refused"):
        dead = the_dead(gone)
        answered(room.api.delete_file(room.id, dead[0]), 404)


def the_dead(gone):
    """The ids of what was really deleted.

    Raises:
        Untestable: if nothing was.
    """
    dead = [each.id for each in gone if not each.lives]
    if not dead:
        raise Untestable("nothing was deleted", blame=GONE)
    return dead


def judge_stays(room, id_, content, was_sound):
    """What was not deleted is retrieved, and has its own content; tells whether it is there."""
    retrieved = room.api.retrieve_file(room.id, id_)
    read = room.api.content(room.id, id_, accept="*/*")
    with room.holds(OTHERS):
        if not was_sound:
            raise Untestable("the file was not there before", blame=stored.FOUND)
        succeeded(retrieved)
        succeeded(read)
    with room.holds("file.content.belongs-to-its-file"):
        if not (retrieved.ok and read.ok):
            raise Untestable("a file that was not deleted is lost", blame=OTHERS)
        stored.same_bytes(content, read)
    return retrieved.ok


def judge_list(room, gone, stays):
    """The list has what stays, and in a while nothing that is gone."""

    def is_clean():
        left = set(the_dead(gone)) & set(room.pages().ids)
        if left:
            raise Failure("a list without what is deleted", f"{min(left)} in it")

    with room.holds(stored.SHOWN):
        room.complete(stays)
    with room.holds(UNLISTED):
        room.eventually(is_clean, about=UNLISTED)


def judge_cursor(room, before, gone, stays):
    """Behind the cursor of a deleted file come those that came behind it before."""

    def goes_on():
        dead = the_dead(gone)
        page = room.api.list_files(room.id, after=dead[0], order="asc", limit=100)
        rest = [each for each in before[before.index(dead[0]) + 1 :] if each in stays]
        got = [each for each in succeeded(page).ids if each in stays]
        if got != rest:
            raise Failure(f"the {len(rest)} files behind the deleted one", f"{got}", page.id)

    with room.holds(CURSOR):
        room.eventually(goes_on, about=CURSOR)
