"""Every example of the documents is run, or says why it can't be."""

import itertools
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from generating import commands

from conformance import cli
from conformance.targets.options import OPTIONS
from tests.pages import examples

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "reports/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
SHOWN = [path for path in DOCUMENTS if any(each.is_run for each in examples.blocks(path))]

#: Ports that the documents name; each run takes free ones for them.
PORTS = ("8000", "8001", "4000")

BOUND_S = 240


def _free_ports():
    held = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    free = [str(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return dict(zip(PORTS, free, strict=True))


def _environment(home):
    """That of a user who has set nothing, and has installed the package."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONFORMANCE_", "OPENAI_", "GITHUB_", "PYTEST_"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    own = {"PATH": path, "HOME": str(home), "TMPDIR": str(home)}  # what is killed leaves some there
    return {**kept, **own, "CI": "true", "NO_COLOR": "1"}


def _run(typed, where):
    """What the shell has printed, and its exit status; nothing that it has started goes on."""
    with (where / "printed").open("wb") as printed:
        shell = subprocess.Popen(
            ["bash"],
            cwd=where,
            env=_environment(where),
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        shell.communicate(typed.encode(), timeout=BOUND_S)
    finally:
        with suppress(ProcessLookupError):  # nothing of it is left
            os.killpg(shell.pid, signal.SIGTERM)
    return (where / "printed").read_text(encoding="utf-8"), shell.returncode


@pytest.mark.end_to_end
@pytest.mark.parametrize("document", SHOWN, ids=lambda each: str(each.relative_to(ROOT)))
def test_examples_of_a_document_run_and_print_what_it_shows(document, tmp_path):
    """All of a page in one shell; each expected output is that of the block before."""
    shutil.copytree(ROOT / "docs/examples", tmp_path / "docs/examples")
    (tmp_path / "spec").symlink_to(ROOT / "spec")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/reference").symlink_to(ROOT / "reports/reference")
    blocks = list(examples.blocks(document))
    typed = examples.script(blocks)
    for written, taken in _free_ports().items():
        typed = re.sub(rf"\b{written}\b", taken, typed)

    printed, status = _run(typed, tmp_path)

    assert status == 0, printed
    told = examples.outputs(printed)
    for before, block in itertools.pairwise(blocks):
        if before.is_run and block.language == "text" and block.follows:
            assert examples.missing(block.text, told[before.line]) == [], told[before.line]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def test_example_that_is_not_run_says_why(document):
    """In a sentence, and only of what would be typed."""
    for block in examples.blocks(document):
        if block.not_run:
            assert block.language in {"sh", "yaml", "toml"}
            assert len(block.not_run.split()) > 2


def _not_run():
    for document in DOCUMENTS:
        for block in examples.blocks(document):
            if block.not_run and block.language == "sh":
                place = f"{document.relative_to(ROOT)}:{block.line}"
                yield pytest.param(block.text, id=place)


def _asked(words):
    """The command of ours that *words* call, and the options that it gets; None for others'."""
    if words[:2] == ["nox", "-s"] and "--" in words:
        name = "run" if words[2] == "conformance" else words[2]
        return (name, words[words.index("--") :]) if name in cli.COMMANDS else None
    if words[0] == "containers-conformance":
        return words[1], words[2:]
    return None


@pytest.mark.parametrize("text", list(_not_run()))
def test_example_that_is_not_run_calls_what_there_is(text):
    """Each command exists, and has the very options that it is given; sessions of ours aside."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True) or ["true"]
        options = {word for word in words if word.startswith("--conformance-")}
        assert options <= {f"--conformance-{each.name}" for each in OPTIONS}
        if called := _asked(words):
            name, given = called
            assert name in cli.COMMANDS
            known = {each for _, one in commands.actions(name) for each in one.option_strings}
            assert {word for word in given if word.startswith("--") and word != "--"} <= known


def test_every_guide_has_an_example_that_runs():
    """The pages that teach show nothing that was not tried."""
    guides = set(ROOT.glob("docs/*.md")) - {
        ROOT / "docs" / name
        for name in (
            "index.md",
            "catalogue.md",
            "requirements.md",
            "performance.md",
            "comparison.md",
        )
    }
    assert guides
    assert guides <= set(SHOWN)


@pytest.mark.parametrize(
    ("wanted", "printed", "lost"),
    [
        ("12 of 12 hold", "a\n477 of 479 hold\n", []),
        ("core …", "core  477 hold", []),
        ("b\na", "a\nb\n", ["a"]),
        ("verdict", "no verdict", ["verdict"]),
        ("…\nlast", "first\nlast", []),
    ],
)
def test_printed_lines_are_looked_for_in_their_order(wanted, printed, lost):
    """Numbers may differ; words and their order may not."""
    assert examples.missing(wanted, printed) == lost


def test_blocks_are_told_with_their_marks(tmp_path):
    """What is run, what is a file, and what is neither."""
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\ntrue\n```\n\n```text\nx\n```\nSo.\n<!-- file: a.py -->\n```python\nb\n```\n"
        "<!-- not run: needs a key -->\n\n```sh\nfalse\n```\n"
    )
    found = list(examples.blocks(page))
    assert [each.is_run for each in found] == [True, False, False, False]
    assert [each.file for each in found] == [None, None, "a.py", None]
    assert found[3].not_run == "needs a key"
    assert found[1].follows
    assert not found[2].follows
    assert "false" not in examples.script(found)
