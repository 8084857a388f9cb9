"""Which cases a lie can show in: those that call the operation which it is told about."""

from __future__ import annotations

import importlib
import inspect
import json
import math
import pkgutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance import scenarios
from tests.mutants import trial
from tests.mutants.registry import Mutant, Variant

#: What is made once a run, by whichever case comes first, and what making it calls.
SHARED = {
    "flock": {"createContainer"},
    "flock_later": {"createContainer"},
    "shelf": {"createContainer", "createContainerFile"},
    "stock": {"createContainer", "createContainerFile"},
    "depot": {"createContainer"},
}

HONEST = Variant("reference", "The reference as it is.", lambda app: app)


class Dishonest(Exception):
    """The bare reference does not hold, so that nothing can be learned from lies about it."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What the cases of a run against the bare reference called, and what they speak for."""

    operations: Mapping[str, frozenset[str]]  # by case
    cases: Mapping[str, frozenset[str]]  # by requirement
    requests: Mapping[str, int] = field(default_factory=dict)  # by case

    def length_of(self, cases: Iterable[str] | None) -> float:
        """How long a run of *cases* is, in requests; of all that there are, the longest."""
        return math.inf if cases is None else sum(self.requests.get(each, 0) for each in cases)

    def relevant_to(self, lie: Mutant) -> frozenset[str]:
        """The cases that call an operation of *lie*, or speak for what it breaks."""
        speaking = {
            case for id_, cases in self.cases.items() if lie.must_fail(id_) for case in cases
        }
        return frozenset(
            case
            for case, called in self.operations.items()
            if case in speaking or called & lie.operations
        )

    @classmethod
    def from_evidence(cls, lines: Iterable[str]) -> Calls:
        """What a recorded run called; what a case only shares counts as its own."""
        called, speaking = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        requests = Counter[str]()
        for line in map(json.loads, lines):
            if line["kind"] == "case":
                case = function_of(line["case"])
                called[case].update(each["operation"] for each in line["exchanges"])
                requests[case] += len(line["exchanges"])
            elif line["kind"] == "plan":
                for id_, cases in line["plan"].items():
                    speaking[id_].update(map(function_of, cases))
        shared = sharing()
        operations = {case: frozenset(called[case] | shared.get(case, set())) for case in called}
        return cls(operations, {id_: frozenset(speaking[id_]) for id_ in speaking}, requests)


def function_of(case: str) -> str:
    """A case without its parameters."""
    return case.partition("[")[0]


def sharing() -> dict[str, set[str]]:
    """For each case what making the things that it shares with others calls."""
    found = {}
    for module in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}."):
        for name, function in inspect.getmembers(
            importlib.import_module(module.name), inspect.isfunction
        ):
            wanted = SHARED.keys() & inspect.signature(function).parameters.keys()
            case = f"{module.name.rpartition('.')[2]}::{name}"
            found[case] = {operation for each in wanted for operation in SHARED[each]}
    return found


def measured(options: Mapping[str, Any]) -> Calls:
    """Run the bare reference, which has to hold, and see what each case calls.

    Raises:
        Dishonest: if anything is red there.
    """
    with tempfile.TemporaryDirectory() as kept:
        honest = trial.Trial(HONEST, options)
        ending = next(trial.run_all([honest], 1, Path(kept)))
        if ending.status != 0 or ending.red or ending.untestable:
            red = ", ".join(row["id"] for row in (*ending.red, *ending.untestable)[:5])
            raise Dishonest(
                f"The bare reference ends with {ending.status} ({red or ending.output[-300:]}): "
                "mend it, or the checks, before you try lies."
            )
        evidence = Path(kept) / HONEST.name / "report" / "evidence.jsonl"
        return Calls.from_evidence(evidence.read_text("utf-8").splitlines())
