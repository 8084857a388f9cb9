"""An exchange tells what was said, whatever was said."""

import base64
import contextlib
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.errors import Failure
from conformance.evidence import Exchange, Redactor, Request, Response
from conformance.evidence.bodies import KEPT_BYTES, body_to_json
from conformance.evidence.exchange import SHOWN_CHARACTERS, NotJson, shown
from conformance.evidence.redaction import MASK

KEY = "sk-0123456789abcdefghijABCDEFGHIJ"

UNREADABLE = {
    "empty": b"",
    "blank": b"  ",
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"-Infinity",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "invalid UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'"\xc0\xaf"',
    "surrogates as bytes": b'"\xed\xa0\x80"',
    "half of a surrogate pair": b'{"a": "\\ud800"}',
    "the same in a key": b'{"\\UDC00": 1}'.replace(b"U", b"u"),
    "cut": b'{"a": [1, 2',
    "two values": b"{} {}",
    "single quotes": b"{'a': 1}",
    "comment": b"{} // no",
    "trailing comma": b"[1,]",
    "raw newline in a text": b'"a\nb"',
    "deep arrays": b"[" * 200_000,
    "deep arrays, closed": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "HTML": b"<html></html>",
    "too many digits": b"9" * 100_000,
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_body_is_told_and_never_raised(answered, content):
    """What is no strict JSON reads as `NotJson` with a reason, and its fields are missing."""
    exchange = answered(content)

    assert isinstance(exchange.json, NotJson)
    assert exchange.json.why
    assert exchange.get("a") is None
    with pytest.raises(Failure, match="wanted a JSON object, got 200 no JSON"):
        _ = exchange["a"]


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_no_body_raises_anything_but_failures(content):
    """Any bytes can be asked for anything; the worst that comes is a `Failure`."""
    exchange = Exchange(
        "main-1", None, Request("GET", "http://h/", (), b""), Response(200, (), content), "", 0.0
    )
    for ask in (
        lambda: exchange.object,
        lambda: exchange.data,
        lambda: exchange.ids,
        lambda: exchange["id"],
    ):
        with contextlib.suppress(Failure):
            ask()
    exchange.get("id")
    assert exchange.told()
    json.dumps(exchange.to_json(str))


READABLE = {
    b'{"a": 1}': {"a": 1},
    b"\t\r\n [1.5e3]\n": [1500.0],
    b"null": None,
    b'"\\ud83d\\ude42"': "🙂",
    b'{"a": 1, "a": 2}': {"a": 2},
    b"1e999": float("inf"),
}


@pytest.mark.parametrize(("content", "value"), READABLE.items())
def test_json_is_read(answered, content, value):
    """JSON is read as it is, odd but valid texts too."""
    assert answered(content).json == value


WRONG = {
    "missing key": (b'{"b": 1}', lambda each: each["a"], "a field 'a'"),
    "null body": (b"null", lambda each: each["a"], "a JSON object"),
    "array body": (b"[]", lambda each: each.object, "a JSON object"),
    "data missing": (b"{}", lambda each: each.data, "a field 'data'"),
    "data null": (b'{"data": null}', lambda each: each.data, "data: an array of objects"),
    "data of texts": (b'{"data": ["a"]}', lambda each: each.data, "data: an array of objects"),
    "item without id": (b'{"data": [{}]}', lambda each: each.ids, "an id that is a string"),
    "id a number": (b'{"data": [{"id": 1}]}', lambda each: each.ids, "an id that is a string"),
}


@pytest.mark.parametrize(("content", "ask", "wanted"), WRONG.values(), ids=WRONG)
def test_missing_value_is_the_targets_fault(answered, content, ask, wanted):
    """A key that is not there is a `Failure` in that exchange, never a ``KeyError``."""
    with pytest.raises(Failure) as caught:
        ask(answered(content))

    assert caught.value.wanted.startswith(wanted)
    assert caught.value.exchange == "main-1"


STATUSES = [(0, False, False), (199, False, False), (200, True, False), (299, True, False)]
STATUSES += [(301, False, False), (400, False, True), (499, False, True), (500, False, False)]


@pytest.mark.parametrize(("status", "ok", "refused"), STATUSES)
def test_status_tells_yes_from_no(answered, status, ok, refused):
    """A 2xx is a yes, a 4xx is a no, anything else is neither."""
    exchange = answered(b"{}", status=status)

    assert (exchange.ok, exchange.refused) == (ok, refused)


def test_missing_answer_reads_as_nothing(unanswered):
    """Without a response there is no status, no body, no header, and the trouble is told."""
    assert (unanswered.status, unanswered.content, unanswered.header("a")) == (0, b"", None)
    assert (unanswered.ok, unanswered.refused) == (False, False)
    assert "ReadTimeout" in unanswered.told()
    assert json.loads(json.dumps(unanswered.to_json(str)))["response"] is None


def test_header_is_found_whatever_its_case(answered):
    """The first of several headers speaks."""
    exchange = answered(b"", headers=(("X-Request-ID", "1"), ("x-request-id", "2")))

    assert exchange.header("x-REQUEST-id") == "1"


TOLD = {
    "JSON": (b'{"a": 1}', (("content-type", "application/json"),), '200 {"a": 1}'),
    "undeclared JSON": (b"[1]", (), "200 [1]"),
    "empty": (b"", (), "200 with an empty body"),
    "bytes": (b"\0\1", (("content-type", "image/png; q=1"),), "200 with 2 bytes of image/png"),
    "no type": (b"ab", (), "200 with 2 bytes of no content type"),
}


@pytest.mark.parametrize(("content", "headers", "told"), TOLD.values(), ids=TOLD)
def test_answer_is_told_in_a_few_words(answered, content, headers, told):
    """The *got* of a failure."""
    assert answered(content, headers=headers).told() == told


@pytest.mark.parametrize(
    "value", ["a" * 10_000, ["a"] * 10_000, {"a": float("nan")}, {1, 2}, b"\xff", "\ud800"]
)
def test_any_value_is_shown_shortly(value):
    """Whatever a value is, it is shown, and never at length."""
    assert len(shown(value)) <= SHOWN_CHARACTERS + 1


def test_deep_value_is_shown():
    """A value that is nested too deep for JSON is shown, too."""
    value = []
    for _ in range(900):
        value = [value]

    assert shown(value)


def test_exchange_survives_json(answered):
    """What is recorded is the same after a journey through JSON."""
    exchange = answered(
        b'{"a": "\xc3\xa4"}',
        request=Request(
            "POST", "http://127.0.0.1/v1/containers?a=%20", (("A", "b"),), b"\xff\0binary"
        ),
        params=(("a", " "),),
    )
    data = exchange.to_json(str)

    assert json.loads(json.dumps(data)) == data
    assert base64.b64decode(data["request"]["body"]["base64"]) == b"\xff\0binary"
    assert data["response"]["body"]["text"] == '{"a": "ä"}'
    assert data["params"] == [["a", " "]]


def test_exchange_masks_everything_a_target_or_caller_wrote(answered):
    """URL, query, headers on both sides, bodies on both sides, flaw and trouble."""
    exchange = answered(
        b"",
        request=Request(
            "GET", f"http://h/{KEY}", (("Authorization", f"Bearer {KEY}"),), KEY.encode()
        ),
        response=Response(200, (("X-Echo", KEY), (KEY, "b")), KEY.encode(), flaw=f"bad {KEY}"),
        params=(("key", KEY),),
        trouble=f"ConnectError: {KEY}",
    )

    text = json.dumps(exchange.to_json(Redactor.of([KEY]).mask))

    assert KEY not in text
    assert KEY[:12] not in text
    assert text.count(MASK) >= 9


@pytest.mark.parametrize("size", [0, 1, KEPT_BYTES - 1, KEPT_BYTES, KEPT_BYTES + 1, 5 * KEPT_BYTES])
@pytest.mark.parametrize("unit", [b"a", b"\xff"], ids=["text", "bytes"])
def test_body_is_kept_up_to_a_limit(size, unit):
    """Size and hash speak for the whole body, the rest is its beginning."""
    content = unit * size
    body = body_to_json(content, str)

    kept = body["text"].encode() if "text" in body else base64.b64decode(body["base64"])
    assert kept == content[:KEPT_BYTES]
    assert (body["size"], body["truncated"]) == (size, size > KEPT_BYTES)
    assert body["sha256"] == hashlib.sha256(content).hexdigest()


def test_character_cut_in_half_keeps_a_body_text():
    """A long text stays text where the limit falls into a character."""
    body = body_to_json(b"a" + "ä".encode() * KEPT_BYTES, str)

    assert body["text"].startswith("aä")
    assert body["truncated"]


SECRETIVE = {
    "text": KEY.encode(),
    "bytes": b"\xff\0" + KEY.encode() + b"\xfe",
    "text, late": b"a" * (KEPT_BYTES - len(KEY)) + KEY.encode() + b"b",
    "at the limit": b"a" * (KEPT_BYTES - 10) + KEY.encode() + b"b" * 100,
    "one short of the limit": b"a" * (KEPT_BYTES - len(KEY) + 1) + KEY.encode(),
    "many": (KEY.encode() + b" ") * (KEPT_BYTES // (len(KEY) + 1) + 200),
    "bytes at the limit": b"\xff" * (KEPT_BYTES - 20) + KEY.encode() + b"b" * 100,
}


@pytest.mark.parametrize("content", SECRETIVE.values(), ids=SECRETIVE)
def test_body_keeps_no_secret(content):
    """Neither as text nor as bytes, also where the limit falls into it, nor by its hash."""
    body = body_to_json(content, Redactor.of([KEY]).mask)

    kept = body["text"] if "text" in body else base64.b64decode(body["base64"]).decode("latin-1")
    assert KEY[:8] not in kept
    assert body["sha256"] != hashlib.sha256(content).hexdigest()
    assert body["size"] == len(content)
