"""Text of strangers in Markdown: it stays text, whatever it holds."""

from __future__ import annotations

import html
import re

from conformance.reporting.escaping import printable

#: Characters of one text of the target's that are shown.
SHOWN = 600


def plain(text: object, *, limit: int = SHOWN) -> str:
    """Text that Markdown and HTML leave alone."""
    escaped = html.escape(printable(str(text), limit=limit), quote=False)
    escaped = re.sub(r"([\\`*_\[\]|#~])", lambda found: f"&#{ord(found[1])};", escaped)
    return escaped.replace("@", "<span>@</span>")  # apart from the name, it mentions nobody


def code(text: object) -> str:
    """Text as inline code that also holds in a table."""
    return f"<code>{plain(text)}</code>"


def fenced(text: str) -> str:
    """Text as a block of code whose fence is longer than any run of its own backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
