"""The reports that were submitted: ``python -m tests.submissions [DIRECTORY…]``.

Without directories all that git has below reports/ are checked, and one that an earlier catalogue
has judged is taken as it was accepted; of directories that are named every report has to verify.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from conformance import catalogue, cli
from conformance.errors import UsageError
from conformance.verdicts.filed import read_report

ROOT = Path(__file__).resolve().parents[1]

#: The report of our own reference provider, which has no version but ours.
OWN = Path("reports/reference")

NEEDED = {"README.md", "report.json", "evidence.jsonl"}
ALLOWED = NEEDED | {"report.html", "report.md", "badge.json"}

#: Names of what changes under its name.
MOVING = frozenset({"main", "master", "latest", "nightly", "dev", "head", "trunk"})


def submitted(root: Path) -> list[Path]:
    """The directories below reports/ that hold a report which git has, from *root*."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "reports/*report.json"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    )
    return sorted(Path(name).parent for name in listed.stdout.split("\0") if name)


def layout(root: Path, directory: Path) -> Iterator[str]:
    """What is wrong with the layout of *directory*, in sentences."""
    parts = directory.parts
    if len(parts) != 3 or parts[0] != "reports":
        yield "a report stands in reports/<name of the target>/<version>/"
        return
    there = {each.name for each in (root / directory).iterdir()}
    yield from (f"{name} is missing" for name in sorted(NEEDED - there))
    yield from (f"{name} does not belong there" for name in sorted(there - ALLOWED))
    version = parts[2].lower()
    if version in MOVING or not re.search(r"\d", version):
        yield f"{parts[2]!r} names no version: what was tested must stay what it was"
    readme = root / directory / "README.md"
    if readme.is_file():
        text = readme.read_text("utf-8", errors="replace")
        if not re.search(r"^## Reproduce\s+\S", text, re.MULTILINE):
            yield 'README.md says nothing under "## Reproduce"'


def complaints(root: Path, directory: Path, *, strict: bool) -> Iterator[str]:
    """Why the report in *directory* is not accepted, in sentences."""
    if directory != OWN:
        yield from layout(root, directory)
    report = root / directory / "report.json"
    if not report.is_file():
        return
    try:
        judged_by = read_report(report).suite["catalogue_sha256"]
    except UsageError as error:
        yield str(error)
        return
    if not strict and judged_by != catalogue.load().sha256:
        return
    if cli.main(["verify", str(report)]) != 0:
        yield "it does not verify, or may not be published"


def main(argv: list[str], root: Path = ROOT) -> int:
    """Check what is named, or everything; the exit status."""
    chosen = [Path(each) for each in argv] or submitted(root)
    wrong = 0
    for directory in chosen:
        found = [*complaints(root, directory, strict=bool(argv))]
        wrong += bool(found)
        for sentence in found:
            sys.stderr.write(f"{directory}: {sentence}\n")
    sys.stdout.write(f"{len(chosen)} reports, {wrong} not accepted\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
