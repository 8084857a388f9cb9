"""The vices by name, each with what must come out of a run against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hostile.target import Call

#: Stands for every label of a family.
ALL = ("*",)

Act = Callable[[Call], object]


@dataclass(frozen=True, slots=True)
class Vice:
    """One way to attack, and what a run against it may come to."""

    name: str
    act: Act
    exits: frozenset[int]
    options: tuple[str, ...] = ("--profile", "smoke")
    spared: int = 1  # calls that are answered honestly before: the look whether the target is there
    leaves: bool = False  # whether it makes deleting impossible
    denies: bool = False  # whether it says of what is left that it is not there
    within_s: float = 40.0


VICES: dict[str, Vice] = {}


def vice(
    *exits: int,
    options: tuple[str, ...] = ("--profile", "smoke"),
    spared: int = 1,
    leaves: bool = False,
    denies: bool = False,
    within_s: float = 40.0,
) -> Callable[[Act], Act]:
    """Register a vice; *exits*: the statuses that a run against it may have."""

    def declare(act: Act) -> Act:
        allowed = frozenset(exits or (1,))
        VICES[act.__name__] = Vice(
            act.__name__, act, allowed, options, spared, leaves, denies, within_s
        )
        return act

    return declare


def vices(
    *exits: int,
    given: dict[str, object],
    options: tuple[str, ...] = ("--profile", "smoke"),
    spared: int = 1,
    leaves: tuple[str, ...] = (),
    denies: tuple[str, ...] = (),
    within_s: float = 40.0,
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Register one vice for each of what is *given*; its function takes that beside the call."""

    def declare(act: Callable[..., object]) -> Callable[..., object]:
        for label, value in given.items():
            name = f"{act.__name__}[{label}]"

            def bound(call: Call, value: object = value) -> object:
                return act(call, value)

            allowed = frozenset(exits or (1,))
            is_left, is_denied = (each == ALL or label in each for each in (leaves, denies))
            VICES[name] = Vice(name, bound, allowed, options, spared, is_left, is_denied, within_s)
        return act

    return declare
