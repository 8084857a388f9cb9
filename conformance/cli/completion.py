"""``completion``: a script that lets a shell complete commands and options."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any

from conformance.catalogue import load
from conformance.errors import UsageError

USAGE = "SHELL"

#: Shells that there are scripts for.
SHELLS = ("bash", "zsh", "fish", "tcsh")

#: How the help of any command calls what is a file.
FILES = ("FILE", "FILE.har", "EVIDENCE", "REPORT", "OLD", "NEW")

#: What may stand for a value that the help calls so.
WORDS = {"LEVEL": ("off", "quick", "standard", "deep"), "SHELL": SHELLS}

EXAMPLES = """\
examples:
  eval "$(containers-conformance completion bash)"  # or in ~/.bashrc
  containers-conformance completion zsh > ~/.zfunc/_containers-conformance
  containers-conformance completion fish | source  # or in config.fish
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Which shell."""
    parser.add_argument("shell", metavar="SHELL", help=f"One of {', '.join(SHELLS)}.")


def act(options: argparse.Namespace) -> int:
    """Print the script; the exit status.

    Raises:
        UsageError: if there is no script for that shell.
    """
    if options.shell not in SHELLS:
        raise UsageError(
            f"There is no completion for {options.shell!r}; there is for {', '.join(SHELLS)}."
        )
    shtab = import_module("shtab")  # only here, so that no other command waits for it
    whole = _whole({**dict.fromkeys(FILES, shtab.FILE), "DIR": shtab.DIRECTORY})
    sys.stdout.write(shtab.complete(whole, shell=options.shell) + "\n")
    return 0


def _whole(places: dict[str, object]) -> argparse.ArgumentParser:
    """A parser of every command with its options; only its declarations are used.

    *places* says by metavars which arguments are completed with what the disk holds.
    """
    from conformance.cli import COMMANDS  # noqa: PLC0415 - which imports this module by name
    from conformance.cli.parsing import PROGRAM, Parser  # noqa: PLC0415 - as above

    parser = argparse.ArgumentParser(prog=PROGRAM)
    parser.add_argument("--version", action="store_true")
    commands = parser.add_subparsers(parser_class=Parser)
    for name, does in COMMANDS.items():
        module = import_module(f"conformance.cli.{name}")
        often = getattr(module, "OFTEN", ())
        command = commands.add_parser(name, help=does, often=often)
        module.declare(command)
        for action in command.actions():
            _tell(action, places)
    return parser


def _tell(action: Any, places: dict[str, object]) -> None:  # noqa: ANN401 - argparse's, with what shtab adds
    """What may stand for the value of *action*."""
    if action.metavar in places:
        action.complete = places[action.metavar]
    elif action.dest == "profile":
        action.choices = tuple(load().profiles)
    elif action.metavar in WORDS:
        action.choices = WORDS[action.metavar]
