"""What was not deleted stays, with its own content."""

from conformance.checks import stored
from conformance.checks.witness import file_stays
from conformance.errors import Failure, Untestable
from conformance.scenarios.striking import OTHERS

OWN = "file.content.belongs-to-its-file"


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
    try:
        stored.same_bytes(file.sent, file.read)
    except Failure as failure:
        again = room.api.content(room.id, file.id, accept="*/*")
        if again.ok and again.content == file.sent:
            raise Untestable(str(failure), blame="file.content.succeeds") from failure
        raise
