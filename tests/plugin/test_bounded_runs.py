"""A run keeps its limits, and keeps to what is its own."""

import pytest

from tests.plugin.conftest import WRITTEN


@pytest.mark.end_to_end
@pytest.mark.parametrize(("workers", "limit"), [("0", 20), ("3", 50)])
def test_requests_are_never_more_than_allowed(run, reference, workers, limit):
    """Counted at the target, over all workers together; the report names the limit."""
    ran = run(
        "--base-url",
        reference.url,
        *("--fuzz", "off", "-n", workers, "--max-requests", str(limit)),
        **reference.variables,
    )

    assert len(reference.heard) <= limit
    assert ran.status in (1, 4), ran.out
    assert ran.written == WRITTEN
    assert ran.report["verdict"] == "inconclusive"
    assert "The limit --max-requests was reached." in ran.report["notes"]
    assert ran.report["run"]["requests"] == len(reference.heard)
    assert reference.containers() == []


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", ["0", "3"])
def test_containers_are_never_more_than_allowed(run, reference, workers):
    """Those that the target refused cost nothing."""
    ran = run(
        "--base-url",
        reference.url,
        *("--fuzz", "off", "-n", workers, "--max-containers", "3"),
        **reference.variables,
    )

    assert ran.status in (1, 4), ran.out
    assert "The limit --max-containers was reached." in ran.report["notes"]
    assert ran.report["run"]["containers_created"] <= 3
    assert reference.containers() == []


@pytest.mark.end_to_end
def test_time_is_never_much_more_than_allowed(run, reference):
    """After it only deletions are sent."""
    reference.pause_s = 0.02
    ran = run(
        "--base-url",
        reference.url,
        *("--fuzz", "off", "-n", "0", "--max-duration", "1"),
        **reference.variables,
    )

    assert ran.status in (1, 4), ran.out
    assert "The limit --max-duration was reached." in ran.report["notes"]
    assert ran.report["run"]["duration_s"] < 10
    assert reference.containers() == []


@pytest.mark.end_to_end
def test_foreign_containers_are_never_touched(run, reference):
    """An account full of other containers is as it was; none of their ids was ever named."""
    foreign = {
        reference.ask("POST", "/containers", json={"name": f"foreign {n}"})["id"]
        for n in range(150)
    }
    hers = reference.ask("POST", "/containers", reference.second, json={"name": "hers"})["id"]
    reference.heard.clear()

    ran = run("--base-url", reference.url, "--fuzz", "quick", "-n", "0", **reference.variables)

    named = {path.split("/containers/")[-1].split("/")[0] for _, path, _ in reference.heard}
    assert named & {*foreign, hers} == set()
    assert set(reference.containers()) == foreign
    assert reference.containers(reference.second) == [hers]
    assert ran.status in (0, 4), ran.out
    assert [each["id"] for each in ran.report["requirements"] if each["outcome"] == "failed"] == []
