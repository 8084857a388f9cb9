"""Files belong to their container: none is shown in another, and none reached through it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.catalogue import ON_A_FILE
from conformance.checks import stored
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.witness import believed, file_stays
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.forgetting import LEFT_BEHIND, TWIN
from conformance.scenarios.tenants import CONTENT, OF_A_NEIGHBOUR

requirement = pytest.mark.requirement
cost = pytest.mark.cost

EMPTY = "container.create.starts-empty"
ONLY = "file.list.shows-only-its-container"
ONE = "file.create.makes-exactly-one"
PAGE = "file.list.empty-list-is-an-empty-page"
FILES_GONE = "container.delete.removes-its-files"

#: What is put into containers that are deleted soon, and nowhere else, by the end of their names.
OF_OTHERS = {
    f"-{TWIN}": (LEFT_BEHIND,),
    "-twin": (LEFT_BEHIND,),
    "-private": (CONTENT, OF_A_NEIGHBOUR),
}


@cost(requests=1)
@requirement(EMPTY, PAGE, ONLY, ONE)
def test_container_without_files_has_none(api, holds, flock, shelf):
    container = flock[1]
    page, strays = api.list_files(container.id, limit=5), []
    with holds(ONLY):
        stored.must_live(api, container.id, page)
        listed = believed(page, "file.list").ids
        foreign = [each for each in listed if not is_there(api, container.id, each)]
        if foreign:
            raise Failure("no files of another container", foreign[0], page.id)
    with holds(ONE):
        strays = [each for each in believed(page, "file.list").data if is_upload(each, shelf[1])]
        if strays:
            raise Failure("an upload in its own container alone", shown(strays[0]), page.id)
    with holds(EMPTY):
        if strays:
            raise Untestable("an upload went into every container", blame=ONE)
        without_foreign(api, container.id, believed(page, "file.list"))
    with holds(PAGE):
        stored.must_live(api, container.id, page)
        answered(page, 200)
        if page.data:
            raise Untestable("the container is not empty", blame=EMPTY)
        if page["has_more"] is not False:
            raise Failure("has_more: false", str(page["has_more"]), page.id)


def is_upload(item, files):
    """Whether *item* is told to be one of *files*, which were put into another container."""
    return str(item.get("path")).endswith(tuple(each.name for each in files))


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


@cost(requests=11)
@requirement("file.delete.removes-nothing-else", stored.FOUND, FILES_GONE)
@requirement(ONLY, *(f"{each.prefix}.file-of-another-container-is-refused" for each in ON_A_FILE))
def test_file_belongs_to_its_container(  # noqa: PLR0917 - fixtures
    api, given, holds, depot, shelf, gone_before
):
    other, others = shelf
    file = given.file(depot.id, b"of one container only\n", others[0].name).id
    if file in {each.id for each in others}:
        raise NotApplicable("containers have files of one id: nothing tells whose is meant")

    was_there = api.retrieve_file(depot.id, file).ok
    plain = api.taking_plain_bytes()  # what was sent to others compressed is not for these
    with ThreadPoolExecutor(2) as pool:  # no answer to one is an answer to another
        both = (other.id, depot.id)
        lists = pool.map(lambda each: plain.list_files(each, limit=100), both)
        pages = dict(zip(both, lists, strict=True))
    with holds(ONLY):
        for container, foreign in ((other.id, file), (depot.id, others[-1].id)):
            if foreign in succeeded(pages[container]).ids:
                raise Failure("only the files of its container", foreign, pages[container].id)
    with holds(FILES_GONE):
        was_wiped(api, depot.id, believed(pages[depot.id], "file.list"), gone_before)
    with holds(stored.FOUND):
        if not was_there and file in believed(pages[depot.id], "file.list").ids:
            raise Failure("the file that is listed", "it can't be retrieved")
    for operation in ON_A_FILE:
        with holds(f"{operation.prefix}.file-of-another-container-is-refused"):
            refused(api.ask(operation.id, other.id, file))
    with holds("file.delete.file-of-another-container-is-refused"):
        if was_there and api.retrieve_file(depot.id, file).status == 404:
            raise Failure("the file in place after the refused deletion", "it is gone")
    with holds("file.delete.removes-nothing-else"):
        if api.delete_file(depot.id, file).ok:
            api.wire.ledger.note(f"deleted from {depot.id}", file)  # for a later look
        file_stays(api, other.id, others[0].id)


def was_wiped(api, container, page, gone):
    """The container has nothing of those that were *gone* before it was made."""
    contents = [
        content
        for end, contents in OF_OTHERS.items()
        if any(name.endswith(end) for name in gone)
        for content in contents
    ]
    if not contents:
        raise NotApplicable("no container with files was deleted before")
    for each in page.data:
        if each.get("bytes") in map(len, contents):
            read = api.content(container, str(each["id"]))
            if read.content in contents:
                raise Failure("nothing of a deleted container", shown(each), read.id)
