"""Whether a report.json is what the evidence beside it gives, to the last digit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.catalogue.schemas import misfit
from conformance.verdicts.filed import repeated
from conformance.verdicts.judge import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalogue import Catalogue
    from conformance.evidence import Evidence

#: Characters of a value that a complaint shows.
SHOWN = 80

ABSENT = object()


def objections(data: Any, evidence: Evidence, catalogue: Catalogue) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """What keeps the report *data* from being what *evidence* gives, in sentences.

    Raises:
        KeyError: if the evidence lacks what judging needs; so do other errors of odd values.
    """
    wrong = misfit(data, "report") or repeated(data)
    if wrong:
        yield f"It breaks the schema of a report: {wrong}."
        return
    stale = [*_hashes(data, evidence, catalogue)]
    yield from stale
    if not stale:
        judged = json.loads(json.dumps(judge(evidence, catalogue).to_json()))
        for path, told, given in differences(data, judged):
            yield f"{path or 'report'} is {_shown(told)}; the evidence gives {_shown(given)}."


def _hashes(data: dict[str, Any], evidence: Evidence, catalogue: Catalogue) -> Iterator[str]:
    ours = {"catalogue_sha256": catalogue.sha256, "spec_sha256": catalogue.spec_sha256}
    for key, known in ours.items():
        told, seen = data["suite"][key], evidence.header["suite"][key]
        if told != seen:
            yield f"suite.{key} is {_shown(told)}; the evidence has {_shown(seen)}."
        elif told != known:
            yield (
                f"It was judged by another {key.removesuffix('_sha256')} than this version has: "
                f"verify it with the suite that judged it, {_shown(data['suite']['version'])}."
            )


def differences(
    told: Any,  # noqa: ANN401 - any JSON
    given: Any,  # noqa: ANN401 - any JSON
    path: str = "",
) -> Iterator[tuple[str, Any, Any]]:
    """Every place where two JSON values differ: path, and what each has there."""
    if isinstance(told, dict) and isinstance(given, dict):
        for key in dict.fromkeys([*told, *given]):
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(told.get(key, ABSENT), given.get(key, ABSENT), inner)
    elif isinstance(told, list) and isinstance(given, list):
        for number in range(max(len(told), len(given))):
            one, other = (each[number] if number < len(each) else ABSENT for each in (told, given))
            yield from differences(one, other, f"{path}[{number}]")
    elif isinstance(told, bool) is not isinstance(given, bool) or told != given:
        yield path, told, given


def _shown(value: object) -> str:
    if value is ABSENT:
        return "not there"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
