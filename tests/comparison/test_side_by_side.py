"""The comparison: the lies are there, a difference is a find, and every report is read."""

from __future__ import annotations

import sys

import httpx
import pytest

from tests.comparison import bench, choice, run, table, tools
from tests.comparison.bench import Call, Result, Said
from tests.mutants.registry import MUTANTS
from tests.mutants.relevance import HONEST

THIRDS = {"lists": ["skips"], "files": ["cuts", "pads"]}


def result(*faults: str, status: int = 0, seconds: float = 2.0, left: int = 0) -> Result:
    """What a tool said, in a run of ten requests."""
    return Result(Said(status, frozenset(faults)), seconds, 10, left)


@pytest.fixture
def column():
    """A tool that finds one lie of three, and calls the reference guilty of something."""
    results = {
        "reference": result("ST302", status=1),
        "skips": result("ST302", status=1),
        "cuts": result("ST302", "ST401", status=1, left=8),
        "pads": result("ST302", status=1, seconds=6.0),
    }
    return table.Column("a tool", "1.2", results)


def test_thirty_lies_are_chosen():
    """There are ten of each third, no two of one family, each about its third."""
    chosen = choice.chosen()

    assert {third: len(lies) for third, lies in chosen.items()} == dict.fromkeys(choice.THIRDS, 10)
    families = [choice.family_of(lie.name) for lies in chosen.values() for lie in lies]
    assert len(set(families)) == 30


def test_draw_is_a_lot():
    """The same seed draws the same lies, another seed others."""
    choice.chosen()
    lies = list(MUTANTS.values())

    assert choice.draw(lies, 1) == choice.draw(reversed(lies), 1)
    assert choice.draw(lies, 1) != choice.draw(lies, 2)


@pytest.mark.parametrize(
    ("name", "told"),
    [("is_gone", "there is no lie is_gone"), ("drops_the_last_byte", "is not about lists")],
)
def test_wrong_choice_is_refused(tmp_path, monkeypatch, name, told):
    """A file that names what is not there, or elsewhere, is told with the name."""
    monkeypatch.setattr(choice, "FILE", tmp_path / "chosen.yaml")
    choice.FILE.write_text(f"lies: {{lists: [{name}]}}")

    with pytest.raises(choice.WrongChoice, match=told):
        choice.chosen()


def test_difference_from_the_reference_is_a_find():
    """A new fault or another exit status is a find; the same false alarm or one fewer is none."""
    baseline = result("ST302", status=1)

    assert result("ST302", "ST401", status=1).finds(baseline)
    assert result("ST302", status=0).finds(baseline)
    assert not result("ST302", status=1).finds(baseline)
    assert not result(status=1).finds(baseline)


def test_summary_has_a_row_a_tool(column):
    """The row counts finds by third and false alarms, and tells the mean of a run."""
    row = table.summary([column], THIRDS).splitlines()[-1]

    assert row == "| a tool 1.2 | 0 | 1 | 1 of 3 | 1 | 3 | 10 | 2 |"


def test_details_have_a_row_a_lie(column):
    """Each lie is shown with who finds it."""
    rows = table.details([column], THIRDS).splitlines()[2:]

    assert rows == ["| lists | `skips` |  |", "| files | `cuts` | found |", "| files | `pads` |  |"]


def test_table_is_placed_between_its_comments():
    """What stands between the comments is replaced, and nothing else."""
    readme = "a\n<!-- compare -->\nold\n<!-- /compare -->\nb\n"

    assert table.placed(readme, "new\n") == "a\n<!-- compare -->\nnew\n<!-- /compare -->\nb\n"


def test_readme_has_the_place():
    """The README has the two comments, in order."""
    readme = run.README.read_text("utf-8")

    assert 0 < readme.index("<!-- compare -->") < readme.index("<!-- /compare -->")


def test_measurement_is_read_back(tmp_path):
    """What was recorded is what an interrupted comparison goes on with."""
    key, measured = ("a tool", "1.2", "cuts"), result("a", "b", status=1, left=3)
    run.record(tmp_path / "results.jsonl", key, measured)

    assert list(run.recorded(tmp_path / "results.jsonl")) == [(key, measured)]
    assert list(run.recorded(tmp_path / "nothing.jsonl")) == []


def test_target_counts_requests_and_what_is_left():
    """Every request counts, and every container that lives when the tool has ended."""

    def leaves_one(call: Call) -> Said:
        with httpx.Client(
            base_url=call.base_url, headers={"Authorization": f"Bearer {call.key}"}
        ) as client:
            made = [client.post("/containers", json={"name": "x"}).json()["id"] for _ in range(2)]
            client.delete(f"/containers/{made[0]}")
        return Said(0)

    measured = bench.measure(leaves_one, HONEST)

    assert (measured.requests, measured.left) == (3, 1)


def test_tool_s_status_and_output_are_taken(tmp_path):
    """A command runs in its directory; its status and both its streams are kept."""
    code = (
        "import os, sys; print(os.getcwd(), flush=True); print('bad', file=sys.stderr); sys.exit(3)"
    )

    assert bench.run((sys.executable, "-c", code), tmp_path) == (3, f"{tmp_path}\nbad\n")


def test_hanging_tool_is_ended(tmp_path, monkeypatch):
    """A tool that does not end is ended, with all that it started."""
    monkeypatch.setattr(bench, "LIMIT_S", 0.2)

    assert bench.run((sys.executable, "-c", "import time; time.sleep(60)"), tmp_path)[0] is None


def test_report_of_ours_is_read():
    """Failed and flaky requirements are faults."""
    rows = [{"id": each, "outcome": each} for each in ("failed", "flaky", "passed", "untestable")]

    assert tools.ours_of({"requirements": rows}) == {"failed", "flaky"}
    assert tools.ours_of({}) == frozenset()


def test_report_of_schemathesis_is_read():
    """Each failure counts once an operation."""
    failure = {"code": "ST401", "title": "Auth", "operations": ["GET /a", "POST /a"], "count": 9}

    assert tools.schemathesis_of({"failures": [failure]}) == {
        "ST401 Auth: GET /a",
        "ST401 Auth: POST /a",
    }
    assert tools.schemathesis_of({}) == frozenset()


def test_log_of_prism_is_read():
    """Violations are told apart by what they say, and not by times, ports or ids."""
    line = "[{time} PM] > [VALIDATOR] ⚠  warning   Violation: response.body /containers/{id} bad"
    told = {
        log
        for time, id_ in (("10:46:21", "cntr_" + "a" * 48), ("11:00:00", "cntr_" + "b" * 48))
        for log in tools.complaints(
            line.format(time=time, id=id_) + "\n[10:46:21 PM] > [PROXY] i  info  > Forwarding"
        )
    }

    assert len(told) == 1
    assert tools.last_line("Traceback:\nopenai.NotFoundError: cntr_" + "a" * 48) == {
        "openai.NotFoundError: *"
    }
    assert tools.last_line("") == frozenset()


def test_output_of_portman_is_read():
    """Failed assertions are faults, with or without Newman's summary."""
    output = (
        "  ✓  [GET]::/containers - Status code is 2xx\n"
        "  1. [GET]::/containers/:container_id - Status code is 2xx\n"
        " 1.  AssertionError    [GET]::/containers/:container_id - Status code is 2xx   \n"
    )

    assert tools.portman_of(output) == {"[GET]::/containers/:container_id - Status code is 2xx"}
