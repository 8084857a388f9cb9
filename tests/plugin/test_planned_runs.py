"""The price of a run is told before it, and kept; a run can be split and waived."""

import gc
import subprocess
import sys
import weakref
from collections import Counter
from pathlib import Path

import pytest
import yaml

from conformance import catalogue
from conformance.evidence import Evidence
from conformance.fuzzing import document
from conformance.plugin import asking
from conformance.plugin.declarations import planned
from conformance.plugin.estimate import estimate
from conformance.plugin.gathering import share
from conformance.plugin.session import Run
from conformance.targets import resolve
from tests.plugin.conftest import environment


def settings(**given):
    """The settings of a run with the options *given*."""
    return resolve(given, {}, Path.cwd(), asking.known_names())


@pytest.mark.parametrize(("fuzz", "most"), [("off", 630), ("standard", 1150)])
def test_bound_of_a_green_run(fuzz, most):
    """A green run is bounded, and its allowance is told apart."""
    plan = estimate(catalogue.load(), settings(fuzz=fuzz))
    assert plan.green.requests <= most
    assert plan.requests == plan.green.requests + plan.allowance.requests
    assert plan.green.usd > 0


def test_smoke_is_cheap():
    """The profile smoke takes one container and fewer than 25 requests."""
    plan = estimate(catalogue.load(), settings(profile="smoke"))
    assert plan.green.containers == 1
    assert plan.green.requests < 25


def test_report_directory_is_made_for_its_owner_only(tmp_path):
    """Evidence holds what a target said."""
    where = tmp_path / "out" / "here"
    asked = settings(**{"profile": "smoke", "report-dir": str(where)})
    assert not where.exists()

    Run.open(asked).stop()

    assert where.stat().st_mode & 0o777 == 0o700


def test_run_that_ends_lets_go_of_what_generation_loaded(tmp_path):
    """Schemathesis keeps with a document what it made of each of its cases."""
    known = catalogue.load()
    run = Run.open(settings(**{"profile": "smoke", "report-dir": str(tmp_path)}))
    loaded = weakref.ref(document.operation(known.openapi(), "createContainer").schema)

    run.stop()
    gc.collect()

    assert loaded() is None


def test_limit_that_the_plan_sets_is_told_as_the_plans(tmp_path):
    """The one that an option sets goes by that option."""
    asked = settings(**{"profile": "smoke", "max-containers": "1", "report-dir": str(tmp_path)})
    run = Run.open(asked)
    try:
        limits, plan = run.ledger.limits, run.plan
    finally:
        run.stop()

    assert limits.requests == plan.requests
    assert limits.name("requests") == f"the plan's bound of {plan.requests} requests"
    assert plan.containers > limits.containers == 1
    assert limits.name("containers") == "--max-containers"


def test_every_case_tells_its_cost():
    """No case that somebody wrote down is missing from the price."""
    missing = [
        each.name
        for each in planned()
        if not each.cost and not each.name.startswith("test_generated::")
    ]
    assert missing == []


@pytest.mark.end_to_end
@pytest.mark.parametrize("fuzz", ["off", "standard"])
def test_green_run_stays_within_its_bound(run, fuzz):
    """On the reference neither requests nor containers pass what was told."""
    ran = run("--fuzz", fuzz, "-n", "0")
    plan = estimate(catalogue.load(), settings(fuzz=fuzz))

    assert ran.status == 0, ran.out
    assert ran.report["run"]["requests"] <= plan.green.requests
    assert ran.report["run"]["containers_created"] <= plan.green.containers


@pytest.mark.end_to_end
def test_no_case_costs_more_than_it_tells(run):
    """Each case keeps to its ``@cost``, but for what it makes for all."""
    ran = run("--fuzz", "off", "-n", "0")
    evidence = Evidence.from_file(ran.directory / "evidence.jsonl")
    spent = Counter()
    for record in evidence.records:
        shared = any("-shelf" in str(each["request"]["body"]) for each in record["exchanges"])
        shared |= any("-depot" in str(each["request"]["body"]) for each in record["exchanges"])
        if not shared:
            name = record["case"].partition("[")[0]
            spent[name] = max(spent[name], len(record["exchanges"]))
    told = {each.name: each.cost["requests"] for each in planned() if each.cost}
    assert {name: n for name, n in spent.items() if n > told[name]} == {}


@pytest.mark.end_to_end
def test_shards_make_a_whole_run(run, reference, tmp_path):
    """Two shards have no case in common, and merged they speak for everything."""
    for number in (1, 2):
        ran = run(
            *("--base-url", reference.url, "--fuzz", "off", "--seed", "7", "-n", "0"),
            *("--shard", f"{number}/2", "--report-dir", f"out{number}"),
            **reference.variables,
        )
        assert ran.status == 0, ran.out
    files = [tmp_path / f"out{number}" / "evidence.jsonl" for number in (1, 2)]
    cases = [{each["case"] for each in Evidence.from_file(file).records} for file in files]
    assert not cases[0] & cases[1]
    known = catalogue.load()
    told = [set(share(known, settings(fuzz="off", shard=f"{number}/2")).cases) for number in (1, 2)]
    assert cases == told
    merged = subprocess.run(
        [sys.executable, "-m", "conformance", "report", *map(str, files), "--report-dir", "whole"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert "unreached" not in merged.stdout


@pytest.mark.end_to_end
def test_stale_waiver_reddens_the_run(run, tmp_path):
    """A waiver of what holds is told, and the run is not green."""
    waiver = [{"requirement": "container.create.name-is-required", "reason": "Not yet."}]
    (tmp_path / "waivers.yaml").write_text(yaml.safe_dump(waiver), "utf-8")

    ran = run("--only", "container.create.name*", "--fuzz", "off", "--waivers", "waivers.yaml")

    assert ran.status == 1
    assert ran.report["stale_waivers"] == ["container.create.name-is-required"]


def test_unknown_waiver_is_refused(run, tmp_path):
    """A waiver of nothing that exists is refused before anything runs."""
    waiver = [{"requirement": "container.create.nothing", "reason": "A slip."}]
    (tmp_path / "waivers.yaml").write_text(yaml.safe_dump(waiver), "utf-8")

    ran = run("--waivers", "waivers.yaml")

    assert ran.status == 2
    assert "no requirement matches" in ran.out
