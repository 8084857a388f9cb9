"""Who may ask: no key, a wrong key, another tenant's key."""

import contextlib

import pytest

from conformance.catalogue import ON_A_FILE, OPERATIONS
from conformance.checks.status import answered, refused
from conformance.checks.witness import believed, container_stays, file_stays, named
from conformance.drivers.api import ASKED_FILE
from conformance.errors import Failure, NoRoom, NotApplicable, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

PREFIX = {each.id: each.prefix for each in OPERATIONS}

CREATION = "container.create"

#: The file that is not for others.
NAME, CONTENT = "private.txt", b"private\n"

OWN = "file.content.belongs-to-its-file"
SAFE = "container.retrieve.changes-nothing"
ONE = "container.create.makes-exactly-one"

READS = (
    "listContainers",
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
)

#: In this order nothing is gone before it was asked for.
WRITES = ("createContainerFile", "deleteContainerFile", "deleteContainer")

#: What openai-python sends as null where a caller gives None.
OPTIONAL = ("expires_after", "file_ids", "memory_limit", "network_policy", "skills")

CLAIMS = ("key-is-required", "missing-key-is-401", "wrong-key-is-refused", "wrong-key-is-401")


def claims_of(*operations):
    """The marks of a case that speaks for the keys of *operations*."""
    return requirement(*(f"{PREFIX[each]}.{claim}" for each in operations for claim in CLAIMS))


def judge_keys(api, holds, operation, container="", file=""):
    """Ask *operation* without a key and with a wrong one."""
    prefix = PREFIX[operation]
    without = api.without_key().ask(operation, container, file)
    with holds(f"{prefix}.key-is-required"):
        refused(without)
        refused(api.with_empty_key().ask(operation, container, file))
    with holds(f"{prefix}.missing-key-is-401"):
        answered(without, 401)
    wrong = api.with_wrong_key().ask(operation, container, file)
    with holds(f"{prefix}.wrong-key-is-refused"):
        refused(wrong)
    with holds(f"{prefix}.wrong-key-is-401"):
        answered(wrong, 401)


@claims_of(*READS)
@cost(requests=17)
def test_reading_needs_a_key(authenticated, api, holds, shelf):
    container, files = shelf
    for operation in READS:
        judge_keys(api, holds, operation, container.id, files[0].id)


@claims_of("createContainer")
@cost(requests=3)
def test_creating_needs_a_key(authenticated, api, holds):
    judge_keys(api, holds, "createContainer")


@claims_of(*WRITES)
@requirement(
    SAFE,
    ONE,
    OWN,
    "container.delete.refused-deletions-remove-nothing",
    "file.delete.refused-deletions-remove-nothing",
    *(f"{each}.is-closed-to-other-tenants" for each in PREFIX.values() if each != CREATION),
)
@cost(requests=50, containers=("1g", "1g"))
def test_only_the_owner_may_read_and_write(authenticated, api, holds, given, flock_later):
    container = given.container("private", odd=dict.fromkeys(OPTIONAL))
    file = given.file(container.id, CONTENT, NAME)

    with holds(SAFE):
        nothing_changes(api, container.id, file.id)
    for operation in READS:  # whatever keeps answers keeps these
        api.ask(operation, container.id, file.id)
    was_there = is_there(api, container.id, file.id)
    judge_tenants(api, holds, container.id, file.id, flock_later, was_there=was_there)
    judge_keys(api, holds, "createContainerFile", container.id)
    judge_keys(api, holds, "deleteContainerFile", container.id, file.id)
    with holds("file.delete.refused-deletions-remove-nothing"):
        must_have_been(was_there)
        file_stays(api, container.id, file.id)
    judge_keys(api, holds, "deleteContainer", container.id)
    with holds("container.delete.refused-deletions-remove-nothing"):
        container_stays(api, container.id)


def nothing_changes(api, container, file):
    """A container that is retrieved still has its file."""
    if not api.retrieve_file(container, file).ok:
        raise Untestable("the file can't be retrieved", blame="file.retrieve.succeeds")
    api.retrieve_container(container)
    try:
        file_stays(api, container, file)
    except Failure as failure:
        raise Failure(
            "the container's file still there", failure.got, failure.exchange
        ) from failure


