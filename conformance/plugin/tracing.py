"""From a requirement to its cases, read from the cases' own marks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from conformance import scenarios


@cache
def cases() -> dict[str, list[str]]:
    """For each requirement that a case names the cases that do, as module and function."""
    table: dict[str, list[str]] = {}
    for module in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}."):
        short = module.name.rpartition(".")[2]
        if not short.startswith("test_"):
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            for mark in getattr(function, "pytestmark", ()):
                if mark.name == "requirement":
                    for id_ in mark.args:
                        table.setdefault(id_, []).append(f"{short}::{name}")
    return {id_: sorted(set(names)) for id_, names in table.items()}


def cases_of(requirement: str) -> list[str]:
    """The cases that speak for *requirement*."""
    return cases().get(requirement, [])
