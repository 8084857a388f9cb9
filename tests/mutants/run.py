"""Hold every lie and every variant against the suite: ``python -m tests.mutants.run``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeGuard

from conformance import catalogue
from tests.mutants import collection, matrix, relevance, selection, telling, trial, verdict
from tests.mutants.registry import MUTANTS, VARIANTS, Mutant, UnknownRequirement, Variant, unknown
from tests.mutants.unbroken import UNBROKEN

#: Runs at a time: a lie keeps a processor busy, and a variant mostly waits.
AT_A_TIME = {"lies": 6, "variants": 8}

#: Where the matrix is written; git ignores it.
DIRECTORY = Path(__file__).resolve().parents[2] / "reports" / "mutants"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    add = parser.add_argument
    add("--only", metavar="GLOB", action="append", help="Names of lies, as globs.")
    add("--kind", metavar="MODULE", action="append", help="Lies of one module.")
    add("--variants", action="store_true", help="The harmless variants instead.")
    add("--processes", type=int, metavar="N", help="At a time. [6; of variants 8]")
    add("--every", action="store_true", help="Every lie, not a day's choice.")
    add("--full", action="store_true", help="Every lie and case; generate and wait as a run does.")
    add("--all-cases", action="store_true", help="Also cases in which a lie can't show.")
    add("--fuzz", metavar="LEVEL", help="How much is generated.")
    add("--seed", default=1, type=int, metavar="N", help="Of every run. [1]")
    add("--seeds", default=1, type=int, metavar="N", help="Run each with so many seeds. [1]")
    add("--json", metavar="FILE", type=Path, help="Where to write all that was found.")
    add("--keep", metavar="DIR", type=Path, help="Where to keep the reports.")
    add("--quiet", action="store_true", help="Tell only what went wrong.")
    add("--list", action="store_true", help="Print the names and end.")
    return parser


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {"fuzz": "off", "timeout": 5, "n": 0}
    if asked.full:
        options |= {"fuzz": "standard", "timeout": 30}
    elif not asked.variants:
        options["consistency"] = 0.4
    if asked.fuzz:
        options["fuzz"] = asked.fuzz
    return options


def _everything(asked: argparse.Namespace) -> list[Mutant] | list[Variant]:
    if asked.variants:
        return list(VARIANTS.values())
    lies = list(MUTANTS.values())
    if asked.every or asked.full or asked.only:
        return lies
    return selection.daily(lies, catalogue.load().requirements)


def _subjects(asked: argparse.Namespace) -> list[Mutant | Variant]:
    return [
        each
        for each in _everything(asked)
        if _fits(each.name, asked.only) and (not asked.kind or each.kind in asked.kind)
    ]


def _fits(name: str, patterns: list[str] | None) -> bool:
    escaped = [each.replace("[", "[[]") for each in patterns or ["*"]]
    return any(name == each or fnmatchcase(name, each) for each in escaped)


def _preload(seed: int) -> frozenset[str]:
    """Import what every run needs, and make its files, once; returns the ids of the catalogue."""
    import pytest  # noqa: F401, PLC0415 - before the fork
    import schemathesis  # noqa: F401, PLC0415 - before the fork

    from conformance import reporting  # noqa: F401, PLC0415 - before the fork
    from conformance.plugin import (  # noqa: PLC0415 - before the fork
        conductor,  # noqa: F401 - before the fork
        declarations,
        fixtures,  # noqa: F401 - before the fork
        running,  # noqa: F401 - before the fork
    )
    from conformance.reporting import terminal  # noqa: F401, PLC0415 - before the fork
    from conformance.scenarios import test_file_content  # noqa: PLC0415 - before the fork

    test_file_content.samples(seed)
    list(declarations.read())
    return frozenset(catalogue.load().requirements)


def _trials(asked: argparse.Namespace, subjects: Iterable[Mutant | Variant]) -> list[trial.Trial]:
    """What to run: of a lie about an operation only the cases that call it, unless asked for."""
    options = _options(asked)
    takes_all = asked.variants or asked.full or asked.all_cases
    calls = None if takes_all else relevance.measured({**options, "seed": asked.seed})
    trials = [
        trial.Trial(
            each,
            {**options, "seed": asked.seed + n},
            calls.relevant_to(each) if calls and _is_plain(each) else None,
        )
        for n in range(asked.seeds)
        for each in subjects
    ]
    if calls:  # the longest first, so that none is left to run alone
        trials.sort(key=lambda each: calls.length_of(each.cases), reverse=True)
    return trials


def _is_plain(subject: Mutant | Variant) -> TypeGuard[Mutant]:
    """Whether its run is one like the one that was measured: generated cases are none of it."""
    return isinstance(subject, Mutant) and "fuzz" not in subject.options


def hold(asked: argparse.Namespace) -> matrix.Matrix:
    """Run what was asked for, and judge it.

    Raises:
        UnknownRequirement: if a mutant declares what the catalogue does not have.
        Dishonest: if the bare reference does not hold.
    """
    wrong = unknown(_preload(asked.seed))
    if wrong:
        raise UnknownRequirement("\n".join(wrong))
    began, judged = time.monotonic(), []
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    trials = _trials(asked, _subjects(asked))
    at_a_time = asked.processes or AT_A_TIME["variants" if asked.variants else "lies"]
    with contextlib.suppress(KeyboardInterrupt):  # what was judged until then is told
        for ending in trial.run_all(trials, at_a_time, asked.keep):
            judged.append(verdict.judge(ending))
            if not asked.quiet:
                print(telling.progress(judged[-1], len(judged), len(trials)), flush=True)
    is_part = asked.only or asked.kind or asked.variants or len(judged) < len(trials)
    return matrix.Matrix(
        judged,
        time.monotonic() - began,
        is_whole=not is_part,
        unrun=len(trials) - len(judged),
        excused=UNBROKEN,
    )


def _write(asked: argparse.Namespace, found: matrix.Matrix) -> None:
    if asked.json:
        asked.json.write_text(json.dumps(found.to_json(), indent=1) + "\n")
    if found.lies:
        DIRECTORY.mkdir(parents=True, exist_ok=True)
        (DIRECTORY / "matrix.csv").write_text(matrix.as_csv(found))
        print(f"matrix: {DIRECTORY.name}/matrix.csv below reports")


def main() -> int:
    """The exit status: 0 if all is as declared, 1 if not, 2 if nothing could be tried."""
    asked = _parser().parse_args()
    collection.load()
    if asked.list:
        print("\n".join(each.name for each in _subjects(asked)))
        return 0
    try:
        found = hold(asked)
    except (UnknownRequirement, relevance.Dishonest) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if not found.judged:
        print("Nothing is called so: see --list.", file=sys.stderr)
        return 2
    print("\n" + telling.render(found, with_matrix=not asked.quiet))
    _write(asked, found)
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
