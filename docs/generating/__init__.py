"""What the pages take from the code: filled in when they are built, so that nothing goes stale.

A line ``<!-- generated: NAME -->`` in a page is replaced by what the module of that name in this
package writes, as Markdown. Nothing of it is committed.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MARK = re.compile(r"^<!-- generated: ([a-z]+) -->$", re.MULTILINE)


class Writer(Protocol):
    """What each module of this package that a page names has."""

    def written(self) -> str:
        """Its part of the page, as Markdown."""


def filled(page: str) -> str:
    """*page* with what its marks ask for in their places."""

    def write(mark: re.Match[str]) -> str:
        return cast("Writer", import_module(f"{__name__}.{mark[1]}")).written()

    return MARK.sub(write, page)


def _fill(_app: Sphinx, _docname: str, source: list[str]) -> None:
    """Fills in the page that Sphinx has just read."""
    source[0] = filled(source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    from generating import accessible, naming  # noqa: PLC0415 - all else here needs no Sphinx

    app.connect("source-read", _fill)
    app.connect("build-finished", accessible.mend)
    app.add_post_transform(naming.RequirementLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
