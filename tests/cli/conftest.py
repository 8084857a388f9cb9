"""What the tests of the command line share."""

import copy
import json
import os
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "reports" / "reference"

#: What a stranger may write into any text of a report.
HOSTILE = "<script>alert(1)</script> \x1b[2J | `x` @all \u202e \ud800 ]]>"


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """Runs every test in an empty directory, without variables of the suite."""
    for name in [name for name in os.environ if name.startswith(("CONFORMANCE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def conformant():
    """The report of the reference provider, as plain data."""
    return json.loads((REFERENCE / "report.json").read_text("utf-8"))


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
