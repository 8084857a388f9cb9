"""``completion``: a script that lets a shell complete commands and options."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from conformance.errors import UsageError

USAGE = "SHELL"

#: Shells that there are scripts for.
SHELLS = ("bash", "zsh", "tcsh")

EXAMPLES = """\
examples:
  eval "$(containers-conformance completion bash)"  # or in ~/.bashrc
  containers-conformance completion zsh > ~/.zfunc/_containers-conformance
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
    sys.stdout.write(shtab.complete(_whole(), shell=options.shell) + "\n")
    return 0


def _whole() -> argparse.ArgumentParser:
    """A parser of every command with its options; only its declarations are used."""
    from conformance.cli import COMMANDS  # noqa: PLC0415 - which imports this module by name
    from conformance.cli.parsing import PROGRAM, Parser  # noqa: PLC0415 - as above

    parser = argparse.ArgumentParser(prog=PROGRAM)
    parser.add_argument("--version", action="store_true")
    commands = parser.add_subparsers(parser_class=Parser)
    for name, does in COMMANDS.items():
        module = import_module(f"conformance.cli.{name}")
        often = getattr(module, "OFTEN", ())
        module.declare(commands.add_parser(name, help=does, often=often))
    return parser