def is_there(api, container, file):
    """Whether the file can be seen before anybody else asks."""
    try:
        file_stays(api, container, file)
    except (Failure, Untestable):
        return False
    return True


def must_have_been(was_there):
    """There was a file that could be lost.

    Raises:
        Untestable: if there was none.
    """
    if not was_there:
        raise Untestable("the file was not there before", blame="file.create.keeps-what-it-made")


def judge_tenants(api, holds, container, file, flock_later, *, was_there):
    """Ask everything with the key of another tenant; then see that nothing has changed."""
    other = api.as_other_tenant()

    def closed(operation):
        if other is None:
            raise NotApplicable("needs the key of a second tenant (--second-api-key-env)")
        return other.ask(operation, container, file)

    for operation in READS[1:]:
        with holds(f"{PREFIX[operation]}.is-closed-to-other-tenants"):
            refused(closed(operation))
    if other is not None:
        with holds("file.list.is-closed-to-other-tenants"):
            refused(other.list_files(container, limit=5, after=file))
    theirs = judge_neighbour(api, holds, other, container, file) if other else ""
    judge_lists(holds, other, closed, (theirs, container), flock_later)
    for operation in WRITES:
        with holds(f"{PREFIX[operation]}.is-closed-to-other-tenants"):
            refused(closed(operation))
    if other is None:
        return
    try:
        with holds("container.delete.is-closed-to-other-tenants"):
            container_stays(api, container)
        container_stays(api, container)
    except Failure as failure:
        raise Untestable(
            "it is gone", blame="container.delete.is-closed-to-other-tenants"
        ) from failure
    with holds("file.delete.is-closed-to-other-tenants"):
        must_have_been(was_there)
        file_stays(api, container, file)
    with holds("file.create.is-closed-to-other-tenants"):
        held = believed(api.list_files(container, limit=100), "file.list")
        if any(str(each.get("path")).endswith(ASKED_FILE) for each in held.data):
            raise Failure("no file of another tenant", f"one called {ASKED_FILE}", held.id)


def judge_neighbour(api, holds, other, container, file):
    """What is ours is not to be had through a container of theirs; returns that one's id.

    Where they may make none, or there is no room, what is asked by our own id has to do.
    """
    made = None
    with contextlib.suppress(NoRoom):
        made = other.create_container(name=api.name("neighbour"))
    if made is None or not made.ok or not isinstance(made.get("id"), str):
        with holds(OWN):
            raise NotApplicable("another tenant can make no container beside ours")
        return ""
    for operation in ON_A_FILE:
        with holds(f"{operation.prefix}.is-closed-to-other-tenants"):
            refused(other.ask(operation.id, made["id"], file))
    other.upload(made["id"], b"of a neighbour\n", NAME)
    with holds(OWN):
        read = api.content(container, file)
        if read.ok and read.content != CONTENT:
            raise Failure(shown(CONTENT), shown(read.content), read.id)
    return made["id"]


def judge_lists(holds, other, closed, cursors, flock_later):
    """No list of another tenant shows ours, nor has that tenant any of our names.

    Of the *cursors* the first is theirs, if they have one, and the second ours.
    """
    pages, ours, names = [], {cursors[1]}, set[str]()
    with holds("container.list.is-closed-to-other-tenants"):
        pages.append(closed("listContainers"))
        flock = flock_later()
        ours.update(each.id for each in flock)
        names.update(each.name for each in flock)
        behind = [{"after": each} for each in (flock[-1].id, cursors[0]) if each]
        pages += [
            other.list_containers(limit=100, order="desc", **asked)
            for asked in ({}, *behind, {"name": flock[-1].name})
        ]
        for page in pages:
            seen = ours & set(page.ids if page.ok else ())
            if seen:
                raise Failure("no page of another tenant's containers", min(seen), page.id)
    if len(pages) < 2:
        return
    with holds(ONE):
        for page in (believed(each, "container.list") for each in pages if each.ok):
            twins = [id_ for name in names for id_ in named(page, name) - ours]
            if twins:
                raise Failure("a container of that name with its owner alone", twins[0], page.id)
