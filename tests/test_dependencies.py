"""What is imported is declared, so that no other package's update takes it away."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


#: What each of these imports is installed for it alone, where it is driven.
PROGRAMS = ROOT / "conformance/drivers/clients/programs"


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported():
    """Each package of others that the product imports, with a file that does."""
    for path in set((ROOT / "conformance").rglob("*.py")) - set(PROGRAMS.iterdir()):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top != "conformance":
                    yield top, path.relative_to(ROOT)


def test_every_package_that_is_imported_is_declared():
    """Each by itself, also where another brings it along."""
    declared = {_plain(each.partition("==")[0]) for each in PROJECT["dependencies"]}
    brought = packages_distributions()
    missing = {
        (top, str(path))
        for top, path in _imported()
        if not declared & {_plain(each) for each in brought.get(top, [top])}
    }
    assert missing == set()


def test_every_dependency_is_pinned():
    """By one version, so that the same suite is what everybody runs."""
    assert [
        each for each in PROJECT["dependencies"] if not re.fullmatch(r"[\w-]+==[\w.]+", each)
    ] == []
