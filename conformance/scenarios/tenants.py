"""What another tenant may have of ours: nothing, whichever way it asks."""

import contextlib

from conformance.catalogue import ON_A_FILE
from conformance.catalogue.facts import PREFIX
from conformance.checks.status import has_id, refused, succeeded
from conformance.checks.witness import believed, container_stays, file_stays, named
from conformance.drivers.api import ASKED_FILE
from conformance.errors import Failure, NoRoom, NotApplicable, Untestable

CREATION = "container.create"

#: The file that is not for others, its content, and the content of one that is theirs.
NAME, CONTENT, OF_A_NEIGHBOUR = "private.txt", b"private\n", b"of a neighbour\n"

OWN = "file.content.belongs-to-its-file"
ONE = "container.create.makes-exactly-one"
OTHERS = "container.delete.removes-nothing-else"
FREE = "container.create.names-of-other-tenants-are-free"

CONTAINER_CLOSED = "container.delete.is-closed-to-other-tenants"
FILE_CLOSED = "file.delete.is-closed-to-other-tenants"

READS = (
    "listContainers",
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
)

#: In this order nothing is gone before it was asked for.
WRITES = ("createContainerFile", "deleteContainerFile", "deleteContainer")

#: Those that show a thing by its id, and so may show it to others.
SHOWN = tuple(f"{PREFIX[operation]}.succeeds" for operation in READS[1:])

CLAIMS = (
    ONE,
    OWN,
    FREE,
    OTHERS,
    *SHOWN,
    *(f"{each}.is-closed-to-other-tenants" for each in PREFIX.values() if each != CREATION),
)


def judge_tenants(api, holds, private, flock_later, before, *, was_there):
    """Ask everything with the key of another tenant; then see that nothing has changed.

    Returns the claim by which the file was lost; None where it was not.
    What is *private* is a container and its file, and *before* is what their owner was answered.
    """
    container, file = (each.id for each in private)
    other = api.as_other_tenant()

    def closed(operation):
        if other is None:
            raise NotApplicable("needs the key of a second tenant (--second-api-key-env)")
        return other.ask(operation, container, file)

    judge_closed(holds, closed, READS[1:])
    if other is not None:
        with holds("file.list.is-closed-to-other-tenants"):
            refused(other.list_files(container, limit=5, after=file))
        judge_owner(api, holds, container, file, before)
    theirs = judge_neighbour(api, holds, other, private)
    cursors = (theirs, container)
    judge_lists(api, holds, other, closed, cursors=cursors, flock_later=flock_later)
    judge_closed(holds, closed, WRITES)
    if other is None:
        for claim in (*SHOWN, OTHERS):
            with holds(claim):
                raise NotApplicable("there is no other tenant")
        return None
    lost = lost_by(api, other, (container, theirs), file) if was_there else None
    judge_safety(api, holds, container, lost, was_there=was_there)
    judge_their_deletion(api, holds, other, container, theirs)
    return lost and lost[1]


def judge_closed(holds, closed, operations):
    """Each of the *operations* is refused."""
    for operation in operations:
        with holds(f"{PREFIX[operation]}.is-closed-to-other-tenants"):
            refused(closed(operation))


def lost_by(api, other, containers, file):
    """How the *file* went, and by which claim of those that another tenant was refused; or None.

    One that stays when its own deletion is refused, by way of ours and of theirs of the
    *containers*, went with that of the container.
    """
    container = containers[0]
    try:
        file_stays(api, container, file)
    except Untestable as why:
        return why, FILE_CLOSED
    except Failure as failure:
        made = api.upload(container, CONTENT, api.file_name("another private.txt"))
        if not made.ok or not has_id(made):
            return failure, FILE_CLOSED
        for each in filter(None, containers):
            other.delete_file(each, made["id"])
        stays = api.retrieve_file(container, made["id"]).ok
        return failure, CONTAINER_CLOSED if stays else FILE_CLOSED
    return None


