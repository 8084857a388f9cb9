"""The outcomes of a requirement and the verdicts of a run, each in the order in which it wins."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Outcome(Enum):
    """What a requirement's evidence says, from worst to best; of several cases the worst speaks."""

    ERROR = "error"  # the suite's own fault
    FAILED = "failed"  # the target broke it
    FLAKY = "flaky"  # held only on a later attempt
    UNREACHABLE = "unreachable"  # no answer came
    UNTESTABLE = "untestable"  # a prerequisite failed; red until it exists
    UNREACHED = "unreached"  # planned, but no case spoke for it
    PASSED = "passed"  # every case held
    UNSUPPORTED = "unsupported"  # an optional feature that the target does not have
    NOT_APPLICABLE = "not-applicable"  # can't be shown under the given options

    @property
    def is_broken(self) -> bool:
        """Whether the target broke the requirement, always or now and then."""
        return self in (Outcome.FAILED, Outcome.FLAKY)

    @property
    def is_open(self) -> bool:
        """Whether the requirement should have been shown and was not."""
        return self in (Outcome.UNREACHABLE, Outcome.UNTESTABLE, Outcome.UNREACHED)


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that speaks for all of *outcomes*; `Outcome.UNREACHED` for none."""
    return min(outcomes, key=_RANK.__getitem__, default=Outcome.UNREACHED)


class Verdict(Enum):
    """What is said of a run or of an operation."""

    CONFORMANT = "conformant"
    PARTIAL = "partial"  # conformant but for waivers
    NON_CONFORMANT = "non-conformant"
    INCONCLUSIVE = "inconclusive"
    UNREACHABLE = "unreachable"  # of a run only
    ERROR = "error"  # of a run only
    NOT_IMPLEMENTED = "not-implemented"  # of an operation only


#: The exit status that tells each verdict of a run.
EXIT_STATUS = {
    Verdict.CONFORMANT: 0,
    Verdict.PARTIAL: 0,
    Verdict.NON_CONFORMANT: 1,
    Verdict.UNREACHABLE: 3,
    Verdict.INCONCLUSIVE: 4,
    Verdict.ERROR: 5,
}

#: Of several exit statuses, of what applies to a run or of several runs, the first of these is
#: the one of all; 2 is for a call that is wrong.
PRECEDENCE = (2, 3, 5, 1, 4, 0)
