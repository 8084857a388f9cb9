"""What this process must never show: every secret that it has come across, wherever it came from.

Whoever writes what a target has said masks the run's own secrets. This is for those who can't wait
for that: who cut a text short, or tell of a fault of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Stands for a secret, wherever something is written.
MASK = "[masked]"

_MET: set[str] = set()


def remember(texts: Iterable[str]) -> None:
    """Keep *texts* in mind as secrets."""
    _MET.update(texts)


def met() -> frozenset[str]:
    """Every secret that was kept in mind."""
    return frozenset(_MET)
