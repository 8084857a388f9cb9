"""Retrieving a file: GET /containers/{container_id}/files/{file_id}."""

import pytest

from conformance.checks import stored, values
from conformance.checks.status import answered, succeeded
from conformance.checks.walk import walk
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

#: Files of the shelf, by number: of either second, at both ends of a default page, both names.
PICKED = (0, 1, 10, 11, 19, 20)


@requirement(*stored.FIELD_CLAIMS, *stored.EXISTENCE_CLAIMS, "file.retrieve.success-is-200")
def test_retrieved_and_listed_file_is_as_created(api, holds, eventually, shelf):
    container, held = shelf
    files = {number: kept_of(held[number], number) for number in PICKED}

    for file in files.values():
        file.retrieved = api.retrieve_file(container.id, file.id)
        stored.must_live(api, container.id, file.retrieved)
    there = [each for each in files.values() if each.retrieved.ok]
    with holds(stored.SHOWN):
        if not there:
            raise Untestable("no file is there", blame=stored.KEPT)
        eventually(lambda: list_all(api, container.id, there), about=stored.SHOWN)
    for number, file in files.items():
        with holds("file.retrieve.success-is-200"):
            if not file.retrieved.ok:
                raise Untestable(file.retrieved.told(), blame="file.retrieve.succeeds")
            answered(file.retrieved, 200)
        stored.judge_existence(holds, file)
        stored.judge_fields(holds, file, bytes=len(f"number {number}\n"), source="user")


def kept_of(held, number):
    return stored.Stored(held.id, held.name, f"number {number}\n".encode(), held.created)


def list_all(api, container, files):
    """See each of *files* in the list."""
    seen = walk(api.list_files, most=3, container=container, limit=100)
    items = {each.get("id"): each for each in seen.items}
    for file in files:
        file.listed = items.get(file.id)
        if file.listed is None:
            raise Failure(f"{file.id} among the files listed", f"{len(items)} others")


@requirement("file.retrieve.is-repeatable")
def test_file_retrieved_twice_is_the_same(api, shelf):
    container, held = shelf
    first = api.retrieve_file(container.id, held[0].id)
    if not first.ok:
        raise Untestable(first.told(), blame="file.retrieve.succeeds")
    api.retrieve_file(container.id, held[1].id)
    again = succeeded(api.retrieve_file(container.id, held[0].id))

    for name in ("id", "object", "created_at", "bytes", "container_id", "path", "source"):
        values.same(name, first.get(name), again.get(name), again.id)
