"""The commands, from what they declare to argparse."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING

from conformance import cli
from conformance.targets.options import Group
from generating.tables import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Headings under which commands take options of a run.
OF_A_RUN = {group.value for group in Group}


def written() -> str:
    """A section a command."""
    return "\n".join(_section(name) for name in cli.COMMANDS)


def actions(name: str) -> Iterator[tuple[str, argparse.Action]]:
    """What the command *name* takes, each with the heading that it stands under."""
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"conformance.cli.{name}").declare(parser)
    for group in parser._action_groups:  # noqa: SLF001 - argparse has no other way to ask
        for action in group._group_actions:  # noqa: SLF001 - as above
            if action.help != argparse.SUPPRESS:
                yield group.title or "", action


def _section(name: str) -> str:
    """What there is to say about the command *name*."""
    command = import_module(f"conformance.cli.{name}")
    declared = list(actions(name))
    own = [(_spelled(each), each.help or "") for title, each in declared if title not in OF_A_RUN]
    shared = dict.fromkeys(title for title, _ in declared if title in OF_A_RUN)
    links = ", ".join(f"[{title}](options.md#{title.replace(' ', '-')})" for title in shared)
    parts = [
        f"## {name}\n\n{cli.COMMANDS[name]}\n",
        _block(f"{cli.PROGRAM} {name} {command.USAGE}"),
        table(("argument", "meaning"), own) if own else "",
        f"Takes the options of a run that are listed under: {links}.\n" if links else "",
        _block(command.EXAMPLES.strip()),
    ]
    return "\n".join(filter(None, parts))


def _block(text: str) -> str:
    """*text* as it would stand on a terminal."""
    return f"```text\n{text}\n```\n"


def _spelled(action: argparse.Action) -> str:
    """How *action* is typed."""
    shown = action.metavar or ""
    metavar = shown if isinstance(shown, str) else " ".join(shown)
    names = action.option_strings or [metavar or action.dest]
    value = f" {metavar}" if action.option_strings and metavar else ""
    return ", ".join(code(each + value) for each in names)
