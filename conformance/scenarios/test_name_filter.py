"""Listing the containers of a name: GET /containers with the query key name."""

from urllib.parse import quote, quote_plus

import pytest

from conformance.checks.status import succeeded
from conformance.checks.witness import believed, shows_only
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown
from conformance.scenarios.forgetting import UNFOUND

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: Pages that are looked through for ours, one container each.
MOST_PAGES = 12

#: The most that a page may have.
MOST = 100

FINDS = "container.list.name-filter-finds-the-name"
OMITS = "container.list.name-filter-omits-other-names"
BEFORE_PAGING = "container.list.name-filter-is-applied-before-paging"
UNMATCHED = "container.list.unmatched-name-is-an-empty-page"
HOLDS = "container.list.name-filter-holds-on-every-page"
SPACES = "container.list.name-filter-decodes-spaces"


@requirement(FINDS, OMITS, HOLDS, BEFORE_PAGING, SPACES, UNMATCHED)
@cost(requests=15)
def test_name_filters_the_list(api, holds, flock, accepts, eventually):
    _, first, _ = flock
    name = first.name
    namesakes = {each.id for each in flock if each.name == name}
    if api.retrieve_container(first.id).get("name") != name:
        raise Untestable("its name is not kept", blame="container.create.echoes-the-name")
    if api.wire.ledger.noted(UNFOUND):
        raise Untestable(UNFOUND, blame="container.delete.removes-nothing-else")
    page = accepts(api.list_containers(name=name, limit=MOST), "the filter by name")
    is_applied = shows_only(page, name)
    with holds(FINDS):
        pages = [page]
        eventually(lambda: judge_finding(api, name, namesakes, pages), about=FINDS)
    with holds(OMITS):
        only(page, name)
    narrow = accepts(api.list_containers(name=name, limit=1, order="asc"), "the filter by name")
    with holds(BEFORE_PAGING):
        if is_applied and len(page.ids) < MOST and page["has_more"] is not False:
            raise Failure("has_more: false behind the last of that name", page.told(), page.id)
        if len(only(narrow, name).data) != 1:
            raise Failure("a page of one container of that name", "none", narrow.id)
    judge_walk(api, holds, name, narrow, namesakes, is_applied=is_applied)
    plain = api.taking_plain_bytes()  # from who keeps the page above as it was sent, too
    with holds(SPACES):
        eventually(lambda: judge_spaces(plain, first), about=SPACES)
    judge_others(api, holds, name, accepts, is_applied=is_applied)


def judge_finding(api, name, namesakes, asked_before):
    """A page of that *name* holds the *namesakes*: the one that was *asked before*, or another.

    Raises:
        Failure: if it does not.
        NotApplicable: if others fill the page, since there is no filter.
    """
    page = asked_before.pop() if asked_before else succeeded(api.list_containers(name=name))
    if not namesakes <= set(page.ids):
        if not shows_only(page, name):
            raise NotApplicable("the filter does not hold")
        raise Failure("the containers of that name", shown(page.ids), page.id)


def judge_others(api, holds, name, accepts, *, is_applied):
    """No name stands for others: not as a pattern, in the other case, in pieces, or unknown."""
    with holds(OMITS):
        # Who keeps pages keeps this one, of all names.
        believed(api.list_containers(), "container.list")
        only(accepts(api.list_containers(name=name.upper()), "the filter by name"), name.upper())
    with holds(HOLDS):
        for pattern in patterns_of(name):
            page = api.list_containers(name=pattern)
            must_be_applied(is_applied=is_applied)
            if not page.refused:  # as a name that no container may have
                only(succeeded(page), pattern)
    with holds(UNMATCHED):
        # Nor what stands before & alone, nor what commas divide.
        unmatched = f"{name.partition('&')[0]}& it's nobody's,{name},{name}"
        nothing = api.list_containers(name=unmatched)
        must_be_applied(is_applied=is_applied)
        if nothing.refused:  # as a name that no container may have
            unmatched = api.name("nobody")
            nothing = api.list_containers(name=unmatched)
        succeeded(nothing)
        if only(nothing, unmatched).data or nothing["has_more"] is not False:
            raise Failure("an empty page with has_more false", nothing.told(), nothing.id)


def must_be_applied(*, is_applied):
    """A filter that does not hold at all says nothing of what it makes of a name.

    Raises:
        NotApplicable: if it does not.
    """
    if not is_applied:
        raise NotApplicable("the filter does not hold on the first page, either")


def judge_spaces(api, container):
    """The container is found with the spaces of its name written in either way, or in none.

    Raises:
        Failure: if it is found in one of them alone.
        NotApplicable: if it is found in none.
    """
    ways = [quote(container.name, safe=""), quote_plus(container.name)]
    pages = [succeeded(api.send("GET", f"/containers?name={each}&limit=100")) for each in ways]
    lacking = [each for each in zip(ways, pages, strict=True) if container.id not in each[1].ids]
    if len(lacking) == len(ways):
        raise NotApplicable("it is found in no way")
    for way, page in lacking:
        raise Failure(f"the container found by name={way}, too", shown(page.ids), page.id)


def patterns_of(name):
    """What matches *name* to who takes names for patterns: of SQL, of the shell, of text."""
    half = name[: len(name) // 2]
    return name.replace("-", "_"), f"{half}%", f"{half}*", f"{half}.*"


def judge_walk(api, holds, name, first, namesakes, *, is_applied):
    """Behind the *first* page the filter holds, if it *is applied* at all, and nothing is lost."""
    seen = set(first.ids)
    with holds(HOLDS):
        must_be_applied(is_applied=is_applied)
        for page in pages_behind(api, name, first, namesakes):
            seen.update(only(page, name).ids)
    with holds(FINDS):
        must_be_applied(is_applied=is_applied)
        if seen - namesakes:
            raise NotApplicable("another case has a container of that name, and may delete it")
        if first.ids and not namesakes <= seen:
            raise Failure("every container of that name on the pages", f"{len(seen)}", first.id)


def pages_behind(api, name, first, namesakes):
    """The pages of one container each behind the *first* of that name, and one turned round.

    The cursors are *namesakes*: others of that name may be deleted meanwhile.

    Raises:
        Failure: if a page shows again what an earlier one had.
    """
    page, seen = first, set(first.ids)
    for _ in range(MOST_PAGES if namesakes.issuperset(first.ids) and first.ids else 0):
        asked = {"name": name, "limit": 1, "after": page.ids[-1]}
        page = succeeded(api.list_containers(order="asc", **asked))
        yield page
        if set(page.ids) & seen:
            raise Failure("another container of that name", shown(page.ids), page.id)
        seen |= set(page.ids)
        if not page.ids or page.ids[-1] not in namesakes:
            break
    if first.ids:
        yield succeeded(api.list_containers(name=name, limit=1, order="desc", after=first.ids[-1]))


def only(page, name):
    """No container on the page has a name that does not contain *name*."""
    if not shows_only(page, name):
        others = [each.get("name") for each in page.data if name not in str(each.get("name"))]
        raise Failure(f"only names with {name!r}", shown(others[0]), page.id)
    return page
