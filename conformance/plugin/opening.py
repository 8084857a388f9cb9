"""What opening a run takes, of the cases or of the clients: a directory, a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.ledger import Limits
from conformance.plugin import reaching, target

if TYPE_CHECKING:
    from conformance.ledger import Ledger
    from conformance.targets import Settings

OWNER_ONLY = 0o700


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


def target_of(settings: Settings) -> tuple[Settings, str, target.Embedded | None]:
    """Settings with keys, the base URL, and the embedded reference, started if it is the target."""
    if not settings.is_embedded:
        return settings, str(settings.base_url), None
    settings = target.with_keys(settings)
    keys = [key.reveal() for key in (settings.api_key, settings.second_api_key) if key]
    embedded = target.Embedded.start(keys)
    return settings, embedded.base_url, embedded


def limits_of(settings: Settings) -> Limits:
    """The hard limits that the options set; requests and containers as numbers, time in seconds."""
    return Limits(
        settings.max_containers, settings.max_requests, settings.max_duration, settings.rps
    )


def note(ledger: Ledger, settings: Settings, base_url: str, id_: str) -> None:
    """Keep in *ledger* what a later sweep needs to know of the run *id_*."""
    for key, value in (
        ("run", id_),
        ("base_url", base_url),
        ("reaching", reaching.noted(settings)),
        ("embedded", "yes" if settings.is_embedded else ""),
    ):
        ledger.note(key, value)
