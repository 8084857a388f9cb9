"""Tables in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """*rows* below *head*."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def code(text: str) -> str:
    """*text* as it is typed; nothing where there is none."""
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    """*text* on one line, with nothing that would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")
