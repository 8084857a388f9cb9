"""Copying files of the Files API: another tenant's can't be had, by file_ids or by file_id."""

from dataclasses import replace

import pytest

from conformance.checks.witness import believed
from conformance.drivers.multipart import Part
from conformance.errors import Failure, NotApplicable

requirement = pytest.mark.requirement
cost = pytest.mark.cost

AT_BIRTH = "container.create.is-closed-to-other-tenants"
LATER = "file.create.is-closed-to-other-tenants"

SECRET = b"of another tenant alone\n"


@requirement(AT_BIRTH, LATER)
@cost(requests=10)
def test_files_of_other_tenants_are_not_copied(authenticated, api, holds, given, depot):
    other = api.as_other_tenant()
    if other is None:
        raise NotApplicable("needs the key of a second tenant (--second-api-key-env)")
    theirs = replace(given, api=other).original(SECRET, "secret.txt").id
    made = api.create_container(name=api.name("thief"), file_ids=[theirs])
    with holds(AT_BIRTH):
        if made.ok:
            held = believed(api.list_files(made["id"], limit=100), "file.list")
            for each in held.ids:
                holds_nothing_of_theirs(api, made["id"], each)
    asked = (
        lambda: api.create_file(depot.id, {"file_id": theirs}),
        lambda: api.send_parts(depot.id, [Part.text("file_id", theirs)]),
    )
    for ask in asked:
        with holds(LATER):
            copied = ask()
            if copied.ok:
                holds_nothing_of_theirs(api, depot.id, copied["id"])


def holds_nothing_of_theirs(api, container, file):
    """The file has not the bytes of the other tenant's."""
    read = api.content(container, file, accept="*/*")
    if read.content == SECRET:
        raise Failure("nothing of another tenant's file", "every byte of it", read.id)
