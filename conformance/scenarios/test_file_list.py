"""Listing a container's files: GET /containers/{container_id}/files.

Every case reads one shelf of 21 files, made in two different seconds. The order of files of
one second is the target's own business: its full list is what its pages are held against.
"""

from itertools import pairwise

import pytest

from conformance.checks import agreement
from conformance.checks.fields import is_whole
from conformance.checks.page import has_default_limit, is_full
from conformance.checks.status import refused, succeeded
from conformance.checks.walk import holds_all, walk
from conformance.errors import Failure, NotApplicable, Untestable
from conformance.evidence.exchange import shown

cost = pytest.mark.cost
requirement = pytest.mark.requirement

ALL = 21


@pytest.fixture
def listing(api, shelf):
    """``listing(**params)`` asks for a page of the shelf."""
    container, _ = shelf
    return lambda **params: api.list_files(container.id, **params)


@pytest.fixture
def pages(listing):
    """``pages(order)`` is the whole shelf: one page, or more where the target's are shorter."""

    def ask(order):
        page = listing(limit=100, order=order)
        taken, seen = [page], set(page.ids if page.ok else ())
        while page.ok and page.ids and len(seen) < ALL > len(taken) and page.get("has_more"):
            page = listing(limit=100, order=order, after=page.ids[-1])
            taken.append(page)
            seen.update(page.ids if page.ok else ())
        return taken

    return ask


@pytest.fixture
def whole(pages):
    """``whole(order)`` is the ids of the whole shelf, in the target's own order."""

    def ask(order):
        taken = pages(order)
        ids = dict.fromkeys(id_ for page in taken if page.ok for id_ in page.ids)
        if not taken[-1].ok or len(ids) < ALL:
            raise Untestable(
                f"the whole list is not there: {taken[-1].told()}",
                blame="file.list.shows-the-created",
            )
        return list(ids)

    return ask


@requirement(
    "file.list.shows-the-created",
    "file.list.limit-of-100-is-accepted",
    "file.list.order-asc-is-oldest-first",
    "file.list.order-desc-is-newest-first",
    "file.list.default-order-is-desc",
    "file.list.default-limit-is-20",
    "file.list.has-more-is-false-at-the-end",
    "file.list.page-is-full",
)
@cost(requests=4)
def test_list_shows_every_file_in_order(api, holds, listing, pages, shelf):
    container, files = shelf
    descending = listing(limit=100, order="desc")
    ascending = pages("asc")
    with holds("file.list.limit-of-100-is-accepted"):
        succeeded(ascending[0])
    with holds("file.list.page-is-full"):
        if len(ascending) > 1:
            is_full(ascending[0], lambda: ascending[1])
    with holds("file.list.shows-the-created"):
        missing = {each.id for each in files}.difference(*(page.ids for page in ascending))
        if missing:
            if not api.retrieve_file(container.id, min(missing)).ok:
                raise Untestable("it was not kept", blame="file.create.keeps-what-it-made")
            raise Failure(f"all {ALL} files", f"{len(missing)} missing", ascending[-1].id)
    with holds("file.list.has-more-is-false-at-the-end"):
        ends(ascending[-1])
    with holds("file.list.order-asc-is-oldest-first"):
        for page in ascending:
            in_order(page, files, oldest_first=True)
    with holds("file.list.order-desc-is-newest-first"):
        in_order(succeeded(descending), files, oldest_first=False)
    plain = listing()  # behind one of the other order, which may not stick
    with holds("file.list.default-order-is-desc"):
        in_order(succeeded(plain), files, oldest_first=False)
    with holds("file.list.default-limit-is-20"):
        if all(page.ok for page in ascending) and sum(len(page.data) for page in ascending) < ALL:
            raise Untestable("not every file is listed", blame="file.list.shows-the-created")
        has_default_limit(plain, lambda: listing(limit=20))


