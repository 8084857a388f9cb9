"""Vices in JSON: bodies that cost, that can't be read, or that are not what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.hostile.registry import ALL, vice, vices
from tests.hostile.target import LISTS, OBJECTS, Call

MIB = 1024 * 1024


@vices(
    1,
    4,
    given={
        "null": b"null",
        "an array": b"[]",
        "an array of arrays": b"[[]]",
        "a number": b"1",
        "a text": b'"text"',
        "true": b"true",
        "an object": b"{}",
        "nothing": b"",
        "an error": b'{"error": null}',
        "objects of arrays": b'{"id": [], "object": [], "data": [[]], "has_more": [], "name": []}',
        "objects of nulls": b'{"id": null, "object": null, "data": null, "has_more": null}',
        "objects of objects": b'{"id": {}, "data": {"a": {}}, "has_more": {}, "error": {"a": 1}}',
    },
)
def answers_everything_with(call: Call, body: bytes) -> None:
    """Answers every operation with the same JSON."""
    call.say(body)


@vices(1, 4, given={"null": b"null", "an array": b"[1]", "a text": b'{"error": "text"}'})
def refuses_everything_with(call: Call, body: bytes) -> None:
    """Refuses every operation with a body that is no error object."""
    call.say(body, 400)


@vice(1, 4, options=("--profile", "core"))
def answers_everything_with_an_array_in_a_long_run(call: Call) -> None:
    """Answers every request of every case with an array."""
    call.say(b"[1, null, {}]")


@vice(1, 4, options=("--profile", "core"))
def answers_everything_with_one_object_in_a_long_run(call: Call) -> None:
    """Answers every request of every case with an object whose fields have the wrong types."""
    odd = {"id": "x", "object": "list", "data": [{"id": {}}, {}], "has_more": 1, "name": 2}
    call.say_json({**odd, "created_at": "now", "bytes": {}, "error": [], "status": []})


def deep(levels: int) -> bytes:
    """Arrays in arrays."""
    return b"[" * levels + b"]" * levels


@vice()
def nests_a_hundred_thousand_deep(call: Call) -> None:
    """Answers with JSON that overflows a stack."""
    call.say(deep(100_000))


@vices(1, 4, given={"300": 300, "600": 600, "900": 900, "980": 980}, leaves=ALL)
def nests_in_its_objects(call: Call, levels: int) -> None:
    """Answers rightly, with a field that is nested deep."""
    _add(call, b'"extra": ' + deep(levels))


@vices(
    1,
    4,
    given={"id": "id", "name": "name", "path": "path", "first_id": "first_id"},
    leaves=ALL,
)
def nests_in_the_field(call: Call, name: str) -> None:
    """Answers a field that is nested deep in place of a text."""
    _add(call, f'"{name}": '.encode() + deep(700))


def _add(call: Call, member: bytes) -> None:
    """Answer rightly, with one member more."""
    answer = call.honest()
    if answer.things and answer.body.rstrip().endswith(b"}"):
        answer.body = answer.body.rstrip()[:-1] + b", " + member + b"}"
    call.write(answer.bytes())


@vices(
    0,
    1,
    4,
    given={
        "a million digits": b"9" * 1_000_000,
        "four thousand digits": b"9" * 4_000,
        "a negative one": b"-" + b"9" * 400,
        "NaN": b"NaN",
        "-Infinity": b"-Infinity",
        "1e999": b"1e999",
        "-0.0": b"-0.0",
    },
    leaves=("a million digits", "NaN", "-Infinity"),
)
def counts_in_odd_numbers(call: Call, number: bytes) -> None:
    """Answers times and sizes that are no ordinary numbers."""
    _add(call, b", ".join(b'"%s": %s' % (name, number) for name in (b"created_at", b"bytes")))


@vices(1, 4, given={"four thousand digits": "9" * 4_000, "1e999": "1e999", "true": "true"},
       options=("--profile", "core", "--only", "create*"))  # fmt: skip
def counts_in_odd_numbers_in_a_long_run(call: Call, number: str) -> None:
    """Answers times and sizes that are no ordinary numbers, to the cases that look at them."""
    _add(call, ", ".join(f'"{name}": {number}' for name in ("created_at", "bytes")).encode())


@vice(0, 1, 4, leaves=True, denies=True)
def says_every_field_twice(call: Call) -> None:
    """Answers with duplicate keys."""
    _add(call, b'"id": "cntr_another", "id": "cntr_a_third"')


@vices(
    0,
    1,
    4,
    given={
        "a lone surrogate": b'{"id": "\\ud800", "object": "container", "name": "\\uDFFF"}',
        "invalid UTF-8": b'{"id": "\xff\xfe\xc0\x80", "object": "container"}',
        "a byte order mark": b'\xef\xbb\xbf{"id": "cntr_1", "object": "container"}',
        "UTF-16": '{"id": "cntr_1"}'.encode("utf-16"),
        "UTF-32": '{"id": "cntr_1"}'.encode("utf-32"),
        "UTF-7": b"+AHsAIgBpAGQAIg-: 1}",
        "NUL bytes": b'{"id": "a\0b"}\0\0',
    },
)
def writes_in_odd_letters(call: Call, body: bytes) -> None:
    """Answers with texts that are none."""
    call.say(body, media="application/json; charset=utf-16")


@vices(
    0,
    1,
    given={
        "text/html": "text/html; charset=iso-8859-1",
        "an unknown charset": "application/json; charset=klingon",
        "an image": "image/svg+xml",
        "nonsense": "a/b/c;;;=",
    },
)
def says_another_type(call: Call, media: str) -> None:
    """Answers the right JSON under another media type."""
    answer = call.honest()
    call.say(answer.body, answer.status, media=media)


def page(items: bytes, more: str = "false") -> bytes:
    """A page that holds *items*."""
    start = b'{"object": "list", "first_id": "a", "last_id": "z", "has_more": ' + more.encode()
    return start + b', "data": [' + items + b"]}"


@vices(
    1,
    given={
        "100 MB of one item": lambda: page(b'{"id": "' + b"a" * 100 * MIB + b'"}'),
        "100 MB of items": lambda: page(b",".join([b'{"id": "' + b"a" * 90 + b'"}'] * MIB)),
        "a hundred thousand items": lambda: page(b",".join([b'{"id": {}}'] * 100_000)),
        "a million numbers": lambda: page(b",".join([b"1"] * MIB)),
        "ten million empty objects": lambda: page(b",".join([b"{}"] * 10 * MIB)),
    },
)
def lists_too_much(call: Call, body: Callable[[], bytes]) -> None:
    """Answers lists that fill the memory."""
    if call.operation in LISTS:
        call.say(body())
    else:
        call.pass_on()


LISTING = ("--profile", "core", "--only", "listContainers", "--only", "listContainerFiles")
LISTING += ("--max-requests", "300")


@vice(options=LISTING)
def lists_for_ever(call: Call) -> None:
    """Says that there is more on every page, each with new items."""
    if call.operation not in LISTS:
        call.pass_on()
        return
    ids = [f"cntr_{call.number}_{each}" for each in range(2)]
    items = [{"id": each, "object": "container", "name": "x", "created_at": 1} for each in ids]
    ends = {"first_id": ids[0], "last_id": ids[-1], "has_more": True}
    call.say_json({"object": "list", "data": items, **ends})


@vice(options=LISTING)
def lists_in_a_circle(call: Call) -> None:
    """Answers the first page to every cursor, and says that there is more."""
    if call.operation not in LISTS:
        call.pass_on()
        return
    answer = call.honest(call.path.partition("?")[0] + "?limit=2")
    body = answer.json
    if isinstance(body, dict) and "data" in body:
        body["has_more"] = True
        answer.body = json.dumps(body).encode()
    call.write(answer.bytes())


@vice(0, 1, 4)
def answers_megabytes(call: Call) -> None:
    """Answers every object rightly, and two megabytes of nothing beside it."""
    if call.operation in OBJECTS:
        _add(call, b'"extra": [' + b",".join([b"{}"] * (2 * MIB // 3)) + b"]")
    else:
        call.pass_on()


@vice(1, 4, options=("--profile", "core", "--max-duration", "6"))
def answers_megabytes_in_a_long_run(call: Call) -> None:
    """Answers nearly a megabyte to every request of every case."""
    call.say(page(b",".join([b"{}"] * 300_000)))
