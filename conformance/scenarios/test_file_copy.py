"""Copying files of the Files API into a container, by file_id and by file_ids.

The container is the case's own: its files are counted, and in the end all go with it. All
of it is one case, since each container costs: hence the length of the module.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.checks import stored, values
from conformance.checks.copies import Original, Place
from conformance.checks.status import refused, succeeded
from conformance.checks.witness import lives
from conformance.drivers.api import BOUNDARY, path_of
from conformance.drivers.multipart import Part, multipart
from conformance.errors import Failure, Unsupported, Untestable
from conformance.evidence.exchange import shown

requirement = pytest.mark.requirement
cost = pytest.mark.cost

AT_BIRTH = "container.create.copies-the-files-of-file-ids"
UNKNOWN_IDS = "container.create.unknown-file-ids-are-refused"
NO_ARRAY = "container.create.file-ids-must-be-an-array"
BY_JSON = "file.create.copies-by-json"
BY_FORM = "file.create.copies-by-multipart"
SIZE = "file.create.copy-has-the-size"
NAMED = "file.create.copy-path-ends-with-its-name"
UNKNOWN = "file.create.unknown-file-id-is-refused"
COPY_GONE = "file.delete.leaves-the-original"
ALL_GONE = "container.delete.leaves-the-originals"
REALLY_GONE = "file.delete.removes-the-file"
COPYING = (
    REALLY_GONE,
    stored.SHOWN,
    AT_BIRTH,
    UNKNOWN_IDS,
    NO_ARRAY,
    BY_JSON,
    BY_FORM,
    SIZE,
    NAMED,
    UNKNOWN,
    COPY_GONE,
    ALL_GONE,
)
ONE = "file.create.makes-exactly-one"
LEAVES = "file.create.refused-uploads-leave-nothing"
NOTHING = "file.create.empty-request-is-refused"
IN_JSON = "file.create.file-in-json-is-refused"
NO_TEXT = "file.create.file-id-must-be-a-string"
MEDIA = "file.create.other-media-types-are-refused"
BROKEN = "file.create.malformed-bodies-are-refused"

#: Bytes of noise in each original: one is longer than what is often read at once.
SIZES = {1: 6000, 2: (1 << 20) + 3000}

#: How the paths of uploads and of copies end.
NAMES = ("control.bin", "original 1.bin", "original 2.bin")

AS_JSON = "application/json"
AS_FORM = f"multipart/form-data; boundary={BOUNDARY}"
FORM = multipart([Part.file(b"never kept\r\n", "never.txt")], BOUNDARY)

#: Bodies that make no file: the claim, the content type and the body.
REFUSED = (
    (NOTHING, AS_JSON, b"{}"),
    (NOTHING, AS_FORM, multipart([], BOUNDARY)),
    (IN_JSON, AS_JSON, b'{"file":"text"}'),
    (IN_JSON, AS_JSON, b'{"file":{"type":"Buffer","data":[97]}}'),
    (NO_TEXT, AS_JSON, b'{"file_id":5}'),
    (NO_TEXT, AS_JSON, b'{"file_id":["file-5"]}'),
    (NO_TEXT, AS_JSON, b'{"file_id":null}'),
    (BROKEN, AS_JSON, b'{"file_id": "file-'),
    (BROKEN, AS_FORM, FORM[: FORM.index(b"kept")]),
    (MEDIA, "text/plain", b"plain text\n"),
    (MEDIA, "application/octet-stream", b"\0\xff\n"),
)

#: A file without a name, as some HTTP clients send it.
NAMELESS = Part('name="file"', b"nameless\n", "application/octet-stream")

#: In this order: what deletes comes behind what reads, and what adds at the end.
AFTER_DELETION = {
    "file.list": "listContainerFiles",
    "file.retrieve": "retrieveContainerFile",
    "file.content": "retrieveContainerFileContent",
    "file.delete": "deleteContainerFile",
    "file.create": "createContainerFile",
}


@dataclass
class Room:
    """The case's own container, and the vocabulary of the case."""

    api: Any
    record: Any
    holds: Any
    accepts: Any
    place: Place


@pytest.fixture
def room(api, record, holds, accepts):
    """What the phases of the case work with."""
    return Room(api, record, holds, accepts, Place(api))


