"""What the cases declare: what they speak for, and what they cost."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import pkgutil
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import scenarios
from conformance.catalogue import keeping, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Planned:
    """One case as its module declares it."""

    name: str
    requirements: tuple[str, ...]
    cost: dict[str, Any]
    times: int
    waits: bool


@functools.cache
def planned() -> tuple[Planned, ...]:
    """Every case of the scenarios, with what it declares; as the same code told it before."""
    checksum = keeping.checksum_of_code(Path(scenarios.__file__).parents[1], load().sha256)
    if told := keeping.kept("cases", checksum):
        with contextlib.suppress(LookupError, TypeError, ValueError):
            return tuple(
                Planned(name, tuple(ids), cost, int(times), bool(waits))
                for name, ids, cost, times, waits in told
            )
    found = tuple(read())
    keeping.keep("cases", checksum, [astuple(each) for each in found])
    return found


def read() -> Iterator[Planned]:
    """Every case as its module, which is loaded, declares it."""
    for module in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}."):
        short = module.name.rpartition(".")[2]
        if not short.startswith("test_"):
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if name.startswith("test_"):
                yield _planned(f"{short}::{name}", function)


def _planned(name: str, function: Callable[..., Any]) -> Planned:
    marks = list(getattr(function, "pytestmark", ()))
    cost: dict[str, Any] = next((mark.kwargs for mark in marks if mark.name == "cost"), {})
    times = 1
    for mark in [each for each in marks if each.name == "parametrize"]:
        times *= len(mark.args[1])
        marks += [each for value in mark.args[1] for each in getattr(value, "marks", ())]
    ids = [id_ for mark in marks if mark.name == "requirement" for id_ in mark.args]
    waits = "eventually" in inspect.signature(function).parameters
    return Planned(name, tuple(ids), dict(cost), times, waits)
