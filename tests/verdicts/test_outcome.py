"""The order in which outcomes and verdicts win."""

import itertools
import random

import pytest

from conformance.verdicts import Outcome, Verdict, worst
from conformance.verdicts.outcome import EXIT_STATUS

#: As the interface has it, the worst first.
ORDER = [
    "error",
    "failed",
    "flaky",
    "unreachable",
    "untestable",
    "unreached",
    "passed",
    "unsupported",
    "not-applicable",
]


def test_outcomes_are_those_of_the_interface():
    """In its order."""
    assert [each.value for each in Outcome] == ORDER


@pytest.mark.parametrize(("bad", "good"), list(itertools.combinations(ORDER, 2)))
def test_worse_outcome_speaks(bad, good):
    """Whichever comes first."""
    outcomes = [Outcome(good), Outcome(bad), Outcome(good)]
    random.Random(1).shuffle(outcomes)

    assert worst(outcomes) is Outcome(bad)


def test_nothing_said_is_unreached():
    """Silence is no pass."""
    assert worst([]) is Outcome.UNREACHED


def test_outcome_is_broken_open_or_neither():
    """Only what passed, or need not be shown, is neither."""
    assert {each.value for each in Outcome if each.is_broken} == {"failed", "flaky"}
    assert {each.value for each in Outcome if each.is_open} == {
        "unreachable",
        "untestable",
        "unreached",
    }


def test_exit_statuses_are_those_of_the_interface():
    """One for each verdict that a run can have."""
    assert {verdict.value: status for verdict, status in EXIT_STATUS.items()} == {
        "conformant": 0,
        "partial": 0,
        "non-conformant": 1,
        "unreachable": 3,
        "inconclusive": 4,
        "error": 5,
    }
    assert set(Verdict) - set(EXIT_STATUS) == {Verdict.NOT_IMPLEMENTED}
