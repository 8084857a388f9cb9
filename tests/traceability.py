"""From every requirement to its cases and its lies, and back: ``python -m tests.traceability``.

Fails for a requirement that no case speaks for, for one that no lie breaks (unless `UNBROKEN`
says why), and for a case or a lie that names a requirement which does not exist.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

from conformance import catalogue
from conformance.plugin import tracing
from tests.mutants import collection
from tests.mutants.registry import MUTANTS
from tests.mutants.unbroken import UNBROKEN

#: Requirements that the judge settles from all that an operation answered.
SETTLED = "is-implemented"

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "requirements.md"

HEAD = """\
# Requirements

Every requirement with the cases that speak for it and the lies that must fail it; *passive*
ones are judged on every exchange. Written by `nox -s requirements`.

| requirement | level | feature | cases | lies |
|---|---|---|---|---|
"""


def lies() -> dict[str, list[str]]:
    """For each requirement the lies that declare to break it."""
    collection.load()
    table = defaultdict(list)
    for id_ in catalogue.load().requirements:
        for lie in MUTANTS.values():
            if lie.must_fail(id_):
                table[id_].append(lie.name)
    return table


def complaints(table: dict[str, list[str]]) -> list[str]:
    """What is untraceable, a sentence each."""
    known = catalogue.load().requirements
    cases = tracing.cases()
    found = [
        f"{name}: unknown requirement {id_}"
        for id_, names in cases.items()
        for name in names
        if id_ not in known
    ]
    for id_, row in known.items():
        if row.retired_in:
            continue
        if id_ not in cases and not row.passive and not id_.endswith(SETTLED):
            found.append(f"{id_}: no case speaks for it")
        if not table.get(id_) and not any(fnmatchcase(id_, each) for each in UNBROKEN):
            found.append(f"{id_}: no lie breaks it")
    return found


def rendered(table: dict[str, list[str]]) -> str:
    """The table as Markdown."""
    lines = []
    cases = tracing.cases()
    for id_, row in sorted(catalogue.load().requirements.items()):
        told = ["*passive*"] * row.passive + [
            each.partition("::")[2] for each in cases.get(id_, ())
        ]
        broken = table.get(id_, [])
        why = next((why for glob, why in UNBROKEN.items() if fnmatchcase(id_, glob)), "")
        lied = (
            f"{broken[0]}" + (f" and {len(broken) - 1} more" if broken[1:] else "")
            if broken
            else why
        )
        cells = (f"`{id_}`", row.level.value, row.feature or "", ", ".join(told), lied)
        lines.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the table, and tell what is untraceable; the exit status."""
    table = lies()
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(rendered(table), "utf-8")
    found = complaints(table)
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    rows = len(catalogue.load().requirements)
    sys.stdout.write(
        f"{rows} requirements, {len(found)} untraceable; the table is {DOCUMENT.name}\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
