"""What an attempt at a case says of its requirements."""

from types import SimpleNamespace

import pytest

from conformance.catalogue import load
from conformance.plugin.record import Record, Scope

ONE, OTHER = "container.create.succeeds", "container.retrieve.succeeds"


@pytest.fixture
def record():
    """An attempt at a case of two requirements, with as many requests as it is given."""
    scope = Scope(load().requirements, {})

    def make(requests):
        wire = SimpleNamespace(exchanges=[object()] * requests)
        return Record("test_a::test_b", 1, "main", (ONE, OTHER), scope, wire)

    return make


@pytest.mark.parametrize(("requests", "outcome"), [(0, "error"), (1, "passed")])
def test_nothing_holds_without_a_request(record, requests, outcome):
    """What is asserted of nothing is no proof."""
    made = record(requests)
    for requirement in (ONE, OTHER):
        with made.holds(requirement):
            pass
    made.end(None, "call")

    assert {claim["outcome"] for claim in made.claims.values()} == {outcome}


def test_case_that_says_nothing_of_a_requirement_is_an_error(record):
    """Each that is declared has to be spoken for."""
    made = record(1)
    with made.holds(ONE):
        pass
    made.end(None, "call")

    assert made.claims[OTHER]["outcome"] == "error"
    assert "never spoke for it" in made.claims[OTHER]["message"]
