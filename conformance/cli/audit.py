"""``audit``: judge recorded traffic of any client, without a network."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.parsing import hint
from conformance.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from conformance.auditing.audit import Audit
    from conformance.catalogue import Catalogue

USAGE = "FILE.har [--profile NAME] [--report-dir DIR]"

EXAMPLES = """\
FILE.har is what a browser, mitmproxy or a run of ours has saved. Writes what a
run writes, and ends with its exit status. Only what the recording shows is in
scope; requests to other addresses are counted and left alone.

examples:
  containers-conformance audit session.har
  containers-conformance audit session.har --report-dir reports/session
"""

#: Characters of a host that make the name of a directory.
LONGEST = 80


def declare(parser: argparse.ArgumentParser) -> None:
    """Which recording, and what it is held to."""
    parser.add_argument("har", metavar="FILE.har", help="Recorded traffic, HAR 1.2.")
    parser.add_argument("--profile", metavar="NAME", default="core", help="What to ask. [core]")
    parser.add_argument("--report-dir", metavar="DIR", help="Where everything is written.")
    parser.add_argument("--base-url", metavar="URL", help="Of several targets this one.")
    parser.add_argument(
        "--consistency", metavar="S", default="10", help="Seconds a list may lag. [10]"
    )
    parser.add_argument("--strict", action="store_true", help="SHOULD counts like MUST.")


def act(options: argparse.Namespace) -> int:
    """Audit, write every report, print the summary; the exit status of a run.

    Raises:
        UsageError: if the recording can't be read, or an option can't be understood.
    """
    from conformance.auditing.audit import Asked, Audit  # noqa: PLC0415 - not for help
    from conformance.auditing.har import Recording  # noqa: PLC0415 - as above
    from conformance.catalogue import load  # noqa: PLC0415 - as above
    from conformance.targets import urls, values  # noqa: PLC0415 - as above

    catalogue = load()
    if options.profile not in catalogue.profiles:
        known = catalogue.profiles
        mend = hint(options.profile, known, f"there are {', '.join(known)}.")
        raise UsageError(f"--profile: there is no profile {options.profile!r}; {mend}")
    try:
        consistency_s = values.number("seconds", zero=True)(options.consistency)
        base_url = urls.base_url(options.base_url) if options.base_url else None
    except ValueError as error:
        raise UsageError(f"--consistency or --base-url {error}.") from None
    asked = Asked(options.profile, options.strict, consistency_s, base_url)
    audit = Audit(Recording.at(Path(options.har)), asked, catalogue)
    return _finish(audit, catalogue, options.report_dir)


def _finish(audit: Audit, catalogue: Catalogue, directory: str | None) -> int:
    """Judge and render; the exit status."""
    from conformance.evidence import Evidence  # noqa: PLC0415 - not for the sake of help
    from conformance.reporting import FORMATS, write_all  # noqa: PLC0415 - as above
    from conformance.reporting.writing import summarise  # noqa: PLC0415 - as above
    from conformance.verdicts import judge  # noqa: PLC0415 - as above
    from conformance.verdicts.outcome import EXIT_STATUS, Verdict  # noqa: PLC0415 - as above

    target = Path(directory) if directory else _default(audit)
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        audit.write(target / "evidence.jsonl")
    except OSError as error:
        raise UsageError(
            f"{target} can't be written ({error.strerror}): give another --report-dir."
        ) from error
    evidence = Evidence.from_file(target / "evidence.jsonl")
    report = judge(evidence, catalogue)
    write_all(report, evidence, target)
    sys.stdout.write(FORMATS["terminal"](report, evidence) + "\n")
    sys.stdout.write(f"report: {target / 'report.html'}\n")
    aside = summarise(target, os.environ)
    if aside:
        sys.stdout.write(f"{aside}\n")
    return EXIT_STATUS[Verdict(report.verdict)]


def _default(audit: Audit) -> Path:
    """Where a run would write, below the host that the recording is of."""
    host = (audit.survey.base_url or "").partition("://")[2].partition("/")[0]
    safe = "".join(each if each.isascii() and each.isalnum() else "-" for each in host)
    return Path("reports") / (safe.strip("-")[:LONGEST] or "recording") / audit.id
