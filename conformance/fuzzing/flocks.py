"""The list of containers, ours among those of others, held against what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalogue.facts import HIGHEST_LIMIT
from conformance.checks.fields import is_whole
from conformance.checks.witness import must_show
from conformance.errors import Failure, Untestable
from conformance.evidence.exchange import shown
from conformance.fuzzing import pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.evidence import Exchange
    from conformance.fuzzing.lab import Held, Lab
    from conformance.fuzzing.pages import Asked


def listing(lab: Lab, flock: Sequence[Held]) -> None:
    """Pages of containers, others' among them, hold ours where they must; bad ones are refused."""
    # Of several made within one second the order is the target's own business.
    made = [(each.created.get("created_at"), each.id) for each in flock]
    if all(is_whole(born) for born, _ in made):  # by the target's own clock
        oldest_first = [id_ for _, id_ in sorted(dict(made).items())]
    else:
        oldest_first = [made[0][1], made[-1][1]]  # the shelf, and one of the twins
    known = pages.Whole(oldest_first, oldest_first[::-1])
    if not lab.search.first(lambda: _sees(lab, known, flock[-1].created.get("created_at"))):
        why = "the list shows nothing of this run"
        raise Untestable(why, blame="container.list.shows-the-created")
    lab.search.over("valid", pages.asked(), lambda which: _page(lab, which, known), lab.share.valid)
    path = "/containers"
    lab.search.over(
        "invalid", lab.invalid(), lambda what: pages.refuse(lab, path, what), lab.share.invalid
    )


def _sees(lab: Lab, known: pages.Whole, made_at: object) -> bool:
    """Whether the newest page comes to show all of *known*, the newest of which was *made at*.

    Raises:
        NotApplicable: if newer ones of other people fill the page.
    """

    def look() -> None:
        page = lab.api.list_containers(limit=HIGHEST_LIMIT)
        if not set(known.ascending) <= set(page.ids):
            must_show(page, made_at)
            raise Failure("every container of this run", page.told(), page.id)

    try:
        lab.eventually(look, about="container.list.shows-the-created")
    except Failure:
        return False
    return True


def _page(lab: Lab, which: Asked, known: pages.Whole) -> None:
    """One page of a list that others write to: what must hold of our own items on it."""
    page = lab.api.list_containers(**which.params(known))
    if pages.taken(lab, page, which, "container.list"):
        _holds_ours(lab, which, known, page)


def _holds_ours(lab: Lab, which: Asked, known: pages.Whole, page: Exchange) -> None:
    cursor, rest = which.cursor(known), which.rest(known)
    ours = [each for each in page.ids if each in known.ascending and each != cursor]
    with lab.search.holds("container.list.cursor-is-exclusive"):
        if cursor in page.ids:
            raise Failure(f"a page without {cursor}", shown(page.ids), page.id)
    with lab.search.holds(f"container.list.{pages.order_row(which.order)}"):
        if ours != [each for each in known.ordered(which.order) if each in ours]:
            raise Failure(f"of ours {shown(rest)}", shown(ours), page.id)
    with lab.search.holds("container.list.cursor-moves-on"):
        if not set(ours) <= set(rest):
            raise Failure(f"of ours only {shown(rest)}", shown(ours), page.id)
    with lab.search.holds("container.list.has-more-is-true-before-the-end"):
        if page.get("has_more") is False and set(rest) - set(ours):
            missing = next(each for each in rest if each not in ours)
            raise Failure(f"has_more: true before {missing}", page.told(), page.id)
