"""Where output goes: its width, whether it has colours, and whether a line is written over."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

#: Columns where nobody says how many there are, and most of a report's.
USUAL, MOST = 80, 100


def columns(stream: TextIO) -> int:
    """How wide *stream* is; some terminals don't know, and say 0."""
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    return USUAL


def width(stream: TextIO) -> int:
    """The columns of a report on *stream*."""
    return min(columns(stream), MOST) if stream.isatty() else USUAL


def is_painted(stream: TextIO) -> bool:
    """Whether *stream* shows colours, and nobody has asked for none (https://no-color.org)."""
    return _acts(stream) and not os.environ.get("NO_COLOR")


def is_rewritten(stream: TextIO) -> bool:
    """Whether a line on *stream* can be written over; in CI it is kept, every version of it."""
    return _acts(stream) and not os.environ.get("CI")


def _acts(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"
