"""Copying files of the Files API into a container, by file_id and by file_ids.

The container is the case's own: its files are counted, and in the end all go with it. All
of it is one case, since each container costs; two of its phases have modules of their own.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance.checks import stored
from conformance.checks.copies import Original, Place
from conformance.checks.status import succeeded
from conformance.drivers.api import path_of
from conformance.drivers.multipart import Part
from conformance.errors import Failure, Unsupported, Untestable
from conformance.scenarios import aftermath, refusals
from conformance.scenarios.aftermath import AT_BIRTH, BY_FORM, BY_JSON, READ, must_be_copied
from conformance.scenarios.copying import (
    NAMED,
    SIZE,
    TYPED,
    copied_by_form,
    copied_by_json,
    judge_copy,
    judge_reading,
    judge_typed,
    must_be_readable,
)
from conformance.scenarios.skills import create_beside_a_skill

requirement = pytest.mark.requirement
cost = pytest.mark.cost

UNKNOWN = "file.create.unknown-file-id-is-refused"
COPYING = (
    stored.SHOWN,
    stored.FOUND,
    AT_BIRTH,
    refusals.UNKNOWN_IDS,
    refusals.NO_ARRAY,
    BY_JSON,
    BY_FORM,
    SIZE,
    NAMED,
    UNKNOWN,
    TYPED,
    READ,
)

#: Bytes of noise in each original: one is longer than what is often read at once.
SIZES = {1: 6000, 2: (1 << 20) + 3000}


@dataclass
class Room:
    """The case's own container, and the vocabulary of the case."""

    api: Any
    record: Any
    holds: Any
    taken: Any
    eventually: Any
    place: Place
    unreadable: list[Any] = field(default_factory=list)  # answers to copies that are there
    forms: list[Any] = field(default_factory=list)  # answers to copies by a form
    another: tuple[str, str] | None = None  # a second copy, with the container that it is in

    def accepts(self, answer, what):
        """The *answer*, if there is one and *what* was taken.

        Raises:
            Untestable: if none came.
        """
        if answer is None:
            raise Untestable(f"what was asked with {what} was not answered", blame=BY_JSON)
        return self.taken(answer, what)


@pytest.fixture
def room(api, record, holds, accepts, eventually):
    """What the phases of the case work with."""
    return Room(api, record, holds, accepts, eventually, Place(api))


@cost(requests=60, containers=("1g",), kib=2200)
@requirement(*COPYING, *refusals.CLAIMS, *aftermath.CLAIMS)
def test_copies_have_every_byte_and_leave_the_original(room, given, depot):
    place, originals = room.place, [make_original(room.api, given, number) for number in (1, 2)]
    answer, made = create_with_copies(room, originals)
    place.id = made or given.container("copies").id
    place.sent = max((each.content for each in originals), key=len) + b"."  # no copy of anything
    place.control = given.file(place.id, place.sent, "control.bin").id
    place.known = {place.control}

    why = judge_copies_at_birth(room, originals) if made else None
    place.unseen = len(originals) if made and not place.born else 0
    by_json = judge_copy(room, originals[0], BY_JSON, copied_by_json, behind=AT_BIRTH)
    by_form = judge_copy(room, originals[1], BY_FORM, copied_by_form, behind=AT_BIRTH)
    judge_typed(room)
    judge_another(room, originals[0], by_json, depot.id)
    judge_reading(room)
    judge_listing(room, originals[0], by_json, why)
    judge_unknown(room, by_json, by_form)
    refusals.judge(room)
    refusals.survive_odd_forms(room)
    refusals.judge_count(room)
    aftermath.judge_survival(room, originals[1], by_form)
    aftermath.judge_what_is_left(room, originals[0], by_json, has_copies=bool(made))
    refusals.judge_wrong_ids(room, originals[0], answer)


def make_original(api, given, number):
    """An original of its own content and size, with every byte value and line end in it."""
    noise = hashlib.shake_256(f"{api.seed}/original {number}".encode())
    content = bytes(range(256)) + b"\r\n\r\n\n" + noise.digest(SIZES[number])
    original = Original(api, content, f"original {number}.bin")
    try:
        original.id = given.original(original.content, original.name).id
    except Unsupported as why:
        original.missing = why.reason
        return original
    if number == 1 and not api.send("GET", path_of("files", original.id)).ok:
        original.missing = "no file of the Files API can be retrieved"
    return original


