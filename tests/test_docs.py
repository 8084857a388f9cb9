"""The documents tell what is there, commands, options and files; and nothing of this machine."""

import argparse
import re
import subprocess
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from conformance import cli
from conformance.scenarios import conftest
from conformance.targets.options import OPTIONS
from conformance.verdicts.outcome import EXIT_STATUS, Outcome

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "reports/README.md",
        *ROOT.glob("spec/*.md"),
    ]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

#: What only the machine knows that a file was written on, in pieces so that this file has none.
OURS_ALONE = re.compile(
    "|".join(
        [
            "/" + "work/(main|shared)",
            "/" + "tmp/[a-z]+/",
            "/" + "root/",
            "/" + "home/[a-z]+/",
            "files" + r"\.pythonhosted\.org",
            "pypi" + r"\.org/simple",
            "registry" + r"\.npmjs\.org",
            "artifact" + "ory",
        ]
    )
)


def _slug(heading):
    """The anchor that a heading gets."""
    words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return words.replace(" ", "-")


def _links():
    for document in DOCUMENTS:
        text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if not link.startswith(("https://", "http://", "mailto:")):
                yield pytest.param(document, link, id=f"{document.name}: {link}")


def _committed():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    if listed.returncode:
        pytest.skip("no git, no list of what is committed")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(("document", "link"), list(_links()))
def test_link_leads_somewhere(document, link):
    """Files are there, and so are the headings that an anchor names."""
    path, _, anchor = link.partition("#")
    there = (document.parent / path).resolve() if path else document
    assert there.exists()
    if anchor:
        headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {_slug(each) for each in headings}


@pytest.mark.parametrize("command", list(cli.COMMANDS))
def test_command_is_in_the_readme(command):
    """Each command has a row."""
    assert re.search(rf"^\| `containers-conformance {command}\b", README, re.MULTILINE)


def _own_options(command):
    """The options of *command* that are not those of a run."""
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"conformance.cli.{command}").declare(parser)
    spelled = {name for each in parser._actions for name in each.option_strings}
    of_a_run = {each.spelled for each in OPTIONS} | {f"--no-{each.name}" for each in OPTIONS}
    return spelled - of_a_run


OWN_OPTIONS = [(each, option) for each in cli.COMMANDS for option in sorted(_own_options(each))]


@pytest.mark.parametrize(("command", "option"), OWN_OPTIONS)
def test_option_of_one_command_is_in_its_row(command, option):
    """Whoever looks for a command finds what it alone takes."""
    row = re.search(rf"^\| `containers-conformance {command}\b.*$", README, re.MULTILINE)[0]
    assert re.search(rf"{option}[ `]", row)


def test_readme_calls_only_commands_that_exist():
    """What stands behind the program's name is a command."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    called = re.findall(r"(?:^|`)containers-conformance ([a-z]+)", text, re.MULTILINE)
    assert set(called) <= set(cli.COMMANDS)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: each.name)
def test_option_is_in_the_readme(option):
    """Each option has a row, with its default where it has one."""
    rows = [row for row in README.splitlines() if row.startswith("| `-")]
    mine = [row for row in rows if re.search(rf"`{option.spelled}[ `]", row.split("|")[1])]
    assert len(mine) == 1
    if option.default not in (None, (), False):
        shown = option.default if isinstance(option.default, str) else f"{option.default:g}"
        assert shown in mine[0].split("|")[2]


def test_documents_name_only_options_that_exist():
    """An option of a command of ours is one of its help."""
    known = {option.spelled for option in OPTIONS}
    known |= {option for _, option in OWN_OPTIONS}
    known |= {"--help", "--list", "--pyargs", "--lf", "--force"}
    known |= {"--full", "--variants", "--seeds"}  # of the sessions that try lies
    known |= {"--quick", "--latency", "--workers", "--scale", "--schemathesis", "--parts"}  # bench
    known |= {"--version", "--tx"}  # what stands before a command, and an option of pytest-xdist's
    known |= {"--help-all", "--rm"}
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    text = re.sub(r"```text.*?```", "", text, flags=re.DOTALL)  # what a run has printed
    named = set(re.findall(r"(?<![\w-])--(?!conformance-)[a-z][a-z-]*[a-z]", text))
    seeds = set(re.findall(r"--[a-z-]+", (ROOT / "spec/decisions.md").read_text(encoding="utf-8")))
    assert named - known - seeds == set()


@pytest.mark.parametrize("status", sorted(set(EXIT_STATUS.values()) | {2}))
def test_exit_status_is_in_the_readme(status):
    """Each status has a row."""
    assert re.search(rf"^\| {status} \| ", README, re.MULTILINE)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_outcome_is_explained(outcome):
    """Each outcome has a row where reading a report is taught."""
    text = (ROOT / "reports/README.md").read_text(encoding="utf-8")
    assert f"\n| {outcome.value} | " in text


@pytest.mark.parametrize(
    "fixture",
    ["api", "given", "flock", "flock_later", "shelf", "depot", "holds", "eventually", "accepts"],
)
def test_fixture_is_explained(fixture):
    """The vocabulary of the cases has rows, and nothing else has."""
    rows = re.findall(r"^\| `([a-z_]+)` \|", CONTRIBUTING, re.MULTILINE)
    assert fixture in rows
    assert all(hasattr(conftest, each) for each in rows)


def test_sessions_of_the_documents_exist():
    """What is asked by nox is a session with a sentence of help."""
    source = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    helped = set(re.findall(r'@session\(.*\)\ndef (\w+)\(.*\n    """[A-Z].*\."""', source))
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    calls = re.findall(r"^nox -s ((?:[a-z]+ ?)+)", text, re.MULTILINE)
    asked = {name for call in calls for name in call.split()}
    asked |= set(re.findall(r"`nox -s ([a-z]+)`", text))
    asked |= set(re.findall(r"^ask (\w+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE))
    assert asked
    assert asked <= helped


def test_terms_are_those_of_the_package():
    """The README's table and the package's docstring explain the same terms."""
    import conformance  # noqa: PLC0415 - its docstring alone

    told = set(re.findall(r"^([a-z]+) {2,}\S", conformance.__doc__, re.MULTILINE))
    told |= set(re.findall(r"^(requirement) ", conformance.__doc__, re.MULTILINE))
    section = README.partition("## Terms")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| ([a-z]+) \| (?!meaning)", section, re.MULTILINE)) == told


def test_changelog_has_a_heading_for_requirements():
    """Of every version, since a new requirement can redden somebody's CI."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = changelog.count("\n## [")
    assert versions
    assert changelog.count("\n### Requirements\n") == versions


def test_every_ignored_rule_says_why():
    """In pyproject.toml; the reason stands on the line."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ruff = tomllib.loads(text)["tool"]["ruff"]["lint"]
    excused = ruff["ignore"] + [one for some in ruff["per-file-ignores"].values() for one in some]
    lines = text.splitlines()
    for rule in excused:
        where = [line for line in lines if re.search(rf'"{rule}"', line)]
        assert all(re.search(r"# \w", line) for line in where), rule


def test_no_file_tells_where_it_was_written():
    """Paths of one machine and addresses of registries stay out of what is committed."""
    found = []
    for path in _committed():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [
            f"{path.relative_to(ROOT)}: {match.group()}" for match in OURS_ALONE.finditer(text)
        ]
    assert found == []
