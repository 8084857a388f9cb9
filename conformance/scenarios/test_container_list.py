"""Listing containers: GET /containers.

The account is not ours: other people's containers stand between ours, come and go. So every
case begins at a container of our flock, or looks only for ours. The flock is one container of
an earlier second and two twins of a later one.
"""

import pytest

from conformance.checks.page import has_default_limit, is_full
from conformance.checks.status import refused, succeeded
from conformance.checks.walk import holds_all, walk
from conformance.checks.witness import believed, is_before, named
from conformance.errors import Failure, NotApplicable, Unsupported
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: Pages that are looked through for ours on a stranger's account.
MOST_PAGES = 12

AT_THE_END = "container.list.has-more-is-false-at-the-end"

OTHERS_COME = "other people's containers keep coming"


def are_later(newer, older):
    """Whether each of *newer* is so by the target's own clock, which lists are ordered by.

    Clocks may be too coarse to tell, or those of several machines may disagree.
    """
    born = older.created.get("created_at")
    return all(is_before(born, each.created.get("created_at")) for each in newer)


@requirement(
    "container.list.shows-the-created",
    "container.list.limit-of-100-is-accepted",
    "container.list.order-desc-is-newest-first",
    "container.list.default-order-is-desc",
    "container.list.default-limit-is-20",
    "container.create.makes-exactly-one",
    "container.list.order-asc-is-oldest-first",
    "container.list.page-is-full",
)
@cost(requests=5)
def test_newest_page_shows_the_flock(api, holds, flock, eventually):
    older, *twins = flock
    page = api.list_containers(limit=100, order="desc")
    with holds("container.list.limit-of-100-is-accepted"):
        succeeded(page)
    with holds("container.list.page-is-full"):
        is_full(page, lambda: api.list_containers(limit=1, after=page.ids[-1]))
    with holds("container.list.shows-the-created"):
        missing = [each.id for each in flock if each.id not in page.ids]
        if missing and page["has_more"] is not True:
            raise Failure("all containers of the run", f"{missing[0]} missing", page.id)
    with holds("container.list.order-desc-is-newest-first"):
        newest_first(page, older, twins)
    with holds("container.create.makes-exactly-one"):
        same = named(believed(page, "container.list"), older.name)
        more = same - {each.id for each in flock}
        if more:
            raise Failure("as many of that name as were made", f"{min(more)}, too", page.id)
    judge_oldest(api, holds, older, eventually)
    plain = api.list_containers()  # behind one of the other order, which may not stick
    with holds("container.list.default-order-is-desc"):
        newest_first(succeeded(plain), older, twins)
    with holds("container.list.default-limit-is-20"):
        is_short = len(plain.data) < 20 and plain["has_more"] is True
        if not is_short and (len(page.data) < 21 or len(plain.data) < 20):
            raise NotApplicable("would take more than 20 containers that stay")
        has_default_limit(plain, lambda: api.list_containers(limit=20))


def judge_oldest(api, holds, older, eventually):
    """The other way round the list begins with what is at least as old as the flock."""
    about = "container.list.order-asc-is-oldest-first"

    def begins_with_the_oldest():
        page = succeeded(api.list_containers(limit=1, order="asc"))
        if page.data and is_before(older.created.get("created_at"), page.data[0].get("created_at")):
            raise Failure("the oldest container first", "one newer than ours", page.id)

    with holds(about):
        eventually(begins_with_the_oldest, about=about)


def newest_first(page, older, twins):
    """The page shows the twins, which are newer, and the older container behind them if at all."""
    if not are_later(twins, older):
        return
    shows = [each for each in page.ids if each in (older.id, *(twin.id for twin in twins))]
    if older.id in shows and shows[-1] != older.id:
        raise Failure("the newest containers first", "an older one before a newer", page.id)
    is_behind = page.data and is_before(
        page.data[-1].get("created_at"), older.created["created_at"]
    )
    if not shows and page["has_more"] is True and is_behind:
        raise Failure("the newest containers first", "older ones than ours", page.id)
    if older.id in shows and len(shows) == 1:
        raise Failure("the newer containers before an older one", "none of them", page.id)


