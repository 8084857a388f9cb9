"""Opens a run of the clients: its directory, and its ledger with what a sweep needs to know."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.ledger import Ledger, Limits
from conformance.plugin import reaching

if TYPE_CHECKING:
    from conformance.targets import Settings

OWNER_ONLY = 0o700


def ledger_of(settings: Settings, base_url: str, directory: Path, id_: str) -> Ledger:
    """The ledger of the run *id_* in *directory*.

    Raises:
        UsageError: if it can't be written.
    """
    limits = Limits(
        settings.max_containers, settings.max_requests, settings.max_duration, settings.rps
    )
    ledger = Ledger(directory / f"ledger-{id_}.sqlite", limits)
    note(ledger, settings, base_url, id_)
    return ledger


def note(ledger: Ledger, settings: Settings, base_url: str, id_: str) -> None:
    """Keep in *ledger* what a later sweep needs to know."""
    for key, value in (
        ("run", id_),
        ("base_url", base_url),
        ("reaching", reaching.noted(settings)),
        ("pid", str(os.getpid())),
        ("embedded", "yes" if settings.is_embedded else ""),
    ):
        ledger.note(key, value)


def directory_of(settings: Settings, id_: str) -> Path:
    """The directory of the run *id_*, made if it is new.

    Raises:
        UsageError: if it can't be made.
    """
    host = "".join(each if each.isalnum() or each in ".-" else "-" for each in settings.host)
    directory = settings.report_dir or Path("reports") / host / id_
    try:
        directory.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The report directory {directory} can't be made ({error.strerror}): "
            "give another --report-dir."
        ) from error
    return directory
