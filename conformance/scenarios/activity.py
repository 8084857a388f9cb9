"""What the list of containers tells of when they were last active."""

from conformance.checks.fields import is_whole
from conformance.checks.status import has_id
from conformance.checks.witness import newest
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown

UPLOADED = "file.create.moves-last-active-at"
DELETED = "file.delete.moves-last-active-at"

#: Seconds that clocks inside a target may be apart.
CLOCKS_S = 3


def last_uses(page):
    """When the containers on the *page* were last active, as far as it tells."""
    told = {each.get("id"): each.get("last_active_at") for each in page.data}
    return {id_: active for id_, active in told.items() if is_whole(active)}


def judge_upload(stock, witness, look):
    """The list has told that the shelf was used when files were put there.

    Raises:
        Failure: if it has told that it was idle, and tells of the use of the *witness* now.
        NotApplicable: if it never tells of any use.
    """
    shelf, *_ = stock["flock"]
    active, born = stock["active"], shelf["created"].get("created_at")
    if active is None:
        raise NotApplicable("no list tells last_active_at")
    if stock["is_idle"]:
        must_tell_uses(witness, look())
        raise Failure(f"last_active_at after {born}", f"{active}, when files had been put there")


def must_tell_uses(retrieved, uses):
    """The list tells that the container was used which was *retrieved* just now.

    Raises:
        NotApplicable: if it does not.
    """
    told, born = retrieved.get("last_active_at"), retrieved.get("created_at")
    listed = uses.get(retrieved.get("id"))
    if not (is_whole(told) and is_whole(born)) or listed is None or listed < told or told <= born:
        raise NotApplicable("the list does not tell of what uses a container")


def judge_deletion(api, eventually, pause, container, file):
    """The list tells that the *container* was used when the *file* was deleted there.

    Returns when all were last used, as the list tells then.

    Raises:
        Failure: if it tells that it was idle.
    """
    before = last_uses(newest(api)).get(container)
    if before is None:
        raise NotApplicable("no list tells last_active_at")
    pause()
    deleted = api.delete_file(container, file)
    if not deleted.ok:
        raise Untestable(deleted.told(), blame="file.delete.succeeds")

    def moved():
        page = newest(api)
        active = last_uses(page).get(container)
        if active is None or active <= before:
            raise Failure(f"last_active_at after {before}", shown(active), page.id)
        return last_uses(page)

    return eventually(moved, about=DELETED)


def judge_slowly(api, eventually, pause, container, witness):
    """As `judge_deletion` does, with so much time between that clocks may be apart.

    Raises:
        NotApplicable: if the list does not tell of what uses a container.
    """
    spare = api.upload(container, b"spare\n", "spare.txt")
    if not spare.ok or not has_id(spare):
        raise Untestable(spare.told(), blame="file.create.succeeds")
    try:
        return judge_deletion(api, eventually, lambda: pause(CLOCKS_S + 2), container, spare["id"])
    except Failure:
        must_tell_uses(witness, last_uses(newest(api)))
        raise


def is_kept(api, retrieved, pages):
    """What a retrieval tells of its own use the list tells, too, which tells of other uses.

    Raises:
        Failure: if it does not.
    """
    told = retrieved.get("last_active_at")
    listed = (pages.pop() if pages else last_uses(newest(api))).get(retrieved.get("id"))
    if is_whole(told) and listed is not None and listed < told:
        raise Failure(f"last_active_at: about {told} in the list, too", shown(listed), retrieved.id)