@requirement(
    "container.list.order-asc-is-oldest-first",
    "container.list.cursor-is-exclusive",
    "container.list.cursor-moves-on",
    "container.list.options-hold-on-every-page",
)
@cost(requests=2)
def test_list_goes_on_behind_a_cursor(api, holds, flock):
    older, *twins = flock
    judge_up(holds, api.list_containers(limit=100, order="asc", after=older.id), older, twins)
    judge_down(holds, api.list_containers(limit=100, order="desc", after=twins[0].id), older, twins)


def judge_up(holds, page, older, twins):
    """Behind the cursor *older* comes what is newer, and that alone."""
    with holds("container.list.cursor-is-exclusive"):
        if older.id in succeeded(page).ids:
            raise Failure("a page without its cursor", "the cursor's container", page.id)
    with holds("container.list.order-asc-is-oldest-first"):
        if (
            are_later(twins, older)
            and page.data
            and not {each.id for each in twins} & set(page.ids)
        ):
            raise Failure("the newer containers behind an older one", "none of them", page.id)
        if are_later(twins, older) and any(
            is_before(each.get("created_at"), older.created["created_at"]) for each in page.data
        ):
            raise Failure("only newer containers", "an older one", page.id)
    with holds("container.list.cursor-moves-on"):
        missing = [each.id for each in twins if each.id not in page.ids]
        if are_later(twins, older) and missing and page["has_more"] is not True:
            raise Failure(
                "the newer twins behind the older one", f"{len(page.ids)} others", page.id
            )


def judge_down(holds, down, older, twins):
    """Behind the cursor, a twin, comes what is older, and that alone."""
    with holds("container.list.cursor-moves-on"):
        if are_later(twins, older) and older.id not in down.ids and down["has_more"] is not True:
            raise Failure("the older container behind a twin", f"{len(down.ids)} others", down.id)
    with holds("container.list.cursor-is-exclusive"):
        if twins[0].id in down.ids:
            raise Failure("a page without its cursor", "the cursor's container", down.id)
    with holds("container.list.options-hold-on-every-page"):
        born = twins[0].created.get("created_at")
        if any(is_before(born, each.get("created_at")) for each in down.data):
            raise Failure("only older containers", "a newer one", down.id)


@requirement(
    "container.list.page-is-full",
    "container.list.has-more-is-true-before-the-end",
    "container.list.has-more-is-false-at-the-end",
    "container.list.end-of-list-is-an-empty-page",
)
@cost(requests=20)
def test_has_more_tells_the_truth(api, holds, flock, eventually):
    older, *twins = flock

    def more_follow():
        page = behind(api, older.id, 1)
        if page["has_more"] is not True and are_later(twins, older) and page.data:
            raise Failure("has_more: true before the twins", shown(page["has_more"]), page.id)

    with holds("container.list.page-is-full"):
        for limit in (1, 2):
            page = behind(api, older.id, limit)
            if len(page.data) < limit and are_later(twins, older):
                raise Failure(f"{limit} containers on a page", f"{len(page.data)}", page.id)
    with holds("container.list.has-more-is-true-before-the-end"):
        eventually(more_follow, about="container.list.has-more-is-true-before-the-end")
    with holds(AT_THE_END):
        eventually(lambda: last_behind(api, older.id), about=AT_THE_END)
        eventually(lambda: half_tells_of_the_rest(api, older.id), about=AT_THE_END)
    judge_behind_the_end(api, holds, flock, eventually)


def behind(api, cursor, limit):
    """The page of so many containers behind the *cursor*, oldest first."""
    return succeeded(api.list_containers(limit=limit, order="asc", after=cursor))


def last_behind(api, cursor):
    """The last container behind the *cursor*, on whose page no more are promised."""
    page, pages = behind(api, cursor, 100), 1
    while page.data and page["has_more"] is True and pages < MOST_PAGES:
        page, pages = behind(api, page.ids[-1], 100), pages + 1
    if page["has_more"] is not False:
        raise Failure("has_more: false on the last page", shown(page["has_more"]), page.id)
    return page.ids[-1] if page.ids else cursor