def ends(page):
    """The page, on which everything stands, says that nothing follows."""
    if page["has_more"] is not False and len(page.data) < 100:
        raise Failure("has_more: false on the last page", shown(page["has_more"]), page.id)


def in_order(page, files, *, oldest_first):
    """Files of an earlier second stand before those of a later one, or behind them.

    Raises:
        NotApplicable: if the target's clock gives all of them one second.
    """
    told = [each.created.get("created_at") for each in files]
    if told[0] == told[-1]:
        raise NotApplicable("the target's clock does not tell the files apart")
    if not all(map(is_whole, told)):  # a fault that others book: our own clock knows two seconds
        told = [number >= len(files) // 2 for number in range(len(files))]
    second = dict(zip((each.id for each in files), told, strict=True))
    seconds = [second[each] for each in page.ids if each in second]
    if seconds != sorted(seconds, reverse=not oldest_first):
        way = "oldest" if oldest_first else "newest"
        raise Failure(f"the {way} files first", f"files of the seconds {seconds}", page.id)


@requirement(
    "file.list.walk-yields-every-item-once",
    "file.list.ties-are-not-lost",
    "file.list.options-hold-on-every-page",
    "file.list.has-more-is-true-before-the-end",
    "file.list.page-is-full",
)
@pytest.mark.parametrize(("order", "limit"), [("asc", 5), ("desc", 11)])
@cost(requests=6)
def test_walk_yields_every_file_once(holds, listing, whole, order, limit):
    wanted = whole(order)
    asked = {"limit": limit} if order == "desc" else {"limit": limit, "order": order}
    with holds("file.list.walk-yields-every-item-once"):
        walked = walk(listing, most=len(wanted) // limit + 3, **asked)
        if not walked.is_over and any(len(page.data) < limit for page in walked.pages):
            walked = walk(listing, most=len(wanted) + 1, **asked)
        holds_all(walked, wanted, "every file on the pages")
    with holds("file.list.ties-are-not-lost"):
        holds_all(walked, wanted, "every file, also of one second")
    with holds("file.list.options-hold-on-every-page"):
        for page in walked.pages[1:]:
            if len(page.data) > limit:
                raise Failure(f"at most {limit} on every page", f"{len(page.data)}", page.id)
        seen = [each.get("created_at") for each in walked.items]
        times = [each for each in seen if isinstance(each, int)]  # others fail elsewhere
        if any((b < a) if order == "asc" else (b > a) for a, b in pairwise(times)):
            raise Failure(f"{order} from page to page", shown(times), walked.pages[-1].id)
    with holds("file.list.has-more-is-true-before-the-end"):
        if walked.is_over and len(set(walked.ids)) < len(wanted):
            got = f"the end after {len(set(walked.ids))}"
            wish = f"has_more: true before the {len(wanted)}th file"
            raise Failure(wish, got, walked.pages[-1].id)
    with holds("file.list.page-is-full"):
        for page in walked.pages[:-1]:
            if len(page.data) != limit:
                raise Failure(f"{limit} items on a page", f"{len(page.data)}", page.id)


@requirement(
    "file.list.cursor-is-exclusive",
    "file.list.cursor-moves-on",
    "file.list.has-more-is-true-before-the-end",
    "file.list.has-more-is-false-at-the-end",
    "file.list.end-of-list-is-an-empty-page",
    "file.list.page-is-full",
)
@cost(requests=7)
def test_cursor_begins_behind_its_file(holds, listing, whole):
    order = whole("asc")
    total = len(order)
    for at, limit in ((0, 1), (4, 3), (total - 4, 3), (total - 4, 2), (total - 2, 100)):
        page = listing(order="asc", limit=limit, after=order[at])
        wanted = order[at + 1 : at + 1 + limit]
        with holds("file.list.cursor-is-exclusive"):
            if order[at] in succeeded(page).ids:
                raise Failure("a page without its cursor", "the cursor's file", page.id)
        with holds("file.list.cursor-moves-on"):
            if page.ids[:1] != wanted[:1]:
                raise Failure(f"{wanted[0]} behind {order[at]}", shown(page.ids[:1]), page.id)
        with holds("file.list.page-is-full"):
            if len(page.data) < len(wanted):
                raise Failure(f"{len(wanted)} items", f"{len(page.data)}", page.id)
        more = at + 1 + limit < total
        claim = "has-more-is-true-before-the-end" if more else "has-more-is-false-at-the-end"
        with holds(f"file.list.{claim}"):
            if page["has_more"] is not more and len(page.data) == len(wanted):
                raise Failure(f"has_more: {shown(more)}", shown(page["has_more"]), page.id)
    with holds("file.list.end-of-list-is-an-empty-page"):
        empty(listing(order="asc", after=order[-1]))


def empty(page):
    """The page is an empty list that ends."""
    if succeeded(page).data or page["has_more"] is not False:
        raise Failure("an empty page with has_more false", page.told(), page.id)


@requirement("file.list.fields-agree-with-retrieval")
@cost(requests=3)
def test_listed_files_are_what_was_created(api, pages, shelf):
    container, files = shelf
    taken = [succeeded(page) for page in pages("asc")]
    items = {each.get("id"): each for page in taken for each in page.data}
    for file in (files[0], files[-1]):
        if file.id not in items:
            raise Untestable("no list shows it", blame="file.list.shows-the-created")
        retrieved = api.retrieve_file(container.id, file.id)
        for field in ("bytes", "path", "created_at", "source", "container_id"):
            views = [
                agreement.field(each, field)
                for each in (file.created, retrieved.json, items.get(file.id))
            ]
            if "list" in agreement.at_fault(..., *views):
                raise Failure(f"{field}: {shown(views[0])}", shown(views[2]), taken[-1].id)


@requirement(
    "file.list.limit-out-of-range-is-refused",
    "file.list.limit-that-is-no-number-is-refused",
    "file.list.unknown-order-is-refused",
    "file.list.unknown-cursor-is-refused",
    "file.list.empty-cursor-is-refused-or-none",
    "file.list.odd-queries-are-survived",
)
@cost(requests=10)
def test_odd_parameters_are_refused(api, holds, listing):
    for limit in (0, 101, -1, 9_999_999_999):
        with holds("file.list.limit-out-of-range-is-refused"):
            refused(listing(limit=limit))
    with holds("file.list.limit-that-is-no-number-is-refused"):
        refused(listing(limit="many"))
    with holds("file.list.unknown-order-is-refused"):
        refused(listing(order="sideways"))
    with holds("file.list.unknown-cursor-is-refused"):
        refused(listing(after=api.made_up("cfile")))
    first = listing(limit=2)
    with holds("file.list.empty-cursor-is-refused-or-none"):
        page = listing(limit=2, after="")
        if not page.refused and succeeded(page).ids != first.ids:
            raise Failure("a refusal, or the first page", page.told(), page.id)
    with holds("file.list.odd-queries-are-survived"):
        page = listing(limit=2, conformance=1, timezone="Europe/Zürich")
        if succeeded(page).ids != first.ids:
            raise Failure("the same page as without", page.told(), page.id)


@requirement("file.list.before-gives-the-items-ahead")
@cost(requests=3)
def test_before_gives_the_page_ahead(accepts, listing, whole):
    order = whole("asc")
    page = accepts(listing(order="asc", limit=3, before=order[1]), "before")
    if page.ids != order[:1]:
        raise Failure(f"only the file ahead of {order[1]}", shown(page.ids), page.id)
    ahead = accepts(listing(order="asc", limit=3, before=order[5]), "before")
    if set(ahead.ids) not in ({*order[2:5]}, {*order[:3]}):
        raise Failure(f"three files ahead of {order[5]}", shown(ahead.ids), ahead.id)
