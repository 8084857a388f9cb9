"""Completion in shells: the scripts know every command and option, and bash completes by them."""

import shutil
import subprocess

import pytest

from conformance import cli
from conformance.cli import completion
from conformance.targets.options import OPTIONS


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_script_knows_every_command_and_option(capsys, shell):
    """Those of a run too, which are many."""
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out

    assert all(command in script for command in (*cli.COMMANDS, "version"))
    assert all(option.spelled.lstrip("-") in script for option in OPTIONS)


#: What somebody has typed before a tab, and what is completed; a file lies in the directory.
TYPED = {
    "pl": "plan",
    "run --max-con": "--max-containers",
    "run --help-": "--help-all",
    "run --fuzz qu": "quick",
    "run --profile lit": "litellm-proxy",
    "report evid": "evidence.jsonl",
    "run --waivers wai": "waivers.yaml",
}


@pytest.fixture
def files(tmp_path):
    """A directory with files that may be meant."""
    for name in ("evidence.jsonl", "waivers.yaml"):
        (tmp_path / name).touch()
    return tmp_path


def test_bash_completes_by_it(capsys, files):
    """As after a tab: commands, options, words and files."""
    bash = shutil.which("bash")
    assert bash, "bash is on every machine that runs .ci/run"
    cli.main(["completion", "bash"])
    script = capsys.readouterr().out
    ask = """
tab() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); "$function" "$1" "${@: -1}" "";
        echo "${COMPREPLY[@]}"; }
function=$(complete -p containers-conformance | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"""
    ask += "\n".join(f"tab containers-conformance {typed}" for typed in TYPED)
    done = subprocess.run(
        [bash, "-c", script + ask],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=files,
    )

    assert done.stdout.split() == list(TYPED.values())


def test_fish_completes_by_it(capsys, files):
    """The same; each with its sentence behind it."""
    fish = shutil.which("fish")
    if not fish:
        pytest.skip("there is no fish on this machine")
    cli.main(["completion", "fish"])
    (files / "script.fish").write_text(capsys.readouterr().out)
    ask = [f'complete -C "containers-conformance {typed}"' for typed in TYPED]
    done = subprocess.run(
        [fish, "--no-config", "-c", "; ".join(["source script.fish", *ask])],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=files,
    )

    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == list(TYPED.values())


def test_unknown_shell_is_refused(capsys):
    """With the shells that there are."""
    assert cli.main(["completion", "nushell"]) == 2
    assert "bash, zsh, fish, tcsh" in capsys.readouterr().err
