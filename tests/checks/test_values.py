"""Values are compared as JSON has them."""

from email.utils import formatdate

import pytest

from conformance.checks import status, values
from conformance.errors import Failure

SAME = [(1, 1), ("a", "a"), (None, None), (True, True), ([1], [1]), ({"a": 1}, {"a": 1}), (1, 1.0)]
DIFFERENT = [(1, 2), (1, True), (True, 1), (0, False), ("a", None), ([], None), ("1", 1)]


@pytest.mark.parametrize(("wanted", "got"), SAME)
def test_same_value_holds(wanted, got):
    """Whatever its type."""
    values.same("a", wanted, got)


@pytest.mark.parametrize(("wanted", "got"), DIFFERENT)
def test_other_value_is_a_failure(wanted, got):
    """True is no 1, and nothing is no empty list."""
    with pytest.raises(Failure, match="wanted a: ") as caught:
        values.same("a", wanted, got, "main-7")
    assert caught.value.exchange == "main-7"


WITHIN = [({}, {}, True), ({"a": 1}, {"a": 1, "b": 2}, True), ({"a": 1}, {"b": 2}, False)]
WITHIN += [({"a": 1}, None, False), ({"a": 1}, [], False), ({"a": 1}, {"a": 2}, False)]


@pytest.mark.parametrize(("wanted", "got", "holds"), WITHIN)
def test_object_may_have_more(wanted, got, holds):
    """But lacks nothing of what is wanted."""
    if holds:
        values.within("a", wanted, got)
        return
    with pytest.raises(Failure):
        values.within("a", wanted, got)


NOW = 1_790_000_000
TIMES = [
    (NOW, None, True),
    (NOW - 890, None, True),
    (NOW - 1000, None, False),
    (NOW + 1000, None, False),
    (NOW - 5000, NOW - 5000, True),  # its clock is off, and its Date header says so
    (NOW - 5000, NOW - 5100, True),
    (NOW - 5000, NOW, False),
    (NOW * 1000, None, False),
    (float(NOW), None, False),
    (True, None, False),
    (str(NOW), None, False),
    (None, None, False),
]


@pytest.mark.parametrize(("got", "date", "holds"), TIMES)
def test_time_is_now_by_our_clock_or_the_targets(exchange, monkeypatch, got, date, holds):
    """In whole seconds."""
    monkeypatch.setattr("conformance.checks.values.time.time", lambda: NOW + 0.5)
    made = exchange(body={"created_at": got}, Date=formatdate(date) if date else "no date")
    if holds:
        values.is_now(made)
        return
    with pytest.raises(Failure, match="created_at"):
        values.is_now(made)


def test_missing_field_is_a_failure(exchange):
    """And not an error of ours."""
    with pytest.raises(Failure, match="a field 'name'"):
        values.equal(exchange(body={}), "name", "n")
    values.equal(exchange(body={"name": "n"}), "name", "n")


def test_one_of_several_holds():
    """Any of them."""
    values.one_of("a", ("", None), None)
    with pytest.raises(Failure, match="wanted a:  or null, got x"):
        values.one_of("a", ("", None), "x")


STATUSES = [
    (status.succeeded, {200, 201, 204}),
    (status.refused, {400, 404, 429}),
    (lambda each: status.answered(each, 404), {404}),
]


@pytest.mark.parametrize(("check", "right"), STATUSES)
@pytest.mark.parametrize("code", [200, 201, 204, 302, 400, 404, 429, 500])
def test_status_is_checked(exchange, check, right, code):
    """What fits comes back, what does not is a failure in its exchange."""
    made = exchange(status=code)
    if code in right:
        assert check(made) in (made, None)
        return
    with pytest.raises(Failure) as caught:
        check(made)
    assert caught.value.exchange == "main-1"


@pytest.mark.parametrize(
    ("body", "tells"),
    [
        ({"id": "a"}, True),
        ({"id": ""}, False),
        ({"id": " "}, False),
        ({"id": 1}, False),
        ({}, False),
    ],
)
def test_id_is_told_if_it_can_be_asked_for(exchange, body, tells):
    """An empty one would lead to the list."""
    assert status.has_id(exchange(body=body)) is tells
