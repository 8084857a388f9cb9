"""Deleting a container: DELETE /containers/{container_id}."""

import pytest

from conformance.checks import values
from conformance.checks.fields import is_whole
from conformance.checks.ids import half_encoded, in_the_other_case, without_its_end
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.witness import (
    believed,
    container_stays,
    file_stays,
    is_before,
    is_gone,
    lives,
    newest,
    shows_only,
)
from conformance.drivers.api import path_of
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.scenarios.forgetting import (
    CONTAINER_FORGOTTEN,
    LEFT_BEHIND,
    TWIN,
    UNFOUND,
    container_is_gone,
    container_must_be_gone,
    remembers_containers,
    shelved,
)

cost = pytest.mark.cost
requirement = pytest.mark.requirement

UNKNOWN = "container.delete.unknown-container-is-refused"
DECODED = "container.delete.ids-are-decoded-once"
CASE = "container.delete.ids-keep-their-case"
OTHERS = "container.delete.removes-nothing-else"
GONE = "container.delete.removes-the-container"
SECOND = "container.delete.second-deletion-is-refused"


@requirement(
    UNKNOWN,
    DECODED,
    CASE,
    GONE,
    OTHERS,
    SECOND,
    "container.delete.json-content-type-without-body-is-accepted",
    "container.retrieve.deleted-is-404",
    CONTAINER_FORGOTTEN,
    "container.retrieve.created-at-is-as-created",
    "container.list.omits-the-deleted",
    "container.list.cursor-survives-deletion",
)
@cost(requests=22, containers=("1g",))
def test_deleted_container_is_gone_and_the_others_stay(  # noqa: PLR0917 - fixtures
    api, holds, given, flock, shelf, eventually
):
    container = a_third_twin(given, flock)
    given.file(container.id, LEFT_BEHIND, shelf[1][0].name)
    if not survives_odd_ids(api, holds, container.id):
        container = a_third_twin(given, flock)
    before = api.list_containers(limit=100, order="desc")
    found = api.list_containers(limit=100, name=container.name)
    delete(api, holds, container.id)
    retrieved = api.retrieve_container(container.id)
    judge_retrieval(api, holds, retrieved)
    judge_others(api, holds, flock, shelf)
    with holds(SECOND):
        container_must_be_gone(retrieved)
        answered(api.delete_container(container.id), 404)
    with holds("container.list.omits-the-deleted"):
        container_must_be_gone(retrieved)
        eventually(lambda: omitted(api, container), about="container.list.omits-the-deleted")
    with holds(OTHERS):
        judge_namesakes(api, eventually, container.name, flock, found)
    about = "container.list.cursor-survives-deletion"
    with holds(about):
        behind = [each for each in flock if stands_behind(before, container, each)]
        if not behind:
            raise NotApplicable("no container of the run stands behind it")
        eventually(lambda: goes_on(api, container, behind), about=about)


def a_third_twin(given, flock):
    """A container of the name of the flock's twins, or of its beginning where names must differ."""
    _, one, another = flock
    return given.container(TWIN if one.name == another.name else "twin", odd={"conformance": [1]})


def judge_namesakes(api, eventually, name, flock, found):
    """Those of the flock that were *found* by that *name* are found by it still.

    Raises:
        Failure: if they are not, though the list without a filter shows them.
        NotApplicable: if none were found by it alone, or no list shows them any more.
    """
    before = believed(found, "container.list") if found.ok else None
    if before is None or not shows_only(before, name):
        raise NotApplicable("there is no filter by name")
    namesakes = {each.id for each in flock} & set(before.ids)

    def are_found():
        page = believed(api.list_containers(limit=100, name=name), "container.list")
        missing = namesakes.difference(page.ids)
        if missing:
            raise Failure("the other containers of its name", f"{min(missing)} missing", page.id)

    if not namesakes:
        raise NotApplicable("there are no others of its name")
    try:
        eventually(are_found, about=OTHERS)
    except Failure:
        if not namesakes <= set(newest(api).ids):
            raise NotApplicable("no list shows them any more") from None
        api.wire.ledger.note(UNFOUND, "yes")
        raise