@cost(requests=55, containers=("1g",), kib=2200)
@requirement(*COPYING, ONE, LEAVES, *dict.fromkeys(claim for claim, _, _ in REFUSED))
@requirement(*(f"{prefix}.is-gone-with-the-container" for prefix in AFTER_DELETION))
@pytest.mark.usefixtures("shelf")  # another container, for what lands in the wrong one
def test_copies_have_every_byte_and_leave_the_original(room, given, eventually):
    place, originals = room.place, [make_original(room.api, given, number) for number in (1, 2)]
    made = create_with_copies(room, originals)
    place.id = made or given.container("copies").id
    place.sent = max((each.content for each in originals), key=len) + b"."  # no copy of anything
    place.control = given.file(place.id, place.sent, "control.bin").id
    place.known = {place.control}

    why = judge_copies_at_birth(room, originals, eventually) if made else None
    body, parts = {"file_id": originals[0].id}, [Part.text("file_id", originals[1].id)]
    by_json = judge_copy(room, originals[0], BY_JSON, body, behind=AT_BIRTH)
    by_form = judge_copy(room, originals[1], BY_FORM, parts, behind=AT_BIRTH)
    judge_listing(room, originals[0], by_json, why, eventually)
    judge_unknown(room, by_json, by_form)
    judge_refusals(room)
    survive_odd_forms(room)
    judge_count(room)
    judge_survival(room, originals[1], by_form)
    judge_what_is_left(room, originals[0], by_json, has_copies=bool(made))


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
    """The id of a container that was made with copies; empty where there is none."""
    made = answer = None
    ids = [each.id for each in originals]
    with room.holds(AT_BIRTH):
        for each in originals:
            each.must_be()
        answer = room.api.create_container(name=room.api.name("copies"), file_ids=ids)
        made = room.accepts(answer, "file_ids")["id"]
    for claim, wrong in (
        (UNKNOWN_IDS, [ids[0], room.api.made_up("file")]),
        (NO_ARRAY, ids[0]),
        (NO_ARRAY, [5]),
        (NO_ARRAY, {"0": ids[0]}),
    ):
        if room.record.has_failed(claim):
            continue
        with room.holds(claim):
            if answer is None:
                raise Unsupported("there is no file to copy")
            room.accepts(answer, "file_ids")
            refused(room.api.create_container(name=room.api.name("wrong"), file_ids=wrong))
    return made if isinstance(made, str) else ""


def judge_copies_at_birth(room, originals, eventually):
    """Each original has a copy in the container; returns why not, where no list shows it."""

    def look():
        there = {id_: each for id_, each in place.files().items() if id_ not in made}
        place.known |= there.keys()
        if len(there) != len(originals):
            there = {id_: there[id_] for id_ in there if room.api.retrieve_file(place.id, id_).ok}
        if len(there) < len(originals):
            raise Failure(f"{len(originals)} copies in the container", str(len(there)))
        return there

    place, made, sent = room.place, {room.place.control}, [each.content for each in originals]
    with room.holds(AT_BIRTH):
        try:
            born = eventually(look, about=AT_BIRTH)
        except Failure as failure:
            if place.control not in place.files():
                raise Untestable("an upload is not listed either", blame=stored.SHOWN) from failure
            return failure
        read = [place.read(each) for each in born]
        if not all(each.ok for each in read):
            place.is_sound()
        contents = [succeeded(each).content for each in read]
        place.born = dict(zip(born, contents, strict=True))
        wrong = [each for each in sent if each not in contents]
        if wrong:
            place.is_sound(contents)
            got = ", ".join(f"{len(each)} bytes" for each in contents)
            raise Failure(f"a copy of {len(wrong[0])} bytes, as they were", got)
    return None


def judge_listing(room, original, copy, why, eventually):
    """The list shows a copy; where it does, copies that it lacks were never made: that is *why*."""
    hidden = False

    def look():
        if str(copy["id"]) not in room.place.files():
            raise Failure(f"the copy {copy['id']} in the list", "it is missing")

    with room.holds(stored.SHOWN):
        must_be_copied(room, original, copy)
        try:
            eventually(look, about=stored.SHOWN)
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


