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


def test_bash_completes_by_it(capsys):
    """As after a tab: a command, then an option of it."""
    bash = shutil.which("bash")
    assert bash, "bash is on every machine that runs .ci/run"
    cli.main(["completion", "bash"])
    script = capsys.readouterr().out
    ask = """
tab() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); "$function" "$1" "${@: -1}" "";
        echo "${COMPREPLY[@]}"; }
function=$(complete -p containers-conformance | sed 's/.*-F \\([^ ]*\\).*/\\1/')
tab containers-conformance pl
tab containers-conformance run --max-con
tab containers-conformance run --help-
"""
    done = subprocess.run(
        [bash, "-c", script + ask], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.split() == ["plan", "--max-containers", "--help-all"]


def test_unknown_shell_is_refused(capsys):
    """With the shells that there are."""
    assert cli.main(["completion", "fish"]) == 2
    assert "bash, zsh, tcsh" in capsys.readouterr().err
