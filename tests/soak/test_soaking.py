"""A soak sees what it is there to see."""

import random

import pytest

from tests.soak import run
from tests.soak.faults import BREAKS, CONFORMS, FAULTS
from tests.soak.provider import Provider


@pytest.fixture
def provider():
    """A target with other people's containers in it."""
    one = Provider()
    with one.watched.serving():
        one.fill()
        yield one


def test_account_as_before_is_fine(provider):
    """Looking changes nothing itself."""
    assert provider.wrongs() == []
    assert provider.wrongs() == []


def test_container_that_was_left_is_seen(provider):
    """By its id."""
    made = provider.watched.ask("POST", "/containers", json={"name": "ours"})
    assert provider.wrongs() == [f"left {made['id']}"]


@pytest.mark.parametrize(
    ("method", "told"), [("DELETE", ["named", "deleted"]), ("GET", ["named", "touched"])]
)
def test_foreign_container_that_was_touched_is_seen(provider, method, told):
    """Deleting one, and also only reading one, which prolongs its life and its price."""
    id_ = next(iter(provider.foreign))
    provider.foreign[id_]["last_active_at"] -= 1 if method == "GET" else 0  # a second has passed
    provider.watched.ask(method, f"/containers/{id_}")
    assert provider.wrongs() == [f"{each} {id_}" for each in told]


def test_growth_is_blamed(provider, tmp_path):
    """Memory by its quarters, files by their number; what stays as it is is not."""
    soak = run.Soak(provider, tmp_path, random.Random(1))
    run.tell(soak, "flat", [50.0] * 8, [4] * 8, [60.0] * 8)
    assert soak.wrongs == []

    run.tell(soak, "grown", [50.0 + 5 * at for at in range(8)], [4, 4, 4, 9], [60.0] * 8)
    assert [each.partition(" has")[0].partition(" have")[0] for each in soak.wrongs] == [
        "grown: the suite",
        "grown: open files",
    ]


def test_faults_are_of_both_kinds():
    """Some must come to a green run and some to a red one, or sameness would show nothing."""
    assert {each.status for each in FAULTS} == {CONFORMS, BREAKS}
