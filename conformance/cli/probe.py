"""``probe``: which optional features a target has, as a draft of a target file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.targets import add_to_argparse
from conformance.targets.options import Group

if TYPE_CHECKING:
    import argparse

    from conformance.plugin.looking import Seen

USAGE = "--base-url URL [--output FILE] [OPTIONS]"

EXAMPLES = """\
Makes at most 2 containers and 30 requests, and deletes what it made. The file
is a draft: read it, and give it to run with --target. Exit status 1: something
could not be deleted; 4: it was interrupted, and there is no draft.

examples:
  containers-conformance probe --base-url https://provider.example/v1
  containers-conformance run --target target.toml
"""

OFTEN = ("--output", "--base-url", "--api-key-env", "--auth", "--header", "--target")

#: The exit status where something is left behind.
LEFT = 1

WORDS = {True: "has it", False: "lacks it", None: "unclear"}


def declare(parser: argparse.ArgumentParser) -> None:
    """How the target is reached, and where the draft goes."""
    parser.add_argument(
        "--output", metavar="FILE", default="target.toml", help="The draft. [target.toml]"
    )
    add_to_argparse(parser, (Group.TARGET,))


def act(options: argparse.Namespace) -> int:
    """Probe and write the draft; 1 where something is left behind, 4 where it was interrupted.

    Raises:
        UsageError: if no target is named, or the draft's place is taken.
        TargetRefused: if the target is not there, or refuses the key.
    """
    from conformance.catalogue import load  # noqa: PLC0415 - not for the sake of help
    from conformance.cli.run import INCONCLUSIVE, refuse_several, settings_of  # noqa: PLC0415 - as above

    settings = settings_of(options)
    refuse_several(settings, "probe")
    if settings.base_url is None:
        raise UsageError("probe needs a target: name it with --base-url or --target.")
    path = _free(options.output)
    from conformance.plugin.looking import look  # noqa: PLC0415 - as above
    from conformance.targets.drafting import draft  # noqa: PLC0415 - as above

    seen = look(settings, load())
    if seen.interrupted:
        sys.stdout.write(_told(seen, "none: the probe was interrupted"))
        return LEFT if seen.left else INCONCLUSIVE
    text = draft(settings, ((each.feature, each.has, each.why) for each in seen.findings))
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "w") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror}).") from error
    sys.stdout.write(_told(seen, str(path)))
    return LEFT if seen.left else 0


def _free(name: str) -> Path:
    """The path *name*, where nothing is yet and a file can be made."""
    path = Path(name)
    try:
        is_taken = path.exists()
    except OSError as error:
        raise UsageError(
            f"{path} can't be written ({error.strerror}): name another file with --output."
        ) from error
    if is_taken:
        raise UsageError(f"{path} is there already: name another file with --output.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise UsageError(
            f"{path} can't be written: name a file in a directory of yours with --output."
        )
    return path


def _told(seen: Seen, draft: str) -> str:
    from conformance.reporting.escaping import printable  # noqa: PLC0415 - not for help

    lines = [
        f"{each.feature:19} {WORDS[each.has]:9} {printable(each.why, limit=120)}"
        for each in seen.findings
    ]
    lines.append(f"{seen.requests} requests, {seen.containers} containers; draft: {draft}")
    for each in seen.left:
        lines += [
            printable(f"left: {each['kind']} {each['id'] or each['name']}"),
            printable(f"  {each['command']}"),
        ]
    return "\n".join(lines) + "\n"
