"""Walking a list page by page, as every client does it, but never for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.checks.status import succeeded
from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from conformance.evidence import Exchange


@dataclass(slots=True)
class Walk:
    """The pages of a list, in the order in which they came."""

    pages: list[Exchange] = field(default_factory=list)
    is_over: bool = False  # the last page said that nothing follows

    @property
    def ids(self) -> list[str]:
        """The ids of all pages."""
        return [each for page in self.pages for each in page.ids]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects of all pages."""
        return [each for page in self.pages for each in page.data]


def walk(
    ask: Callable[..., Exchange],
    *,
    most: int,
    until: Collection[str] = (),
    **params: Any,  # noqa: ANN401 - any text or number
) -> Walk:
    """Follow the cursors of *ask* for at most *most* pages, or until all of *until* were seen.

    A page that can't be read, or a cursor that leads back, ends the walk with a failure.

    Raises:
        Failure: if a page is refused, or holds what an earlier one held.
    """
    walked = Walk()
    wanted = set(until)
    cursor = dict[str, Any]()
    while len(walked.pages) < most:
        page = succeeded(ask(**params, **cursor))
        before = set(walked.ids)
        twice = [each for each in page.ids if each in before]
        walked.pages.append(page)
        if twice:
            raise Failure("every item once", f"{shown(twice[0])} again", page.id)
        if page.get("has_more") is not True or not page.ids:
            walked.is_over = True
            break
        if wanted and wanted <= set(walked.ids):
            break
        cursor = {"after": page.ids[-1]}
    return walked


def holds_all(walked: Walk, wanted: Collection[str], what: str) -> None:
    """Every one of *wanted* is on the pages that were walked.

    Raises:
        Failure: if one is missing.
    """
    missing = [each for each in wanted if each not in walked.ids]
    if missing:
        got = f"{shown(missing[0])} missing after {len(walked.pages)} pages"
        raise Failure(f"{what}", got, walked.pages[-1].id if walked.pages else None)
