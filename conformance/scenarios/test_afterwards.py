"""What was deleted long ago: these cases run behind all others, when time has passed."""

import pytest

from conformance.checks.witness import is_gone
from conformance.errors import NotApplicable

cost = pytest.mark.cost
requirement = pytest.mark.requirement


@requirement("file.delete.removes-the-file")
@cost(requests=1)
def test_file_that_was_deleted_before_is_gone(api, depot):
    file = api.wire.ledger.noted(f"deleted from {depot.id}")
    if file is None:
        raise NotApplicable("nothing was deleted before")
    is_gone(api.retrieve_file(depot.id, file))


@requirement("container.delete.removes-the-container")
@cost(requests=1)
def test_container_that_was_deleted_before_is_gone(api):
    gone = [each.id for each in api.wire.ledger.entries("deleted") if each.kind == "container"]
    if not gone:
        raise NotApplicable("nothing was deleted before")
    is_gone(api.retrieve_container(gone[0]))
