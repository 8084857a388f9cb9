"""Every rule about a single exchange fails where it must, and only there."""

from dataclasses import replace

import pytest

from conformance.catalogue import load
from conformance.checks import passive

URL = "http://127.0.0.1/v1/containers"
ONE = f"{URL}/cntr_1"
FILES = f"{ONE}/files"
NOW = 1_750_000_000

CONTAINER = {
    "id": "cntr_1",
    "object": "container",
    "created_at": NOW,
    "name": "n",
    "status": "running",
    "expires_after": {"anchor": "last_active_at", "minutes": 20},
    "last_active_at": NOW,
    "memory_limit": "1g",
    "network_policy": {"type": "allowlist", "allowed_domains": ["a.example"]},
}
FILE = {
    "id": "cfile_1",
    "object": "container.file",
    "created_at": NOW,
    "bytes": 5,
    "container_id": "cntr_1",
    "path": "/mnt/data/a",
    "source": "user",
}
ERROR = {"message": "m", "type": "t", "param": None, "code": None}

C = {"operation": "retrieveContainer", "url": ONE}
F = {"operation": "retrieveContainerFile", "url": f"{FILES}/cfile_1"}
D = {"operation": "deleteContainer", "url": ONE}
DF = {"operation": "deleteContainerFile", "url": f"{FILES}/cfile_1"}
L = {"operation": "listContainers", "url": URL}
LF = {"operation": "listContainerFiles", "url": FILES}
B = {"operation": "retrieveContainerFileContent", "url": f"{FILES}/cfile_1/content"}


def page(*items, **fields):
    """A page of *items* as it should be."""
    ends = {
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
    }
    return {"object": "list", "data": list(items), "has_more": False, **ends, **fields}


def containers(*numbers, start=NOW):
    """Containers, newest first."""
    return [{**CONTAINER, "id": f"cntr_{n}", "created_at": start - n} for n in numbers]


def without(body, *names):
    """*body* without *names*."""
    return {key: value for key, value in body.items() if key not in names}


RIGHT = {
    "container": {**C, "body": CONTAINER},
    "bare container": {
        **C,
        "body": without(
            CONTAINER, "expires_after", "last_active_at", "memory_limit", "network_policy"
        ),
    },
    "container with more": {**C, "body": {**CONTAINER, "extra": [1], "expires_after": None}},
    "container with a data field": {**C, "body": {**CONTAINER, "data": {"x": 1}, "error": None}},
    "gateway that refuses an odd path": {
        "operation": "retrieveContainer",
        "url": f"{URL}/cntr_1%0D%0A",
        "status": 404,
        "Content_Type": "text/plain",
        "body": b"404: Not Found",
        "x_request_id": None,
    },
    "deletion of an id that is oddly written": {
        "operation": "deleteContainer",
        "url": f"{URL}/cntr_%2531",
        "body": {"id": "cntr_1", "object": "container.deleted", "deleted": True},
    },
    "disabled network": {**C, "body": {**CONTAINER, "network_policy": {"type": "disabled"}}},
    "policy with null domains": {
        **C,
        "body": {**CONTAINER, "network_policy": {"type": "disabled", "allowed_domains": None}},
    },
    "empty name": {**C, "body": {**CONTAINER, "name": ""}},
    "declared with a charset": {
        **C,
        "body": CONTAINER,
        "Content_Type": "Application/JSON; charset=utf-8",
    },
    "file": {**F, "body": FILE},
    "empty file": {**F, "body": {**FILE, "bytes": 0}},
    "file of the assistant without a size": {
        **F,
        "body": {**FILE, "source": "assistant", "bytes": None},
    },
    "deleted": {**D, "body": {"id": "cntr_1", "object": "container.deleted", "deleted": True}},
    "deleted file": {
        **DF,
        "body": {"id": "cfile_1", "object": "container.file.deleted", "deleted": True},
    },
    "empty page": {**L, "body": page()},
    "empty page with empty ends": {**L, "body": page(first_id="", last_id="")},
    "empty page without ends": {**L, "body": without(page(), "first_id", "last_id")},
    "page": {**L, "body": page(*containers(0, 1, 1 + 1))},
    "page in ascending order": {
        **L,
        "body": page(*containers(2, 1, 0)),
        "params": (("order", "asc"),),
    },
    "full page": {**L, "body": page(*containers(0, 1)), "params": (("limit", "2"),)},
    "twenty": {**L, "body": page(*containers(*range(20)))},
    "more than twenty where asked": {
        **L,
        "body": page(*containers(*range(25))),
        "params": (("limit", "100"),),
    },
    "odd limit taken": {
        **L,
        "body": page(*containers(*range(25))),
        "params": (("limit", "x"),),
    },
    "limit of 0 taken for the nearest": {
        **L,
        "body": page(*containers(0)),
        "params": (("limit", "0"),),
    },
    "odd order taken": {
        **L,
        "body": page(*containers(2, 0, 1)),
        "params": (("order", "sideways"),),
    },
    "page of files": {**LF, "body": page(FILE)},
    "content": {**B, "body": b"\0\1", "Content_Type": "application/octet-stream"},
    "empty content": {**B, "body": b"", "Content_Type": None},
    "refusal": {**C, "status": 404, "body": {"error": ERROR}},
    "refusal with texts": {
        **C,
        "status": 400,
        "body": {"error": {**ERROR, "param": "name", "code": "missing", "more": 1}},
    },
    "conflict that is not to be repeated": {
        **C,
        "status": 409,
        "body": {"error": ERROR},
        "x_should_retry": "false",
    },
    "short rest": {**C, "body": CONTAINER, "Retry_After": "60"},
}


