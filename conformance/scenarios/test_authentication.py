"""Who may ask: no key, a wrong key, another tenant's key."""

import pytest

from conformance.catalogue.facts import PREFIX
from conformance.checks.status import answered, refused
from conformance.checks.witness import container_stays, file_stays
from conformance.errors import Failure, Untestable
from conformance.scenarios import tenants
from conformance.scenarios.tenants import CONTENT, NAME, READS, WRITES

cost = pytest.mark.cost
requirement = pytest.mark.requirement

SAFE = "container.retrieve.changes-nothing"

#: What openai-python sends as null where a caller gives None.
OPTIONAL = ("expires_after", "file_ids", "memory_limit", "network_policy", "skills")

CLAIMS = ("key-is-required", "missing-key-is-401", "wrong-key-is-refused", "wrong-key-is-401")


def claims_of(*operations):
    """The marks of a case that speaks for the keys of *operations*."""
    return requirement(*(f"{PREFIX[each]}.{claim}" for each in operations for claim in CLAIMS))


def judge_keys(api, holds, operation, container="", file=""):
    """Ask *operation* without a key, with an empty one and with a wrong one."""
    prefix = PREFIX[operation]
    without = api.without_key().ask(operation, container, file)
    unlocked, empty = with_empty_key(api, operation, container, file, without)
    with holds(f"{prefix}.key-is-required"):
        refused(without)
        refused(empty)
    with holds(f"{prefix}.missing-key-is-401"):
        answered(without, 401)
        if unlocked is not None and empty.status == 401:
            answered(unlocked, 401)
    wrong = api.with_wrong_key().ask(operation, container, file)
    with holds(f"{prefix}.wrong-key-is-refused"):
        refused(wrong)
    with holds(f"{prefix}.wrong-key-is-401"):
        answered(wrong, 401)


def with_empty_key(api, operation, container, file, without):
    """What is answered about a container that is not there, if not of the key, and the answer.

    Who asks *without* a key hears of the key first, whether there is such a container or not:
    then one that is made up shows as well whether an empty key is refused.
    """
    api, unlocked = api.with_empty_key(), None
    if container and without.status == 401:
        unlocked = api.ask(operation, api.made_up("cntr"), file)
        if unlocked.status == 401:
            return None, unlocked
    return unlocked, api.ask(operation, container, file)


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
    *tenants.CLAIMS,
    "container.delete.refused-deletions-remove-nothing",
    "file.delete.refused-deletions-remove-nothing",
)
@cost(requests=53, containers=("1g", "1g"))
def test_only_the_owner_may_read_and_write(authenticated, api, holds, given, flock_later):
    container = given.container("private", odd=dict.fromkeys(OPTIONAL))
    file = given.file(container.id, CONTENT, NAME)

    with holds(SAFE):
        nothing_changes(api, container.id, file.id)
    # Whatever keeps answers keeps these.
    before = {operation: api.ask(operation, container.id, file.id) for operation in READS}
    was_there = before["retrieveContainerFile"].ok or is_there(api, container.id, file.id)
    private = container, file
    lost = tenants.judge_tenants(api, holds, private, flock_later, before, was_there=was_there)
    judge_keys(api, holds, "createContainerFile", container.id)
    judge_keys(api, holds, "deleteContainerFile", container.id, file.id)
    with holds("file.delete.refused-deletions-remove-nothing"):
        tenants.must_have_been(was_there)
        if lost:
            raise Untestable("another tenant has removed it", blame=lost)
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
