"""Retrieving a container: it is what was created, and so does the list show it."""

from datetime import datetime

import pytest

from conformance.catalogue.facts import OPTIONAL
from conformance.checks import values
from conformance.checks.agreement import at_fault, field
from conformance.checks.fields import is_whole
from conformance.checks.status import succeeded
from conformance.checks.views import IN_FULL, LISTED, is_listed
from conformance.errors import Failure, Unsupported, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: Seconds that two clocks inside a target may be apart.
CLOCKS_S = 2

#: Seconds that a container may seem to be older than its creation, by those clocks, and slowly.
POOL_S = 120

BLANKS = "container.create.keeps-blanks-at-the-end"

#: Letters outside ASCII, of both cases, one of them composed; quotes, tags, signs, and blanks, one
#: at the end. A name of 64 letters has room for it.
UNICODE = "Ü 名🎉 \"a' & %41+ <b>c</b>  \\d e\u0301 "


@requirement(
    "container.retrieve.name-is-as-created",
    "container.retrieve.created-at-is-as-created",
    "container.retrieve.status-is-alive",
    "container.retrieve.is-repeatable",
    "container.retrieve.last-active-at-is-not-before-creation",
    "container.create.default-memory-limit-is-1g",
    "container.create.expires-after-defaults-to-20-minutes",
    "container.create.keeps-unicode-names",
    BLANKS,
    "container.create.created-at-is-now",
    "container.create.keeps-what-it-made",
    "container.list.shows-the-created",
    LISTED,
    IN_FULL,
)
@cost(requests=6, containers=("1g",))
def test_plain_container_is_the_same_everywhere(api, holds, views, agrees):
    seen = made(holds, views)
    with holds("container.create.keeps-what-it-made"):
        if not seen.retrieved.ok and seen.listed is ...:
            got = f"neither retrieved ({seen.retrieved.told()}) nor listed"
            raise Failure("a container that exists", got, seen.created.id)
    with holds("container.list.shows-the-created"):
        is_listed(seen)
    if keeps_blanks(holds, seen, api.name(seen.label)):
        agrees(
            seen,
            "name",
            api.name(seen.label),
            create="container.create.keeps-unicode-names",
            retrieve="container.retrieve.name-is-as-created",
        )
    with holds("container.create.created-at-is-now"):
        values.is_now(seen.created)
        is_no_older(seen)
    agrees(seen, "created_at", retrieve="container.retrieve.created-at-is-as-created")
    for name in ("memory_limit", "expires_after", "network_policy"):
        agrees(seen, name)
    judge_defaults(holds, seen.created)
    judge_life(holds, seen)
    with holds("container.retrieve.is-repeatable"):
        is_retrieved(seen)
        again = succeeded(api.taking_plain_bytes().retrieve_container(seen.created["id"]))
        for name in ("id", "name", "created_at", "memory_limit", "expires_after"):
            before, now = seen.retrieved.get(name), again.get(name)
            if name not in OPTIONAL or None not in (before, now):
                values.same(name, before, now, again.id)


def is_no_older(seen):
    """It was not created long before it was first used, by the clock of the target.

    A use that is told as of another time altogether, or in another unit, is the retrieval's fault.

    Raises:
        Failure: if it was.
    """
    born, active = seen.created["created_at"], field(seen.retrieved.json, "last_active_at")
    allowed = seconds_between(seen.created, seen.retrieved) + POOL_S
    if is_whole(active) and allowed < active - born <= values.CLOCK_OFF_S:
        raise Failure(f"created_at: about {active}, its first use", shown(born), seen.created.id)


def seconds_between(first, second):
    """How long after the *first* exchange the *second* began."""
    began, then = (datetime.fromisoformat(each.started_at) for each in (first, second))
    return (then - began).total_seconds()


def judge_defaults(holds, created):
    """What was not asked for is as the documents have it."""
    with holds("container.create.default-memory-limit-is-1g"):
        limit = created.get("memory_limit")
        if limit is None:
            raise Unsupported("no answer tells a memory limit")
        values.same("memory_limit", "1g", limit, created.id)
    with holds("container.create.expires-after-defaults-to-20-minutes"):
        default = {"anchor": "last_active_at", "minutes": 20}
        values.within("expires_after", default, created["expires_after"], created.id)


def judge_life(holds, seen):
    """Every view shows it alive, and active since it was made."""
    with holds("container.retrieve.status-is-alive"):
        is_retrieved(seen)
        if seen.retrieved["status"] in ("deleted", "expired"):
            raise Failure("the status of a living container", shown(seen.retrieved["status"]))
    with holds(LISTED):
        if seen.listed is not ... and seen.listed.get("status") in ("deleted", "expired"):
            raise Failure("the status of a living container", shown(seen.listed["status"]))
    with holds("container.retrieve.last-active-at-is-not-before-creation"):
        is_retrieved(seen)
        active = seen.retrieved.get("last_active_at")
        born = seen.retrieved["created_at"]
        if is_whole(active) and is_whole(born) and active + CLOCKS_S < born:
            raise Failure("last_active_at at or after created_at", shown(active))


def made(holds, views):
    """A container with the oddest name that the target takes.

    Raises:
        Untestable: if it takes none.
    """
    seen = views(UNICODE)
    with holds(BLANKS):
        if seen.created.refused:
            seen = views(UNICODE.rstrip())
            if seen.is_made:
                raise Failure("a name with a blank at its end taken", "it is taken without alone")
    with holds("container.create.keeps-unicode-names"):
        succeeded(seen.created)
    if not seen.is_made:
        seen = views("plain one")
    if not seen.is_made:
        raise Untestable(seen.created.told(), blame="container.create.succeeds")
    return seen


def keeps_blanks(holds, seen, name):
    """Whether the creation has kept the *name*, or lost more than a blank at its end."""
    created, retrieved = (field(each.json, "name") for each in (seen.created, seen.retrieved))
    listed = ... if seen.listed is ... else field(seen.listed, "name")
    trimmed, wrong = name.rstrip(), at_fault(name, created, retrieved, listed)
    is_lost = "create" in wrong and trimmed in (created, retrieved)
    with holds(BLANKS):
        if is_lost:
            raise Failure(f"the name {shown(name)}", shown(trimmed), seen.created.id)
    return not is_lost


def is_retrieved(seen):
    """There is a retrieval to judge.

    Raises:
        Untestable: if there is none.
    """
    if not seen.retrieved.ok:
        raise Untestable(seen.retrieved.told(), blame="container.retrieve.succeeds")
