"""Cases are dealt to workers so that all are done at about one time."""

from dataclasses import dataclass

import pytest

from conformance.plugin.dealing import dealt


@dataclass(frozen=True)
class Case:
    """As much of a case of pytest's as dealing looks at."""

    name: str
    cost: int = 1
    fixturenames: tuple = ()
    module: str = "test_some"

    @property
    def nodeid(self):
        """Where pytest found it."""
        return f"{self.module}.py::{self.name}"

    def get_closest_marker(self, name):
        """Its declared cost."""
        return pytest.mark.cost(requests=self.cost).mark if name == "cost" and self.cost else None


def users(*costs):
    """Users of what takes long to make."""
    return [Case(f"user {cost}", cost, ("api", "stock")) for cost in costs]


def free(*costs):
    """Cases that need nothing of it."""
    return [Case(f"free {cost}", cost, ("api", "depot")) for cost in costs]


def names(cases, workers):
    """Their names, as dealt."""
    return [each.name for each in dealt(cases, workers)]


def test_dear_cases_come_early_and_stand_with_cheap_ones():
    """Each worker gets the first two of what is left for it, then one at a time."""
    assert names(free(1, 7, 3, 9, 5, 8), 2) == [
        *("free 9", "free 1", "free 8", "free 3"),
        *("free 7", "free 5"),
    ]


def test_few_cases_are_dealt_one_by_one():
    """Where there are not two for each worker, the dearest are the first."""
    assert names(free(1, 7, 3), 2) == ["free 7", "free 3", "free 1"]


def test_what_is_shared_is_made_first_by_a_cheap_user():
    """The others of its users come when it is there."""
    assert names([*users(9, 1, 4), *free(2, 8, 3, 5)], 2) == [
        *("user 1", "user 4", "free 8", "user 9"),
        *("free 5", "free 3", "free 2"),
    ]


def test_what_makes_containers_by_chance_comes_last():
    """Generated cases take what the limits leave."""
    generated = Case("makes", 99, ("api",), "test_generated")
    reading = Case("reads", 50, ("api", "stock"), "test_generated")
    assert names([generated, reading, *free(2, 8, 3, 5)], 2)[-1] == "makes"


def test_what_time_has_done_is_seen_behind_all_that_people_wrote():
    """Late cases come last, whatever they use."""
    late = Case("late", 1, ("api", "depot"), "test_afterwards")
    assert names([late, *users(3, 4), *free(2, 8, 3, 5)], 2)[-1] == "late"


def test_each_case_is_dealt_once():
    """Whatever the number of workers."""
    cases = [*users(*range(1, 20)), *free(*range(1, 30)), Case("undeclared", 0)]
    for workers in range(1, 60):
        assert sorted(names(cases, workers)) == sorted(each.name for each in cases)
