"""What is left when an original goes, a copy, and the container of both."""

from conformance.checks.agreement import field
from conformance.checks.status import has_id, refused, succeeded
from conformance.checks.stored import KEPT, SHOWN, still_read
from conformance.checks.witness import file_stays, lives
from conformance.errors import Failure, NotApplicable, Signal, Untestable
from conformance.scenarios.forgetting import (
    FORGOTTEN,
    GONE,
    container_must_be_gone,
    judge_deleted,
)
from conformance.scenarios.striking import OTHERS

AT_BIRTH = "container.create.copies-the-files-of-file-ids"
BY_JSON = "file.create.copies-by-json"
BY_FORM = "file.create.copies-by-multipart"
COPY_GONE = "file.delete.leaves-the-original"
ALL_GONE = "container.delete.leaves-the-originals"
FILES_GONE = "container.delete.removes-its-files"
READ = "file.content.succeeds"
DELETED = "file.delete.succeeds"

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
    DELETED,
    ALL_GONE,
    FILES_GONE,
    GONE,
    OTHERS,
    FORGOTTEN,
    *(f"{prefix}.is-gone-with-the-container" for prefix in AFTER_DELETION),
)


def judge_survival(room, original, copy):
    """Copies stay as they are when their original is deleted."""
    born = [id_ for id_, content in room.place.born.items() if content == original.content]
    born = [each for each in born if room.place.read(each).ok]
    with room.holds(BY_FORM):
        must_be_copied(room, original, copy, by=BY_FORM)
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
    gone = delete_copy(room, original, copy)
    is_gone = gone is not None and gone.ok
    with room.holds(COPY_GONE):
        must_be_deleted(room, original, copy, gone)
        original.is_left(COPY_GONE)
    with room.holds(OTHERS):
        if room.another is None or not is_gone:
            raise NotApplicable("there are not two copies, one of which is gone")
        copy_stays(room, original, *room.another)
    if is_gone:
        judge_deleted(room.holds, room.api, room.place.id, str(copy["id"]))
        judge_exchange(room)
    else:
        for claim in (GONE, FORGOTTEN):
            with room.holds(claim):
                must_be_deleted(room, original, copy, gone)
    judge_without_the_container(room, original, copy, has_copies=has_copies)


def judge_exchange(room):
    """The list shows a file that comes after one has gone, though there are as many as before."""
    with room.holds(SHOWN):
        name = room.api.file_name("exchanged.txt")
        made = room.api.upload(room.place.id, b"in exchange for a copy\n", name)
        if not made.ok or not has_id(made):
            raise NotApplicable(f"no file is taken in exchange: {made.told()}")
        room.place.known.add(str(made["id"]))
        try:
            room.eventually(lambda: room.place.must_list(str(made["id"])), about=SHOWN)
        except Failure:
            if not room.api.retrieve_file(room.place.id, str(made["id"])).ok:
                raise Untestable("it is not there", blame=KEPT) from None
            raise


def must_be_deleted(room, original, copy, gone):
    """There was a copy, and *gone*, the answer to its deletion, says that it was deleted.

    Raises:
        Untestable: if it was not; blames its deletion.
    """
    must_be_copied(room, original, copy)
    if gone is None or not gone.ok:
        why = gone.told() if gone else "its deletion was not answered"
        raise Untestable(why, blame=DELETED)


def delete_copy(room, original, copy):
    """The answer to the deletion of the *copy*, which is a file like any other; None if none."""
    gone = None
    with room.holds(DELETED):
        must_be_copied(room, original, copy)
        gone = room.api.delete_file(room.place.id, str(copy["id"]))
        if gone.refused and room.api.retrieve_file(room.place.id, str(copy["id"])).refused:
            raise Untestable("the copy was not kept", blame=BY_JSON)
        succeeded(gone)
    return gone