def create_with_copies(room, originals):
    """The answer to a creation with copies, and the id of its container; empty where none is."""
    made = answer = None
    with room.holds(AT_BIRTH):
        for each in originals:
            each.must_be()
        answer = create_beside_a_skill(room, file_ids=[each.id for each in originals])
        made = room.accepts(answer, "file_ids")["id"]
    return answer, made if isinstance(made, str) else ""


def judge_copies_at_birth(room, originals):
    """Each original has a copy in the container; returns why not, where no list shows it."""

    def look():
        there = {id_: each for id_, each in place.files().items() if id_ not in made}
        place.known |= there.keys()
        if len(there) != len(originals):
            there = {id_: there[id_] for id_ in there if room.api.retrieve_file(place.id, id_).ok}
        if len(there) < len(originals):
            raise Failure(f"{len(originals)} copies in the container", str(len(there)))
        return there

    place, made = room.place, {room.place.control}
    with room.holds(AT_BIRTH):
        try:
            born = room.eventually(look, about=AT_BIRTH)
        except Failure as failure:
            if place.control not in place.files():
                raise Untestable("an upload is not listed either", blame=stored.SHOWN) from failure
            return failure
        read = [place.read(each) for each in born]
        if not all(each.ok for each in read):
            place.is_sound()
        for id_, each in zip(born, read, strict=True):
            must_be_readable(room, id_, each)
        contents = [succeeded(each).content for each in read]
        place.born = dict(zip(born, contents, strict=True))
        are_all(place, [each.content for each in originals], contents)
    return None


def are_all(place, sent, contents):
    """The *contents* of the copies are those that were *sent*, each once."""
    wrong = [each for each in sent if each not in contents]
    if wrong:
        place.is_sound(contents)
        got = ", ".join(f"{len(each)} bytes" for each in contents)
        raise Failure(f"a copy of {len(wrong[0])} bytes, as they were", got)
    twice = [each for each in sent if contents.count(each) > sent.count(each)]
    if twice:
        raise Failure("one copy of each file", f"{contents.count(twice[0])} of one")


def judge_listing(room, original, copy, why):
    """The list shows a copy; where it does, copies that it lacks were never made: that is *why*."""
    hidden = False
    with room.holds(stored.SHOWN):
        must_be_copied(room, original, copy)
        try:
            room.eventually(lambda: room.place.must_list(str(copy["id"])), about=stored.SHOWN)
        except Failure:
            if not room.api.retrieve_file(room.place.id, str(copy["id"])).ok:
                raise Untestable("the copy was not kept", blame=BY_JSON) from None
            hidden = True
            raise
    if why:
        with room.holds(AT_BIRTH):
            if hidden:
                raise Untestable("the list does not show copies", blame=stored.SHOWN)
            raise why


def judge_another(room, original, copy, elsewhere):
    """A second copy, in another container, is a file of its own."""
    with room.holds(BY_JSON):
        original.must_be()
        room.accepts(copy, "file_id")
        another = succeeded(room.api.create_file(elsewhere, {"file_id": original.id}))
        if another["id"] == copy["id"]:
            raise Failure("a copy with an id of its own", "that of the first", another.id)
        # Passive checks see that it tells its own container.
        if room.api.retrieve_file(elsewhere, str(another["id"])).ok:
            room.another = elsewhere, str(another["id"])


def judge_unknown(room, by_json, by_form):
    """No copy is made of what does not exist, where copies are made at all."""
    unknown = room.api.made_up("file")
    with room.holds(UNKNOWN):
        told = [each for each in (by_json, by_form) if each is not None]
        judge_encodings(room, told)
        if all(each.refused for each in told):
            raise Unsupported(f"no file is copied: {told[0].told() if told else 'there is none'}")
        room.place.is_refused(room.api.create_file(room.place.id, {"file_id": unknown}))
        room.place.is_refused(room.api.send_parts(room.place.id, [Part.text("file_id", unknown)]))


def judge_encodings(room, told):
    """What is copied in one encoding is copied in the other, too."""
    for claim, answer in zip((BY_JSON, BY_FORM), told, strict=False):
        if answer.refused and any(each.ok for each in told):
            failure = Failure("a copy, as in the other encoding", answer.told(), answer.id)
            room.record.fail(claim, failure)
