"""Where the clients live: each in an environment of its own, which we find and never make.

A variable may name it; else it is looked for below ``$CONFORMANCE_CLIENTS_DIR``, or without
that below ``~/.cache/containers-conformance``. What is not there is named with the command
that installs it just there: nothing is downloaded unasked.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names the directory that holds the environments.
DIRECTORY = "CONFORMANCE_CLIENTS_DIR"

#: Where a program of the Go toolchain puts a command, and what Node calls its packages.
CLI_MODULE = "github.com/openai/openai-cli/cmd/openai"


@dataclass(frozen=True, slots=True)
class Room:
    """An environment with one client in it."""

    client: str  # as --client takes it
    package: str
    version: str  # that is pinned; what is found there may be another, and is told
    variable: str
    kind: str  # python, node or go

    @property
    def name(self) -> str:
        """The directory that it has by default."""
        return f"{self.client}-{self.version}"

    def found(self, environ: Mapping[str, str]) -> Path | None:
        """The Python, the directory of node_modules or the program; None if it is not there."""
        named = environ.get(self.variable)
        where = Path(named).absolute() if named else self._place(directory(environ))
        wanted = where / "node_modules" / self.package if self.kind == "node" else where
        if not wanted.exists() or (self.kind == "node" and not shutil.which("node")):
            return None
        return where

    def install(self, environ: Mapping[str, str]) -> str:
        """The command that installs it where it is looked for."""
        room = directory(environ) / self.name
        told = quote(_short(room)).replace("'~'", "~") if " " in str(room) else _short(room)
        if self.kind == "python":
            pip = f"{told}/bin/python -m pip install {self.package}=={self.version}"
            return f"python3 -m venv {told} && {pip}"
        if self.kind == "node":
            return f"npm install --prefix {told} {self.package}@{self.version}"
        return f"GOBIN={told} go install {CLI_MODULE}@v{self.version}"

    def _place(self, above: Path) -> Path:
        room = above / self.name
        return {"python": room / "bin/python", "node": room, "go": room / self.package}[self.kind]


#: Every environment that is looked for; httpx needs none.
ROOMS = (
    Room("openai-python", "openai", "3.54.0", "CONFORMANCE_OPENAI_PYTHON", "python"),
    Room("openai-python", "openai", "1.109.1", "CONFORMANCE_OPENAI_PYTHON_1", "python"),
    Room("openai-node", "openai", "6.49.0", "CONFORMANCE_OPENAI_NODE", "node"),
    Room("litellm", "litellm", "1.106.2", "CONFORMANCE_LITELLM", "python"),
    Room("openai-cli", "openai", "1.8.0", "CONFORMANCE_OPENAI_CLI", "go"),
)


def directory(environ: Mapping[str, str]) -> Path:
    """The directory that holds the environments."""
    named = environ.get(DIRECTORY)
    if named:
        return Path(named).absolute()
    cache = environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "containers-conformance"


def _short(path: Path) -> str:
    """*path* as people write it: it stands in reports, which need not tell whose home it is."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
