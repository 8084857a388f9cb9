"""A run told by hand: its evidence and report, with a target that attacks whoever reads them."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from typing import Any

import pytest

from conformance.catalogue.model import OPERATIONS
from conformance.evidence.stream import Evidence
from conformance.verdicts.outcome import Outcome
from conformance.verdicts.report import Endpoint, Report, RequirementResult

BASE_URL = "http://127.0.0.1:8080/v1"

OPERATION_IDS = [each.id for each in OPERATIONS]

#: What an attacker would like to be printed as it is.
HOSTILE = (
    "<script>alert(1)</script> \x1b[2J\x1b]0;owned\x07 \u202egnp.exe \x00 \ud800 "
    "`code` | pipe & \"quote\" 'single' ]]> --> \u200b\u2028 \x9b31m "
    "\r\n# heading\n@everyone 日本語"
)


def body(content: bytes, *, text: str | None = None, size: int | None = None) -> dict[str, Any]:
    """A body as evidence keeps it."""
    kept: dict[str, Any] = {
        "size": len(content) if size is None else size,
        "truncated": size is not None,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    try:
        kept["text"] = content.decode() if text is None else text
    except UnicodeDecodeError:
        kept["base64"] = base64.b64encode(content).decode()
    return kept


def exchange(number: int, **changes: Any) -> dict[str, Any]:
    """The exchange with that number: a create that answers 200, but for *changes*."""
    made = {
        "id": f"e{number}",
        "operation": "createContainer",
        "credential": "own",
        "throttled": False,
        "params": [],
        "started_at": f"2026-11-22T18:00:{number % 60:02}.000Z",
        "elapsed_ms": 12.5,
        "trouble": None,
        "request": {
            "method": "POST",
            "url": f"{BASE_URL}/containers",
            "headers": [
                ["host", "127.0.0.1:8080"],
                ["authorization", "Bearer [masked]"],
                ["content-type", "application/json"],
                ["content-length", "22"],
            ],
            "body": body(b'{"name": "it\'s a name"}'),
        },
        "response": {
            "status": 200,
            "http_version": "HTTP/1.1",
            "headers": [["content-type", "application/json"], ["x-request-id", "req_1"]],
            "body": body(b'{"id":"cntr_1","object":"container","n":[1,2.50,{}]}'),
            "flaw": None,
        },
    }
    return {**made, **changes}


def answered(number: int, content: bytes, **changes: Any) -> dict[str, Any]:
    """An exchange whose response holds *content*."""
    plain = exchange(number)
    answer = {**plain["response"], "body": body(content), **changes}
    return {**plain, "response": answer}


def result(identifier: str, outcome: str = "passed", **changes: Any) -> RequirementResult:
    """A requirement's result: a MUST of createContainer, but for *changes*."""
    told: dict[str, Any] = {
        "id": identifier,
        "level": "MUST",
        "operation": "createContainer",
        "outcome": outcome,
        "waived": False,
        "message": "",
        "cases": ("test_container_create::test_something",),
        "exchanges": (),
        "curl": None,
        "sentence": "What was asked for is what is created.",
        "reason": None,
        "sources": ({"document": "openai-openapi", "place": "createContainer / 200"},),
        "feature": None,
        "wanted": None,
        "got": None,
        "blame": None,
        "waiver": None,
    }
    return RequirementResult(**{**told, **changes})


def broken(identifier: str, got: str, **changes: Any) -> RequirementResult:
    """A result that failed because *got* came."""
    wanted = "400 with an error object"
    told: dict[str, Any] = {
        "message": f"wanted {wanted}, got {got}",
        "wanted": wanted,
        "got": got,
        "reason": "A caller believes that it was refused, and pays for it all the same.",
        "curl": (
            f"curl -i -X POST {BASE_URL}/containers "
            "-H \"Authorization: Bearer $CONFORMANCE_API_KEY\" --data-raw '{}'"
        ),
        "exchanges": ("e1",),
    }
    return result(identifier, **{"outcome": "failed", **told, **changes})


def results() -> tuple[RequirementResult, ...]:
    """A result of every outcome and kind."""
    list_ = {"operation": "listContainers"}
    file_ = {"operation": "createContainerFile"}
    content = {"operation": "retrieveContainerFileContent"}
    gone = {"operation": "deleteContainerFile"}
    waiver = {"reason": "We expire on a fixed clock.", "issue": "https://example.org/42"}
    return (
        result("container.list.answers-the-envelope", exchanges=("e6",), **list_),
        broken("container.list.shows-new-containers", "[]", outcome="flaky", **list_),
        broken("container.list.limit-is-kept", HOSTILE, level="SHOULD", **list_),
        result("container.create.answers-the-container", exchanges=("e1",)),
        broken("container.create.name-is-required", HOSTILE, exchanges=("e2", "e3", "e4", "e5")),
        broken("container.create.echo-is-whole", "x" * 5_000),
        broken("container.create.expiry-is-kept", "20", waived=True, waiver=waiver),
        result(
            "container.create.memory-limit-is-kept",
            "unsupported",
            feature="memory-limit",
            message="The target refuses memory_limit with 400.",
        ),
        result("container.create.expires", "not-applicable", message="Needs --slow."),
        broken("file.create.is-implemented", "404 {}", exchanges=("e7",), **file_),
        *(
            result(
                f"file.content.claim-{number}",
                "untestable",
                blame="file.create.is-implemented",
                message="no file could be uploaded",
                **content,
            )
            for number in range(9)
        ),
        result("file.delete.answers", "unreachable", message="no answer (timed out)", **gone),
        result("file.delete.is-final", "unreached", message="--max-requests was reached", **gone),
        result("file.delete.twice-is-404", "error", message="KeyError: 'id'\n  at line 3", **gone),
    )


