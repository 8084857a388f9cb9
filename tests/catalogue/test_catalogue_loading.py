"""A catalogue is loaded whole, or refused with the file, the line and the mend."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from jsonschema import Draft202012Validator

from conformance.catalogue import OPERATIONS, Level, Source, load, loading
from conformance.errors import SuiteError, UsageError

SPEC = Path(__file__).parents[2] / "spec"

FILES = {
    "features.yaml": """\
skills:
  sentence: A container can have skills.
  probed: true
""",
    "sources.yaml": """\
page:
  title: A page
  what: What it is about.
  date: "2026"
rules:
  title: Rules
  what: Our own.
  date: "2026"
  places:
    L1: The first.
""",
    "requirements/file.list.yaml": """\
- id: file.list.is-short
  level: SHOULD
  operation: listContainerFiles
  sentence: A list is short.
  sources:
    page: [List / limit, List / order]
    rules: L1
  feature: skills
  passive: true
  since: "0.1.0"
- sentence: A list is kind.
  sources:
    page: List / text
  untested: Nobody can tell.
""",
    "profiles/core.yaml": """\
name: core
sentence: For all.
include:
  - "*"
""",
    "profiles/strict.yaml": """\
name: strict
sentence: For few.
extends: core
levels:
  file.list.*: MUST
features:
  skills: false
