"""Deletes what interrupted runs left behind, run by run, from their ledgers."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.errors import Unwritable, UsageError
from conformance.evidence import Redactor
from conformance.ledger import Ledger, Limits
from conformance.plugin import cleaning, reaching, target
from conformance.plugin.claiming import Busy, claim
from conformance.targets import urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

#: A sweep is bounded by what a ledger holds, not by a run's own limits.
WITHOUT_LIMIT = Limits(containers=10**9, requests=10**9, duration_s=10**9)


@dataclass(slots=True)
class Swept:
    """What a sweep has done, in sentences, and what it had to leave."""

    lines: list[str] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)  # ledgers that can't be read


def sweep(
    directory: Path,
    environ: Mapping[str, str],
    *,
    run: str | None,
    base_url: str | None,
    may_be_none: bool = False,
) -> Swept:
    """Delete what the runs below *directory* owe, with the keys that *environ* gives.

    Raises:
        UsageError: if there is no such run, unless there *may be none*, or no key or other secret
            for what is owed.
    """
    ledgers = _ledgers(directory, run)
    if not ledgers and may_be_none:
        return Swept([f"Nothing was run from here: there is no ledger below {directory}."])
    wanted = None if base_url is None else _normal(base_url)
    if not ledgers:
        raise _missing(directory, run)
    swept = Swept()
    for path in ledgers:
        try:
            _sweep_file(path, wanted, environ, swept)
        except (Unwritable, sqlite3.DatabaseError) as error:
            swept.unread.append(path)
            why = f"{path} can't be used: {error}"
            swept.lines.append(f"{why} What that run made is still to be deleted.")
    if not swept.lines:
        swept.lines.append(f"Nothing is left behind by the runs below {directory}.")
    return swept


def _ledgers(directory: Path, run: str | None) -> list[Path]:
    """The ledgers below *directory*, of one *run* or of all.

    Raises:
        UsageError: if the name of the run is blank.
    """
    if run is not None and not run.strip():
        raise UsageError("--run names no run: give its ID, or leave it out to sweep all runs.")
    ledgers = sorted(directory.rglob("ledger-*.sqlite"))
    return [each for each in ledgers if run in (None, each.stem.removeprefix("ledger-"))]


def _missing(directory: Path, run: str | None) -> UsageError:
    if run is not None:
        return UsageError(
            f"There is no ledger of a run {run!r} below {directory}: check --run and --report-dir."
        )
    what = "ledger of any run below" if directory.is_dir() else "directory"
    return UsageError(f"There is no {what} {directory}: check --report-dir.")


def _normal(url: str) -> str:
    """*url* as ledgers have it.

    Raises:
        UsageError: if it is none.
    """
    try:
        return urls.base_url(url)
    except ValueError as error:
        raise UsageError(f"--base-url {error}.") from None


def _sweep_file(path: Path, wanted: str | None, environ: Mapping[str, str], swept: Swept) -> None:
    ledger = Ledger(path, WITHOUT_LIMIT)
    try:
        where = ledger.noted("base_url") or ""
        if wanted in (None, where) and ledger.owed(unseen=True):
            with claim(path.parent):
                _sweep_run(ledger, where, environ, swept)
    except Busy:
        swept.lines.append(f"{ledger.noted('run')}: goes on right now, left alone")
    finally:
        ledger.close()


def _sweep_run(ledger: Ledger, where: str, environ: Mapping[str, str], swept: Swept) -> None:
    name = ledger.noted("run")
    ledger.resume()
    if ledger.noted("embedded"):
        swept.lines.append(
            f"{name}: the embedded reference it ran against is gone, and all with it"
        )
        for entry in ledger.owed(unseen=True):
            ledger.refuse(entry.number)
        return
    settings = reaching.settings_for(where, ledger.noted("reaching"), environ)
    api = target.api_of(settings, where, ledger, "sweep")
    redactor = Redactor.of(settings.secrets)
    owed = ledger.owed(unseen=True)
    try:
        left = cleaning.clean_up(api, 0)
    finally:
        api.wire.connection.close()
    swept.left += left
    swept.lines += map(redactor.mask, _told(f"{name} at {where}", ledger, len(owed), left))


def _told(run: str, ledger: Ledger, owed: int, left: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What became of all that *run* has *owed*."""
    unseen = len(ledger.entries("unseen"))
    sure = owed - unseen
    if sure:
        yield f"{run}: {sure - len(left)} of {sure} deleted"
    if unseen:
        yield f"{run}: no list shows {unseen} that may have been made without an answer"
    for each in left:
        yield f"  left: {each['kind']} {each['id'] or each['name']}"
        yield f"  {each['command']}"
