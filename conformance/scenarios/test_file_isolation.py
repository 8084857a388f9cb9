"""Files belong to their container: none is reached through another, none outlives its own."""

import pytest

from conformance.checks import stored
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.walk import walk
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

EMPTY = "container.create.starts-empty"
ONLY = "file.list.shows-only-its-container"
PAGE = "file.list.empty-list-is-an-empty-page"
SECRET = b"of one container only\n"

ON_A_FILE = {
    "file.retrieve": "retrieveContainerFile",
    "file.content": "retrieveContainerFileContent",
    "file.delete": "deleteContainerFile",
}

#: In this order: what deletes comes behind what reads, and what adds at the end.
AFTER_DELETION = {
    "file.list": "listContainerFiles",
    **ON_A_FILE,
    "file.create": "createContainerFile",
}


@requirement(EMPTY, PAGE, ONLY)
def test_container_without_files_has_none(api, holds, flock):
    for container in flock[1:]:
        page = api.list_files(container.id, limit=5)
        with holds(ONLY):
            stored.must_live(api, container.id, page)
            foreign = [
                each for each in succeeded(page).ids if not is_there(api, container.id, each)
            ]
            if foreign:
                raise Failure("no files of another container", foreign[0], page.id)
        with holds(EMPTY):
            if not page.ok:
                raise Untestable(page.told(), blame="file.list.succeeds")
            without_foreign(api, container.id, page)
        with holds(PAGE):
            stored.must_live(api, container.id, page)
            answered(page, 200)
            if page.data:
                raise Untestable("the container is not empty", blame=EMPTY)
            if page["has_more"] is not False:
                raise Failure("has_more: false", str(page["has_more"]), page.id)


def is_there(api, container, file):
    """Whether *file* can be retrieved from *container*."""
    return api.retrieve_file(container, file).ok


def without_foreign(api, container, page):
    """The container is empty, whatever its list shows."""
    if not page.ids:
        return
    if is_there(api, container, page.ids[0]):
        raise Failure("a container without files", page.told(), page.id)
    raise Untestable("the list shows what is not in the container", blame=ONLY)


@requirement(
    *(f"{prefix}.file-of-another-container-is-refused" for prefix in ON_A_FILE),
    *(f"{prefix}.is-gone-with-the-container" for prefix in AFTER_DELETION),
    ONLY,
)
def test_file_belongs_to_its_container(api, given, holds, flock, shelf):
    other, others = shelf
    container = given.container("isolated").id
    file = given.file(container, SECRET, others[0].name).id

    was_there = api.retrieve_file(container, file).ok
    judge_lists(api, holds, container, file, other.id)
    for elsewhere in (flock[1].id, other.id):
        for prefix, operation in ON_A_FILE.items():
            with holds(f"{prefix}.file-of-another-container-is-refused"):
                refused(api.ask(operation, elsewhere, file))
    for prefix in ("file.retrieve", "file.content"):
        with holds(f"{prefix}.file-of-another-container-is-refused"):
            refused(api.ask(ON_A_FILE[prefix], container, others[0].id))
    with holds("file.delete.file-of-another-container-is-refused"):
        if was_there and api.retrieve_file(container, file).status == 404:
            raise Failure("the file in place after the refused deletion", "it is gone")
    judge_the_end(api, holds, container, file)


def judge_lists(api, holds, container, file, other):
    """Either list has none of the other's files."""
    with holds(ONLY):
        own = walk(api.list_files, most=3, container=container, limit=100).ids
        shown = walk(api.list_files, most=3, container=other, limit=100).ids
        for each in set(own) - {file}:
            stored.must_be_foreign(api, container, each)
            raise Failure("only the files of its container", each)
        if file in shown:
            raise Failure("only the files of its container", file)


def judge_the_end(api, holds, container, file):
    """Once the container is deleted, nothing is to be had or put there."""
    deleted = api.delete_container(container)
    retrieved = api.retrieve_container(container)
    lives = retrieved.ok and retrieved.get("status") != "deleted"
    for prefix, operation in AFTER_DELETION.items():
        with holds(f"{prefix}.is-gone-with-the-container"):
            if not deleted.ok:
                raise Untestable(deleted.told(), blame="container.delete.succeeds")
            if lives:
                raise Untestable(
                    "the container is still there", blame="container.delete.removes-the-container"
                )
            refused(api.ask(operation, container, file))