""",
    "openapi.yaml": "openapi: 3.1.0\n",
}
ROWS, CORE, STRICT = "requirements/file.list.yaml", "profiles/core.yaml", "profiles/strict.yaml"
FIRST = FILES[ROWS].split("- sentence")[0]

# file, what is replaced, by what, line that is named, words of the message, schema refuses too
BAD = {
    "a colon too many": (ROWS, "sentence: A list is short.", "sentence: A: b: c", 4, "YAML", False),
    "an open quote": (ROWS, 'since: "0.1.0"', 'since: "0.1.0', 15, "YAML", False),
    "an empty file": (ROWS, FILES[ROWS], "# nothing\n", 1, "empty", False),
    "two documents": (CORE, '  - "*"\n', '  - "*"\n---\na: b\n', 5, "second document", False),
    "an alias": (ROWS, "A list is short.", "*here", 4, "alias", False),
    "a control character": (ROWS, "A list is short.", "A \x01 list", 1, "no YAML", False),
    "a tag": (ROWS, "A list is short.", "!!str here", 4, "tag", False),
    "a key twice": (ROWS, "  passive: true", "  level: MUST", 9, "'level' stands twice", False),
    "no list": (ROWS, FILES[ROWS], "id: file.list.is-short\n", 1, "list of rows", True),
    "no row": (ROWS, FIRST, "- file.list.is-short\n", 1, "not a mapping", True),
    "an unknown key": (ROWS, "level:", "levle:", 2, "no key 'levle'; did you mean 'level'", True),
    "a missing key": (ROWS, "  level: SHOULD\n", "", 1, "lacks the key 'level'", True),
    "an empty text": (ROWS, "A list is short.", '""', 4, "'sentence' is not text", True),
    "a flag in words": (ROWS, "passive: true", "passive: yes please", 9, "true or false", True),
    "an unknown level": (ROWS, "SHOULD", "SHALL", 2, "unknown level 'SHALL'", True),
    "an unknown operation": (
        ROWS,
        "operation: listContainerFiles",
        "operation: listContainerFile",
        3,
        "did you mean 'listContainerFiles'",
        True,
    ),
    "another file's operation": (
        ROWS,
        "operation: listContainerFiles",
        "operation: listContainers",
        3,
        "write 'operation: listContainerFiles'",
        False,
    ),
    "an unknown feature": (ROWS, "feature: skills", "feature: skill", 8, "mean 'skills'", False),
    "an unknown document": (ROWS, "    page: [", "    pages: [", 6, "mean 'page'", False),
    "an unknown place": (ROWS, "rules: L1", "rules: L2", 7, "has no place 'L2'", False),
    "a place that is a flag": (ROWS, "rules: L1", "rules: true", 7, "a place is no text", True),
    "no sources": (ROWS, "page: List / text", "{}", 12, "sources", True),
    "a document without a place": (ROWS, "rules: L1", "rules: []", 7, "no place of", True),
    "a place in a place": (ROWS, "rules: L1", "rules: {L1: x}", 7, "a place is no text", True),
    "a document of nothing": ("sources.yaml", FILES["sources.yaml"], "- page\n", 1, "no", True),
    "a key that is none": (ROWS, "level: SHOULD", "[a]: b", 2, "a key is no word", False),
    "a file of no operation": ("requirements/file.lists.yaml", "", "[]", 1, "'file.list'", False),
    "places in a list": ("sources.yaml", "  places:\n    L1", "  places:\n    - L1", 9, "a", True),
    "another file's id": (ROWS, "id: file.list.", "id: file.create.", 1, "not of this file", False),
    "an odd id": (ROWS, "file.list.is-short", "file.list.Is_Short", 1, "no requirement id", True),
    "an id twice": (ROWS, "- sentence", FIRST + "- sentence", 11, "file.list.yaml:1", False),
    "an untested row with a level": (
        ROWS,
        "  untested:",
        "  level: MUST\n  untested:",
        14,
        "no key 'level'",
        True,
    ),
    "a profile of another name": (CORE, "name: core", "name: cores", 1, "name: core", False),
    "an unknown key of a profile": (CORE, "include", "includes", 3, "mean 'include'", True),
    "a pattern of nothing": (CORE, '"*"', '"*.is-shrt"', 4, "matches no requirement", False),
    "a profile of nothing": (CORE, 'include:\n  - "*"\n', "", 1, "holds no requirement", True),
    "an unknown profile": (STRICT, "extends: core", "extends: cor", 3, "mean 'core'", False),
    "a profile of itself": (STRICT, "extends: core", "extends: strict", 3, "extends itself", False),
    "a level of nothing": (STRICT, "file.list.*", "file.lists.*", 5, "matches no", False),
    "an unknown raised level": (STRICT, "*: MUST", "*: HIGH", 5, "unknown level 'HIGH'", True),
    "a lowered level": (STRICT, "*: MUST", "*: MAY", 5, "a profile raises levels", False),
    "a claim of nothing": (STRICT, "skills: false", "skill: false", 7, "mean 'skills'", False),
    "a claim in words": (STRICT, "skills: false", "skills: never", 7, "not true or false", True),
    "a feature that lacks a key": ("features.yaml", "  probed: true\n", "", 2, "'probed'", True),
    "a document that lacks a key": ("sources.yaml", "  what: Our own.\n", "", 6, "'what'", True),
    "a place that says nothing": ("sources.yaml", "The first.", '""', 10, "'L1'", True),
}
SCHEMAS = {"requirements": "requirements", "profiles": "profile"}


@pytest.fixture
def spec(tmp_path):
    """A small catalogue, to be broken."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def schema_of(name):
    """The published schema of a file of the catalogue."""
    stem = SCHEMAS.get(Path(name).parent.name) or Path(name).stem
    return Draft202012Validator(
        json.loads((SPEC / "schemas" / f"{stem}.json").read_text(encoding="utf-8"))
    )


def test_a_small_catalogue_is_loaded(spec):
    """Rows, untested sentences, features and profiles arrive as values."""
    catalogue = load(spec)
    row = catalogue.requirements["file.list.is-short"]
    assert (row.level, row.operation, row.feature) == (
        Level.SHOULD,
        "listContainerFiles",
        "skills",
    )
    assert row.passive
    assert row.sources == (
        Source("page", "List / limit"),
        Source("page", "List / order"),
        Source("rules", "L1"),
    )
    assert [row.untested for row in catalogue.untested] == ["Nobody can tell."]
    assert catalogue.profiles["strict"].requirements == ("file.list.is-short",)
    assert catalogue.profiles["strict"].levels == {"file.list.is-short": Level.MUST}
    assert catalogue.profiles["strict"].features == {"skills": False}
    assert catalogue.profiles["core"].levels == {}
    assert catalogue.operations == OPERATIONS
    assert catalogue.openapi() == {"openapi": "3.1.0"}


def test_a_retired_requirement_is_in_no_profile(spec):
    """What was retired keeps its id and is asked of nobody."""
    live = FIRST.replace("is-short", "is-long")
    (spec / ROWS).write_text(FIRST + "  retired_in: 0.2.0\n" + live, encoding="utf-8")
    catalogue = load(spec)
    assert catalogue.requirements["file.list.is-short"].retired_in == "0.2.0"
    assert catalogue.profiles["core"].requirements == ("file.list.is-long",)


