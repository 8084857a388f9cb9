"""What is retrieved after its deletion: it was not deleted, or the retrieval does not know."""

from concurrent.futures import ThreadPoolExecutor

from conformance.checks.status import has_id
from conformance.checks.witness import is_gone, lives
from conformance.errors import NoRoom, NotApplicable, Untestable

GONE = "file.delete.removes-the-file"
FORGOTTEN = "file.retrieve.forgets-the-deleted"
CONTAINER_FORGOTTEN = "container.retrieve.forgets-the-deleted"

#: Under this the ledger notes that a deletion took others of its name out of the filter by name.
UNFOUND = "a deletion hides others of its name"


def shelved(number):
    """The content of the file of that *number* on the shelf."""
    return f"number {number}\n".encode()


#: What a container holds that is deleted: the bytes of the shelf's first file, which stays, and
#: which no later container may hold.
LEFT_BEHIND = shelved(0)

#: The name of twins: what queries have to encode, and what a pattern takes for more than text.
TWIN = "twin (one & only=1) + [2"

#: Under this the ledger notes whether retrievals answer from memory.
REMEMBERED = "retrievals remember deleted containers"


def judge_forgotten(holds, retrieved, *, is_remembered):
    """Book a file that is *retrieved* after its deletion where it belongs.

    That is the deletion, or the retrieval where that answers from memory: a file *is remembered*
    if one that nobody had retrieved before its deletion is gone.
    """
    is_remembered = is_remembered and lives(retrieved)
    with holds(GONE):
        if is_remembered:
            raise Untestable("only what was retrieved before is still shown", blame=FORGOTTEN)
        is_gone(retrieved)
    with holds(FORGOTTEN):
        if lives(retrieved) and not is_remembered:
            raise Untestable("the deleted file is still there", blame=GONE)
        is_gone(retrieved)


def judge_deleted(holds, api, container, file):
    """Retrieve a *file* that was deleted and retrieved before, and judge the answer."""
    retrieved, is_remembered = None, False
    with holds(GONE):
        retrieved = api.retrieve_file(container, file)
    if retrieved is None:
        with holds(FORGOTTEN):
            raise Untestable("its retrieval was not answered", blame="file.retrieve.succeeds")
        return
    with holds(FORGOTTEN):
        is_remembered = lives(retrieved) and is_only_remembered(api, container, file)
    judge_forgotten(holds, retrieved, is_remembered=is_remembered)


def is_only_remembered(api, container, file):
    """Whether *file* has no content, and one that nobody retrieved before its deletion is gone."""
    if not api.content(container, file).refused:
        return False
    unread = str(api.upload(container, b"never retrieved\n", "unread.txt").get("id"))
    return api.delete_file(container, unread).ok and api.retrieve_file(container, unread).refused


def container_must_be_gone(retrieved):
    """The deleted container was not *retrieved* any more.

    Raises:
        Untestable: if it was; blames its deletion.
    """
    if lives(retrieved):
        why = "the container is still there"
        raise Untestable(why, blame="container.delete.removes-the-container")


def container_is_gone(api, retrieved):
    """The container that was *retrieved* after its deletion lives no longer.

    What another deletion, of it alone, removes was not removed, and not only remembered.

    Raises:
        Failure: if it does.
        Untestable: if retrievals answer from memory; blames them.
    """
    if lives(retrieved) and remembers_containers(api) and not is_gone_now(api, retrieved["id"]):
        why = "only what was retrieved before is still shown"
        raise Untestable(why, blame=CONTAINER_FORGOTTEN)
    is_gone(retrieved)


def is_gone_now(api, container):
    """Whether another deletion removes the *container*; one that finds nothing does not."""
    return removes(api, str(container), api.delete_container(str(container)))


def removes(api, container, deleted):
    """Whether the *container* is gone, as the answer says that has *deleted* it."""
    return deleted.ok and api.retrieve_container(container).refused


def remembers_containers(api):
    """Whether a container that nobody retrieved before its deletion is gone, once found out."""
    known = api.wire.ledger.noted(REMEMBERED)
    if known is None:
        known = "yes" if unread_is_gone(api) else "no"
        api.wire.ledger.note(REMEMBERED, known)
    return known == "yes"


def unread_is_gone(api):
    """Make a container with a file and delete it; whether its first retrieval is refused."""
    try:
        made = api.create_container(name=api.name("never retrieved"))
    except NoRoom:
        return False
    if not made.ok or not has_id(made):
        return False
    api.upload(made["id"], b"never retrieved\n", "unread.txt")  # full ones may stay where empty go
    return removes(api, made["id"], api.delete_container(made["id"]))


def delete_twice(room, files):
    """Two delete one of *files* at once: passive checks look at what they are answered."""
    for id_ in files:
        at_once(room, [id_, id_])


def delete_together(room, files):
    """Two of *files* that are deleted at once are gone, both."""
    answers = at_once(room, files[:2])
    with room.holds(GONE):
        if len(answers) < 2 or not all(each.ok for each in answers):
            raise NotApplicable("no two files are deleted at once")
        for id_ in files[:2]:
            is_gone(room.api.retrieve_file(room.id, id_))


def at_once(room, files):
    """The answers to deletions of *files* that are sent at one time."""
    with ThreadPoolExecutor(len(files) or 1) as pool:
        return list(pool.map(lambda each: room.api.delete_file(room.id, each), files))
