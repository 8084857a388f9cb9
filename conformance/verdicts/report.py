"""The report: a small documented value that every format renders."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA_VERSION = "1"

#: What a requirement in a report.json need not tell.
_OPTIONAL = {
    "sentence": "",
    **dict.fromkeys(("reason", "feature", "wanted", "got", "blame", "waiver")),
}


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """What was found out about one requirement."""

    id: str
    level: str  # MUST, SHOULD or MAY, as the profile has it
    operation: str
    outcome: str
    waived: bool
    message: str  # "wanted …, got …", or the reason; empty where it passed
    cases: tuple[str, ...]  # those that spoke for it
    exchanges: tuple[str, ...]  # ids of the exchanges that show it
    curl: str | None  # repeats the exchange that shows it, with the key read from its variable
    sentence: str
    reason: str | None  # what a caller suffers where it does not hold
    sources: tuple[dict[str, str], ...]  # document and place
    feature: str | None
    wanted: str | None
    got: str | None
    blame: str | None  # the requirement whose failure made this one untestable
    waiver: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of the nine operations, summed up."""

    operation: str
    method: str
    path: str
    verdict: str
    outcomes: dict[str, int]
    latency_ms: dict[str, float | None]  # p50, p95
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has shown; `to_json` is the report.json of the interface."""

    verdict: str
    publishable: bool
    suite: dict[str, Any]
    target: dict[str, Any]
    run: dict[str, Any]
    endpoints: tuple[Endpoint, ...]
    requirements: tuple[RequirementResult, ...]
    notes: tuple[str, ...] = ()  # why it is inconclusive or not publishable, in sentences
    left: tuple[dict[str, str], ...] = ()  # what could not be deleted, and the command to try again
    stale_waivers: tuple[str, ...] = ()
    proxy: tuple[dict[str, Any], ...] = ()  # what a proxy does with each operation
    schema_version: str = field(default=SCHEMA_VERSION)

    def to_json(self) -> dict[str, Any]:
        """The report as plain data, its schema version first."""
        whole = asdict(self)
        if not self.proxy:
            del whole["proxy"]
        return {"schema_version": whole.pop("schema_version"), **whole}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """Read a report back; the reverse of `to_json`. What may be left out may be missing."""
        data = {**dict.fromkeys(("notes", "left", "stale_waivers"), ()), **data}
        return cls(
            **{
                **data,
                "endpoints": tuple(Endpoint(**each) for each in data["endpoints"]),
                "requirements": tuple(
                    RequirementResult(
                        **{
                            **_OPTIONAL,
                            **each,
                            "cases": tuple(each["cases"]),
                            "exchanges": tuple(each["exchanges"]),
                            "sources": tuple(each.get("sources", ())),
                        }
                    )
                    for each in data["requirements"]
                ),
                "notes": tuple(data["notes"]),
                "left": tuple(data["left"]),
                "stale_waivers": tuple(data["stale_waivers"]),
                "proxy": tuple(data.get("proxy", ())),
            }
        )
