"""What was not deleted stays, with its own content; so does what comes next."""

from conformance.checks import stored
from conformance.checks.witness import file_stays
from conformance.errors import Failure, Untestable
from conformance.scenarios.striking import OTHERS

OWN = "file.content.belongs-to-its-file"
TWIN = "file.create.same-name-makes-another-file"


def must_be_kept(file):
    """The *file* was there before anything was deleted.

    Raises:
        Untestable: if it was lost right after its upload.
    """
    if not file.is_there:
        raise Untestable("the file was lost after its upload", blame=stored.KEPT)


def read_before(room, kept):
    """The files that are read as they were sent, if reading one of them again gives the same."""
    *both, again = [room.api.content(room.id, each.id, accept="*/*") for each in (*kept, kept[0])]
    if not again.ok or again.content != both[0].content:
        return []
    return [
        file for file, read in zip(kept, both, strict=True) if read.ok and read.content == file.sent
    ]


def judge_stays(room, file, *, was_read):
    """What was not deleted is there, and has its own content, above all if it *was read* before."""
    file.read = room.api.content(room.id, file.id, accept="*/*")
    differs = not file.read.ok or file.read.content != file.sent
    if differs:
        file.retrieved = room.api.retrieve_file(room.id, file.id)
    with room.holds(OTHERS):
        must_be_kept(file)
        if not file.read.ok:
            file_stays(room.api, room.id, file.id)
        if was_read:
            is_intact(room, file)
    with room.holds(OWN):
        if differs and (not file.retrieved.ok or was_read):
            raise Untestable("a file that was not deleted is lost", blame=OTHERS)
        stored.served(file)


def is_intact(room, file):
    """The bytes of a *file* are what they were, each time that they are read.

    Raises:
        Untestable: if they are at the second time; blames the content.
    """
    stored.still_read(
        file.sent, file.read, lambda: room.api.content(room.id, file.id, accept="*/*")
    )


def judge_the_next(room, deleted):
    """A file of a deleted one's name is a new file; returns its id, if it is to be listed."""
    content, file = b"another one\n", None
    answer = room.api.upload(room.id, content, deleted.name)
    with room.holds(TWIN):
        file = stored.Stored.of(answer, deleted.name, content)
        file.read = room.api.content(room.id, file.id, accept="*/*")
    lost = None
    if file is not None and file.read is not None:
        seen = file.retrieved = room.api.retrieve_file(room.id, file.id)
        is_unknown = seen.status == stored.NOT_FOUND and retrieves(room)
        if is_unknown or (seen.refused and file.read.refused):
            seen = file.retrieved = room.api.retrieve_file(room.id, file.id)  # of a replica, maybe
            if seen.refused:
                lost = Failure("the file that has a deleted one's name", seen.told(), seen.id)
    with room.holds(OTHERS):
        if lost:
            raise lost
    for claim, check in ((stored.BYTES, stored.kept), (OWN, stored.served)):
        with room.holds(claim):
            if file is None:
                raise Untestable(answer.told(), blame=TWIN)
            if lost:
                raise Untestable("the file is not there", blame=OTHERS)
            check(file)
    return (file.id,) if file is not None and file.read is not None and file.read.ok else None


def retrieves(room):
    """Whether a new file of another name is retrieved."""
    name = room.api.file_name("control of names.txt")
    made = room.api.upload(room.id, b"control\n", name)
    return room.api.retrieve_file(room.id, str(made.get("id"))).ok
