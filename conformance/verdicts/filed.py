"""Reads a report.json that somebody gives us: strictly, since it may be a stranger's."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from conformance.catalogue.schemas import misfit
from conformance.errors import UsageError
from conformance.verdicts.report import Report

#: Bytes of a file that are read: no report of ours comes near.
LARGEST = 256 * 1024 * 1024

#: How the embedded reference is called, whose port is another each time.
EMBEDDED = "reference"


def path_of(name: str) -> Path:
    """The report that *name* means: a file, or the ``report.json`` of a directory.

    Raises:
        UsageError: if it can't be told which of them it is.
    """
    path = Path(name)
    try:
        return path / "report.json" if path.is_dir() else path
    except OSError as error:
        raise _unreadable(path, error) from error


def read_report(path: Path) -> Report:
    """The report in *path*.

    Raises:
        UsageError: if it can't be read, or is no report.
    """
    data = read_json(path)
    wrong = misfit(data, "report") or repeated(data)
    if wrong:
        raise UsageError(f"{path} is no report.json: {wrong}; give one as a run has written it.")
    return Report.from_json(data)


def read_clients(directory: Path) -> dict[str, Any] | None:
    """What driving real clients has left in *directory*; None if nothing has.

    Raises:
        UsageError: if it can't be read.
    """
    path = directory / "clients.json"
    try:
        if not path.exists():
            return None
    except OSError as error:
        raise _unreadable(path, error) from error
    data: dict[str, Any] = read_json(path)
    wrong = misfit(data, "clients")
    if wrong:
        raise UsageError(f"{path} is no clients.json: {wrong}; drive the clients again.")
    return data


def clients_beside(report: Report, directory: Path) -> dict[str, Any] | None:
    """What clients have shown of the target of *report*, if that stands in *directory*.

    Raises:
        UsageError: if it can't be read.
    """
    found = read_clients(directory)
    return found if found and are_of_one_target(report, found) else None


def are_of_one_target(report: Report, clients: dict[str, Any]) -> bool:
    """Whether *report* and *clients* tell of the same target, at whatever port the embedded was."""
    one, other = report.target, clients["target"]
    embedded = one["name"] == other["name"] == EMBEDDED
    return embedded or str(one["base_url"]).rstrip("/") == str(other["base_url"]).rstrip("/")


def read_json(path: Path) -> Any:  # noqa: ANN401 - any JSON
    """The JSON in *path*, without repeated names and without numbers that JSON does not have.

    Raises:
        UsageError: if there is none.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} is larger than any report: give a report.json.")
        text = path.read_text("utf-8")
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: give a report.json of a run.") from error
    try:
        return json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_distinct
        )
    except (ValueError, RecursionError) as error:
        told = "nested too deep" if isinstance(error, RecursionError) else str(error)[:200]
        raise UsageError(f"{path} is no JSON ({told}): give a report.json of a run.") from error


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} can't be read ({error.strerror}): give a report.json of a run.")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is no number")
    return number


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{name[:40]!r} stands twice in one object")
    return found


def repeated(data: Any) -> str | None:  # noqa: ANN401 - any JSON
    """What is told where a requirement stands twice in *data*; None if none does."""
    ids = Counter(each["id"] for each in data["requirements"])
    twice = next((id_ for id_, count in ids.items() if count > 1), None)
    return f"{twice} stands in it twice" if twice else None
