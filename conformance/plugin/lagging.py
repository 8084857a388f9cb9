"""Lists that lag behind what cases share: what fails meanwhile is looked at again, once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.plugin import planning

if TYPE_CHECKING:
    import pytest

    from conformance.plugin.record import Record
    from conformance.plugin.state import Bench


def may_excuse(record: Record) -> bool:
    """Whether all that *record* has broken is what a list shows, which may come late.

    A case that asked nothing, or that a limit has ended, saw no list.
    """
    if record.limit or not record.sent:
        return False
    rows = [record.scope.requirements.get(each) for each in record.broken]
    return bool(rows) and all(
        row is not None and ".list." in row.id and not row.passive for row in rows
    )


def wait(bench: Bench, item: pytest.Item) -> bool:
    """Wait until no list may lag behind what *item* shares; whether one might have."""
    shared = (each for each in planning.SHARED if planning.uses(item, each))
    noted = (bench.ledger.noted(f"time of {each}") for each in shared)
    made = max((float(each) for each in noted if each), default=0.0)
    left = made + bench.settings.consistency - time.time()
    if left <= 0:
        return False
    time.sleep(min(left, bench.settings.consistency))
    return True
