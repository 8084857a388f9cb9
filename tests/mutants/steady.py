"""Run one target again and again with one seed: ``python -m tests.mutants.steady``.

The same seed on the same target has to give the same verdicts, generated cases included.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable

from tests.mutants import collection, relevance, trial
from tests.mutants.registry import MUTANTS, VARIANTS
from tests.mutants.trial import Ending


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.steady", description=__doc__)
    add = parser.add_argument
    add("--target", default="reference", metavar="NAME", help="Or a lie or a variant.")
    add("--runs", type=int, default=20, metavar="N", help="How often. [20]")
    add("--seed", type=int, default=1, metavar="N", help="Of every run. [1]")
    add("--fuzz", default="standard", metavar="LEVEL", help="How much is generated. [standard]")
    add("--processes", type=int, default=2, metavar="N", help="At a time. [2]")
    return parser


def differences(endings: Iterable[Ending]) -> list[str]:
    """A sentence for the exit status and for each requirement that the runs disagree about."""
    said = defaultdict[str, list[object]](list)
    for ending in endings:
        said["the exit status"].append(ending.status)
        said["the number of requirements"].append(len(ending.rows))
        for row in ending.rows:
            said[row["id"]].append(row["outcome"])
    return [
        f"{what}: {_counted(outcomes)}" for what, outcomes in said.items() if len(set(outcomes)) > 1
    ]


def _counted(outcomes: list[object]) -> str:
    return ", ".join(f"{outcomes.count(each)} x {each}" for each in dict.fromkeys(outcomes))


def main() -> int:
    """The exit status: 0 if every run says the same, 1 if not, 2 if there is no such target."""
    asked = _parser().parse_args()
    collection.load()
    known = {relevance.HONEST.name: relevance.HONEST, **MUTANTS, **VARIANTS}
    if asked.target not in known:
        sys.stderr.write(f"There is no {asked.target}: name the reference, a lie or a variant.\n")
        return 2
    options = {"fuzz": asked.fuzz, "seed": asked.seed, "n": 0}
    trials = [trial.Trial(known[asked.target], options)] * asked.runs
    endings = []
    for ending in trial.run_all(trials, asked.processes):
        endings.append(ending)
        run = f"{len(endings):3} of {asked.runs}: status {ending.status}, {len(ending.rows)} rows"
        sys.stdout.write(f"{run}, {len(ending.red)} red, {ending.run.get('requests')} requests\n")
        sys.stdout.flush()
    found = differences(endings)
    sys.stdout.write("".join(f"  {each}\n" for each in found))
    verdict = f"{len(found)} differences" if found else "all alike"
    sys.stdout.write(f"{asked.target}, seed {asked.seed}, {asked.runs} runs: {verdict}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
