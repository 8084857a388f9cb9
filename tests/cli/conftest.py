"""What the tests of the command line share."""

import os

import pytest


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """Runs every test in an empty directory, without variables of the suite."""
    for name in [name for name in os.environ if name.startswith(("CONFORMANCE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