@pytest.mark.parametrize("given", RIGHT.values(), ids=RIGHT)
def test_right_answer_breaks_nothing(exchange, given):
    """And something is said of it."""
    claims = list(passive.judge(exchange(**given)))

    assert claims
    assert [each for each in claims if each.failure] == []


def c(**changes):
    """A container that differs in *changes*."""
    return {**C, "body": {**CONTAINER, **changes}}


def f(**changes):
    """A file that differs in *changes*."""
    return {**F, "body": {**FILE, **changes}}


def l(*items, params=(), **changes):  # noqa: E743 - as C, F and L
    """A page of *items* that differs in *changes*."""
    return {**L, "body": page(*items, **changes), "params": params}


def lacking(given, *names):
    """The same without *names*."""
    return {**given, "body": without(given["body"], *names)}


deleted = {"id": "cntr_1", "object": "container.deleted", "deleted": True}

WRONG = [
    ("is-never-a-server-error", {**C, "status": 500, "body": {"error": ERROR}}),
    ("is-never-a-server-error", {**C, "status": 599}),
    ("is-not-redirected", {**C, "status": 302, "Location": "http://127.0.0.1/elsewhere"}),
    ("is-not-redirected", {**C, "status": 304}),
    ("carries-a-request-id", {**C, "body": CONTAINER, "x_request_id": None}),
    ("carries-a-request-id", {**C, "body": CONTAINER, "x_request_id": ""}),
    ("retry-after-is-short", {**C, "body": CONTAINER, "Retry_After": "61"}),
    ("retry-after-is-short", {**C, "body": CONTAINER, "Retry_After": "9" * 5000}),
    (
        "error-type-fits-the-status",
        {
            **C,
            "status": 409,
            "x_should_retry": "false",
            "body": {"error": {**ERROR, "type": "invalid_request_error"}},
        },
    ),
    ("permanent-errors-are-not-retried", {**C, "status": 409, "body": {"error": ERROR}}),
    ("permanent-errors-are-not-retried", {**C, "status": 408, "body": {"error": ERROR}}),
    ("success-is-200", {**c(), "status": 201}),
    ("answers-json", {**c(), "Content_Type": "text/plain"}),
    ("answers-json", {**c(), "Content_Type": None}),
    ("answers-json", {**c(), "Content_Type": "application/json+x"}),
    ("answers-a-body", {**D, "body": b""}),
    ("answers-the-deletion", {**D, "body": {**deleted, "id": "cntr_2"}}),
    ("answers-the-deletion", {**D, "body": {**deleted, "object": "container"}}),
    ("answers-the-deletion", {**D, "body": {**deleted, "deleted": "true"}}),
    ("answers-the-deletion", {**D, "body": {**deleted, "deleted": 1}}),
    ("answers-the-deletion", {**D, "body": {"id": "cntr_1", "deleted": True}}),
    ("answers-the-object-itself", {**C, "body": {"data": CONTAINER}}),
    ("answers-the-object-itself", {**C, "body": {}}),
    ("answers-the-object-itself", {**C, "body": {"error": ERROR}}),
    ("answers-the-object-itself", {**C, "body": [CONTAINER]}),
    ("answers-the-object-itself", {**C, "body": b"null"}),
    ("id-is-a-string", c(id=1)),
    ("id-is-a-string", c(id="")),
    ("object-is-container", c(object="Container")),
    ("object-is-container", lacking(c(), "object")),
    ("created-at-is-unix-seconds", c(created_at=float(NOW))),
    ("created-at-is-unix-seconds", c(created_at=NOW * 1000)),
    ("created-at-is-unix-seconds", c(created_at="2026-01-01")),
    ("created-at-is-unix-seconds", c(created_at=True)),
    ("created-at-is-unix-seconds", c(created_at=0)),
    ("created-at-is-unix-seconds", c(created_at=None)),
    ("created-at-is-unix-seconds", c(created_at=10**400)),
    ("name-is-a-string", c(name=None)),
    ("name-is-a-string", lacking(c(), "name")),
    ("status-is-a-string", c(status=1)),
    ("expires-after-fits", c(expires_after=20)),
    ("expires-after-fits", c(expires_after={"anchor": "created_at", "minutes": 1})),
    ("expires-after-fits", c(expires_after={"anchor": "last_active_at", "minutes": 0})),
    ("expires-after-fits", c(expires_after={"anchor": "last_active_at", "minutes": "20"})),
    ("last-active-at-is-unix-seconds", c(last_active_at=None)),
    ("memory-limit-fits", c(memory_limit="2g")),
    ("memory-limit-fits", c(memory_limit=["1g"])),
    ("network-policy-fits", c(network_policy={"type": "open"})),
    ("network-policy-fits", c(network_policy=[])),
    ("network-policy-fits", c(network_policy={"type": ["allowlist"]})),
    ("network-policy-fits", c(network_policy={"type": "allowlist", "allowed_domains": [1]})),
    ("network-policy-fits", c(network_policy={"type": "allowlist", "allowed_domains": "a"})),
    ("id-is-a-string", f(id=None)),
    ("object-is-container-file", f(object="file")),
    ("created-at-is-unix-seconds", f(created_at=-1)),
    ("bytes-is-a-size", f(bytes=-1)),
    ("bytes-is-a-size", f(bytes=5.0)),
    ("bytes-is-a-size", f(bytes=None)),
    ("bytes-is-a-size", lacking(f(), "bytes")),
    ("container-id-is-the-container", f(container_id="cntr_2")),
    ("path-is-a-string", f(path="")),
    ("source-is-a-string", f(source=None)),
    ("object-is-list", l(object="lists")),
    ("object-is-list", lacking(l(), "object")),
    ("data-is-an-array", l(data={})),
    ("data-is-an-array", lacking(l(), "data")),
    ("data-is-an-array", l(data=["cntr_1"])),
    ("has-more-is-a-boolean", l(has_more="false")),
    ("has-more-is-a-boolean", l(has_more=0)),
    ("has-more-is-a-boolean", l(has_more=None)),
    ("first-and-last-id-are-the-ends", l(*containers(0, 1), first_id="cntr_1")),
    ("first-and-last-id-are-the-ends", l(*containers(0, 1), last_id=None)),
    ("first-and-last-id-are-the-ends", lacking(l(*containers(0)), "last_id")),
    ("first-and-last-id-are-the-ends", l(last_id="cntr_9")),
    ("has-more-page-is-not-empty", l(has_more=True)),
    ("limit-is-honoured", l(*containers(0, 1), params=(("limit", "1"),))),
    ("default-limit-is-20", l(*containers(*range(21)))),
    ("ids-on-a-page-are-distinct", l(*containers(0, 0))),
    ("page-is-in-order", l(*containers(1, 0))),
    ("page-is-in-order", l(*containers(0, 1), params=(("order", "asc"),))),
    ("page-is-in-order", l(*containers(1, 0), params=(("order", "desc"),))),
    (
        "name-is-a-string",
        l(*containers(0), {**CONTAINER, "id": "cntr_9", "name": 1, "created_at": NOW - 9}),
    ),
]


