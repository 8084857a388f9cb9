"""The parser: terse errors, no abbreviations, help with a line an option."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROGRAM = "containers-conformance"

#: Columns of help, and of them those before an option's sentence.
WIDTH = 100
OPTION_WIDTH = 29

#: What people try who have a key and nowhere to put it.
KEY_OPTIONS = frozenset({"--api-key", "--key", "--second-api-key", "--token"})


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with a line an option."""

    def __init__(self, prog: str) -> None:
        """Lay out the help of *prog*."""
        super().__init__(prog, max_help_position=OPTION_WIDTH, width=WIDTH)


class Parser(argparse.ArgumentParser):
    """Raises what argparse would print together with its usage."""

    def error(self, message: str) -> NoReturn:
        """Refuse the call; a value that was typed is not repeated, as it may be a key."""
        option = message.removeprefix("argument ").split(":")[0].split("/")[0]
        if "ignored explicit argument" in message:
            message = f"{option} takes no value: leave out what is behind the ="
        elif message.startswith("argument "):
            message = f"{option} {message.partition(': ')[2]}"
        raise UsageError(f"{message}; {self.prog} --help shows how to call it.")

    def options(self) -> list[str]:
        """The options as they are typed, without the negations of switches."""
        return [name for name in self._option_string_actions if not name.startswith("--no-")]


def hint(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """What somebody who wrote *wrong* may have meant, or *otherwise*."""
    close = get_close_matches(wrong, list(known), n=3)
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def refuse_extra(extra: Sequence[str], parser: Parser) -> NoReturn:
    """Refuse what no option took; only an option's name is repeated, as the rest may be a key."""
    usage = f"{parser.prog} --help lists the options."
    name = extra[0].partition("=")[0]
    if name in KEY_OPTIONS:
        raise UsageError(
            "A key is never taken on the command line, where others can see it:"
            " put it into CONFORMANCE_API_KEY, or name its variable with --api-key-env."
        )
    if not name.startswith("-"):
        raise UsageError(f"{parser.prog} got an argument that belongs to no option; {usage}")
    raise UsageError(f"{parser.prog} has no option {name}; {hint(name, parser.options(), usage)}")
