"""What was dropped, added, renamed or changed is told, and nothing else."""

import json

import pytest

from conformance.drivers.multipart import Part, multipart
from conformance.evidence import Arrival, Exchange, Request, Response
from conformance.proxying.comparison import compare
from conformance.proxying.forms import FormPart, parts_of

JSON = (("content-type", "application/json"),)
CREATED = {"id": "cntr_1", "expires_after": {"minutes": 17}, "name": "a name"}


def request(body=None, url="http://127.0.0.1:1/v1/containers", method="POST", headers=JSON):
    """A request with that JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    return Request(method, url, headers, content)


def answer(body, status=200, headers=JSON):
    """An answer with that JSON."""
    return Response(status, headers, json.dumps(body).encode())


def conveyed(sent, arrived, given, came):
    """What is told of such an exchange."""
    arrival = Arrival("createContainer", arrived, given)
    exchange = Exchange(
        "e1", "createContainer", sent, came, "2026-01-01T00:00:00Z", 1.0, upstream=(arrival,)
    )
    return {
        (each.side, each.kind, each.what, each.came)
        for each in compare(exchange, "/v1").differences
    }


def up(sent, arrived, url="/v1/containers"):
    """The same of a request alone."""
    same = answer(CREATED)
    return conveyed(request(sent), request(arrived, url), same, same)


def back(given, came):
    """The same of an answer alone."""
    return conveyed(request(CREATED), request(CREATED, "/v1/containers"), given, came)


def test_what_is_the_same_has_no_differences():
    """Other spaces, and another order of fields, are none."""
    turned = dict(reversed(CREATED.items()))
    assert up(CREATED, turned) == set()
    assert back(answer(CREATED), answer(turned)) == set()


def test_dropped_field_is_told_with_its_path():
    """Also one inside another."""
    assert up(CREATED, {**CREATED, "expires_after": {"anchor": "x"}}) == {
        ("request", "dropped", "field expires_after.minutes", ""),
        ("request", "added", "field expires_after.anchor", "x"),
    }


@pytest.mark.parametrize(("sent", "came"), [(17, "17"), (1, True), (1, 1.0), (None, 0), ("", None)])
def test_changed_value_is_told(sent, came):
    """A number is neither a text nor a truth, and null is a value."""
    found = back(answer({"x": sent}), answer({"x": came}))
    assert {each[:3] for each in found} == {("answer", "changed", "field x")}


def test_renamed_field_is_told():
    """A telling value that stands under another name."""
    assert up({"name": "a name"}, {"title": "a name"}) == {
        ("request", "renamed", "field name", "field title")
    }


def test_parameters_are_told():
    """Dropped, and packed into another."""
    url = "http://127.0.0.1:1/v1/containers?limit=7&name=a%20b"
    same = answer({})
    sent = request(None, url, "GET", ())
    arrived = request(None, "/v1/containers?name=a+b", "GET", ())
    assert conveyed(sent, arrived, same, same) == {("request", "dropped", "query limit", "")}


def test_another_path_is_told():
    """A slash at its end makes another of it; other percent signs do not."""
    assert {each[1:3] for each in up(CREATED, CREATED, "/v1/containers/")} == {("changed", "path")}
    assert up(CREATED, CREATED, "/v1/c%6Fntainers") == set()
    assert up(CREATED, CREATED, "/containers") == set()


def test_field_of_the_items_of_a_list_is_told_once():
    """However many items there are."""
    items = [{"id": f"cntr_{number}", "memory_limit": "4g"} for number in range(3)]
    bare = [{"id": each["id"]} for each in items]
    assert back(answer({"data": items}), answer({"data": bare})) == {
        ("answer", "dropped", "field data[].memory_limit", "")
    }


def test_headers_that_count_are_told():
    """Retry-After and the request id; what belongs to one connection is not looked at."""
    given = answer({}, 429, (*JSON, ("retry-after", "7"), ("x-request-id", "r1"), ("date", "x")))
    came = answer({}, 429, (("content-type", "application/json; charset=utf-8"),))
    assert back(given, came) == {
        ("answer", "dropped", "header retry-after", ""),
        ("answer", "dropped", "header x-request-id", ""),
    }


PARTS = [
    Part.file(b"\r\n--other\r\n\0\xff", 'a "b" Käse.txt', "text/x-a"),
    Part.text("file_id", "file-1"),
]


@pytest.mark.parametrize("boundary", ["x", "3f1c9b0d5a7e4c2896f0b1d2e3a4c5f6", "--- =?:"])
def test_parts_are_read_as_they_were_written(boundary):
    """Bytes that look like a boundary, quotes and letters of any script included."""
    media = f'multipart/form-data; boundary="{boundary}"'
    assert parts_of(multipart(PARTS, boundary), media) == [
        FormPart("file", 'a "b" Käse.txt', "text/x-a", b"\r\n--other\r\n\0\xff"),
        FormPart("file_id", None, None, b"file-1"),
    ]


@pytest.mark.parametrize("media", [None, "", "application/json", "multipart/form-data"])
def test_what_is_no_form_has_no_parts(media):
    """Nor has one without a boundary."""
    assert parts_of(b"--x\r\n\r\n--x--", media) is None
