"""Every lie and every harmless variant, by name, with what it declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from starlette.types import ASGIApp

from conformance.reference.server import running

Wrap = Callable[[ASGIApp], ASGIApp]
Serve = Callable[[ASGIApp], AbstractContextManager[str]]

#: The operations of the contract, and how the ids of their requirements begin.
PREFIXES = {
    "listContainers": "container.list",
    "createContainer": "container.create",
    "retrieveContainer": "container.retrieve",
    "deleteContainer": "container.delete",
    "listContainerFiles": "file.list",
    "createContainerFile": "file.create",
    "retrieveContainerFile": "file.retrieve",
    "deleteContainerFile": "file.delete",
    "retrieveContainerFileContent": "file.content",
}


class UnknownRequirement(Exception):
    """A mutant declares what the catalogue does not have."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A provider that tells one lie, and the requirements that must find it."""

    name: str
    sentence: str
    wrap: Wrap
    breaks: tuple[str, ...]
    also: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    serve: Serve = running
    kind: str = ""

    @property
    def operations(self) -> frozenset[str]:
        """Where the fault has to be booked."""
        return frozenset(
            operation
            for operation, prefix in PREFIXES.items()
            for pattern in self.breaks
            if fnmatchcase(f"{prefix}.x", pattern.rpartition(".")[0] + ".x")
        )

    def must_fail(self, requirement: str) -> bool:
        """Whether *requirement* is one of those that find this lie."""
        return any(fnmatchcase(requirement, pattern) for pattern in self.breaks)

    def may_fail(self, requirement: str) -> bool:
        """Whether *requirement* may fail because of this lie."""
        declared = (*self.breaks, *self.also)
        return any(fnmatchcase(requirement, pattern) for pattern in declared)


@dataclass(frozen=True, slots=True)
class Variant:
    """A provider that is unusual and conforms."""

    name: str
    sentence: str
    wrap: Wrap
    options: Mapping[str, Any] = field(default_factory=dict)
    serve: Serve = running
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Lie:
    """One member of a family of lies: its label, what it breaks, and what it is made of."""

    label: str
    breaks: tuple[str, ...]
    given: tuple[Any, ...] = ()
    also: tuple[str, ...] = ()


MUTANTS: dict[str, Mutant] = {}
VARIANTS: dict[str, Variant] = {}


def _sentence(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().splitlines()[0]


def _kind(function: Callable[..., object]) -> str:
    return function.__module__.rpartition(".")[2]


def _add(mutant_: Mutant) -> None:
    if mutant_.name in MUTANTS:
        raise ValueError(f"Two mutants are called {mutant_.name}: rename one.")
    MUTANTS[mutant_.name] = mutant_


def mutant(
    breaks: Iterable[str], also: Iterable[str] = (), *, serve: Serve = running, **options: Any
) -> Callable[[Wrap], Wrap]:
    """Register a function that wraps the reference as a lie."""

    def register(wrap: Wrap) -> Wrap:
        _add(
            Mutant(
                wrap.__name__,
                _sentence(wrap),
                wrap,
                tuple(breaks),
                tuple(also),
                options,
                serve,
                _kind(wrap),
            )
        )
        return wrap

    return register


def mutants(
    *lies: Lie, serve: Serve = running, **options: Any
) -> Callable[[Callable[..., ASGIApp]], None]:
    """Register a family: the function is called with the application and what each lie is given."""

    def register(wrap: Callable[..., ASGIApp]) -> None:
        for lie in lies:
            _add(
                Mutant(
                    f"{wrap.__name__}[{lie.label}]",
                    _sentence(wrap),
                    lambda app, given=lie.given: wrap(app, *given),
                    lie.breaks,
                    lie.also,
                    options,
                    serve,
                    _kind(wrap),
                )
            )

    return register


def each_operation(
    claim: str | Iterable[str],
    also: Iterable[str] = (),
    *,
    only: Iterable[str] = tuple(PREFIXES),
    without: Iterable[str] = (),
    given: tuple[Any, ...] = (),
    label: str = "",
) -> list[Lie]:
    """One lie an operation: *claim* and *also* are the ends of the ids that fail there."""
    claims = [claim] if isinstance(claim, str) else list(claim)
    return [
        Lie(
            f"{operation}{', ' if label else ''}{label}",
            tuple(f"{PREFIXES[operation]}.{each}" for each in claims),
            (operation, *given),
            tuple(f"{PREFIXES[operation]}.{each}" for each in also),
        )
        for operation in only
        if operation not in without
    ]


def variant(*, serve: Serve = running, **options: Any) -> Callable[[Wrap], Wrap]:
    """Register a function that wraps the reference in something unusual and harmless."""

    def register(wrap: Wrap) -> Wrap:
        name = wrap.__name__
        if name in VARIANTS:
            raise ValueError(f"Two variants are called {name}: rename one.")
        VARIANTS[name] = Variant(name, _sentence(wrap), wrap, options, serve, _kind(wrap))
        return wrap

    return register


def unknown(known: Iterable[str]) -> list[str]:
    """A sentence for each declaration that names no requirement of the catalogue.

    What may fail as a consequence may be a pattern that fits nothing at one of the operations.
    """
    ids = list(known)
    return [
        f"{each.name} declares {pattern}, which no requirement is called: mend the declaration."
        for each in MUTANTS.values()
        for pattern in (*each.breaks, *(also for also in each.also if "*" not in also))
        if not any(fnmatchcase(id_, pattern) for id_ in ids)
    ]
