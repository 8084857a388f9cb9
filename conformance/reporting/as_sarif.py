"""results.sarif: what failed in SARIF 2.1.0, for code scanning and for editors."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.catalogue.placing import DOCUMENT, lines_of_document
from conformance.reporting import summary
from conformance.reporting.escaping import printable

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report, RequirementResult

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

#: Characters of a message, and of a rule's descriptions, of which GitHub shows no more.
LIMIT = 2_000
SHORT = 1_000

_LEVELS = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}
_SEVERITIES = {"error": "error", "warning": "warning", "note": "recommendation"}


def render(report: Report, evidence: Evidence) -> str:
    """What failed as results, each on the line of its operation; what is waived as notes."""
    found = summary.to_mend(report)
    found += [each for each in report.requirements if summary.kind(each) == "waived"]
    code = _code(evidence)
    run = {
        "tool": {
            "driver": {
                "name": "containers-conformance",
                "semanticVersion": report.suite["version"],
                "rules": [_rule(each) for each in found],
            }
        },
        "automationDetails": {"id": f"containers-conformance/{report.target['profile']}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": report.verdict not in {"error", "unreachable"}}],
        "results": [_result(each, place, code) for place, each in enumerate(found)],
        "properties": {
            "verdict": report.verdict,
            "base_url": printable(str(report.target["base_url"]), limit=LIMIT),
            "run": report.run["id"],
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _code(evidence: Evidence) -> dict[str, Any]:
    """The file to mark, and the line of each operation."""
    own = {"file": DOCUMENT, "lines": lines_of_document()}
    told: dict[str, Any] = evidence.header.get("code") or own
    return told


def _rule(result: RequirementResult) -> dict[str, Any]:
    """What there is to say about a requirement, whoever breaks it."""
    level = _LEVELS[result.level]
    reason = [result.reason] if result.reason else []
    about = f"{result.level} of {result.operation}" + f", {result.feature}" * bool(result.feature)
    sources = [f"{each['document']}: {each['place']}" for each in result.sources]
    return {
        "id": result.id,
        "shortDescription": {"text": _text(result.sentence or result.id, SHORT)},
        "fullDescription": {"text": _text(" ".join([result.sentence, *reason]), SHORT)},
        "help": {
            "text": _text("\n".join([about, result.sentence, *reason, "Sources:", *sources])),
            "markdown": "\n\n".join(
                [
                    f"**{about}**: {_text(result.sentence)}",
                    *map(_text, reason),
                    "\n".join(["Sources:", "", *(f"- {_text(each)}" for each in sources)]),
                    f"`containers-conformance explain {result.id}` tells more.",
                ]
            ),
        },
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": list(filter(None, (result.operation, result.level, result.feature))),
            "problem.severity": _SEVERITIES[level],
            "precision": "very-high",
        },
    }


def _result(result: RequirementResult, place: int, code: dict[str, Any]) -> dict[str, Any]:
    """One requirement that does not hold; it is the same one wherever its operation moves to."""
    known = hashlib.sha256(result.id.encode()).hexdigest()[:16]
    told: dict[str, Any] = {
        "ruleId": result.id,
        "ruleIndex": place,
        "level": "note" if result.waived else _LEVELS[result.level],
        "message": {"text": _message(result)},
        "locations": [_location(result, code)],
        "partialFingerprints": {"requirement/v1": known},  # GitHub's action adds one of the line
    }
    if result.waived:
        reason = str((result.waiver or {}).get("reason", ""))
        told["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": _text(reason)}
        ]
    return told


def _location(result: RequirementResult, code: dict[str, Any]) -> dict[str, Any]:
    line = code["lines"].get(result.operation, 1)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(code["file"]), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        },
        "logicalLocations": [{"fullyQualifiedName": result.operation, "kind": "function"}],
    }


def _message(result: RequirementResult) -> str:
    """What was seen, and how to see it again."""
    waived = "Waived. " if result.waived else ""
    seen = f"{waived}{result.outcome}: {result.message or 'see the report'}"
    again = f"\nTo see it again: {result.curl}" if result.curl else ""
    return _text(seen) + _text(again)


def _text(text: str, limit: int = LIMIT) -> str:
    """Text that a reader takes for text: a pair of brackets would be a link."""
    return re.sub(r"([\\\[\]])", r"\\\1", printable(text, limit=limit, keep="\n"))
