"""What makes no file, in a container whose files are counted: refused bodies and odd forms."""

from conformance.checks.status import refused
from conformance.drivers.api import BOUNDARY, path_of
from conformance.drivers.multipart import Part, multipart
from conformance.errors import Failure, Unsupported, Untestable

UNKNOWN_IDS = "container.create.unknown-file-ids-are-refused"
NO_ARRAY = "container.create.file-ids-must-be-an-array"
ONE = "file.create.makes-exactly-one"
LEAVES = "file.create.refused-uploads-leave-nothing"
NOTHING = "file.create.empty-request-is-refused"
IN_JSON = "file.create.file-in-json-is-refused"
NO_TEXT = "file.create.file-id-must-be-a-string"
MEDIA = "file.create.other-media-types-are-refused"
BROKEN = "file.create.malformed-bodies-are-refused"

#: How the paths of uploads and of copies end in that container.
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

CLAIMS = (ONE, LEAVES, *dict.fromkeys(claim for claim, _, _ in REFUSED))

#: A file without a name, as some HTTP clients send it.
NAMELESS = Part('name="file"', b"nameless\n", "application/octet-stream")


def judge(room):
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
        if len(twins) > room.place.unseen:
            raise Failure("one file for every creation", f"{len(twins)} more, as {twins[0]}")
    with room.holds(LEAVES):
        if more is None:
            raise Untestable("the list can't tell", blame=ONE)
        left = [id_ for id_ in more if id_ not in twins]
        if left:
            raise Failure("no file of a refused creation", f"{left[0]} in the list")


def judge_wrong_ids(room, original, answer):
    """No container is made with wrong ids, where one is with right ones, as *answer* tells.

    Now that the case has no container any more: the account may have room for no other.
    """
    for claim, wrong in (
        (UNKNOWN_IDS, [original.id, room.api.made_up("file")]),
        (NO_ARRAY, original.id),
        (NO_ARRAY, [5]),
        (NO_ARRAY, {"0": original.id}),
    ):
        if room.record.has_failed(claim):
            continue
        with room.holds(claim):
            if answer is None:
                raise Unsupported("there is no file to copy")
            room.accepts(answer, "file_ids")
            refused(room.api.create_container(name=room.api.name("wrong"), file_ids=wrong))