def judge_copy(room, original, claim, body, *, behind):
    """The copy has the bytes and the size of the original; returns the answer to its making.

    That it can be made shows that the copying of *behind* has left the original.
    """
    answer = None
    with room.holds(claim):
        original.must_be()
        send = room.api.create_file if isinstance(body, dict) else room.api.send_parts
        answer = send(room.place.id, body)
        room.place.known.add(str(answer.get("id")))
        if not answer.ok:
            was_left(room, original, behind)
        id_ = room.accepts(answer, "file_id")["id"]
        if id_ == original.id:
            raise Failure("a copy with an id of its own", "the original's", answer.id)
        read = room.place.read(str(id_))
        if not read.ok or read.content != original.content:
            room.place.is_sound()
        stored.same_bytes(original.content, read)
        original.is_left(claim)
    with room.holds(SIZE):
        original.must_be()
        values.equal(room.accepts(answer, "file_id"), "bytes", len(original.content))
    with room.holds(NAMED):
        original.must_be()
        path = room.accepts(answer, "file_id")["path"]
        if not str(path).endswith(original.name):
            raise Failure(f"a path that ends with {original.name}", shown(path), answer.id)
    return answer


def was_left(room, original, claim):
    """*claim* has not cost the original, of which no copy could be made."""
    try:
        original.is_left(claim)
    except Failure as failure:
        room.record.fail(claim, failure)
    original.must_be()


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


def judge_refusals(room):
    """What is taken although it should not be is booked as that."""
    for claim, content_type, body in REFUSED:
        if not room.record.has_failed(claim):
            answer = room.api.send(
                "POST",
                path_of("containers", room.place.id, "files"),
                content=body,
                headers={"Content-Type": content_type},
            )
            with room.holds(claim):
                room.place.is_refused(answer)


def survive_odd_forms(room):
    """What may be taken or refused is answered properly: passive checks see to it."""
    unknown = Part.text("file_id", room.api.made_up("file"))
    for parts in ([NAMELESS], [unknown, Part.file(b"both\n", "both.txt")]):
        answer = room.api.send_parts(room.place.id, parts)
        room.place.known.add(str(answer.get("id")))


def judge_count(room):
    """As many files as were made; what a refused request left has none of their names."""
    twins, more = [], None
    with room.holds(ONE):
        more = room.place.more()
        twins = [id_ for id_, path in more.items() if path.endswith(NAMES)]
        if twins:
            raise Failure("one file for every creation", f"{len(twins)} more, as {twins[0]}")
    with room.holds(LEAVES):
        if more is None:
            raise Untestable("the list can't tell", blame=ONE)
        left = [id_ for id_ in more if id_ not in twins]
        if left:
            raise Failure("no file of a refused creation", f"{left[0]} in the list")


def judge_survival(room, original, copy):
    """Copies stay as they are when their original is deleted."""
    born = [id_ for id_, content in room.place.born.items() if content == original.content]
    born = [each for each in born if room.place.read(each).ok]
    with room.holds(BY_FORM):
        must_be_copied(room, original, copy)
        original.delete()
        room.place.outlives(str(copy["id"]), original)
    if born:
        with room.holds(AT_BIRTH):
            for each in born:
                room.place.outlives(each, original)


def judge_what_is_left(room, original, copy, *, has_copies):
    """The original stays when a copy goes, and when the container goes."""
    with room.holds(COPY_GONE):
        must_be_copied(room, original, copy)
        gone = room.api.delete_file(room.place.id, str(copy["id"]))
        if not gone.ok:
            raise Untestable(gone.told(), blame="file.delete.succeeds")
        original.is_left(COPY_GONE)
    with room.holds(REALLY_GONE):
        must_be_copied(room, original, copy)
        still = room.api.retrieve_file(room.place.id, str(copy["id"]))
        if lives(still):
            raise Failure("a copy that is gone", still.told(), still.id)
    gone = room.api.delete_container(room.place.id)
    judge_the_end(room, gone)
    with room.holds(ALL_GONE):
        if has_copies:
            original.must_be()
        else:
            must_be_copied(room, original, copy)
        if not gone.ok:
            raise Untestable(gone.told(), blame="container.delete.succeeds")
        original.is_left(ALL_GONE)


def must_be_copied(room, original, copy):
    """There is a copy, or the target makes none."""
    original.must_be()
    if not copy.ok and not copy.refused:
        raise Untestable(copy.told(), blame=BY_JSON)
    room.accepts(copy, "file_id")


def judge_the_end(room, deleted):
    """Once the container is deleted, nothing is to be had or put there."""
    retrieved = room.api.retrieve_container(room.place.id)
    is_there = lives(retrieved)
    for prefix, operation in AFTER_DELETION.items():
        with room.holds(f"{prefix}.is-gone-with-the-container"):
            if not deleted.ok:
                raise Untestable(deleted.told(), blame="container.delete.succeeds")
            if is_there:
                raise Untestable(
                    "the container is still there", blame="container.delete.removes-the-container"
                )
            refused(room.api.ask(operation, room.place.id, room.place.control))
