"""The parser: terse errors, no abbreviations, help that fits on a screen."""

from __future__ import annotations

import argparse
import shutil
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

PROGRAM = "containers-conformance"

#: Columns of help, at least and at most; of them those before an option's sentence.
NARROWEST, WIDEST = 40, 80
OPTION_WIDTH = 29

#: What only those want to know who ask for all.
NEGATIONS = """\
--no-slow, --no-strict and so on switch off what a file or the environment
switched on.
"""

_OWN = "CONFORMANCE_API_KEY, or name its variable with --api-key-env"
_SECOND = "CONFORMANCE_SECOND_API_KEY, or name its variable with --second-api-key-env"

#: What people try who have a key and nowhere to put it; where it belongs.
KEY_OPTIONS = {"--api-key": _OWN, "--key": _OWN, "--second-api-key": _SECOND, "--token": _OWN}


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with a line an option; its default, where both are too long for one, on the next."""

    def __init__(self, prog: str) -> None:
        """Lay out the help of *prog*."""
        width = min(WIDEST, max(NARROWEST, shutil.get_terminal_size().columns))
        super().__init__(prog, max_help_position=OPTION_WIDTH, width=width)

    def _split_lines(self, text: str, width: int) -> list[str]:
        sentence, _, default = text.rpartition(" [")
        apart = len(text) > width and sentence.endswith(".")
        parts = [sentence, f"[{default}"] if apart else [text]
        return [line for part in parts for line in super(Help, self)._split_lines(part, width)]


class _Everything(argparse.Action):
    """Prints the whole help of its parser, and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        if isinstance(parser, Parser):  # nothing else declares it
            parser.print_everything()
        parser.exit()


class Parser(argparse.ArgumentParser):
    """Raises what argparse would print together with its usage.

    Where the options used *often* are named, the help lists these alone, and
    ``--help-all`` every one.
    """

    def __init__(self, often: Collection[str] = (), **settings: Any) -> None:  # noqa: ANN401 - of argparse
        """A parser as argparse has it."""
        super().__init__(**settings)
        self._often = often
        if often:
            self.add_argument(
                "--help-all", action=_Everything, nargs=0, help="Every option, by subject."
            )

    def format_help(self) -> str:
        """The help: of a command with many options those alone that are used often."""
        if not self._often:
            return super().format_help()
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        formatter.start_section("options used most")
        formatter.add_arguments(
            self._option_string_actions[name] for name in (*self._often, "--help-all")
        )
        formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()

    def print_everything(self) -> None:
        """Print every option under its heading."""
        sys.stdout.write(f"{super().format_help()}\n{NEGATIONS}")

    def error(self, message: str) -> NoReturn:
        """Refuse the call; a value that was typed is not repeated, as it may be a key."""
        option = message.removeprefix("argument ").split(":")[0].split("/")[0]
        if "ignored explicit argument" in message:
            message = f"{option} takes no value: leave out what is behind the ="
        elif message.startswith("argument "):
            message = f"{option} {message.partition(': ')[2]}"
        raise UsageError(f"{message}; {self.prog} --help shows how to call it.")

    @property
    def listing(self) -> str:
        """How to ask for every option."""
        return f"{self.prog} {'--help-all' if self._often else '--help'}"

    def actions(self) -> list[argparse.Action]:
        """All that it takes."""
        return self._actions

    def options(self) -> list[str]:
        """The options as they are typed, without the negations of switches."""
        return [name for name in self._option_string_actions if not name.startswith("--no-")]


def hint(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """What somebody who wrote *wrong* may have meant, or *otherwise*."""
    close = get_close_matches(wrong, list(known), n=3)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def refuse_extra(extra: Sequence[str], parser: Parser) -> NoReturn:
    """Refuse what no option took; only an option's name is repeated, as the rest may be a key."""
    usage = f"{parser.listing} lists the options."
    name = extra[0].partition("=")[0]
    if name in KEY_OPTIONS:
        raise UsageError(
            "A key is never taken on the command line, where others can see it:"
            f" put it into {KEY_OPTIONS[name]}."
        )
    if not name.startswith("-"):
        raise UsageError(f"{parser.prog} got an argument that belongs to no option; {usage}")
    raise UsageError(f"{parser.prog} has no option {name}; {hint(name, parser.options(), usage)}")
