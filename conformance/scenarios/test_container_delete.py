"""Deleting a container: DELETE /containers/{container_id}."""

import pytest

from conformance.checks.status import answered, refused, succeeded
from conformance.checks.witness import container_stays, file_stays, lives
from conformance.drivers.api import path_of
from conformance.errors import Failure, Untestable

cost = pytest.mark.cost
requirement = pytest.mark.requirement


@requirement(
    "container.delete.ids-are-decoded-once",
    "container.delete.removes-the-container",
    "container.delete.removes-nothing-else",
    "container.delete.second-deletion-is-refused",
    "container.delete.json-content-type-without-body-is-accepted",
    "container.retrieve.deleted-is-404",
    "container.list.omits-the-deleted",
    "container.list.cursor-survives-deletion",
)
@cost(requests=16, containers=("1g",))
def test_deleted_container_is_gone_and_the_others_stay(  # noqa: PLR0917 - fixtures
    api, holds, given, flock, shelf, eventually
):
    container = given.container("twin", odd={"conformance": [1]})  # as the flock's twins begin
    given.file(container.id, filename=shelf[1][0].name)
    with holds("container.delete.ids-are-decoded-once"):
        last = container.id[-1]
        odd = api.wire.ledger.make_up(f"{container.id[:-1]}%{ord(last):02X}")
        undone = api.delete_container(odd)
        refused(undone)
        container_stays(api, container.id)
    if undone.ok:  # all else is asked of one that this can't have taken
        container = given.container("twin", odd={"conformance": [1]})
    gone = api.send(
        "DELETE",
        path_of("containers", container.id),
        headers={"Content-Type": "application/json", "Accept": "*/*"},
    )
    with holds("container.delete.json-content-type-without-body-is-accepted"):
        succeeded(gone)
    if not gone.ok:
        gone = api.delete_container(container.id)
    retrieved = api.retrieve_container(container.id)
    with holds("container.delete.removes-the-container"):
        if lives(retrieved):
            raise Failure("a container that is gone", retrieved.told(), retrieved.id)
    removed = Untestable("it is still there", blame="container.delete.removes-the-container")
    with holds("container.retrieve.deleted-is-404"):
        if lives(retrieved):
            raise removed
        answered(retrieved, 404)
    with holds("container.delete.removes-nothing-else"):
        for each in flock:
            container_stays(api, each.id)
        file_stays(api, shelf[0].id, shelf[1][0].id)
    with holds("container.delete.second-deletion-is-refused"):
        if lives(retrieved):
            raise removed
        answered(api.delete_container(container.id), 404)
    with holds("container.list.omits-the-deleted"):
        if lives(retrieved):
            raise removed
        eventually(lambda: omitted(api, container.id), about="container.list.omits-the-deleted")
    with holds("container.list.cursor-survives-deletion"):
        older = succeeded(api.list_containers(limit=100, order="desc", after=container.id))
        newer = succeeded(api.list_containers(limit=100, order="asc", after=container.id))
        if container.id in older.ids or flock[0].id not in older.ids:
            raise Failure("the older containers behind the deleted one", older.told(), older.id)
        earlier = flock[0].created.get("created_at") != container.created.get("created_at")
        if earlier and flock[0].id in newer.ids:
            raise Failure("only newer containers behind the deleted one", newer.told(), newer.id)


def omitted(api, container):
    """The newest page does not show the container as living."""
    page = succeeded(api.list_containers(limit=100, order="desc"))
    shown = [each for each in page.data if each.get("id") == container]
    if shown and shown[0].get("status") != "deleted":
        raise Failure("a list without the deleted container", "the list shows it", page.id)
