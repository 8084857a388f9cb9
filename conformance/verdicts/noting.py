"""What has to be known of a report beside its verdicts, in sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from conformance.verdicts.waiver import Waiver

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence

#: How the note of cases that broke off begins.
BROKE_OFF = "Cases that broke off:"
UNLESS_EXPLAINED = "Unless what the target answered explains it, report it as a fault of the suite."


def day_of(header: dict[str, Any]) -> date:
    """The day, in UTC, that the run of *header* began on."""
    return datetime.fromisoformat(header["run"]["started_at"]).astimezone(UTC).date()


def expired(header: dict[str, Any]) -> tuple[str, ...]:
    """The waivers of *header* that have no effect any more; a report is no less for them."""
    today = day_of(header)
    waivers = map(Waiver.from_json, header.get("waivers", []))
    return tuple(
        f"The waiver of {each.requirement} ended on {each.until} and has no effect: "
        "renew it or remove it."
        for each in waivers
        if each.is_expired(today)
    )


def broken_off(evidence: Evidence) -> tuple[str, ...]:
    """That cases broke off over what they did not expect, whatever it came to."""
    errors = {
        record["case"]: claim["message"]
        for record in evidence.records
        for claim in record["claims"]
        if claim["outcome"] == "error"
    }
    if not errors:
        return ()
    first = next(iter(errors.values()))
    return (f"{BROKE_OFF} {len(errors)}, the first {first}. {UNLESS_EXPLAINED}",)


def reasons(evidence: Evidence, stale: tuple[str, ...]) -> tuple[str, ...]:
    """Why the run is inconclusive or may not be published, in sentences."""
    footer = evidence.footer
    notes = []
    if footer is None:
        notes.append("The evidence has no end: the run was killed, or the file was cut.")
    else:
        if footer["interrupted"]:
            notes.append("The run was interrupted.")
        if footer["limit"]:
            notes.append(_reached(footer["limit"]))
        if footer["filtered"]:
            notes.append("Only a part of the profile was asked for.")
        if footer.get("fault"):
            notes.append("The suite itself failed.")
    notes += _notes_of_a_recording(evidence)
    shard = evidence.header["run"].get("shard")
    if shard:
        notes.append(f"This is shard {shard[0]} of {shard[1]}; `report` merges them.")
    if evidence.unreadable:
        notes.append(f"{evidence.unreadable} lines of the evidence can't be read.")
    notes += [f"The waiver of {each} is stale: the requirement holds." for each in stale]
    return tuple(notes)


def _reached(limit: str) -> str:
    """That a *limit* was reached; one that no option has set begins as a sentence does."""
    if limit.startswith("--"):
        return f"The limit {limit} was reached."
    return f"{limit[:1].upper()}{limit[1:]} was reached, which no option raises."


def _notes_of_a_recording(evidence: Evidence) -> list[str]:
    """What has to be known of a report that nobody ran for."""
    recording, footer = evidence.header["run"].get("recording"), evidence.footer or {}
    if not recording:
        return []
    count = footer.get("requests", 0)
    shown = f"{count} exchanges; only what they show is in scope."
    notes = [f"Judged from a recording, {recording}: {shown}"]
    if footer.get("ignored"):
        notes.append(f"{footer['ignored']} other entries of the recording were left alone.")
    if footer.get("kept"):
        notes.append(f"The first {footer['kept']} exchanges, and those that fail, are kept.")
    if footer.get("cut"):
        notes.append("The recording is cut: it ends, or breaks, amid an entry.")
    return notes