@pytest.mark.parametrize("case", [SimpleNamespace(name=n, row=r) for n, r in BAD.items()], ids=BAD)
def test_a_broken_catalogue_is_refused(spec, case):
    """The message names the file, the line and the fault, and tells the mend."""
    name, old, new, line, words, by_schema = case.row
    broken = FILES.get(name, "").replace(old, new, 1)
    assert broken != FILES.get(name)
    (spec / name).write_text(broken, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load(spec)
    message = str(refused.value)
    assert f"{name.rpartition('/')[2]}:{line}: " in message
    assert words in message
    assert "; " in message
    if by_schema:
        assert list(schema_of(name).iter_errors(yaml.safe_load(broken)))


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"openapi.yaml"}))
def test_a_missing_file_is_refused(spec, name):
    """A catalogue that lacks a file is named, not half loaded."""
    (spec / name).unlink()
    if name.startswith("profiles/strict"):
        assert set(load(spec).profiles) == {"core"}
    else:
        with pytest.raises(UsageError):
            load(spec)


def test_what_is_not_utf8_is_refused(spec):
    """A file in another encoding is named with the mend."""
    (spec / "features.yaml").write_bytes(b"caf\xe9: 1\n")
    with pytest.raises(UsageError, match=r"features\.yaml is not UTF-8.*save it as UTF-8"):
        load(spec)


def test_line_ends_do_not_change_the_checksums(spec, tmp_path_factory):
    """A checkout with the line ends of Windows is the same catalogue, another word is another."""
    other = tmp_path_factory.mktemp("windows")
    for name, text in FILES.items():
        (other / name).parent.mkdir(exist_ok=True)
        (other / name).write_bytes(text.replace("\n", "\r\n").encode())
    assert load(other).sha256 == load(spec).sha256
    assert load(other).spec_sha256 == load(spec).spec_sha256
    assert load(spec).spec_sha256 == hashlib.sha256(FILES["openapi.yaml"].encode()).hexdigest()
    third = tmp_path_factory.mktemp("changed")
    for name, text in FILES.items():
        (third / name).parent.mkdir(exist_ok=True)
        (third / name).write_text(text.replace("A list is kind", "A list is cruel"))
    assert load(third).sha256 != load(spec).sha256


def test_the_openapi_document_is_the_callers_own(spec):
    """Whoever changes it changes nobody else's."""
    load(spec).openapi()["openapi"] = "2"
    assert load(spec).openapi() == {"openapi": "3.1.0"}


def test_an_installed_package_finds_its_own_copy(tmp_path):
    """The wheel has spec/ inside the package, and the catalogue is found there from anywhere."""
    package = tmp_path / "conformance"
    package.mkdir()
    for part in ("__init__.py", "errors.py"):
        shutil.copy(SPEC.parent / "conformance" / part, package)
    shutil.copytree(SPEC.parent / "conformance" / "catalogue", package / "catalogue")
    for name, text in FILES.items():
        (package / "spec" / name).parent.mkdir(parents=True, exist_ok=True)
        (package / "spec" / name).write_text(text, encoding="utf-8")
    code = "from conformance.catalogue import load; print(load().directory, *load().requirements)"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert printed.split() == [str((package / "spec").resolve()), "file.list.is-short"]


def test_an_installation_without_a_catalogue_says_so(monkeypatch, tmp_path):
    """A broken installation is told how to mend it."""
    monkeypatch.setattr(loading, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    with pytest.raises(SuiteError, match="install it again"):
        load()


@pytest.mark.parametrize(
    "name",
    [
        path.relative_to(SPEC).as_posix()
        for pattern in ("requirements/*.yaml", "profiles/*.yaml", "features.yaml", "sources.yaml")
        for path in sorted(SPEC.glob(pattern))
    ],
)
def test_every_file_fits_its_schema(name):
    """The published schemas accept every file of the catalogue."""
    validator = schema_of(name)
    Draft202012Validator.check_schema(validator.schema)
    value = yaml.safe_load((SPEC / name).read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(value)] == []
