"""Searches among generated requests for one that breaks a requirement, and makes it small."""

from __future__ import annotations

import hashlib
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from conformance.checks import passive
from conformance.errors import Failure, NotApplicable
from conformance.fuzzing import steady

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

    from conformance.drivers import Api
    from conformance.errors import Signal
    from conformance.fuzzing.levels import Budget

T = TypeVar("T")

#: Examples that may be spent on making one failing example small.
SHRINKS = 12


class Booking(Protocol):
    """Where findings are booked; the record of a case is one."""

    claims: dict[str, dict[str, Any]]
    declared: tuple[str, ...]

    def claim(self, requirement: str, outcome: str, **details: Any) -> None:  # noqa: ANN401 - as a record takes them
        """Note *outcome* for *requirement*."""

    def fail(self, requirement: str, failure: Failure) -> None:
        """Book *failure* on *requirement*."""

    def signal(self, requirement: str, signal: Signal) -> None:
        """Note why *requirement* can't be shown."""


class Broken(Exception):
    """An example broke the requirement that the search is about."""


class Halt(BaseException):
    """Ends a search at once, past Hypothesis: the budget is spent, or *error* has to get out."""

    def __init__(self, error: BaseException | None = None) -> None:
        """Carry *error* out, if there is one."""
        super().__init__()
        self.error = error


@dataclass(slots=True)
class Search:
    """One case's search: what it has found, and what it need not look at any more."""

    api: Api
    booking: Booking
    budget: Budget
    seed: int
    found: dict[str, Failure] = field(default_factory=dict)
    _settled: set[str] = field(default_factory=set)
    _now: dict[str, Failure] = field(default_factory=dict)

    # What an example says.

    @contextmanager
    def holds(self, requirement: str, *, shrink: bool = True) -> Iterator[None]:
        """What is asserted inside shows *requirement*; a failure goes to the search."""
        try:
            yield
        except Failure as failure:
            failure.exchange = failure.exchange or self.api.wire.exchanges[-1].id
            self._now.setdefault(requirement, failure)
            if not shrink:
                self._settled.add(requirement)
        else:
            self.booking.claim(requirement, "passed")

    def first(self, attempt: Callable[[], T]) -> T:
        """What *attempt* answers, the plainest example of all: what it breaks is small already."""
        self._now = {}
        mark = len(self.api.wire.exchanges)
        try:
            return attempt()
        finally:
            self._look(mark)
            self._note(self._now)
            self._settled |= set(self._now)

    # How examples are tried.

    def over(
        self, label: str, strategy: SearchStrategy[T], attempt: Callable[[T], None], examples: int
    ) -> None:
        """Try *attempt* on *examples* of *strategy*; each new finding is made small and noted."""
        left, turn = examples, 0
        while left > 0 and self.budget.allows():
            tried, requirement = self._once(f"{label}/{turn}", strategy, attempt, left)
            if requirement is None:
                return
            self._settled.add(requirement)
            left -= tried
            turn += 1

    def dealt(self, pieces: list[str], attempt: Callable[[list[str]], None]) -> None:
        """Try *attempt* on *pieces*; where it breaks something, on ever smaller parts of them."""
        try:
            broken = self.example(pieces, attempt)
            while broken and len(pieces) > 1:
                requirement = next(iter(broken))
                self.found[requirement] = broken[requirement]
                middle = len(pieces) // 2
                for part in (pieces[:middle], pieces[middle:]):
                    smaller = self.example(part, attempt)
                    if requirement in smaller:
                        self.found[requirement] = smaller[requirement]
                        pieces, broken = part, {requirement: smaller[requirement]}
                        break
                else:
                    break
            self._settled |= set(broken)
        except Halt as halt:
            if halt.error is not None:
                raise halt.error from None

    def _once(
        self, label: str, strategy: SearchStrategy[T], attempt: Callable[[T], None], examples: int
    ) -> tuple[int, str | None]:
        """Search once; returns how many examples it took and what broke first."""
        from hypothesis.errors import HypothesisException  # noqa: PLC0415 - as below

        hunt = _Hunt(self, attempt)
        try:
            with steady.steadied(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _drive(strategy, hunt.example, examples, self._number(label))
        except Halt as halt:
            if halt.error is not None:
                raise halt.error from None
        except (Broken, HypothesisException):
            # Hypothesis ends with what it has found, or with a word on its being flaky.
            if hunt.sought is None:
                raise
        return hunt.tried, hunt.sought

    def _number(self, label: str) -> int:
        digest = hashlib.sha256(f"{self.seed}/{label}".encode()).digest()
        return int.from_bytes(digest[:8], "big")

    def example(self, value: T, attempt: Callable[[T], None]) -> dict[str, Failure]:
        """Try *attempt* on *value*; returns what it broke, as far as it is worth a search."""
        if not self.budget.allows():
            raise Halt
        self._now = {}
        mark = len(self.api.wire.exchanges)
        try:
            attempt(value)
        except Exception as error:
            raise Halt(error) from error
        finally:
            self._look(mark)
            self._note(self._now)
        return {key: value for key, value in self._now.items() if key not in self._settled}

    def _look(self, mark: int) -> None:
        """Take what the exchanges since *mark* say by themselves."""
        for exchange in self.api.wire.exchanges[mark:]:
            for claim in passive.judge(exchange):
                if claim.failure:
                    self._now.setdefault(claim.requirement, claim.failure)

    def _note(self, failures: dict[str, Failure]) -> None:
        for requirement, failure in failures.items():
            self.found.setdefault(requirement, failure)

    # How it ends.

    def book(self) -> None:
        """Book what was found; what was never tried is said to be so."""
        for requirement, failure in self.found.items():
            self.booking.fail(requirement, failure)

    def finish(self) -> None:
        """Book all, and speak for what the budget did not reach."""
        self.book()
        for requirement in self.booking.declared:
            if requirement not in self.booking.claims:
                why = "the generated requests that the budget allowed did not get to it"
                self.booking.signal(requirement, NotApplicable(why))


@dataclass(slots=True)
class _Hunt:
    """One run of Hypothesis: looks for anything that is broken, then for that alone."""

    search: Search
    attempt: Callable[[Any], None]
    sought: str | None = None
    tried: int = 0
    shrinks: int = 0

    def example(self, value: Any) -> None:  # noqa: ANN401 - what the strategy draws
        if self.sought is not None:
            self.shrinks += 1
            if self.shrinks > SHRINKS:
                raise Halt
        else:
            self.tried += 1
        broken = self.search.example(value, self.attempt)
        if self.sought is None and broken:
            self.sought = next(iter(broken))
        if self.sought is not None and self.sought in broken:
            # Each failing example after the first is smaller than those before it.
            self.search.found[self.sought] = broken[self.sought]
            raise Broken(self.sought)


def _drive(
    strategy: SearchStrategy[Any], example: Callable[[Any], None], examples: int, number: int
) -> None:
    from hypothesis import given, seed  # noqa: PLC0415 - only generated cases need it

    @seed(number)
    @steady.settings_of(examples)
    @given(strategy)
    def drive(value: Any) -> None:  # noqa: ANN401 - what the strategy draws
        example(value)

    drive()
