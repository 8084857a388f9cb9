"""The first line of evidence: who was asked what, by which suite, under which waivers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.errors import UsageError
from conformance.evidence.lines import count, having, listed, mapped, perhaps, text, variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: What a header must tell, section by section, for anything to be judged.
NEEDED: dict[str, dict[str, type]] = {
    "suite": {"version": str, "catalogue_sha256": str, "spec_sha256": str},
    "target": {"base_url": str, "name": str, "profile": str, "claims": dict},
    "run": {"id": str, "seed": int, "started_at": str, "fuzz": str, "strict": bool},
}

_WAIVER_KEYS = {"requirement", "reason", "operation", "issue", "until"}
_WAIVER = having(
    {"requirement": text, "reason": text}, {"operation": text, "issue": text, "until": text}
)
_KEY_VARIABLES = having({}, {"own": variable, "second": variable})
_CODE = having({"file": text, "lines": mapped(count)})


def header(
    *,
    hashes: tuple[str, str],
    target: dict[str, Any],
    run: dict[str, Any],
    waivers: Iterable[dict[str, str]] = (),
) -> dict[str, Any]:
    """A header of this version of the suite; *hashes* are those of the catalogue and of spec."""
    catalogue, spec = hashes
    return {
        "schema_version": "1",
        "suite": {
            "version": __version__,
            "catalogue_sha256": catalogue,
            "spec_sha256": spec,
        },
        "target": target,
        "run": run,
        "waivers": list(waivers),
    }


def check(header: dict[str, Any], path: Path) -> None:
    """Refuse a *header* that no run of ours has written.

    Raises:
        UsageError: if it lacks what judging needs, or holds what that stumbles over.
    """
    for name, keys in NEEDED.items():
        section = header.get(name)
        for key, kind in keys.items():
            if not isinstance(section, dict) or not isinstance(section.get(key), kind):
                raise _refusal(path, f" has no proper {name}.{key}")
    if not _is_time(header["run"]["started_at"]):
        raise _refusal(path, "'s run.started_at is no time")
    if not isinstance(header.get("waivers", []), list):
        raise UsageError(f"{path}: its header's waivers are no list.")
    odd = next(_oddities(header), None)
    if odd:
        raise _refusal(path, f"'s {odd} is none of a run")


def _refusal(path: Path, wrong: str) -> UsageError:
    return UsageError(
        f"{path}: its header{wrong}: give the evidence.jsonl of a run as it was written."
    )


def _oddities(header: dict[str, Any]) -> Iterator[str]:
    """The parts of *header* that need not be there, and are not as a run writes them."""
    if not mapped(lambda each: isinstance(each, bool))(header["target"]["claims"]):
        yield "target.claims"
    if not perhaps(_KEY_VARIABLES)(header["target"].get("key_variables")):
        yield "target.key_variables"
    if not listed(_is_waiver)(header.get("waivers", [])):
        yield "waivers"
    if not perhaps(_is_shard)(header["run"].get("shard")):
        yield "run.shard"
    if not perhaps(text)(header["run"].get("recording")):
        yield "run.recording"
    if not perhaps(_CODE)(header.get("code")):
        yield "code"


def _is_waiver(value: Any) -> bool:  # noqa: ANN401 - any JSON
    if not _WAIVER(value) or value.keys() - _WAIVER_KEYS:
        return False
    try:
        return not value.get("until") or bool(date.fromisoformat(value["until"]))
    except ValueError:
        return False


def _is_shard(value: object) -> bool:
    """Which of how many; after a merge that is not whole the latter is a word."""
    return isinstance(value, list) and len(value) == 2 and count(value[0])  # noqa: PLR2004 - a pair


def _is_time(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True