@pytest.mark.parametrize(
    ("rule", "given"), WRONG, ids=[f"{rule} {n}" for n, (rule, _) in enumerate(WRONG)]
)
def test_wrong_answer_breaks_exactly_one_rule(exchange, rule, given):
    """The rule that it breaks is named, on its operation, in that exchange."""
    broken = [each for each in passive.judge(exchange(**given)) if each.failure]
    prefix = passive.PREFIX[given["operation"]]
    alone = [each for each in broken if each.requirement == f"{prefix}.{rule}"]

    assert len(alone) == 1, [each.requirement for each in broken]
    assert alone[0].failure.exchange == "main-1"
    also = {each.requirement.rpartition(".")[2] for each in broken} - {rule}
    assert also <= {"answers-the-object-itself", "first-and-last-id-are-the-ends"}


def test_limit_that_stands_in_the_address_counts(exchange):
    """A case that writes its query itself has no parameters beside the path."""
    url = "http://127.0.0.1/v1/containers?name=a%26limit=3&limit=100"
    page = exchange(**l(*containers(*range(21))) | {"url": url})

    assert not [each for each in passive.judge(page) if each.failure]


NOT_STRICT = [b'{"id": NaN}', b"<html>", b'\xef\xbb\xbf{"id": "cntr_1"}', b'{"id": "\xff"}', b"{"]


