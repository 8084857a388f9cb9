"""Hold every lie and every variant against the suite: ``python -m tests.mutants.run``."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.mutants import collection, selection, trial, verdict
from tests.mutants.registry import MUTANTS, VARIANTS, Mutant, UnknownRequirement, Variant, unknown
from tests.mutants.verdict import Fate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("--only", metavar="GLOB", action="append", help="Names of lies, as globs.")
    parser.add_argument("--kind", metavar="MODULE", action="append", help="Lies of one module.")
    parser.add_argument("--variants", action="store_true", help="The harmless variants instead.")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="At a time. [2]")
    parser.add_argument("--every", action="store_true", help="Every lie, not a day's choice.")
    parser.add_argument(
        "--full", action="store_true", help="Every lie; generate and wait as a real run does."
    )
    parser.add_argument("--fuzz", default=None, metavar="LEVEL", help="How much is generated.")
    parser.add_argument("--seed", default=1, type=int, metavar="N", help="Of every run. [1]")
    parser.add_argument("--json", metavar="FILE", help="Where to write all that was found.")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="Where to keep the reports.")
    parser.add_argument("--quiet", action="store_true", help="Tell only what went wrong.")
    parser.add_argument("--list", action="store_true", help="Print the names and end.")
    return parser


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    options: dict[str, Any] = {"fuzz": "off", "seed": asked.seed, "timeout": 5, "n": 0}
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
    from conformance import catalogue  # noqa: PLC0415 - only for the choice

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


def _preload() -> frozenset[str]:
    """Import what every run needs, once; returns the ids of the catalogue."""
    import pytest  # noqa: F401, PLC0415
    import schemathesis  # noqa: F401, PLC0415

    from conformance import catalogue, reporting  # noqa: F401, PLC0415
    from conformance.plugin import conductor, fixtures, running  # noqa: F401, PLC0415
    from conformance.reporting import terminal  # noqa: F401, PLC0415

    return frozenset(catalogue.load().requirements)


def hold(asked: argparse.Namespace) -> verdict.Matrix:
    """Run what was asked for, and judge it.

    Raises:
        UnknownRequirement: if a mutant declares what the catalogue does not have.
    """
    wrong = unknown(_preload())
    if wrong:
        raise UnknownRequirement("\n".join(wrong))
    began, judged = time.monotonic(), []
    subjects = _subjects(asked)
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    endings = trial.trials(subjects, _options(asked), asked.processes, asked.keep)
    with contextlib.suppress(KeyboardInterrupt):  # what was judged until then is told
        for ending in endings:
            judged.append(verdict.judge(ending))
            if not asked.quiet:
                _tell(judged[-1], len(judged), len(subjects))
    chosen = asked.only or asked.kind or asked.variants
    is_whole = not chosen and len(judged) == len(subjects)
    seconds = time.monotonic() - began
    unrun = len(subjects) - len(judged)
    return verdict.Matrix(judged, verdict.in_scope(judged), seconds, is_whole, unrun)


def _tell(judged: verdict.Judged, done: int, of: int) -> None:
    spent = judged.ending.duration_s
    wrong = "" if judged.fate in (Fate.KILLED, Fate.GREEN) else f" {', '.join(judged.misbooked)}"
    name = judged.ending.name
    print(f"{done:4}/{of} {judged.fate.value:9} {spent:5.1f} s {name}{wrong}", flush=True)


def main() -> int:
    """The exit status: 0 if all is as declared, 1 if not, 2 if a declaration is wrong."""
    asked = _parser().parse_args()
    collection.load()
    if asked.list:
        print("\n".join(each.name for each in _subjects(asked)))
        return 0
    try:
        matrix = hold(asked)
    except UnknownRequirement as wrong:
        print(wrong, file=sys.stderr)
        return 2
    print("\n" + verdict.render(matrix))
    if asked.json:
        found = {
            "seconds": round(matrix.seconds, 1),
            "never_failed": matrix.never_failed,
            "judged": [each.to_json() for each in matrix.judged],
        }
        Path(asked.json).write_text(json.dumps(found, indent=1) + "\n")
    return 0 if matrix.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
