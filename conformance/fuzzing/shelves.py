"""A container of our own whose files are known, and its list held against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import HIGHEST_LIMIT
from conformance.errors import Failure, NotApplicable
from conformance.evidence.exchange import shown
from conformance.fuzzing import pages

if TYPE_CHECKING:
    from conformance.fuzzing.lab import Lab
    from conformance.fuzzing.pages import Asked


@dataclass(slots=True)
class Shelf:
    """A container of our own, and what it must hold: ids and contents, oldest first."""

    container: str
    contents: dict[str, bytes] = field(default_factory=dict)
    paths: dict[str, object] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # that files have or had

    @property
    def ids(self) -> list[str]:
        """The ids of the files that are there, oldest first."""
        return list(self.contents)

    @property
    def deleted(self) -> set[str]:
        """The ids of the files that are there no longer."""
        return self.paths.keys() - self.contents.keys()


def settle(lab: Lab, shelf: Shelf) -> pages.Whole | None:
    """The list once it holds what was made and not what was deleted; books it if it never does.

    None, too, where the budget is spent before the list has come so far.
    """
    if not lab.search.budget.allows(requests=2 + len(shelf.ids) // (HIGHEST_LIMIT // 2)):
        return None
    rows = ("file.list.shows-the-created", "file.list.omits-the-deleted")
    found: list[list[str]] = []

    def look() -> None:
        found[:] = [_walked(lab, shelf.container, "asc")]
        if set(found[0]) != set(shelf.ids):
            if not lab.search.budget.allows():
                raise NotApplicable("no more requests may be spent on waiting")
            raise Failure("what was uploaded and not deleted", shown(found[0]))

    failure = None
    try:
        lab.eventually(look, about=rows[0])
    except Failure as caught:
        failure = caught
    except NotApplicable:
        return None
    missing = not found or set(shelf.ids) - set(found[0])
    for row, is_broken in ((rows[0], missing), (rows[1], not missing)):
        with lab.search.holds(row, shrink=False):
            if failure and is_broken:
                raise failure
    return None if failure else _whole(lab, shelf.container, found[0])


def _walked(lab: Lab, container: str, order: str) -> list[str]:
    """The ids on the widest pages of the list, one after the other."""
    walked: list[str] = []
    params: dict[str, Any] = {"limit": HIGHEST_LIMIT, "order": order}
    while lab.search.budget.allows():
        page = lab.api.list_files(container, **params)
        walked += page.ids
        if page.get("has_more") is not True or not page.ids:
            break
        params["after"] = page.ids[-1]
    return walked


def _whole(lab: Lab, container: str, ascending: list[str]) -> pages.Whole | None:
    """The list in both orders, where both hold the same once."""
    descending = _walked(lab, container, "desc")
    if sorted(descending) != sorted(set(ascending)):
        return None
    return pages.Whole(ascending, descending)


def page(lab: Lab, shelf: Shelf, whole: pages.Whole, which: Asked) -> None:
    """The page *which* of the *shelf* is right, unless it shows what is deleted: lists may lag."""
    answer = lab.api.list_files(shelf.container, **which.params(whole))
    if answer.ok and shelf.deleted & set(answer.ids):
        return
    if pages.taken(lab, answer, which, "file.list"):
        pages.check(lab, answer, which, whole)
