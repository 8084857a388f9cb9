"""The command line: a module a command, imported only when it is called.

What can't be understood is refused with one sentence on standard error and exit status 2.
"""

from __future__ import annotations

import errno
import os
import sys
from argparse import SUPPRESS
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Protocol, cast

from conformance import __version__
from conformance.cli.parsing import PROGRAM, Help, Parser, hint, refuse_extra
from conformance.errors import SuiteError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

#: Exit statuses of a shell for what a signal ended: 128 and the signal's number.
INTERRUPTED = 130
BROKEN_PIPE = 141

#: Exit status for a fault of our own.
FAULT = 5

#: What each command does; the module of that name in this package does it.
COMMANDS = {
    "run": "Test a target, and report on it.",
    "proxy": "Test a proxy from both of its sides.",
    "plan": "Tell what a run would do and cost; send nothing.",
    "serve": "Serve the reference provider, as an emulator.",
    "explain": "Explain a requirement.",
    "probe": "Find out which optional features a target has.",
    "report": "Judge recorded evidence again, and render it.",
    "audit": "Judge recorded traffic of any client (HAR).",
    "matrix": "Put the reports of several targets side by side.",
    "compare": "Tell what has changed from one report to another.",
    "verify": "Tell whether a report is what its evidence gives.",
    "clients": "Drive real clients against a target, and tell whether each works.",
    "completion": "Print a script that completes commands and options in a shell.",
    "sweep": "Delete what interrupted runs left behind.",
}

EXAMPLES = f"""\
examples:
  {PROGRAM} run
  {PROGRAM} run --base-url https://api.openai.com/v1
  {PROGRAM} run --help
"""


class Command(Protocol):
    """What the module of a command has; one with many options also ``OFTEN``, for its help."""

    USAGE: str
    EXAMPLES: str

    def declare(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""

    def act(self, options: argparse.Namespace) -> int:
        """Do what it is there for; the exit status."""


def _overview() -> Parser:
    """The parser of what stands before a command."""
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [--help] [--version] COMMAND ...",
        description="Tests a provider or proxy of the OpenAI Containers API for conformance.\n\n"
        "commands:\n" + "\n".join(f"  {name:11}{does}" for name, does in COMMANDS.items()),
        epilog=EXAMPLES,
        formatter_class=Help,
        allow_abbrev=False,
        add_help=False,  # a line of the usage is enough
    )
    version = f"{PROGRAM} {__version__}"
    parser.add_argument("-h", "--help", action="help", help=SUPPRESS)
    parser.add_argument("--version", action="version", version=version, help=SUPPRESS)
    return parser


def _called(argv: Sequence[str]) -> int:
    """Does what *argv* asks for."""
    overview = _overview()
    if not argv:
        overview.print_help()
        return 0
    name, *rest = argv
    if name.startswith("-"):
        _, extra = overview.parse_known_args([name])
        refuse_extra(extra, overview)
    if name not in COMMANDS:
        mend = hint(name, COMMANDS, f"there are {', '.join(COMMANDS)}.")
        raise UsageError(f"There is no command {name!r}; {mend}")
    return _obey(name, rest)


def _obey(name: str, rest: Sequence[str]) -> int:
    """Does what the command *name* is asked for with *rest*."""
    command = cast("Command", import_module(f"{__name__}.{name}"))
    parser = Parser(
        often=getattr(command, "OFTEN", ()),
        prog=f"{PROGRAM} {name}",
        usage=f"{PROGRAM} {name} {command.USAGE}",
        description=COMMANDS[name],
        epilog=command.EXAMPLES,
        formatter_class=Help,
        allow_abbrev=False,
    )
    command.declare(parser)
    options, extra = parser.parse_known_args(rest)
    if extra:
        refuse_extra(extra, parser)
    return command.act(options)


def _close_stdout() -> None:
    """Keeps the interpreter from writing to a pipe that nobody reads, and from telling so."""
    with suppress(OSError):  # no descriptor, nothing to keep from it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str) -> None:
    """One line on standard error, without anything that a terminal would act upon."""
    line = "".join(char if char.isprintable() else " " for char in sentence)
    sys.stderr.write(line + ("" if line.endswith((".", "?", "!")) else ".") + "\n")


def _fault(error: Exception) -> str:
    """What went wrong in our own code, and where; without any key, wherever it came from."""
    from conformance.evidence import Redactor  # noqa: PLC0415 - slow, and hardly ever needed
    from conformance.secrecy import met  # noqa: PLC0415 - as above

    keys = (value for name, value in os.environ.items() if "KEY" in name)
    redactor = Redactor.of((*keys, *met()))
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    told = redactor.mask(f"{type(error).__name__}: {error}")
    return f"A fault of the suite itself, in {place}: {told}"


def _fallen(error: Exception) -> int:
    """Says why nothing could be said or done; the exit status."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _close_stdout()
        _say("Standard output can't be written (no space left): send it elsewhere")
        return UsageError.exit_status
    _say(_fault(error))
    return FAULT


def _status(argv: Sequence[str]) -> int:
    """Does what *argv* asks for; argparse and the reference leave by `SystemExit`."""
    try:
        return _called(argv)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else FAULT if error.code else 0


def main(argv: Sequence[str] | None = None) -> int:
    """Does what the command line asks for; the exit status."""
    try:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may know ASCII only
        status = _status(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except SuiteError as error:
        _say(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - status 1, Python's own, would blame the target
        return _fallen(error)
    return status
