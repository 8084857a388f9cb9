"""What the tests of the command line share."""

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "reports" / "reference"

#: Requirements that tests name.
NAMED = (
    "container.create.succeeds",
    "container.retrieve.succeeds",
    "file.content.bytes-are-identical",
)


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """Runs every test in an empty directory, without variables of the suite."""
    for name in [name for name in os.environ if name.startswith(("CONFORMANCE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def conformant():
    """The report of the reference provider, as plain data, with a fifth of its requirements."""
    report = json.loads((REFERENCE / "report.json").read_text("utf-8"))
    rows = report["requirements"]
    report["requirements"] = [row for n, row in enumerate(rows) if not n % 5 or row["id"] in NAMED]
    return report


@pytest.fixture
def filed(tmp_path, conformant):
    """``filed(name, outcomes, **changes)`` writes a report, changed."""

    def write(name, outcomes=(), waived=(), **changes):
        report = copy.deepcopy(conformant | changes)
        for row in report["requirements"]:
            row["outcome"] = dict(outcomes).get(row["id"], row["outcome"])
            row["waived"] = row["id"] in waived
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(report), "utf-8")
        return str(path)

    return write


@pytest.fixture(scope="session")
def smoke(tmp_path_factory):
    """The report directory of a run of the profile smoke against the reference."""
    directory = tmp_path_factory.mktemp("smoke") / "report"
    own = ("CONFORMANCE_", "OPENAI_", "GITHUB_", "PYTEST_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    argv = ["run", "--profile", "smoke", "-n", "0", "--seed", "1", "--report-dir", str(directory)]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *argv],
        cwd=REFERENCE.parents[1],
        env=env,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return directory


@pytest.fixture
def ran(smoke, tmp_path):
    """A copy of that directory for the test to spoil."""
    return Path(shutil.copytree(smoke, tmp_path / "ran"))
