"""TOML files that options stand in, with the line of each key."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

#: Where options stand in a pyproject.toml.
PYPROJECT_TABLE = "containers-conformance"

_SECTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")


@dataclass(frozen=True, slots=True)
class OptionsFile:
    """A TOML file's options, and where each of them stands."""

    path: Path
    label: str  # how sentences call it
    table: dict[str, Any]
    section: str  # the table that options stand in; empty for the top of the file
    text: str

    def place(self, key: str, table: str = "") -> str:
        """Where *key* stands: the file, and the line where it is plain to see."""
        section = ".".join(filter(None, (self.section, table)))
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            opened = _SECTION.match(line)
            if opened:
                current = opened[1].replace('"', "").replace("'", "")
            assigned = _KEY.match(line)
            if assigned and assigned[1] == key and current == section:
                return f"{self.label}, line {number}"
        return self.label


def _text(path: Path, label: str, named_by: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        start = f"{named_by}: " if named_by else ""
        raise UsageError(
            f"{start}{label} can't be read ({error.strerror}): check its name."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{label} is not UTF-8 at byte {error.start}: save it as UTF-8."
        ) from error


def _parsed(text: str, label: str) -> dict[str, Any]:
    try:
        return tomllib.loads(f"{text}\n")  # else a fault of the last line is told without its line
    except tomllib.TOMLDecodeError as error:
        why = str(error).replace("Cannot overwrite a value", "a key stands twice")
        raise UsageError(f"{label} is no TOML: {why}.") from error
    except ValueError as error:
        raise UsageError(
            f"{label} holds a number of more digits than anybody counts: options need no such."
        ) from error
    except RecursionError as error:
        raise UsageError(
            f"{label} is nested too deep: options need no more than tables."
        ) from error


def read_options(path: Path, label: str, named_by: str = "") -> OptionsFile:
    """The options in the file at *path*; of a pyproject.toml only our table.

    *named_by* is the option that named it, for errors.

    Raises:
        UsageError: if it can't be read, or is no TOML.
    """
    text = _text(path, label, named_by)
    table: Any = _parsed(text, label)
    if path.name != "pyproject.toml":
        return OptionsFile(path, label, table, "", text)
    tools = table.get("tool", {})
    ours = tools.get(PYPROJECT_TABLE, {}) if isinstance(tools, dict) else {}
    section = f"tool.{PYPROJECT_TABLE}"
    if not isinstance(ours, dict):
        raise UsageError(f"{label}: {section} is no table: begin it with [{section}].")
    return OptionsFile(path, label, ours, section, text)


def default_config(cwd: Path) -> OptionsFile | None:
    """The config file that nobody needs to name: conformance.toml, then pyproject.toml.

    Raises:
        UsageError: if the first that exists can't be read, or is no TOML.
    """
    for name in ("conformance.toml", "pyproject.toml"):
        if (cwd / name).is_file():
            found = read_options(cwd / name, name)
            if found.table or name == "conformance.toml":
                return found
    return None
