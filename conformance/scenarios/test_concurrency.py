"""Several requests at the same time: nothing is lost and nothing is mixed up."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.checks import values
from conformance.checks.status import succeeded
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

AT_ONCE = 3


@requirement(
    "container.create.parallel-creations-are-kept",
    "container.list.omits-nothing-made-in-parallel",
)
def test_parallel_creations_are_kept(api, holds, eventually):
    names = [api.name(f"parallel {n}") for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda name: api.create_container(name=name), names))
    throttled = next((each for each in made if each.status == 429), None)
    if throttled:
        raise Untestable(f"the target's quota left no room: {throttled.told()}")
    with holds("container.create.parallel-creations-are-kept"):
        ids = [succeeded(each)["id"] for each in made]
        values.same("distinct ids", AT_ONCE, len(set(ids)), made[-1].id)
        for each, name in zip(made, names, strict=True):
            values.equal(each, "name", name)
        for id_, name in zip(ids, names, strict=True):
            values.equal(succeeded(api.retrieve_container(id_)), "name", name)

    def all_listed():
        page = succeeded(api.list_containers(limit=100, order="desc"))
        missing = [each.get("id") for each in made if each.get("id") not in page.ids]
        if missing:
            raise Failure("all that were made at the same time", f"{missing} missing", page.id)

    with holds("container.list.omits-nothing-made-in-parallel"):
        eventually(all_listed, about="container.list.omits-nothing-made-in-parallel")