@pytest.mark.parametrize("body", NOT_STRICT)
def test_answer_that_is_no_strict_json_is_told(exchange, body):
    """Whatever else it breaks."""
    claims = {each.requirement: each.failure for each in passive.judge(exchange(**C, body=body))}

    assert claims["container.retrieve.json-is-strict"]


ENVELOPES = {
    "no JSON": b"not found",
    "no error": {"detail": "Not Found"},
    "error a text": {"error": "not found"},
    "error null": {"error": None},
    "no message": {"error": without(ERROR, "message")},
    "message empty": {"error": {**ERROR, "message": ""}},
    "message null": {"error": {**ERROR, "message": None}},
    "no type": {"error": without(ERROR, "type")},
    "type a number": {"error": {**ERROR, "type": 1}},
    "no param": {"error": without(ERROR, "param")},
    "param a list": {"error": {**ERROR, "param": ["a"]}},
    "no code": {"error": without(ERROR, "code")},
    "code a number": {"error": {**ERROR, "code": 404}},
    "array": [ERROR],
}


@pytest.mark.parametrize("body", ENVELOPES.values(), ids=ENVELOPES)
def test_refusal_without_the_envelope_is_told(exchange, body):
    """All four keys have to be there, the last two as text or null."""
    broken = [
        each.requirement
        for each in passive.judge(exchange(**C, status=404, body=body))
        if each.failure
    ]

    assert broken == ["container.retrieve.errors-have-the-envelope"]


