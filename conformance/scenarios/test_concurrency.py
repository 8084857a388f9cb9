"""Several containers made at the same time, and deleted in every form that clients use."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance.checks import values
from conformance.checks.status import has_id, succeeded
from conformance.checks.witness import container_stays, lives, must_show, named, newest
from conformance.drivers.api import path_of
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.scenarios.forgetting import container_is_gone, removes

cost = pytest.mark.cost
requirement = pytest.mark.requirement

OTHERS = "container.delete.removes-nothing-else"
GONE = "container.delete.removes-the-container"
PARALLEL = "container.create.parallel-creations-are-kept"
NAMED = "container.create.echoes-the-name"
DIGITS = "container.create.keeps-names-of-digits"
UPLOADS = "file.create.parallel-uploads-are-kept"
OWN = "file.content.belongs-to-its-file"

#: The forms of a deletion that clients use: what each shows, its headers and its body.
FORMS = (
    ("container.delete.empty-body-is-accepted", {"Content-Length": "0", "Accept": "*/*"}, None),
    ("container.delete.json-body-is-accepted", {"Content-Type": "application/json"}, b"{}"),
)


@requirement(
    PARALLEL,
    "container.create.names-may-repeat",
    DIGITS,
    "container.create.makes-exactly-one",
    "container.create.ids-are-distinct",
    "container.list.omits-nothing-made-in-parallel",
    OTHERS,
    GONE,
    "container.retrieve.answers-the-one-asked-for",
    *(claim for claim, _, _ in FORMS),
    UPLOADS,
)
@cost(requests=22, containers=("1g", "1g", "1g"))
def test_parallel_creations_are_kept_and_deleted_in_every_form(api, holds, eventually):
    names = [api.name("parallel"), api.name("parallel"), api.digits()]
    made = made_at_once(api, holds, names)
    kept = [
        (each["id"], each, known_as(name, each, names))
        for each, name in zip(made, names, strict=True)
        if each.ok and has_id(each)
    ]
    with holds("container.create.ids-are-distinct"):
        values.same("distinct ids", len(kept), len({id_ for id_, *_ in kept}), made[-1].id)
    living = []
    with holds(PARALLEL):
        seen = retrieved_at_once(api, holds, [id_ for id_, *_ in kept])
        for (id_, each, names_of_it), retrieved in zip(kept, seen, strict=True):
            if each["name"] not in names_of_it:
                values.equal(each, "name", names_of_it[0])
            is_kept(api, id_, names_of_it, retrieved)
            living.append(id_)
        for each in made:
            if not each.refused:
                succeeded(each)
    lost = Untestable("not made", blame=PARALLEL)
    with holds("container.list.omits-nothing-made-in-parallel"):
        if len(living) < 2:
            raise lost
        eventually(
            lambda: all_listed(api, {id_: each for id_, each, _ in kept if id_ in living}),
            about="container.list.omits-nothing-made-in-parallel",
        )
    listed = []
    with holds("container.create.makes-exactly-one"):
        listed = no_more_than(api, names).ids
    judge_uploads(api, holds, living[:2])
    judge_deletions(api, holds, living, listed)


def made_at_once(api, holds, names):
    """The answers to as many creations; one that was refused a name has another in *names*."""
    with ThreadPoolExecutor(len(names)) as pool:
        made = list(pool.map(lambda name: api.create_container(name=name), names))
    with holds("container.create.names-may-repeat"):
        for each in made[:2]:
            succeeded(each)
    judge_digits(holds, names, made[:2], made[2])
    for at, each in enumerate(made):
        if each.refused:  # for want of a name of its own, or of a letter in it
            names[at] = api.name(f"parallel-{at}")
            made[at] = api.create_container(name=names[at])
    return made


def judge_digits(holds, names, others, created):
    """The last of *names*, where it is taken, is no number."""
    with holds(DIGITS):
        if created.refused:
            raise NotApplicable(f"no such name is taken: {created.told()}")
        if not created.ok:
            raise Untestable(created.told(), blame=PARALLEL)
        if created["name"] in names[:-1]:
            raise Untestable("names are mixed up", blame=PARALLEL)
        if any(each.ok and each.get("name") not in names for each in others):
            raise Untestable("other names are changed, too", blame=NAMED)
        values.equal(created, "name", names[-1])


def judge_uploads(api, holds, containers):
    """Files of one name that go into two containers at once are not taken for one another."""
    with holds(UPLOADS):
        if len(set(containers)) < 2:
            raise Untestable("not made", blame=PARALLEL)
        mixed = mix_up(api, containers, "at once.txt", at_once=True)
        if mixed is None:
            return
        if mix_up(api, containers, "in turn.txt", at_once=False):
            raise Untestable("names are mixed up in turn, too", blame=OWN)
        raise Failure("the bytes of each file", "those of the other", mixed.id)


def mix_up(api, containers, name, *, at_once):
    """The content of a file of that *name*, if it is that of the other; None where neither is.

    Raises:
        Untestable: if there are not two files to be mixed up.
    """
    contents = (b"of the one\n", b"of the other one\n")
    with ThreadPoolExecutor(2 if at_once else 1) as pool:
        sent = list(zip(containers, contents, strict=True))
        made = list(pool.map(lambda each: api.upload(*each, name), sent))
    reads = [
        api.content(container, each["id"])
        for container, each in zip(containers, made, strict=True)
        if each.ok and has_id(each)
    ]
    if len(reads) < 2:
        raise Untestable(made[0].told(), blame="file.create.succeeds")
    both = zip(reads, contents, strict=True)
    return next((read for read, own in both if read.content in {*contents} - {own}), None)


def judge_deletions(api, holds, living, listed):
    """Each of three is deleted alone: the first while the others stay, then both at once.

    The first is the older of two of one name, as the list has them, newest first.
    """
    if len(set(living)) < len(FORMS) + 1:
        for claim in (OTHERS, GONE, *(claim for claim, _, _ in FORMS)):
            with holds(claim):
                raise Untestable("not made", blame=PARALLEL)
        return
    *namesakes, second = living
    twin, first = sorted(namesakes, key=lambda each: listed.index(each) if each in listed else -1)
    with holds(FORMS[0][0]):
        succeeded(deleted_as(api, first, *FORMS[0][1:]))
        container_is_gone(api, api.retrieve_container(first))
    with holds(OTHERS):
        for each in (twin, second):  # one of its name, and one that was made later
            container_stays(api, each)
    with ThreadPoolExecutor(3) as pool:
        deleting = pool.submit(deleted_as, api, second, *FORMS[1][1:])
        # What two delete at once is no trouble, either: passive checks look at both answers.
        answers = list(pool.map(api.delete_container, [twin, twin]))
    still = api.retrieve_container(twin)  # what lives is known to be deleted once more
    lost = judge_among_others(api, holds, second, deleting)
    with holds(GONE):
        if lost:
            raise lost
        if any(each.ok for each in answers):
            container_is_gone(api, still)


def judge_among_others(api, holds, container, deleting):
    """Judge the second form; returns how the *container* stayed that goes when it goes alone."""
    lost = None
    with holds(FORMS[1][0]):
        succeeded(deleting.result())
        retrieved = api.retrieve_container(container)
        if lives(retrieved) and removes(api, container, deleted_as(api, container, *FORMS[1][1:])):
            lost = Failure("the container gone", retrieved.told(), retrieved.id)
            raise Untestable("it goes when it goes alone", blame=GONE)
        container_is_gone(api, retrieved)
    return lost


def no_more_than(api, names):
    """The newest page, if it has no name more often than *names* has it."""
    page = newest(api)
    for name in set(names):
        found = len(named(page, name))
        if found > names.count(name):
            raise Failure(f"{names.count(name)} called {name!r}", f"{found}", page.id)
    return page


def retrieved_at_once(api, holds, ids):
    """The answers to retrievals of *ids* at the same time, each about its own."""
    with ThreadPoolExecutor(len(ids) or 1) as pool:
        seen = list(pool.map(api.retrieve_container, ids))
    with holds("container.retrieve.answers-the-one-asked-for"):
        for id_, retrieved in zip(ids, seen, strict=True):
            if retrieved.ok:
                values.equal(retrieved, "id", id_)
    return seen


def known_as(name, created, names):
    """The names of a container: as it was asked for and, where those are digits, as it is told.

    Where that is another of *names* the two were mixed up, and it is not known by it.
    """
    told = created.get("name")
    return [name, told] if name.isdecimal() and told not in names else [name]


def is_kept(api, id_, names, retrieved):
    """The retrieval or, where that errs, the list shows the container with one of its *names*."""
    if retrieved.ok and retrieved.get("name") in names:
        return
    page = newest(api)
    if not any(id_ in named(page, each) for each in names):
        raise Failure(f"a container {names[0]!r}", retrieved.told(), retrieved.id)


def all_listed(api, made):
    """The newest page shows every one of *made*, by its id."""
    page = succeeded(api.list_containers(limit=100, order="desc"))
    missing = [each for id_, each in made.items() if id_ not in page.ids]
    for each in missing:
        must_show(page, each.get("created_at"))
    if missing:
        raise Failure("all that were made at the same time", f"{len(missing)} missing", page.id)


def deleted_as(api, container, headers, body):
    """The answer to a DELETE with *headers* and *body*."""
    path = path_of("containers", container)
    return api.send("DELETE", path, headers=headers, content=body)
