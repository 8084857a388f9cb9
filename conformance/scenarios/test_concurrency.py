"""Several containers made at the same time, and deleted in every form that clients use."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.checks import values
from conformance.checks.status import succeeded
from conformance.drivers.api import path_of
from conformance.errors import Failure, Untestable

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: The forms of a deletion that clients use: what each shows, its headers and its body.
FORMS = (
    ("container.delete.empty-body-is-accepted", {"Content-Length": "0", "Accept": "*/*"}, None),
    ("container.delete.json-body-is-accepted", {"Content-Type": "application/json"}, b"{}"),
)


@requirement(
    "container.create.parallel-creations-are-kept",
    "container.create.names-may-repeat",
    "container.create.ids-are-distinct",
    "container.list.omits-nothing-made-in-parallel",
    *(claim for claim, _, _ in FORMS),
)
@cost(requests=12, containers=("1g", "1g", "1g"))
def test_parallel_creations_are_kept_and_deleted_in_every_form(api, holds, eventually):
    names = [api.name("parallel"), api.name("parallel"), api.name("parallel other")]
    with ThreadPoolExecutor(len(names)) as pool:
        made = list(pool.map(lambda name: api.create_container(name=name), names))
    throttled = next((each for each in made if each.status == 429), None)
    if throttled:
        raise Untestable(f"the target's quota left no room: {throttled.told()}")
    with holds("container.create.names-may-repeat"):
        for each in made[:2]:
            succeeded(each)
    kept = [(each, name) for each, name in zip(made, names, strict=True) if not each.refused]
    with holds("container.create.ids-are-distinct"):
        ids = [succeeded(each)["id"] for each, _ in kept]
        values.same("distinct ids", len(kept), len(set(ids)), made[-1].id)
    with holds("container.create.parallel-creations-are-kept"):
        for each, name in kept:
            values.equal(succeeded(each), "name", name)
            values.equal(succeeded(api.retrieve_container(each["id"])), "name", name)
    with holds("container.list.omits-nothing-made-in-parallel"):
        eventually(
            lambda: all_listed(api, [each["id"] for each, _ in kept]),
            about="container.list.omits-nothing-made-in-parallel",
        )
    for (claim, headers, body), (each, _) in zip(FORMS, kept[1:], strict=False):
        with holds(claim):
            deleted_as(api, each["id"], headers, body)


def all_listed(api, ids):
    """The newest page shows every one of *ids*."""
    page = succeeded(api.list_containers(limit=100, order="desc"))
    missing = [each for each in ids if each not in page.ids]
    if missing:
        raise Failure("all that were made at the same time", f"{len(missing)} missing", page.id)


def deleted_as(api, container, headers, body):
    """The container is gone after a DELETE with *headers* and *body*."""
    path = path_of("containers", container)
    succeeded(api.send("DELETE", path, headers=headers, content=body))
    retrieved = api.retrieve_container(container)
    if retrieved.ok and retrieved.get("status") != "deleted":
        raise Failure("a container that is gone", retrieved.told(), retrieved.id)