def half_tells_of_the_rest(api, cursor):
    """A page of two promises more where there are more."""
    page = behind(api, cursor, 2)
    rest = behind(api, page.ids[-1], 1) if page.ids else page
    if page.ids and page["has_more"] is not bool(rest.data):
        raise Failure(f"has_more: {shown(bool(rest.data))}", shown(page["has_more"]), page.id)


def judge_behind_the_end(api, holds, flock, eventually):
    """Behind the last container comes an empty page."""

    def is_empty():
        last = last_behind(api, flock[0].id)
        page = succeeded(api.list_containers(order="asc", after=last))
        if page.data and not {each.id for each in flock} & set(page.ids):
            raise Failure("an empty page", OTHERS_COME, page.id)
        if page.data or page["has_more"] is not False:
            raise Failure("an empty page with has_more false", page.told(), page.id)

    with holds("container.list.end-of-list-is-an-empty-page"):
        try:
            eventually(is_empty, about="container.list.end-of-list-is-an-empty-page")
        except Failure as failure:
            if failure.got != OTHERS_COME:
                raise
            raise NotApplicable(OTHERS_COME) from failure


@requirement(
    "container.list.walk-yields-every-item-once",
    "container.list.ties-are-not-lost",
)
@cost(requests=25)
def test_walk_yields_the_flock_once(api, holds, flock, eventually):
    ours = [each.id for each in flock]

    def once():
        walked = walk(api.list_containers, most=MOST_PAGES, until=ours, limit=2)
        if walked.is_over or len(walked.pages) < MOST_PAGES:
            holds_all(walked, ours, "every container of the flock")
        elif not set(ours) & set(walked.ids):
            wider = walk(api.list_containers, most=MOST_PAGES, until=ours, limit=100)
            holds_all(wider, ours, "every container of the flock")

    def twins_once():
        older, *twins = flock
        if not are_later(twins, older):
            return
        wanted = [each.id for each in twins]
        walked = walk(
            lambda **params: api.list_containers(**{"after": older.id, **params}),
            most=MOST_PAGES,
            until=wanted,
            limit=1,
            order="asc",
        )
        if walked.is_over or len(walked.pages) < MOST_PAGES:
            holds_all(walked, wanted, "both containers of one second")

    with holds("container.list.walk-yields-every-item-once"):
        eventually(once, about="container.list.walk-yields-every-item-once")
    with holds("container.list.ties-are-not-lost"):
        eventually(twins_once, about="container.list.ties-are-not-lost")


@requirement(
    "container.list.limit-out-of-range-is-refused",
    "container.list.limit-that-is-no-number-is-refused",
    "container.list.unknown-order-is-refused",
    "container.list.unknown-cursor-is-refused",
    "container.list.empty-cursor-is-refused-or-none",
)
@cost(requests=8)
def test_odd_parameters_are_refused(api, holds):
    for limit in (0, 101, -1, 9_999_999_999):
        with holds("container.list.limit-out-of-range-is-refused"):
            refused(api.list_containers(limit=limit))
    with holds("container.list.limit-that-is-no-number-is-refused"):
        refused(api.list_containers(limit="many"))
    with holds("container.list.unknown-order-is-refused"):
        refused(api.list_containers(order="sideways"))
    with holds("container.list.unknown-cursor-is-refused"):
        refused(api.list_containers(after=api.made_up("cntr")))
    with holds("container.list.empty-cursor-is-refused-or-none"):
        page = api.list_containers(limit=2, after="")
        if not page.refused and not succeeded(page).data:
            raise Failure("a refusal, or the first page", page.told(), page.id)


@requirement("container.list.before-gives-the-items-ahead")
@cost(requests=1)
def test_before_gives_the_page_ahead(accepts, api, flock):
    older, *twins = flock
    page = accepts(api.list_containers(order="desc", limit=100, before=older.id), "before")
    if not are_later(twins, older):
        raise Unsupported("the target's clock does not tell the containers apart")
    if older.id in page.ids:
        raise Failure("the containers ahead of the cursor", "the cursor's own", page.id)
    if twins[0].id not in page.ids and page["has_more"] is not True:
        raise Failure("the twins ahead of the older container", shown(page.ids), page.id)
