"""From every requirement to its cases and its lies, and back: ``python -m tests.traceability``.

Runs the reference and sees which cases speak for which requirements. Fails for a requirement
that no case speaks for, there or at all; for one that no lie breaks, unless `UNBROKEN` says why;
for one on another operation than its lies are booked on; for a case or a lie that names a
requirement which does not exist; and for a reason that is no longer needed. Writes the table of
it all, and the index of lies from which ``explain`` tells them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from conformance import catalogue
from conformance.catalogue import Requirement
from conformance.plugin import tracing
from tests.mutants import collection, relevance, trial
from tests.mutants.registry import MUTANTS, Mutant
from tests.mutants.unbroken import UNBROKEN
from tests.proxying.lies import LIES, Lie

#: Requirements that the judge settles from all that an operation answered.
SETTLED = "is-implemented"

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "requirements.md"

#: Which lies each requirement finds, for ``explain``: the lies themselves are not installed.
INDEX = Path(tracing.__file__).with_name(tracing.MUTANTS)

HEAD = """\
# Requirements

Every requirement with the cases that speak for it and the lies that must fail it; *passive*
ones are judged on every exchange, and *settled* ones by all that an operation answered.
Written by `nox -s requirements`, from a run of the reference.

| requirement | level | feature | cases | lies |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a run was asked to show, and which cases spoke for each requirement."""

    planned: frozenset[str] = frozenset()
    cases: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def from_evidence(cls, lines: Iterable[str]) -> Heard:
        """What a recorded run has heard, generated cases included."""
        planned, cases = frozenset[str](), defaultdict[str, set[str]](set)
        for line in map(json.loads, lines):
            if line["kind"] == "plan":
                planned = frozenset(line["plan"])
            elif line["kind"] == "case":
                for claim in line["claims"]:
                    cases[claim["requirement"]].add(line["case"].partition("[")[0])
        return cls(planned, {id_: frozenset(cases[id_]) for id_ in cases})


@dataclass(frozen=True, slots=True)
class Tracing:
    """The requirements, with everything that must lead to them."""

    rows: Mapping[str, Requirement]
    marks: Mapping[str, Sequence[str]]  # cases by the requirement that they name
    heard: Heard
    lies: Sequence[Mutant | Lie]
    excused: Mapping[str, str]  # by glob, why no lie breaks it

    def cases_of(self, id_: str) -> list[str]:
        """The cases that name *id_*; those that a run has heard, where it was in scope."""
        named = sorted(self.marks.get(id_, ()))
        spoke = self.heard.cases.get(id_, frozenset())
        return [each for each in named if each in spoke] or named

    def lies_about(self, id_: str) -> list[Mutant | Lie]:
        """The lies that must fail *id_*."""
        return [lie for lie in self.lies if lie.must_fail(id_)]

    def excuse_of(self, id_: str) -> str | None:
        """Why no lie breaks *id_*."""
        return next((why for glob, why in self.excused.items() if fnmatchcase(id_, glob)), None)

    def complaints(self) -> list[str]:
        """What is untraceable, a sentence each."""
        current = [row for row in self.rows.values() if not row.retired_in]
        found = [
            f"{name}: speaks for {id_}, which no requirement is called: mend its mark."
            for id_, names in self.marks.items()
            for name in names
            if id_ not in self.rows
        ]
        for row in current:
            found += self._about_cases(row)
            found += self._about_lies(row)
        return found + list(self._needless()) + list(self._strangers())

    def _about_cases(self, row: Requirement) -> Iterator[str]:
        if row.id.endswith(SETTLED):
            return
        if row.id not in self.marks and not row.passive:
            yield f"{row.id}: no case speaks for it: write one, or list it as untested."
        elif row.id in self.heard.planned and row.id not in self.heard.cases:
            yield f"{row.id}: no case spoke for it in the run: see {self.marks.get(row.id)}."

    def _about_lies(self, row: Requirement) -> Iterator[str]:
        lies = self.lies_about(row.id)
        if not lies and self.excuse_of(row.id) is None:
            yield f"{row.id}: no lie breaks it: write one, or the reason in tests/mutants/unbroken."
        for lie in lies:
            if row.operation not in lie.operations:
                told = ", ".join(sorted(lie.operations))
                yield f"{row.id}: is about {row.operation}, but {lie.name} is booked on {told}."

    def _needless(self) -> Iterator[str]:
        """Reasons that excuse nothing."""
        unbroken = [id_ for id_ in self.rows if not self.lies_about(id_)]
        for glob in self.excused:
            if not any(fnmatchcase(id_, glob) for id_ in unbroken):
                yield f"{glob}: needs no reason, every such requirement has a lie: remove it."

    def _strangers(self) -> Iterator[str]:
        for lie in self.lies:
            for pattern in lie.breaks:
                if not any(fnmatchcase(id_, pattern) for id_ in self.rows):
                    yield f"{lie.name}: declares {pattern}, which no requirement is called."

    def rendered(self) -> str:
        """The table as Markdown."""
        return HEAD + "".join(self._line(self.rows[id_]) for id_ in sorted(self.rows))

    def _line(self, row: Requirement) -> str:
        told = ["*passive*"] * row.passive + ["*settled*"] * row.id.endswith(SETTLED)
        told += [each.partition("::")[2] for each in self.cases_of(row.id)]
        lies = [lie.name for lie in self.lies_about(row.id)]
        more = f" and {len(lies) - 1} more" if lies[1:] else ""
        lied = f"{lies[0]}{more}" if lies else self.excuse_of(row.id) or ""
        cells = (f"`{row.id}`", row.level.value, row.feature or "", ", ".join(told), lied)
        return f"| {' | '.join(cells)} |\n"


def heard() -> Heard:
    """What a run of the bare reference says, every feature and the quickest generation included.

    Raises:
        Dishonest: if anything is red there.
    """
    options = {"fuzz": "quick", "seed": 1, "n": 0}
    with tempfile.TemporaryDirectory() as kept:
        [ending] = trial.run_all([trial.Trial(relevance.HONEST, options)], 1, Path(kept))
        if ending.status != 0:
            raise relevance.Dishonest(f"The reference is red: {ending.output[-300:]}")
        evidence = Path(kept) / relevance.HONEST.name / "report" / "evidence.jsonl"
        return Heard.from_evidence(evidence.read_text("utf-8").splitlines())


def indexed(rows: Iterable[str], lies: Iterable[Mutant | Lie]) -> str:
    """The families of *lies* with their sentences, and for each of *rows* how many it finds."""
    families: dict[str, str] = {}
    found: dict[str, Counter[str]] = {id_: Counter() for id_ in sorted(rows)}
    for lie in sorted(lies, key=lambda each: each.name):
        family = lie.name.partition("[")[0]
        families.setdefault(family, lie.sentence)
        for id_ in filter(lie.must_fail, found):
            found[id_][family] += 1
    told = {id_: counts for id_, counts in found.items() if counts}
    return f'{{"families": {_lines(families)},\n"requirements": {_lines(told)}}}\n'


def _lines(table: Mapping[str, object]) -> str:
    """*table* as JSON, a line an entry, so that a change is seen where it is."""
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in table.items())
    return "{\n" + ",\n".join(lines) + "\n}"


def all_lies() -> list[Mutant | Lie]:
    """The lies of providers, and those of proxies."""
    collection.load()
    return [*MUTANTS.values(), *LIES.values()]


def traced() -> Tracing:
    """Everything that leads to the catalogue's requirements."""
    rows = catalogue.load().requirements
    return Tracing(rows, tracing.cases(), heard(), all_lies(), UNBROKEN)


def main() -> int:
    """Write the table, and tell what is untraceable; the exit status."""
    argparse.ArgumentParser(prog="python -m tests.traceability", description=__doc__).parse_args()
    whole = traced()
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(whole.rendered(), "utf-8")
    INDEX.write_text(indexed(whole.rows, whole.lies), "utf-8")
    found = whole.complaints()
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    rows = len(whole.rows)
    sys.stdout.write(
        f"{rows} requirements, {len(found)} complaints; the table is docs/{DOCUMENT.name}\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
