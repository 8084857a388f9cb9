"""Evidence of several machines that shared one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.evidence.stream import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What must be the same in parts of one run.
SAME = (
    ("suite", "catalogue_sha256"),
    ("suite", "spec_sha256"),
    ("target", "base_url"),
    ("target", "profile"),
    ("target", "claims"),
    ("run", "seed"),
    ("run", "fuzz"),
    ("run", "strict"),
)

SUMS = ("requests", "containers_created", "containers_left", "throttled", "waited_s")


def merge(parts: Sequence[Evidence]) -> Evidence:
    """One evidence of all *parts*, which must belong to one run.

    Raises:
        UsageError: if they differ in target, profile, catalogue or seed, or two are the same.
    """
    first = parts[0]
    for section, key in SAME:
        values = [part.header[section][key] for part in parts]
        if any(value != values[0] for value in values):
            raise UsageError(f"These files are not parts of one run: their {section}.{key} differ.")
    ids = [part.header["run"]["id"] for part in parts]
    if len(set(ids)) < len(ids):
        raise UsageError("The same evidence was given twice: name each part once.")
    shards = [part.header["run"].get("shard") for part in parts]
    complete = all(shards) and sorted(map(tuple, shards)) == [
        (n, len(parts)) for n in range(1, len(parts) + 1)
    ]
    run = {**first.header["run"], "shard": None if complete else [len(parts), "more"]}
    plans = [part.plan for part in parts if part.plan is not None]
    plan: dict[str, list[str]] = {}
    for each in plans:
        for requirement, cases in each.items():
            plan.setdefault(requirement, []).extend(cases)
    return Evidence(
        header={**first.header, "run": run, "target": _target(parts)},
        records=tuple(_named(record, n) for n, part in enumerate(parts) for record in part.records),
        footer=_footer([part.footer for part in parts]),
        unreadable=sum(part.unreadable for part in parts),
        odd=sum(part.odd for part in parts),
        plan=plan if plans else None,
        cleaning=tuple(_named(each, n) for n, part in enumerate(parts) for each in part.cleaning),
    )


def _target(parts: Sequence[Evidence]) -> dict[str, Any]:
    """The target; what held the keys is told where that was the same on all machines."""
    targets = [part.header["target"] for part in parts]
    held = [each.get("key_variables") for each in targets]
    if all(each == held[0] for each in held):
        return dict(targets[0])
    return {key: value for key, value in targets[0].items() if key != "key_variables"}


def _named(line: dict[str, Any], number: int) -> dict[str, Any]:
    """A line whose exchanges have ids that no other part has."""

    def renamed(id_: str | None) -> str | None:
        return f"{number}.{id_}" if id_ else id_

    exchanges = [{**each, "id": renamed(each["id"])} for each in line["exchanges"]]
    claims = [{**each, "exchange": renamed(each["exchange"])} for each in line.get("claims", ())]
    return {**line, "exchanges": exchanges, **({"claims": claims} if "claims" in line else {})}


def _footer(footers: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    whole = [each for each in footers if each is not None]
    if len(whole) < len(footers):
        return None
    merged = dict(whole[-1])
    for key in SUMS:
        merged[key] = sum(each[key] for each in whole)
    merged["left"] = [entry for each in whole for entry in each["left"]]
    merged["duration_s"] = max(each["duration_s"] for each in whole)
    for key in ("interrupted", "filtered"):
        merged[key] = any(each[key] for each in whole)
    for key in ("limit", "fault"):
        merged[key] = next((each[key] for each in whole if each[key]), None)
    return merged
