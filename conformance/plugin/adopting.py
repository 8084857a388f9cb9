"""The run that a command has opened, for the pytest session that it starts next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.plugin.session import Run

_adopted: list[Run] = []


def adopt(run: Run | None) -> None:
    """Let the next pytest session conduct *run*, which is open already."""
    _adopted[:] = [run] if run else []


def adopted() -> Run | None:
    """The run that is open already; None where no command began one."""
    return _adopted[0] if _adopted else None
