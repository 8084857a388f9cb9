"""Of several views of one thing, the one that is wrong is at fault."""

import pytest

from conformance.checks.agreement import ABSENT, at_fault, field

TABLE = [
    # sent, created, retrieved, listed, at fault
    ("a", "a", "a", "a", set()),
    ("a", "a", "a", ..., set()),
    ("a", "b", "a", "a", {"create"}),
    ("a", "a", "b", "a", {"retrieve"}),
    ("a", "a", "a", "b", {"list"}),
    ("a", "a", "b", ..., {"retrieve"}),
    ("a", "b", "b", "b", {"create"}),
    ("a", "b", "b", ..., {"create"}),
    ("a", "a", "b", "b", {"create"}),  # answered rightly, stored wrongly
    ("a", "a", "b", "c", {"retrieve", "list"}),
    ("a", "b", "a", "b", {"create"}),
    ("a", "b", "c", "a", {"create", "retrieve"}),
    ("a", "b", "c", "c", {"create"}),
    ("a", ABSENT, "a", "a", {"create"}),
    ("a", "a", ABSENT, "a", {"retrieve"}),
    ("a", "a", "a", ABSENT, {"list"}),
    ("a", ABSENT, ABSENT, ABSENT, {"create"}),
    (..., "a", "a", "a", set()),
    (..., "a", "b", "a", {"retrieve"}),
    (..., "a", "a", "b", {"list"}),
    (..., "a", "b", "b", {"create"}),
    (..., "a", ABSENT, ABSENT, {"create"}),
    (..., ABSENT, ABSENT, ABSENT, set()),
    (None, None, None, None, set()),
    (None, None, ABSENT, ..., {"retrieve"}),
]


@pytest.mark.parametrize(("sent", "created", "retrieved", "listed", "fault"), TABLE)
def test_fault_is_where_the_odd_view_is(sent, created, retrieved, listed, fault):
    """The one that disagrees with what was sent and with the others."""
    assert at_fault(sent, created, retrieved, listed) == fault


FIELDS = [({"a": None}, None), ({}, ABSENT), (None, ABSENT), ([], ABSENT), ("a", ABSENT)]


@pytest.mark.parametrize(("item", "value"), FIELDS)
def test_field_of_anything_is_read(item, value):
    """A field that is null differs from one that is not there."""
    assert field(item, "a") is value
