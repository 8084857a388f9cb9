"""The code is as CONTRIBUTING.md says that it is."""

import ast
import io
import re
import sys
import tokenize
import tomllib
from pathlib import Path

import pytest

from conformance import errors
from conformance.catalogue import facts

ROOT = Path(__file__).parents[1]
CODE = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("noxfile.py", "conformance/**/*.py", "docs/**/*.py", "tests/**/*.py")
    for path in ROOT.glob(pattern)
)
#: An ignore with its reason: behind a hyphen, or in a comment of its own.
REASONED = re.compile(
    r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S|# type: ignore\[[a-z, -]+\]  # \S"
)


def _ignores(path):
    """The comments of the file at *path* by which a rule is ignored, with their lines."""
    with io.StringIO((ROOT / path).read_text("utf-8")) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT and re.search(r"noqa|type: *ignore", token.string):
                yield token.start[0], token.string


def test_every_ignore_says_why():
    """In the form that this project has for it."""
    bare = [
        f"{path}:{line}: {text}"
        for path in CODE
        for line, text in _ignores(path)
        if not REASONED.match(text)
    ]

    assert bare == []


#: The cases and what they share; the door by which fixtures come in has no case.
CASES = [each for each in CODE if each.startswith("conformance/scenarios/")]
CASES.remove("conformance/scenarios/conftest.py")

#: What a case may import of ours: what needs no target, and knows no run.
OURS = (
    *("conformance.catalogue", "conformance.checks", "conformance.errors", "conformance.scenarios"),
    *("conformance.drivers.api.BOUNDARY", "conformance.drivers.api.path_of"),
    *("conformance.drivers.api.ASKED_FILE", "conformance.drivers.errand"),
    *("conformance.drivers.multipart", "conformance.evidence.exchange.shown"),
    "conformance.fuzzing.cases",  # the door of what is generated
)

#: What a case may catch.
CAUGHT = {name for name, each in vars(errors).items() if isinstance(each, type)}


def _imported(tree):
    """The full names of all that *tree* imports when it runs, without pytest."""
    typed = [each for each in ast.walk(tree) if isinstance(each, ast.If)]
    unseen = {
        id(inner)
        for each in typed
        if ast.unparse(each.test) == "TYPE_CHECKING"
        for inner in each.body
    }
    for node in ast.walk(tree):
        if id(node) not in unseen and isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif id(node) not in unseen and isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _is_allowed(name):
    root = name.partition(".")[0]
    if root == "conformance":
        return any(f"{name}.".startswith(f"{each}.") for each in OURS)
    return root == "pytest" or (root in sys.stdlib_module_names and root != "time")


@pytest.mark.parametrize("path", CASES)
def test_case_imports_what_needs_no_target(path):
    """Nor a clock to sleep by."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))

    assert [each for each in _imported(tree) if not _is_allowed(each)] == []


@pytest.mark.parametrize("path", CASES)
def test_case_catches_our_own_errors_alone(path):
    """What else goes wrong is our fault, and has to be seen."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    handlers = [each for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler)]

    assert all(each.type is not None for each in handlers)
    caught = {
        name.id for each in handlers for name in ast.walk(each.type) if isinstance(name, ast.Name)
    }
    assert caught <= CAUGHT


@pytest.mark.parametrize("path", CASES)
def test_case_names_no_url(path):
    """Where the target is, only the run knows."""
    texts = [
        each.value
        for each in ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]

    assert [each for each in texts if "http://" in each or "https://" in each] == []


#: Every room, and every module beside the rooms that others import; of the reference apart.
ROOMS = {
    f"conformance.{each.parent.name if each.name == '__init__.py' else each.stem}"
    for each in [
        *ROOT.glob("conformance/*/__init__.py"),
        *ROOT.glob("conformance/[a-z]*.py"),
    ]
} - {"conformance.reference"}


@pytest.fixture(scope="module")
def contracts():
    """The contracts of who imports whom, by their names."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {each["name"]: each for each in told["tool"]["importlinter"]["contracts"]}


def test_every_room_has_its_layer(contracts):
    """None can import whom it likes, nor is a layer left out where it is missing."""
    layers = contracts["Rooms look downwards only"]["layers"]

    assert sorted(re.split(r" [|] ", " | ".join(layers))) == sorted(ROOMS)


def test_architecture_draws_the_layers_as_they_are(contracts):
    """Room by room, from the top."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("## Who may import whom")[2]
    drawn = page.split("```")[1].strip().splitlines()

    layers = contracts["Rooms look downwards only"]["layers"]
    assert drawn == [each.replace("conformance.", "") for each in layers]


@pytest.mark.parametrize(
    ("name", "side", "but"),
    [
        ("The reference provider shares nothing with the suite", "forbidden_modules", ""),
        (
            "Only cli, plugin and proxying start the reference provider",
            "source_modules",
            "cli plugin proxying",
        ),
        ("Only plugin and scenarios know pytest", "source_modules", "cli plugin scenarios"),
    ],
)
def test_contract_binds_every_room_but_those_that_it_names(contracts, name, side, but):
    """A new room is bound as well."""
    free = {f"conformance.{each}" for each in but.split()}

    assert set(contracts[name][side]) - {"conformance.reference"} == ROOMS - free


def _facts():
    """The facts of the API that are more than a number, as texts that can be compared."""
    for name, value in vars(facts).items():
        if name.isupper() and isinstance(value, tuple | dict | str):
            yield _plain(value)
    yield _plain((facts.TOO_MANY, facts.UNAVAILABLE))
    yield _plain((facts.DEFAULT_LIMIT, facts.HIGHEST_LIMIT))


def _plain(value):
    return repr(sorted(value, key=repr) if isinstance(value, tuple | set | list) else value)


def _written(path):
    """The values that the module at *path* gives to its names, with these."""
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        value = node.value
        if isinstance(value, ast.Call) and ast.unparse(value.func) == "frozenset":
            value = value.args[0]
        try:
            yield ast.unparse(node).partition(" =")[0], _plain(ast.literal_eval(value))
        except ValueError:
            continue


def test_fact_of_the_api_is_written_once():
    """In the one module that has them; the reference has its own, for it shares none."""
    known = set(_facts())
    mine = [
        each
        for each in CODE
        if each.startswith("conformance/") and "/reference/" not in each and "/facts.py" not in each
    ]

    again = [(path, name) for path in mine for name, value in _written(path) if value in known]
    assert again == []


#: Lines that a function may have, without its docstring; and a case, which is told as one story.
LONGEST, LONGEST_CASE = 29, 34

#: Lines of a module.
LONGEST_MODULE = 300


def _long(path):
    """The functions of the module at *path* that are longer than they may be."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = node.end_lineno - node.lineno + 1
        if ast.get_docstring(node):
            lines -= node.body[0].end_lineno - node.body[0].lineno + 1
        is_case = path in CASES and node.name.startswith("test_")
        if lines > (LONGEST_CASE if is_case else LONGEST):
            yield f"{path}: {node.name}"


def test_functions_and_modules_are_short():
    """So that each can be read at once."""
    ours = [each for each in CODE if each.startswith("conformance/")]

    assert {each for path in ours for each in _long(path)} == set()
    lines = {each: len((ROOT / each).read_text("utf-8").splitlines()) for each in ours}
    assert {each for each, number in lines.items() if number > LONGEST_MODULE} == set()
