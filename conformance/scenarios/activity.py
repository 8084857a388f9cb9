"""What the list of containers tells of when they were last active."""

from dataclasses import dataclass
from typing import Any

from conformance.checks.fields import is_whole
from conformance.checks.status import has_id
from conformance.checks.witness import newest
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown

UPLOADED = "file.create.moves-last-active-at"
DELETED = "file.delete.moves-last-active-at"
MOVES = "container.retrieve.last-active-at-moves"

#: Seconds after which a use shows, also where the clocks inside a target are apart.
SETTLED_S = 5.0


def last_uses(page):
    """When the containers on the *page* were last active, as far as it tells."""
    told = ((each.get("id"), each.get("last_active_at")) for each in page.data)
    return {id_: active for id_, active in told if isinstance(id_, str) and is_whole(active)}


def is_coarse(told):
    """Whether a time may come from a clock that tells tens of seconds, or minutes.

    Of a flock, made in seconds that follow one another, this is so of all only by such a clock.
    """
    return is_whole(told) and told % 10 == 0


def must_tell_uses(api, pause, retrieved):
    """The list tells that the container was used which was *retrieved* before.

    If that was within the second of its creation, nobody can tell: it is retrieved once more,
    with a *pause* in which the list may learn of it.

    Raises:
        NotApplicable: if it does not.
    """
    id_ = retrieved["id"]
    if retrieved.get("last_active_at") == retrieved.get("created_at"):
        retrieved = api.retrieve_container(id_)
        pause(SETTLED_S)
    told, born = retrieved.get("last_active_at"), retrieved.get("created_at")
    listed = last_uses(newest(api)).get(id_)
    if not (is_whole(told) and is_whole(born)) or listed is None or listed < told or told <= born:
        raise NotApplicable("the list does not tell of what uses a container")


def judge_upload(api, stock, pause, witness):
    """The list has told that the shelf was used when files were put there.

    Raises:
        Failure: if it has told that it was idle, and tells of the use of the *witness* now.
        NotApplicable: if it has not told, or never tells of any use.
    """
    shelf, *_ = stock["flock"]
    if stock["is_idle"] is None:
        raise NotApplicable("no list has told in whole seconds when it was last active")
    if stock["is_idle"]:
        must_tell_uses(api, pause, witness)
        born, active = shelf["created"]["created_at"], stock["active"]
        raise Failure(f"last_active_at after {born}", f"{active}, when files had been put there")


@dataclass(frozen=True)
class Watched:
    """A container of whose uses the list of containers tells."""

    api: Any
    eventually: Any
    id: str

    def spare(self):
        """The id of a new file.

        Raises:
            Untestable: if none can be made.
        """
        made = self.api.upload(self.id, b"spare\n", "spare.txt")
        if not made.ok or not has_id(made):
            raise Untestable(made.told(), blame="file.create.succeeds")
        return made["id"]

    def moves(self, before, about):
        """When all were last used, as the list tells once this one was used after *before*.

        Raises:
            Failure: if the list tells that it was idle.
        """

        def look():
            page = newest(self.api)
            active = last_uses(page).get(self.id)
            if active is None or active <= before:
                raise Failure(f"last_active_at after {before}", shown(active), page.id)
            return last_uses(page)

        return self.eventually(look, about=about)

    def moves_by_deleting(self, file, pause, about):
        """Delete the *file* after a *pause*; returns when all were last used then.

        Raises:
            Failure: if the list tells that the container was idle.
            NotApplicable: if it tells nothing.
            Untestable: if the file can't be deleted.
        """
        before = last_uses(newest(self.api)).get(self.id)
        if before is None:
            raise NotApplicable("no list tells last_active_at")
        pause()
        deleted = self.api.delete_file(self.id, file)
        if not deleted.ok:
            raise Untestable(deleted.told(), blame="file.delete.succeeds")
        return self.moves(before, about)

    def moves_slowly(self, pause, witness):
        """As before, with a new file, and so much time between that clocks may be apart.

        Raises:
            Failure: if the list tells that it was idle, and tells of the use of the *witness*.
            NotApplicable: if the list does not tell of what uses a container.
            Untestable: if there is no file to delete.
        """
        slowly = f"{DELETED}, slowly"
        try:
            return self.moves_by_deleting(self.spare(), lambda: pause(SETTLED_S), slowly)
        except Failure:
            must_tell_uses(self.api, pause, witness)
            raise


def judge_deletion(watched, another_second, pause, witness):
    """The deletion of a file moves the container; returns when all were last used then.

    Raises:
        Failure: if it does not.
        NotApplicable: if the list does not tell of what uses a container.
        Untestable: if there is no file to delete.
    """
    ledger, note = watched.api.wire.ledger, f"spare file of {watched.id}"
    spare = ledger.noted(note) or watched.spare()
    ledger.note(note, "")  # it can be deleted once
    try:
        return watched.moves_by_deleting(spare, another_second, DELETED)
    except (Failure, Untestable):  # whatever it was, a slower look tells
        return watched.moves_slowly(pause, witness)


def judge_keeping(watched, pause, retrieved, uses):
    """What a retrieval tells of its own use is kept: the list, which tells of *uses*, tells it.

    Raises:
        Failure: if it does not.
        NotApplicable: if it does not tell of uses, or the retrieval does not.
    """
    told = retrieved.get("last_active_at")
    listed = uses and uses.get(watched.id)
    if not listed or not is_whole(told):
        raise NotApplicable("the list does not tell of what uses a container")
    if listed < told:  # by a clock that is ahead, maybe: a later retrieval tells
        pause(SETTLED_S)
        if not watched.api.retrieve_container(watched.id).ok:
            raise Untestable("it can't be retrieved again", blame="container.retrieve.succeeds")
        watched.moves(listed, MOVES)
