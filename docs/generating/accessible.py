"""What the theme leaves out of its pages that readers by ear and by keyboard need."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: What is written, and what it becomes; nothing matches a second time.
MENDS = (
    (r'<p class="caption" role="heading">', r'<p class="caption" role="heading" aria-level="2">'),
    (r'<aside class="sidebar-drawer">', r'<aside class="sidebar-drawer" aria-label="All pages">'),
    (r'<aside class="(toc-drawer[^"]*)">', r'<aside class="\1" aria-label="On this page">'),
    # What is wide scrolls, also by its keys.
    (r'<div class="(table-wrapper[^"]*)">', r'<div class="\1" tabindex="0">'),
    (r"<pre>", r'<pre tabindex="0">'),
)


def mended(page: str) -> str:
    """*page* with what was left out."""
    for wrong, right in MENDS:
        page = re.sub(wrong, right, page)
    return page


def mend(app: Sphinx, error: Exception | None) -> None:
    """Mend every page once all are written."""
    for file in () if error else Path(app.outdir).rglob("*.html"):
        file.write_text(mended(file.read_text("utf-8")), "utf-8")
