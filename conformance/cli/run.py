"""``run``: test a target, and report on it."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.targets import add_to_argparse, given_by, resolve, shown_config

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from conformance.targets import Settings

USAGE = "[OPTIONS]"

EXAMPLES = """\
examples:
  containers-conformance run
  containers-conformance run --base-url https://provider.example/v1
  containers-conformance run --target ours.toml --only 'container.create.*'
exit status: 0 conformant, 1 not, 2 usage, 3 unreachable, 4 inconclusive, 5 bug
"""

OFTEN = (
    "--base-url",
    "--api-key-env",
    "--target",
    "--profile",
    "--only",
    "--fuzz",
    "--seed",
    "-n",
    "--max-containers",
    "--report-dir",
    "--waivers",
    "--strict",
)

#: A run that was interrupted shows nothing.
INCONCLUSIVE = 4


def declare(parser: argparse.ArgumentParser) -> None:
    """Every option of a run."""
    add_to_argparse(parser)


def settings_of(options: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a run, its names held against the catalogue.

    Raises:
        UsageError: if anything in them can't be understood.
    """
    from conformance.plugin.names import known_names  # noqa: PLC0415 - not for the sake of help

    return resolve(given_by(options), environ, Path.cwd(), known_names())


def refuse_several(settings: Settings, command: str) -> None:
    """Refuse several targets where *command* takes one.

    Raises:
        UsageError: if there are.
    """
    if settings.targets:
        where = settings.origins["targets"].partition(", ")[2] or "--targets"
        raise UsageError(
            f"{command} takes one target, and {where} may name several: give one with --target."
        )


def act(options: argparse.Namespace) -> int:
    """Run, or show the configuration; the exit status."""
    settings = settings_of(options)
    if settings.show_config:
        sys.stdout.write(shown_config(settings))
        return 0
    if settings.targets:
        return _run_several(settings, options)
    from conformance.plugin.running import run  # noqa: PLC0415 - not for the sake of help

    try:
        return run(settings)
    except KeyboardInterrupt:
        return INCONCLUSIVE


def _run_several(settings: Settings, options: argparse.Namespace) -> int:
    """Run every target that a file names; the exit status of all."""
    from conformance.plugin import several  # noqa: PLC0415 - not for the sake of help

    def resolved(file: Path) -> Settings:
        return settings_of(Namespace(**{**vars(options), "targets": None, "target": str(file)}))

    return several.run(settings, given_by(options), resolved)
