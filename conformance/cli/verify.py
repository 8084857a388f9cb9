"""``verify``: whether a report is what its evidence gives, and may be published."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from conformance.evidence import Evidence

USAGE = "REPORT [--format F]"

EXAMPLES = """\
REPORT is a report.json with its evidence.jsonl beside it, or the directory that
holds both. Exit status 0: it is what the evidence gives, and may be published;
1: it is not, or may not.

examples:
  containers-conformance verify reports/reference
  containers-conformance verify reports/reference/report.json --format json
"""

FORMATS = ("text", "json")

SCHEMA_VERSION = "1"

#: Objections that are told; one changed line may shift all that follow.
MOST = 50

#: What odd values in evidence make of judging it.
ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError)


def declare(parser: argparse.ArgumentParser) -> None:
    """Which report."""
    parser.add_argument("report", metavar="REPORT", help="A report.json, or its directory.")
    parser.add_argument("--format", metavar="F", default="text", help="text or json. [text]")


def act(options: argparse.Namespace) -> int:
    """Verify; 0 where the report may be published.

    Raises:
        UsageError: if report or evidence can't be read, or there is no such format.
    """
    if options.format not in FORMATS:
        mend = hint(options.format, FORMATS, f"there are {' and '.join(FORMATS)}.")
        raise UsageError(f"--format {options.format!r} is no format; {mend}")
    from conformance.verdicts.filed import path_of, read_json  # noqa: PLC0415 - not for help

    path = path_of(options.report)
    data = read_json(path)
    found = _objections(path, data)
    bars = () if found else _bars(data)
    write = _as_json if options.format == "json" else _as_text
    sys.stdout.write(write(path, data, found, bars))
    return 1 if found or bars else 0


def _objections(path: Path, data: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """What is wrong with the report *data* at *path*, in sentences."""
    from conformance.catalogue import load  # noqa: PLC0415 - not for the sake of help
    from conformance.plugin import scrutiny  # noqa: PLC0415 - as above
    from conformance.verdicts import verification  # noqa: PLC0415 - as above

    evidence = _evidence(path.with_name("evidence.jsonl"))
    catalogue = load()
    if evidence.header["target"]["profile"] not in catalogue.profiles:
        return ["Its profile is none of this version: verify it with the suite that judged it."]
    try:
        found = [*verification.objections(data, evidence, catalogue)]
        if not any("another catalogue" in each for each in found):
            found += scrutiny.objections(evidence, catalogue)
    except ODD as error:
        raise UsageError(
            f"The evidence beside {path} can't be judged ({type(error).__name__}: "
            f"{str(error)[:100]}): give it as a run has written it."
        ) from error
    return found


def _evidence(path: Path) -> Evidence:
    from conformance.evidence import Evidence  # noqa: PLC0415 - not for the sake of help

    evidence = Evidence.from_file(path)
    if evidence.odd:
        raise UsageError(
            f"{evidence.odd} lines of {path} are no records of a run: "
            "give it as a run has written it."
        )
    return evidence


def _bars(data: dict[str, Any]) -> tuple[str, ...]:
    """Why a genuine report may not be published."""
    if data["publishable"]:
        return ()
    waived = sum(each["waived"] for each in data["requirements"])
    told = [f"{waived} waived."] if waived else []
    return (*data.get("notes", ()), *told) or (f"Its verdict is {data['verdict']}.",)


def _as_text(path: Path, data: Any, found: list[str], bars: tuple[str, ...]) -> str:  # noqa: ANN401 - any JSON
    from conformance.reporting.escaping import printable  # noqa: PLC0415 - not for help

    if found:
        more = [f"  … and {len(found) - MOST} more"] if len(found) > MOST else []
        lines = ["not what its evidence gives:", *(f"  {each}" for each in found[:MOST]), *more]
    else:
        told = f"{len(data['requirements'])} requirements, {len(data['endpoints'])} operations"
        lines = [
            f"{told}, all counts and the verdict {data['verdict']} follow from the evidence;",
            "nothing was left out of the plan",
        ]
        lines += ["may not be published:", *(f"  {each}" for each in bars)] if bars else []
        lines += [] if bars else ["may be published"]
    return "\n".join(printable(each, limit=400) for each in (str(path), *lines)) + "\n"


def _as_json(path: Path, data: Any, found: list[str], bars: tuple[str, ...]) -> str:  # noqa: ANN401, ARG001 - as the other
    verified = {
        "schema_version": SCHEMA_VERSION,
        "report": str(path),
        "genuine": not found,
        "publishable": not found and not bars,
        "objections": found,
        "bars": list(bars),
    }
    return json.dumps(verified, indent=2) + "\n"
