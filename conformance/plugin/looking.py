"""A probe from its first request to the last deletion."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.errors import LimitReached, Signal, UsageError
from conformance.evidence import Redactor, moments
from conformance.ledger import Ledger
from conformance.plugin import claiming, cleaning, interrupting, opening, target
from conformance.plugin.probing import CONTAINERS, DURATION_S, REQUESTS, Finding, Probe
from conformance.scenarios.skills import inline_skill

if TYPE_CHECKING:
    from conformance.catalogue import Catalogue
    from conformance.targets import Settings

OWNER_ONLY = 0o700

#: Characters of a reason that are kept, once it is masked.
LONGEST_WHY = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe has found out, what it has cost, and what it had to leave."""

    findings: tuple[Finding, ...]
    requests: int
    containers: int
    left: tuple[dict[str, str], ...]
    interrupted: bool


def look(settings: Settings, catalogue: Catalogue) -> Seen:
    """Probe the target of *settings*, and delete what that has made.

    Raises:
        UsageError: if the ledger can't be written.
        TargetRefused: if the target is not there, or refuses the key.
    """
    with interrupting.by_sigterm():
        ledger = _ledger(settings)
        claimed = claiming.claim(ledger.path.parent)
        try:
            return _look(settings, catalogue, ledger)
        finally:
            is_done = not ledger.owed(unseen=True)
            ledger.close()
            claimed.release()
            if is_done:
                _remove(ledger.path)


def _look(settings: Settings, catalogue: Catalogue, ledger: Ledger) -> Seen:
    """Probe, and delete what that has made, also where it is interrupted."""
    api = target.api_of(settings, str(settings.base_url), ledger, "probe")
    api.wire.case = "probe"
    mask = Redactor.of(settings.secrets).mask
    left: list[dict[str, str]] = []
    findings: tuple[Finding, ...] = ()
    interrupted = False
    try:
        target.preflight(api)
        skill: dict[str, Any] = inline_skill()  # type: ignore[no-untyped-call]  # cases are prose
        findings = Probe(api, skill).look(tuple(catalogue.features))
    except KeyboardInterrupt:
        interrupted = True
    finally:
        with interrupting.undisturbed(), suppress(Signal, LimitReached):
            left = cleaning.clean_up(api, settings.consistency)
        api.wire.connection.close()
    return Seen(
        tuple(Finding(each.feature, each.has, mask(each.why)[:LONGEST_WHY]) for each in findings),
        int(ledger.count("requests")),
        int(ledger.count("containers")),
        tuple({key: mask(value) for key, value in each.items()} for each in left),
        interrupted,
    )


def _ledger(settings: Settings) -> Ledger:
    """A ledger where ``sweep`` looks for it, should the probe be killed."""
    id_ = moments.new_id()
    directory = Path("reports") / "probes" / id_
    try:
        directory.mkdir(mode=OWNER_ONLY, parents=True)
    except OSError as error:
        raise UsageError(
            f"{directory} can't be made ({error.strerror}): "
            "probe from a directory that you may write to."
        ) from error
    limits = opening.limits_of(settings).within(
        "a probe's", containers=CONTAINERS, requests=REQUESTS, duration_s=DURATION_S
    )
    ledger = Ledger(directory / f"ledger-{id_}.sqlite", limits)
    opening.note(ledger, settings, str(settings.base_url), id_)
    return ledger


def _remove(path: Path) -> None:
    """Remove the ledger at *path* and the directories that were made for it, where empty."""
    for each in (*path.parent.glob(f"{path.name}*"), path.with_name("ledger.lock")):
        each.unlink(missing_ok=True)
    for directory in (path.parent, path.parent.parent, path.parent.parent.parent):
        with suppress(OSError):
            directory.rmdir()
