"""SECURITY.md names tests that there are, and every attack that is tried."""

import ast
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.hostile import bodies, conduct, framing, texts
from tests.hostile.registry import VICES

ROOT = Path(__file__).parents[1]

MODULES = (bodies, conduct, framing, texts)  # importing them fills the table of vices

TABLE = [
    [cell.strip() for cell in line.strip("|\n ").split(" | ")]
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]
TESTED = " ".join(row[-1] for row in TABLE)
FAMILIES = sorted({name.partition("[")[0] for name in VICES})
PATTERNS = re.findall(r"vice `([^`]+)`", TESTED)


def test_every_threat_has_its_tests():
    """A row has a threat, what holds, and at least one test, vice or session."""
    assert len(TABLE) >= 20
    assert [row for row in TABLE if len(row) != 3 or "`" not in row[-1]] == []


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TESTED))))
def test_named_test_is_there(named):
    """The file has a function of that name."""
    file, _, function = named.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert function in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS)))
def test_named_vice_is_there(pattern):
    """At least one is called so."""
    assert [each for each in FAMILIES if fnmatchcase(each, pattern)]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_vice_is_named(family):
    """No attack is tried that the table says nothing of."""
    assert [each for each in PATTERNS if fnmatchcase(family, each)]


@pytest.mark.parametrize("name", re.findall(r"session `([^`]+)`", TESTED))
def test_named_session_is_there(name):
    """Nox knows it."""
    assert f"def {name}(session" in (ROOT / "noxfile.py").read_text("utf-8")