def copy_stays(room, original, container, file):
    """The other copy is there, with every byte.

    Raises:
        Failure: if it is gone, or can't be read as one that is made now.
        Untestable: if no such copy can be read, or other contents can't; blames that.
    """
    read = room.api.content(container, file, accept="*/*")
    if read.ok and read.content == original.content:
        return
    file_stays(room.api, container, file)
    room.place.is_sound()
    anew = room.api.create_file(container, {"file_id": original.id})
    control = room.api.content(container, str(anew["id"]), accept="*/*") if has_id(anew) else None
    if control is None or not control.ok or control.content != original.content:
        raise Untestable("no such copy can be read", blame=BY_JSON)
    still_read(original.content, read, lambda: room.api.content(container, file, accept="*/*"))


def judge_without_the_container(room, original, copy, *, has_copies):
    """The original stays when the container of its copies goes."""
    newest = asked_for(room, newest_but(room, copy))
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


def asked_for(room, file):
    """The *file*, after it was asked for in every way: whatever keeps answers keeps these."""
    tried(room.api.list_files, room.place.id, limit=100)
    tried(room.place.read, file)
    tried(room.api.retrieve_file, room.place.id, file)
    return file


def must_be_copied(room, original, copy, by=BY_JSON):
    """There is a copy, made *by* JSON or a form, or the target makes none.

    Raises:
        Untestable: if the answer is no refusal and tells no id.
    """
    original.must_be()
    if copy is not None and not copy.ok and not copy.refused:
        raise Untestable(copy.told(), blame=by)
    if not has_id(room.accepts(copy, "file_id")):
        is_told = copy.get("id") is not None
        raise Untestable(copy.told(), blame="file.create.id-is-a-string" if is_told else by)


def newest_but(room, copy):
    """The newest file of the container that is not the *copy* which was deleted."""
    gone = copy.get("id") if copy is not None else None
    return next((id_ for id_ in room.place.listed if id_ != gone), room.place.control)


def tried(ask, *args, **params):
    """What *ask* answers, or why it does not: other questions don't hang on it."""
    try:
        return ask(*args, **params)
    except Signal as why:
        return why


def judge_the_end(room, deleted, file):
    """Once the container is deleted, nothing is to be had or put there, nor its *file*."""
    place, answers = room.place.id, {}
    retrieved = tried(room.api.retrieve_container, place)
    if deleted.ok and not isinstance(retrieved, Signal) and not lives(retrieved):
        answers = {"file.list": tried(room.api.list_files, place, limit=100)}  # as before
        for prefix, operation in AFTER_DELETION.items():
            answers[prefix] = answers.get(prefix) or tried(room.api.ask, operation, place, file)
    still = [answers[prefix] for prefix in READS if shows(answers.get(prefix), file)]
    with room.holds(FILES_GONE):
        must_be_gone(deleted, retrieved)
        # Where one alone shows a file, that one is at fault.
        if len(still) > 1 or serves_the_unread(room, still, file):
            raise Failure("no file of a deleted container", still[0].told(), still[0].id)
    for prefix in AFTER_DELETION:
        with room.holds(f"{prefix}.is-gone-with-the-container"):
            must_be_gone(deleted, retrieved)
            if len(still) > 1:
                raise Untestable("the files are still there", blame=FILES_GONE)
            if isinstance(answers[prefix], Signal):
                raise answers[prefix]
            refused(answers[prefix])


def serves_the_unread(room, still, file):
    """Whether contents alone are served *still*, also of what was not read before."""
    if [each.operation for each in still] != [AFTER_DELETION["file.content"]]:
        return False
    read = room.place.read(room.place.control) if room.place.control != file else None
    return read is not None and read.ok and read.content == room.place.sent


def shows(answer, file):
    """Whether an *answer* gives the *file*, or one page of a list has it."""
    if answer is None or isinstance(answer, Signal) or not answer.ok:
        return False
    data = answer.get("data")
    return not isinstance(data, list) or any(field(each, "id") == file for each in data)


def must_be_gone(deleted, retrieved):
    """The container was deleted.

    Raises:
        Signal: if it was not, or nobody can tell.
    """
    if not deleted.ok:
        raise Untestable(deleted.told(), blame="container.delete.succeeds")
    if isinstance(retrieved, Signal):
        raise retrieved
    container_must_be_gone(retrieved)
