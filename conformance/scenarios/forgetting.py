"""What is retrieved after its deletion: it was not deleted, or the retrieval does not know."""

from conformance.checks.witness import is_gone, lives
from conformance.errors import Untestable

GONE = "file.delete.removes-the-file"
FORGOTTEN = "file.retrieve.forgets-the-deleted"


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