def delete(api, holds, container):
    """Delete it as clients do that always name a type, or else without one."""
    gone = api.send(
        "DELETE",
        path_of("containers", container),
        headers={"Content-Type": "application/json", "Accept": "*/*"},
    )
    with holds("container.delete.json-content-type-without-body-is-accepted"):
        succeeded(gone)
    if not gone.ok:
        api.delete_container(container)


def judge_retrieval(api, holds, retrieved):
    """The deleted one can't be *retrieved*; the retrieval is at fault where it alone remembers."""
    with holds(GONE):
        container_is_gone(api, retrieved)
    with holds(CONTAINER_FORGOTTEN):
        if lives(retrieved) and not remembers_containers(api):
            container_must_be_gone(retrieved)
        is_gone(retrieved)
    with holds("container.retrieve.deleted-is-404"):
        container_must_be_gone(retrieved)
        answered(retrieved, 404)


def judge_others(api, holds, flock, shelf):
    """The other containers, and the files in them, are as they were."""
    stay = []
    with holds(OTHERS):
        stay = [container_stays(api, each.id) for each in flock]
        file_stays(api, shelf[0].id, shelf[1][0].id)
        content_stays(api, shelf[0].id, *(each.id for each in shelf[1][:2]))
    with holds("container.retrieve.created-at-is-as-created"):
        for retrieved_again, each in zip(stay, flock, strict=False):
            if retrieved_again.ok and is_whole(each.created.get("created_at")):
                values.equal(retrieved_again, "created_at", each.created["created_at"])


def content_stays(api, container, file, other):
    """The *file* is read, whose bytes were those of a deleted one; *other* bytes can be.

    Raises:
        Failure: if it is not.
        Untestable: if no file is read as it was sent; blames the content.
    """
    read = api.content(container, file)
    if read.ok and read.content == LEFT_BEHIND:
        return
    control = api.content(container, other)
    if not control.ok or control.content != shelved(1):
        raise Untestable(read.told(), blame="file.content.succeeds")
    raise Failure("the bytes of a file that stays", read.told(), read.id)


def survives_odd_ids(api, holds, container):
    """Whether the container was left alone when what is nearly its id was to be deleted."""
    answers = []
    for claim, nearly in (
        (DECODED, half_encoded),
        (UNKNOWN, without_its_end),
        (CASE, in_the_other_case),
    ):
        with holds(claim):
            odd = api.wire.ledger.make_up(nearly(container))
            answers.append(api.delete_container(odd))
            refused(answers[-1])
            if claim == DECODED:
                container_stays(api, container)
    return not any(each.ok for each in answers)


def stands_behind(page, container, other):
    """Whether the *page* shows the *other* behind the *container*, or its time says so."""
    ids = page.ids
    if {container.id, other.id} <= set(ids):
        return ids.index(container.id) < ids.index(other.id)
    return is_before(other.created.get("created_at"), container.created.get("created_at"))


def goes_on(api, deleted, behind):
    """Behind the cursor of a *deleted* container comes all that stood *behind* it."""
    down = succeeded(api.list_containers(limit=100, order="desc", after=deleted.id))
    missing = [each.id for each in behind if each.id not in down.ids]
    if deleted.id in down.ids or (missing and down["has_more"] is not True):
        raise Failure("the older containers behind the deleted one", down.told(), down.id)
    up = succeeded(api.list_containers(limit=100, order="asc", after=deleted.id))
    born = deleted.created.get("created_at")
    older = {each.id for each in behind if is_before(each.created.get("created_at"), born)}
    if older & set(up.ids):
        raise Failure("only newer containers behind the deleted one", up.told(), up.id)


def omitted(api, container):
    """Neither the newest page nor that of its name shows the container as living."""
    plain = succeeded(api.list_containers(limit=100, order="desc"))
    named = api.list_containers(limit=100, name=container.name)
    for page in (plain, named) if named.ok else (plain,):
        shown = [each for each in page.data if each.get("id") == container.id]
        if shown and shown[0].get("status") != "deleted":
            raise Failure("a list without the deleted container", "the list shows it", page.id)
