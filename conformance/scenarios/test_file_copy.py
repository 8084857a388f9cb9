"""Copying files of the Files API into a container, by file_id and by file_ids."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.checks import stored, values
from conformance.checks.status import refused, succeeded
from conformance.drivers.api import path_of
from conformance.drivers.multipart import Part
from conformance.errors import Failure, Unsupported, Untestable

requirement = pytest.mark.requirement

AT_BIRTH = "container.create.copies-the-files-of-file-ids"
UNKNOWN_IDS = "container.create.unknown-file-ids-are-refused"
NO_ARRAY = "container.create.file-ids-must-be-an-array"
BY_JSON = "file.create.copies-by-json"
BY_FORM = "file.create.copies-by-multipart"
SIZE = "file.create.copy-has-the-size"
UNKNOWN = "file.create.unknown-file-id-is-refused"
COPY_GONE = "file.delete.leaves-the-original"
ALL_GONE = "container.delete.leaves-the-originals"


@dataclass
class Original:
    """A file of the Files API, and what can be read of it there."""

    api: Any
    id: str
    content: bytes
    readable: bool = False
    lost: str = ""  # the requirement under which it was found gone or changed

    def see(self):
        """Find out whether its bytes can be read: some targets give only its name and size.

        Raises:
            Unsupported: if it can't even be retrieved.
        """
        if not self.api.send("GET", path_of("files", self.id)).ok:
            raise Unsupported("no file of the Files API can be retrieved")
        read = self._read()
        self.readable = read.ok and read.content == self.content

    def is_left(self, claim):
        """It is as it was.

        Raises:
            Failure: if it is gone or another.
            Untestable: if it was before.
        """
        if self.lost:
            raise Untestable("the original was lost before", blame=self.lost)
        self.lost = claim
        succeeded(self.api.send("GET", path_of("files", self.id)))
        if self.readable:
            stored.same_bytes(self.content, self._read())
        self.lost = ""

    def _read(self):
        return self.api.send("GET", path_of("files", self.id, "content"), headers={"Accept": "*/*"})


@dataclass
class Room:
    """The container that copies are put into, and the vocabulary of the case."""

    api: Any
    holds: Any
    accepts: Any
    eventually: Any
    id: str = ""


@requirement(AT_BIRTH, UNKNOWN_IDS, NO_ARRAY, BY_JSON, BY_FORM, SIZE, UNKNOWN, COPY_GONE, ALL_GONE)
def test_copies_have_every_byte_and_leave_the_original(api, given, holds, accepts, eventually):
    room = Room(api, holds, accepts, eventually)
    originals = [make_original(api, given, number) for number in (1, 2)]
    made = create_with_copies(room, originals)
    room.id = made or given.container("copies").id
    copies = copies_at_birth(room, originals) if made else []
    is_sound = judge_control(room, given, originals)

    judge_copies_at_birth(room, originals, copies, is_sound=is_sound)
    answer = api.create_file(room.id, {"file_id": originals[0].id})
    judge_copy(room, BY_JSON, answer, originals[0], is_sound=is_sound)
    form = api.send_parts(room.id, [Part.text("file_id", originals[1].id)])
    judge_copy(room, BY_FORM, form, originals[1], is_sound=is_sound)
    judge_unknown(room, answer, form)
    judge_what_is_left(room, originals, answer, has_copies=bool(made))


def make_original(api, given, number):
    """An original of its own content and size, with every byte value in it."""
    noise = hashlib.shake_256(f"{api.seed}/original {number}".encode()).digest(3000 * number)
    content = bytes(range(256)) + noise
    original = Original(api, given.original(content, f"original {number}.bin").id, content)
    original.see()
    return original


def create_with_copies(room, originals):
    """The id of a container that was made with copies; empty where there is none."""
    made = None
    ids = [each.id for each in originals]
    with room.holds(AT_BIRTH):
        answer = room.api.create_container(name=room.api.name("copies"), file_ids=ids)
        made = room.accepts(answer, "file_ids")["id"]
    with room.holds(UNKNOWN_IDS):
        room.accepts(answer, "file_ids")
        unknown = room.api.made_up("file")
        for wrong in ([unknown], [*ids, unknown]):
            refused(room.api.create_container(name=room.api.name("unknown"), file_ids=wrong))
    with room.holds(NO_ARRAY):
        room.accepts(answer, "file_ids")
        for odd in (ids[0], [5], {"0": ids[0]}):
            refused(room.api.create_container(name=room.api.name("odd"), file_ids=odd))
    return made if isinstance(made, str) else ""


def judge_control(room, given, originals):
    """Whether uploads of the same bytes are read as they are, each its own.

    What goes wrong with them has nothing to do with copying.
    """
    files = {given.file(room.id, each.content, "control.bin").id: each for each in originals}
    reads = {id_: room.api.content(room.id, id_, accept="*/*") for id_ in files}
    return all(read.ok and read.content == files[id_].content for id_, read in reads.items())


def copies_at_birth(room, originals):
    """The ids of the files in the container, once there are as many as originals."""

    def look():
        page = succeeded(room.api.list_files(room.id, limit=100))
        own = [each for each in page.ids if room.api.retrieve_file(room.id, each).ok]
        if len(own) < len(originals):
            raise Failure(f"{len(originals)} copies in the container", str(len(own)), page.id)
        return own

    with room.holds(AT_BIRTH):
        return room.eventually(look, about=AT_BIRTH)
    return []


def judge_copies_at_birth(room, originals, copies, *, is_sound):
    """Each original has a copy in the container, and is still there."""
    if not copies:
        return
    with room.holds(AT_BIRTH):
        must_be_sound(is_sound)
        contents = [succeeded(room.api.content(room.id, each, accept="*/*")) for each in copies]
        left = [each.content for each in contents]
        for original in originals:
            if original.content not in left:
                got = ", ".join(f"{len(each)} bytes" for each in left)
                raise Failure(f"a copy of {len(original.content)} bytes, as they were", got)
            left.remove(original.content)
        for original in originals:
            original.is_left(AT_BIRTH)


def must_be_sound(is_sound):
    if not is_sound:
        raise Untestable(
            "an upload of the same bytes is not read either", blame="file.content.succeeds"
        )


def judge_copy(room, claim, answer, original, *, is_sound):
    """The copy has the bytes and the size of the original, which is left as it was."""
    with room.holds(claim):
        if original.lost:
            raise Untestable("the original is lost", blame=original.lost)
        id_ = room.accepts(answer, "file_id")["id"]
        if id_ == original.id:
            raise Failure("a copy with an id of its own", "the original's", answer.id)
        must_be_sound(is_sound)
        stored.same_bytes(original.content, room.api.content(room.id, str(id_), accept="*/*"))
        original.is_left(claim)
    with room.holds(SIZE):
        values.equal(room.accepts(answer, "file_id"), "bytes", len(original.content))


def judge_unknown(room, by_json, by_form):
    """No copy is made of what does not exist, where copies are made at all."""
    unknown = room.api.made_up("file")
    with room.holds(UNKNOWN):
        if by_json.refused and by_form.refused:
            raise Unsupported(f"file_id is refused: {by_json.told()}")
        refused(room.api.create_file(room.id, {"file_id": unknown}))
        refused(room.api.send_parts(room.id, [Part.text("file_id", unknown)]))


def must_be_copied(answer):
    if not answer.ok and not answer.refused:
        raise Untestable(answer.told(), blame=BY_JSON)


def judge_what_is_left(room, originals, copy, *, has_copies):
    """The originals stay when a copy goes, and when the container goes."""
    with room.holds(COPY_GONE):
        must_be_copied(copy)
        id_ = str(room.accepts(copy, "file_id")["id"])
        gone = room.api.delete_file(room.id, id_)
        if not gone.ok:
            raise Untestable(gone.told(), blame="file.delete.succeeds")
        originals[0].is_left(COPY_GONE)
    gone = room.api.delete_container(room.id)
    with room.holds(ALL_GONE):
        if not has_copies:
            must_be_copied(copy)
            room.accepts(copy, "file_id")
        if not gone.ok:
            raise Untestable(gone.told(), blame="container.delete.succeeds")
        for each in originals:
            each.is_left(ALL_GONE)
