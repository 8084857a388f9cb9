"""One run at a time keeps a report directory; whoever is killed lets go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from conformance.errors import SuiteError, Unwritable

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ONLY = 0o600


class Busy(SuiteError):
    """Another run keeps the directory right now."""

    exit_status = 2


def claim(directory: Path) -> FileLock:
    """Keep *directory* until the lock is released, or this process ends in whatever way.

    Raises:
        Busy: if another process keeps it.
        Unwritable: if nothing can be written there.
    """
    lock = FileLock(directory / "ledger.lock", mode=OWNER_ONLY)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Busy(
            f"Another run writes to {directory} right now: "
            "give another --report-dir, or wait for its end."
        ) from None
    except OSError as error:
        raise Unwritable(
            f"The report directory {directory} can't be written ({error.strerror}): "
            "give another --report-dir."
        ) from error
    return lock