def endpoints(found: tuple[RequirementResult, ...]) -> tuple[Endpoint, ...]:
    """The nine operations, counted from *found*."""
    verdicts = {
        "listContainers": "non-conformant",
        "createContainer": "partial",
        "createContainerFile": "not-implemented",
        "retrieveContainerFileContent": "inconclusive",
        "deleteContainerFile": "inconclusive",
    }
    rows = []
    for number, operation in enumerate(OPERATIONS):
        counts = Counter(each.outcome for each in found if each.operation == operation.id)
        rows.append(
            Endpoint(
                operation=operation.id,
                method=operation.method,
                path=operation.path,
                verdict=verdicts.get(operation.id, "conformant"),
                outcomes={outcome.value: counts[outcome.value] for outcome in Outcome},
                latency_ms={"p50": 10.0 * number, "p95": 25.5 * number}
                if number % 4
                else {"p50": None, "p95": None},
                requests=number,
            )
        )
    return tuple(rows)


def a_report(found: tuple[RequirementResult, ...] | None = None, **changes: Any) -> Report:
    """The report of a run that failed in many ways."""
    found = results() if found is None else found
    told: dict[str, Any] = {
        "verdict": "non-conformant",
        "publishable": False,
        "suite": {"version": "0.1.0", "catalogue_sha256": "a" * 64, "spec_sha256": "b" * 64},
        "target": {
            "base_url": BASE_URL,
            "name": "hostile <b>name</b>",
            "profile": "core",
            "features": {"memory-limit": "unsupported", "file-copy": "declared"},
        },
        "run": {
            "id": "20261122-abcdef",
            "seed": 7,
            "started_at": "2026-11-22T18:00:00Z",
            "duration_s": 61.25,
            "requests": 412,
            "containers_created": 12,
            "containers_left": 1,
            "interrupted": False,
        },
        "endpoints": endpoints(found),
        "requirements": found,
        "notes": ("A limit was reached: --max-requests.", "The target said " + HOSTILE),
        "left": (
            {
                "kind": "container",
                "id": "cntr_\x1b[31m1",
                "command": f"curl -i -X DELETE {BASE_URL}/containers/cntr_1",
            },
        ),
        "stale_waivers": ("container.list.envelope",),
    }
    return Report(**{**told, **changes})


def some_evidence() -> Evidence:
    """The evidence that the report names."""
    refused = exchange(6, trouble="timed out", response=None)
    return Evidence(
        header={
            "kind": "header",
            "schema_version": "1",
            "suite": {"version": "0.1.0", "catalogue_sha256": "a" * 64, "spec_sha256": "b" * 64},
            "target": {"base_url": BASE_URL, "name": "t", "profile": "core", "claims": {}},
            "run": {
                "id": "20261122-abcdef",
                "seed": 7,
                "started_at": "2026-11-22T18:00:00Z",
                "fuzz": "standard",
                "strict": False,
                "slow": False,
                "workers": 0,
                "only": [],
                "options": {},
            },
            "waivers": [],
            "code": {"file": "src/die api.py", "lines": dict.fromkeys(OPERATION_IDS, 7)},
        },
        plan={"container.list.answers-the-envelope": ["test_container_list::test_x"]},
        cleaning=({"kind": "cleaning", "exchanges": [answered(8, b"", status=204)]},),
        records=(
            {
                "kind": "case",
                "case": "test_container_create::test_something",
                "attempt": 1,
                "worker": "main",
                "started_at": "2026-11-22T18:00:00Z",
                "duration_s": 3.0,
                "claims": [
                    {
                        "requirement": each.id,
                        "outcome": each.outcome,
                        "message": each.message,
                        "wanted": each.wanted,
                        "got": each.got,
                        "exchange": None,
                        "blame": each.blame,
                    }
                    for each in results()[:3]
                ],
                "exchanges": [
                    exchange(1),
                    answered(2, HOSTILE.encode("utf-8", "replace"), headers=[["x-bad", HOSTILE]]),
                    answered(3, bytes(range(256)) * 4),
                    answered(4, b'{"deep":' + b"[" * 500 + b"]" * 500 + b"}"),
                    answered(5, ('{"long": "' + "y" * 9_000 + '"}').encode()),
                    refused,
                    answered(7, b"", status=404),
                ],
                "consistency_s": 0.0,
            },
        ),
        footer={
            "kind": "footer",
            "ended_at": "2026-11-22T18:01:01Z",
            "duration_s": 61.25,
            "interrupted": False,
            "limit": None,
            "requests": 412,
            "containers_created": 12,
            "containers_left": 1,
            "left": [],
            "waited_s": 0.0,
            "throttled": 0,
            "unreachable": None,
        },
    )


@pytest.fixture(name="report")
def _report() -> Report:
    return a_report()


@pytest.fixture(name="evidence")
def _evidence() -> Evidence:
    return some_evidence()
