"""Retrieving a file: GET /containers/{container_id}/files/{file_id}."""

import pytest

from conformance.checks import listing, stored, values
from conformance.checks.status import answered, succeeded
from conformance.errors import Untestable

requirement = pytest.mark.requirement
cost = pytest.mark.cost

REPEATABLE = "file.retrieve.is-repeatable"

#: Files of the shelf, by number: of either second, and at both ends of its list.
PICKED = (0, 10, 20)

FIELDS = ("id", "object", "created_at", "bytes", "container_id", "path", "source")


@cost(requests=5)
@requirement(*stored.FIELD_CLAIMS, *stored.EXISTENCE_CLAIMS)
@requirement("file.retrieve.success-is-200", REPEATABLE)
def test_retrieved_and_listed_file_is_as_created(api, holds, eventually, shelf):
    container, held = shelf
    files = {number: kept_of(held[number], number) for number in PICKED}
    for file in files.values():
        file.retrieved = api.retrieve_file(container.id, file.id)
        stored.must_live(api, container.id, file.retrieved)
    again = api.retrieve_file(container.id, held[0].id)
    listing.see(api, eventually, container.id, list(files.values()))

    for number, file in files.items():
        with holds("file.retrieve.success-is-200"):
            if not file.retrieved.ok:
                raise Untestable(file.retrieved.told(), blame="file.retrieve.succeeds")
            answered(file.retrieved, 200)
        stored.judge_existence(holds, file)
        stored.judge_fields(holds, file, bytes=len(f"number {number}\n"), source="user")
    with holds(REPEATABLE):
        is_the_same(files[0].retrieved, again)


def kept_of(held, number):
    return stored.Stored(held.id, held.name, f"number {number}\n".encode(), held.created)


def is_the_same(first, again):
    """A file retrieved twice, others in between, is the same."""
    if not first.ok:
        raise Untestable(first.told(), blame="file.retrieve.succeeds")
    for name in FIELDS:
        values.same(name, first.get(name), succeeded(again).get(name), again.id)


@requirement("file.content.belongs-to-its-file")
@cost(requests=2)
def test_files_of_one_size_have_their_own_content(api, shelf):
    container, files = shelf
    if len({each.id for each in files}) < len(files):
        raise Untestable("one id is that of several", blame="file.create.ids-are-distinct")
    kept = [kept_of(each, number) for number, each in enumerate(files)]
    for file in kept[10:12]:
        file.read = api.content(container.id, file.id)
        stored.is_its_own(file, kept)
