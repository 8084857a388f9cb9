"""The templates of every page: all of a stranger's text in them is escaped, visible and bounded."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from conformance.reporting.escaping import printable


def environment(limit: int) -> Environment:
    """Where templates are found; a text in them is cut behind *limit* characters."""

    def visible(value: object) -> object:
        """Text without anything that can't be seen; markup stays itself."""
        return printable(value, limit=limit, keep="\n") if type(value) is str else value

    return Environment(
        loader=PackageLoader("conformance.reporting"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=visible,
    )