def judge_safety(api, holds, container, lost, *, was_there):
    """What another tenant wrote and deleted has changed nothing; what is *lost* tells otherwise."""
    gone = None
    with holds(CONTAINER_CLOSED):
        try:
            container_stays(api, container)
        except Failure as failure:
            gone = failure
            raise
        if lost and lost[1] == CONTAINER_CLOSED:
            raise lost[0]
    if gone is not None:
        raise Untestable("it is gone", blame=CONTAINER_CLOSED) from gone
    with holds(FILE_CLOSED):
        must_have_been(was_there)
        if lost and lost[1] == FILE_CLOSED:
            raise lost[0]
        if lost:
            raise Untestable(str(lost[0]), blame=CONTAINER_CLOSED)
    with holds("file.create.is-closed-to-other-tenants"):
        held = believed(api.list_files(container, limit=100), "file.list")
        if any(str(each.get("path")).endswith(ASKED_FILE) for each in held.data):
            raise Failure("no file of another tenant", f"one called {ASKED_FILE}", held.id)


def judge_their_deletion(api, holds, other, container, theirs):
    """When *theirs*, a container of the name of ours, is deleted, ours stays."""
    with holds(OTHERS):
        if not theirs:
            raise NotApplicable("another tenant has no container beside ours")
        gone = other.delete_container(theirs)
        if not gone.ok:
            raise Untestable(gone.told(), blame="container.delete.succeeds")
        container_stays(api, container)


def must_have_been(was_there):
    """There was a file that could be lost.

    Raises:
        Untestable: if there was none.
    """
    if not was_there:
        raise Untestable("the file was not there before", blame="file.create.keeps-what-it-made")


def judge_owner(api, holds, container, file, before):
    """What others were refused is not refused to its owner, who was answered *before*."""
    for operation, claim in zip(READS[1:], SHOWN, strict=True):
        with holds(claim):
            if not before[operation].ok:
                raise NotApplicable("its owner was not answered before, either")
            succeeded(api.ask(operation, container, file))


def judge_neighbour(api, holds, other, private):
    """What is ours is not to be had through a container of theirs; returns that one's id.

    Where they may make none, or there is no room, what is asked by our own id has to do.
    """
    container, file = private[0], private[1].id
    made = make_namesake(api, holds, other, container.name)
    if made is None or not made.ok or not isinstance(made.get("id"), str):
        with holds(OWN):
            raise NotApplicable("another tenant can make no container beside ours")
        return ""
    for operation in ON_A_FILE:
        with holds(f"{operation.prefix}.is-closed-to-other-tenants"):
            refused(other.ask(operation.id, made["id"], file))
    theirs = other.upload(made["id"], OF_A_NEIGHBOUR, NAME)
    with holds(OWN):
        read = api.content(container.id, file)
        if not theirs.ok or not read.ok:
            raise NotApplicable("there are not two files to be taken for one another")
        if read.content == OF_A_NEIGHBOUR:
            raise Failure("our own content", "that of another tenant", read.id)
    return made["id"]


def make_namesake(api, holds, other, name):
    """What *other* is answered to the creation of a container of our *name*, or else of another.

    None where there is no other, or no room.
    """
    made = again = None
    if other is not None:
        with contextlib.suppress(NoRoom):
            made = again = other.create_container(name=name)
            if made.refused:
                again = other.create_container(name=api.name("neighbour"))
    with holds(FREE):
        if made is None or again is None or again.refused:
            raise NotApplicable("another tenant can make no container beside ours")
        if not made.ok and again.ok:
            raise Failure("a container, as of any other name", made.told(), made.id)
        if not made.ok:
            raise Untestable(made.told(), blame="container.create.succeeds")
    return again


def judge_lists(api, holds, other, closed, *, cursors, flock_later):
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
        api.list_containers(limit=100, order="desc")  # who keeps pages keeps this one, of ours
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
