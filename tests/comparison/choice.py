"""Which lies the tools are compared by: drawn by lot before anything was measured.

``python -m tests.comparison.choice SEED`` draws them anew and prints the file.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.mutants import collection
from tests.mutants.registry import MUTANTS, Mutant

FILE = Path(__file__).with_name("chosen.yaml")

#: The thirds, and the operations that their lies are about.
THIRDS = {
    "lists": {"listContainers", "listContainerFiles"},
    "objects": {
        "createContainer",
        "retrieveContainer",
        "deleteContainer",
        "retrieveContainerFile",
        "deleteContainerFile",
    },
    "files": {"createContainerFile", "retrieveContainerFileContent"},
}

#: Lies of each third.
OF_EACH = 10


class WrongChoice(Exception):
    """The choice names a lie that there is not, or not of that third."""


def family_of(name: str) -> str:
    """The function that a lie is made by: its name without the label."""
    return name.partition("[")[0]


def draw(lies: Iterable[Mutant], seed: int) -> dict[str, list[str]]:
    """As many lies of each third by lot, no two of one family."""
    lot = random.Random(seed)
    every = sorted(lies, key=lambda lie: lie.name)
    chosen: dict[str, list[str]] = {}
    for third, operations in THIRDS.items():
        families = defaultdict[str, list[str]](list)
        for lie in every:
            if lie.operations <= operations:
                families[family_of(lie.name)].append(lie.name)
        taken = {family_of(name) for names in chosen.values() for name in names}
        free = sorted(families.keys() - taken)
        chosen[third] = [lot.choice(families[each]) for each in lot.sample(free, OF_EACH)]
    return chosen


def chosen() -> dict[str, list[Mutant]]:
    """The lies of the file, by third.

    Raises:
        WrongChoice: if one is not there any more, or is about something else.
    """
    collection.load()
    written = yaml.safe_load(FILE.read_text("utf-8"))["lies"]
    for third, names in written.items():
        for name in names:
            if name not in MUTANTS:
                raise WrongChoice(f"{FILE.name}: there is no lie {name}: draw anew.")
            if not MUTANTS[name].operations <= THIRDS[third]:
                raise WrongChoice(f"{FILE.name}: {name} is not about {third}: draw anew.")
    return {third: [MUTANTS[name] for name in names] for third, names in written.items()}


def main() -> None:
    """Print a file with another draw."""
    collection.load()
    seed = int(sys.argv[1])
    head = yaml.safe_load(FILE.read_text("utf-8")) if FILE.exists() else {}
    drawn = {**head, "seed": seed, "lies": draw(MUTANTS.values(), seed)}
    sys.stdout.write(yaml.safe_dump(drawn, sort_keys=False, width=100))


if __name__ == "__main__":
    main()
