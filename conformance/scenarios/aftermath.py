"""What is left when an original goes, a copy, and the container of both."""

from conformance.checks.status import refused
from conformance.checks.witness import lives
from conformance.errors import Failure, Untestable
from conformance.scenarios.forgetting import (
    FORGOTTEN,
    GONE,
    is_only_remembered,
    judge_forgotten,
)

AT_BIRTH = "container.create.copies-the-files-of-file-ids"
BY_JSON = "file.create.copies-by-json"
BY_FORM = "file.create.copies-by-multipart"
COPY_GONE = "file.delete.leaves-the-original"
ALL_GONE = "container.delete.leaves-the-originals"
FILES_GONE = "container.delete.removes-its-files"
READ = "file.content.succeeds"

#: In this order: what deletes comes behind what reads, and what adds at the end.
AFTER_DELETION = {
    "file.list": "listContainerFiles",
    "file.retrieve": "retrieveContainerFile",
    "file.content": "retrieveContainerFileContent",
    "file.delete": "deleteContainerFile",
    "file.create": "createContainerFile",
}

#: Those that show a file.
READS = ("file.list", "file.retrieve", "file.content")

CLAIMS = (
    COPY_GONE,
    ALL_GONE,
    FILES_GONE,
    GONE,
    FORGOTTEN,
    *(f"{prefix}.is-gone-with-the-container" for prefix in AFTER_DELETION),
)


def judge_survival(room, original, copy):
    """Copies stay as they are when their original is deleted."""
    born = [id_ for id_, content in room.place.born.items() if content == original.content]
    born = [each for each in born if room.place.read(each).ok]
    with room.holds(BY_FORM):
        must_be_copied(room, original, copy)
        if room.unreadable:
            raise Untestable("copies can't be read", blame=READ)
        original.delete()
        room.place.outlives(str(copy["id"]), original)
    if born:
        with room.holds(AT_BIRTH):
            for each in born:
                room.place.outlives(each, original)


def judge_what_is_left(room, original, copy, *, has_copies):
    """The original stays when a copy goes, and when the container goes."""
    gone = None
    with room.holds(COPY_GONE):
        must_be_copied(room, original, copy)
        gone = room.api.delete_file(room.place.id, str(copy["id"]))
        if not gone.ok:
            raise Untestable(gone.told(), blame="file.delete.succeeds")
        original.is_left(COPY_GONE)
    if gone is None or not gone.ok:
        for claim in (GONE, FORGOTTEN):
            with room.holds(claim):
                must_be_copied(room, original, copy)
                why = gone.told() if gone else "its deletion was not answered"
                raise Untestable(why, blame="file.delete.succeeds")
    else:
        asked = room.place.id, str(copy["id"])
        retrieved = room.api.retrieve_file(*asked)
        is_remembered = lives(retrieved) and is_only_remembered(room.api, *asked)
        judge_forgotten(room.holds, retrieved, is_remembered=is_remembered)
    newest = next((id_ for id_ in room.place.listed if id_ != copy.get("id")), room.place.control)
    room.place.read(newest)  # what keeps answers keeps this one
    gone = room.api.delete_container(room.place.id)
    judge_the_end(room, gone, newest)
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


def judge_the_end(room, deleted, file):
    """Once the container is deleted, nothing is to be had or put there, nor its *file*."""
    retrieved = room.api.retrieve_container(room.place.id)
    answers = {}
    for prefix, operation in AFTER_DELETION.items() if deleted.ok and not lives(retrieved) else ():
        answers[prefix] = room.api.ask(operation, room.place.id, file)
    still = [answers[prefix] for prefix in READS if answers and answers[prefix].ok]
    with room.holds(FILES_GONE):
        must_be_gone(deleted, retrieved)
        if len(still) > 1:  # where one alone shows a file, that one is at fault
            raise Failure("no file of a deleted container", still[0].told(), still[0].id)
    for prefix in AFTER_DELETION:
        with room.holds(f"{prefix}.is-gone-with-the-container"):
            must_be_gone(deleted, retrieved)
            if len(still) > 1:
                raise Untestable("the files are still there", blame=FILES_GONE)
            refused(answers[prefix])


def must_be_gone(deleted, retrieved):
    """The container was deleted.

    Raises:
        Untestable: if it was not.
    """
    if not deleted.ok:
        raise Untestable(deleted.told(), blame="container.delete.succeeds")
    if lives(retrieved):
        raise Untestable(
            "the container is still there", blame="container.delete.removes-the-container"
        )
