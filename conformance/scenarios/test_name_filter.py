"""Listing the containers of a name: GET /containers with the query key name."""

from urllib.parse import quote, quote_plus

import pytest

from conformance.checks.status import succeeded
from conformance.checks.witness import believed
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: Pages that are looked through for ours, one container each.
MOST_PAGES = 12

FINDS = "container.list.name-filter-finds-the-name"
HOLDS = "container.list.name-filter-holds-on-every-page"
SPACES = "container.list.name-filter-decodes-spaces"


@requirement(
    FINDS,
    "container.list.name-filter-omits-other-names",
    HOLDS,
    "container.list.name-filter-is-applied-before-paging",
    SPACES,
    "container.list.unmatched-name-is-an-empty-page",
)
@cost(requests=15)
def test_name_filters_the_list(api, holds, flock, accepts, eventually):
    _, first, _ = flock
    name = first.name
    namesakes = {each.id for each in flock if each.name == name}
    if api.retrieve_container(first.id).get("name") != name:
        raise Untestable("its name is not kept", blame="container.create.echoes-the-name")
    page = accepts(api.list_containers(name=name, limit=100), "the filter by name")
    with holds(FINDS):
        if not namesakes <= set(page.ids):
            raise Failure("the containers of that name", shown(page.ids), page.id)
    with holds("container.list.name-filter-omits-other-names"):
        only(page, name)
    narrow = accepts(api.list_containers(name=name, limit=1, order="asc"), "the filter by name")
    with holds("container.list.name-filter-is-applied-before-paging"):
        if len(only(narrow, name).data) != 1:
            raise Failure("a page of one container of that name", "none", narrow.id)
    judge_walk(api, holds, name, narrow, namesakes, is_applied=shows_only(page, name))
    plain = api.taking_plain_bytes()  # from who keeps the page above as it was sent, too
    with holds(SPACES):
        eventually(lambda: judge_spaces(plain, first), about=SPACES)
    with holds("container.list.name-filter-omits-other-names"):
        # Who keeps pages keeps this one, of all names.
        believed(api.list_containers(), "container.list")
        for pattern in patterns_of(name):
            only(accepts(api.list_containers(name=pattern), "the filter by name"), pattern)
    with holds("container.list.unmatched-name-is-an-empty-page"):
        unmatched = f"{name.partition('&')[0]}& nobody has this"  # nor what stands before & alone
        nothing = succeeded(api.list_containers(name=unmatched))
        if only(nothing, unmatched).data or nothing["has_more"] is not False:
            raise Failure("an empty page with has_more false", nothing.told(), nothing.id)


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
    return name.replace("-", "_"), f"{half}%", f"{half}*", f"{half}.*", name.upper()


def judge_walk(api, holds, name, first, namesakes, *, is_applied):
    """Behind the *first* page the filter holds, if it *is applied* at all, and nothing is lost."""
    seen = set(first.ids)
    with holds(HOLDS):
        if not is_applied:
            raise NotApplicable("the filter does not hold on the first page, either")
        for page in pages_behind(api, name, first):
            seen.update(only(page, name).ids)
    with holds(FINDS):
        if first.ids and not namesakes <= seen:
            raise Failure("every container of that name on the pages", f"{len(seen)}", first.id)


def pages_behind(api, name, first):
    """The pages of one container each behind the *first* of that name, and one turned round.

    Raises:
        Failure: if a page shows again what an earlier one had.
    """
    page, seen = first, set(first.ids)
    for _ in range(MOST_PAGES if first.ids else 0):
        asked = {"name": name, "limit": 1, "after": page.ids[-1]}
        page = succeeded(api.list_containers(order="asc", **asked))
        yield page
        if set(page.ids) & seen:
            raise Failure("another container of that name", shown(page.ids), page.id)
        if not page.ids:
            break
        seen |= set(page.ids)
    if first.ids:
        yield succeeded(api.list_containers(name=name, limit=1, order="desc", after=first.ids[-1]))


def shows_only(page, name):
    """Whether the filter by *name* holds on the page."""
    return all(name in str(each.get("name")) for each in page.data)


def only(page, name):
    """No container on the page has a name that does not contain *name*."""
    if not shows_only(page, name):
        others = [each.get("name") for each in page.data if name not in str(each.get("name"))]
        raise Failure(f"only names with {name!r}", shown(others[0]), page.id)
    return page
