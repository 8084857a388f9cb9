"""Deletes what interrupted runs left behind, run by run, from their ledgers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.evidence import Redactor
from conformance.ledger import Ledger, Limits
from conformance.plugin import cleaning, reaching, target
from conformance.plugin.claiming import Busy, claim

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: A sweep is bounded by what a ledger holds, not by a run's own limits.
WITHOUT_LIMIT = Limits(containers=10**9, requests=10**9, duration_s=10**9)


@dataclass(slots=True)
class Swept:
    """What a sweep has done, in sentences, and what it had to leave."""

    lines: list[str] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)


def sweep(
    directory: Path, environ: Mapping[str, str], *, run: str | None, base_url: str | None
) -> Swept:
    """Delete what the runs below *directory* owe, with the keys that *environ* gives.

    Raises:
        UsageError: if there is no such run, or no key or other secret for what is owed.
    """
    swept = Swept()
    found = sorted(directory.glob(f"**/ledger-{run or '*'}.sqlite"))
    if run and not found:
        raise UsageError(
            f"There is no ledger of a run {run} below {directory}: check --report-dir."
        )
    for path in found:
        ledger = Ledger(path, WITHOUT_LIMIT)
        try:
            where = ledger.noted("base_url") or ""
            if (base_url is None or base_url.rstrip("/") == where) and ledger.owed(unseen=True):
                with claim(path.parent):
                    _sweep_run(ledger, where, environ, swept)
        except Busy:
            swept.lines.append(f"{ledger.noted('run')}: goes on right now, left alone")
        finally:
            ledger.close()
    if not swept.lines:
        swept.lines.append(f"Nothing is left behind by the runs below {directory}.")
    return swept


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
    unseen = len(ledger.entries("unseen"))
    sure = len(owed) - unseen
    if sure:
        swept.lines.append(f"{name} at {where}: {sure - len(left)} of {sure} deleted")
    if unseen:
        swept.lines.append(
            f"{name} at {where}: no list shows {unseen} that may have been made without an answer"
        )
    for each in left:
        swept.lines.append(redactor.mask(f"  left: {each['kind']} {each['id'] or each['name']}"))
        swept.lines.append(redactor.mask(f"  {each['command']}"))
