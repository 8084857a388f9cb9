"""Copies that are made in a container that is there, by JSON and by a form."""

from conformance.checks import stored, values
from conformance.checks.status import succeeded
from conformance.drivers.multipart import Part
from conformance.errors import Failure, Unsupported, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.aftermath import BY_JSON, READ, must_be_copied

SIZE = "file.create.copy-has-the-size"
NAMED = "file.create.copy-path-ends-with-its-name"
TYPED = "file.create.accepts-parts-with-a-type"


def copied_by_json(room, file):
    """The answer to the copying of a *file* by JSON."""
    return room.api.create_file(room.place.id, {"file_id": file})


def copied_by_form(room, file):
    """The answer to a form whose part says of what type it is or, where that makes no copy, not."""
    for content_type in ("text/plain; charset=utf-8", None):
        answer = room.api.send_parts(room.place.id, [Part.text("file_id", file, content_type)])
        room.place.known.add(str(answer.get("id")))
        room.forms.append(answer)
        if answer.ok and answer.get("bytes") != len(file):  # no file of the id's own letters
            break
    return room.forms[-1]


def judge_typed(room):
    """A field is what it is, whether its part says of what type it is or not."""
    with room.holds(TYPED):
        if not room.forms or not room.forms[-1].ok:
            raise Unsupported("no file is copied by a form")
        if len(room.forms) > 1:
            typed = room.forms[0]
            raise Failure("a field with a type taken as one without", typed.told(), typed.id)


def judge_copy(room, original, claim, ask, *, behind):
    """The copy has the bytes and the size of the original; returns the answer to its making.

    That it can be made shows that the copying of *behind* has left the original.
    """
    answer = read = None
    with room.holds(claim):
        original.must_be()
        answer = ask(room, original.id)
        room.place.known.add(str(answer.get("id")))
        if not answer.ok:
            was_left(room, original, behind)
        id_ = room.accepts(answer, "file_id")["id"]
        if id_ == original.id:
            raise Failure("a copy with an id of its own", "the original's", answer.id)
        read = room.place.read(str(id_))
        if not read.ok or read.content != original.content:
            room.place.is_sound()
        must_be_readable(room, str(id_), read)
        stored.same_bytes(original.content, read)
        original.is_left(claim)
    if claim == BY_JSON:
        judge_found(room, original, answer, was_read=read is not None and read.ok)
    with room.holds(SIZE):
        must_be_copied(room, original, answer, by=claim)
        values.equal(answer, "bytes", len(original.content))
    with room.holds(NAMED):
        must_be_copied(room, original, answer, by=claim)
        path = answer["path"]
        if not str(path).endswith(original.name):
            raise Failure(f"a path that ends with {original.name}", shown(path), answer.id)
    return answer


def judge_found(room, original, answer, *, was_read):
    """The copy that an *answer* tells of is retrieved."""
    with room.holds(stored.FOUND):
        must_be_copied(room, original, answer)
        id_ = str(answer["id"])
        retrieved = room.api.retrieve_file(room.place.id, id_)
        if retrieved.refused and not was_read:
            raise Untestable("the copy was not kept", blame=BY_JSON)
        values.equal(succeeded(retrieved), "id", id_)


def must_be_readable(room, file, read):
    """What is there and can't be read is the fault of its content, whoever made it."""
    if not read.ok and room.api.retrieve_file(room.place.id, file).ok:
        room.unreadable.append(read)
        raise Untestable("its content can't be read", blame=READ)


def judge_reading(room):
    """Every copy that is there was read."""
    with room.holds(READ):
        if room.unreadable:
            read = room.unreadable[0]
            raise Failure("the content of a copy that is there", read.told(), read.id)


def was_left(room, original, claim):
    """*claim* has not cost the original, of which no copy could be made."""
    try:
        original.is_left(claim)
    except Failure as failure:
        room.record.fail(claim, failure)
    original.must_be()