@pytest.mark.parametrize(
    ("body", "got"),
    [
        ({"error": {**ERROR, "param": ["a"]}}, '["a"]'),
        ({"error": without(ERROR, "param")}, "no param in {"),
    ],
)
def test_part_of_the_envelope_that_is_wrong_is_shown_alone(exchange, body, got):
    """Behind the rest of a long error it would not be seen."""
    (failure,) = filter(
        None, [each.failure for each in passive.judge(exchange(**C, status=404, body=body))]
    )

    assert failure.got.startswith(got)


def test_refusal_declared_as_text_is_told(exchange):
    """An error that clients don't read as JSON is no envelope."""
    wrong = exchange(**C, status=404, body={"error": ERROR}, Content_Type="text/html")

    assert [each.requirement for each in passive.judge(wrong) if each.failure] == [
        "container.retrieve.errors-have-the-envelope"
    ]


def test_incomplete_answer_is_told(exchange):
    """What is wrong below HTTP is the target's fault, too."""
    made = exchange(**c())
    flawed = replace(made, response=replace(made.response, flaw="it broke off"))
    broken = {each.requirement: each.failure for each in passive.judge(flawed) if each.failure}

    assert list(broken) == ["container.retrieve.answer-is-complete"]
    assert broken["container.retrieve.answer-is-complete"].got == "it broke off"


def test_throttled_answer_is_judged_for_its_rest_alone(exchange):
    """A 429 that was waited out is no failure."""
    made = replace(exchange(**C, status=429, Retry_After="1"), throttled=True)

    assert [(each.requirement, each.failure) for each in passive.judge(made)] == [
        ("container.retrieve.retry-after-is-short", None)
    ]


def test_nothing_is_said_without_operation_or_answer(exchange):
    """What is none of the nine, or got no answer, is nobody's."""
    assert list(passive.judge(exchange(operation=None, body=CONTAINER))) == []
    assert list(passive.judge(replace(exchange(**C), response=None))) == []


def test_every_rule_is_in_the_catalogue(exchange):
    """What is claimed of an exchange is a requirement, and one that needs no case."""
    known = load().requirements
    spoken = {
        each.requirement
        for given in (*RIGHT.values(), *(given for _, given in WRONG))
        for each in passive.judge(exchange(**given))
    }

    assert spoken - set(known) == set()


PLAIN, PACKED = (("Accept-Encoding", "identity"),), (("accept-encoding", "br;q=0.5, GZIP"),)


@pytest.mark.parametrize(
    ("asked", "coded", "holds"),
    [
        (PLAIN, None, True),
        (PLAIN, "identity", True),
        (PLAIN, "gzip", False),
        (PACKED, "gzip", True),
        (PACKED, "x-gzip", True),
        (PACKED, "deflate", False),
        (PACKED, "gzip, br", True),
        (PACKED, "gzip, zstd", False),
        ((), "gzip", True),
        ((("Accept-Encoding", "*"),), "br", True),
    ],
)
def test_encodings_are_those_that_the_request_accepts(exchange, asked, coded, holds):
    """Who says nothing takes anything."""
    made = exchange(body=CONTAINER, asked=asked, **{"Content-Encoding": coded})
    broken = {claim.requirement for claim in passive.judge(made) if claim.failure}

    assert ("container.retrieve.encoding-was-asked-for" not in broken) is holds


def test_every_passive_requirement_is_spoken_of(exchange):
    """A requirement that has no case is shown by some rule."""
    suffixes = {id_.rpartition(".")[2] for id_, row in load().requirements.items() if row.passive}
    tried = {rule for rule, _ in WRONG} | {
        "json-is-strict",
        "errors-have-the-envelope",
        "answer-is-complete",
        "encoding-was-asked-for",
    }

    assert suffixes - tried - {"is-implemented"} == set()
