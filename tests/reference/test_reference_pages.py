"""Lists: pages, cursors, order and filters, for containers and for files alike."""

import pytest


@pytest.fixture(params=["containers", "files"])
def shelf(request, api):
    """The path of a list with seven items, all made within a moment, and their ids in order."""
    if request.param == "containers":
        made = [api.post("/containers", json={"name": f"n{at}"}).json() for at in range(7)]
        return "/containers", [each["id"] for each in made]
    container = api.post("/containers", json={"name": "a"}).json()["id"]
    path = f"/containers/{container}/files"
    made = [api.post(path, files={"file": (f"n{at}", b"x")}).json() for at in range(7)]
    return path, [each["id"] for each in made]


def _ids(answer):
    assert answer.status_code == 200, answer.text
    page = answer.json()
    ids = [each["id"] for each in page["data"]]
    assert page["object"] == "list"
    assert (page["first_id"], page["last_id"]) == ((ids[0], ids[-1]) if ids else (None, None))
    return ids, page["has_more"]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_walk_meets_every_item_once(api, shelf, order, limit):
    """Also where all were created within one second."""
    path, ids = shelf
    seen, query, has_more = [], {"order": order, "limit": limit}, True
    while has_more:
        page, has_more = _ids(api.get(path, params=query))
        assert 0 < len(page) <= limit
        seen += page
        query["after"] = page[-1]
        assert len(seen) <= len(ids)

    assert seen == (ids if order == "asc" else ids[::-1])


def test_default_is_newest_first(api, shelf):
    """Twenty at most, in descending order."""
    path, ids = shelf

    assert _ids(api.get(path)) == (ids[::-1], False)


def test_default_page_has_twenty_items(api):
    """The documented default."""
    for at in range(21):
        api.post("/containers", json={"name": str(at)})
    page, has_more = _ids(api.get("/containers"))

    assert (len(page), has_more) == (20, True)
    assert len(_ids(api.get("/containers?limit=100"))[0]) == 21


def test_before_gives_the_page_that_ends_there(api, shelf):
    """It is exclusive, keeps the order, and says whether there is more before it."""
    path, ids = shelf

    assert _ids(api.get(path, params={"before": ids[4], "limit": 2, "order": "asc"})) == (
        ids[2:4],
        True,
    )
    assert _ids(api.get(path, params={"before": ids[2], "order": "asc"})) == (ids[:2], False)
    assert _ids(api.get(path, params={"before": ids[4]})) == (ids[:4:-1], False)
    between = {"after": ids[1], "before": ids[5], "order": "asc", "limit": 2}
    assert _ids(api.get(path, params=between)) == (ids[2:4], True)


def test_cursor_at_a_deleted_item_still_holds(api, shelf):
    """So that a loop can delete what it walks over."""
    path, ids = shelf
    query, left = {"limit": 2, "order": "asc"}, []
    page, has_more = _ids(api.get(path, params=query))
    while page:
        left += page
        for each in page:
            assert api.delete(f"{path}/{each}").status_code == 200
        assert has_more == (left != ids)
        page, has_more = _ids(api.get(path, params={**query, "after": page[-1]}))

    assert left == ids


def test_after_the_last_item_there_is_nothing(api, shelf):
    """An empty page, and no more."""
    path, ids = shelf

    assert _ids(api.get(path, params={"after": ids[0]})) == ([], False)


@pytest.mark.parametrize("param", ["after", "before"])
@pytest.mark.parametrize(("cursor", "status"), [("", 400), ("none", 404), ("%00", 404)])
def test_cursor_that_names_nothing_is_refused(api, is_error, shelf, *, param, cursor, status):
    """The error names the parameter."""
    is_error(api.get(f"{shelf[0]}?{param}={cursor}"), status, param=param)


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "abc", "", "1.5", "1e1", "٣", "9" * 30, "9" * 5000, "0x1", "+5"]
)
def test_bad_limit_is_refused(api, is_error, shelf, limit):
    """It is a whole number from 1 to 100."""
    is_error(api.get(shelf[0], params={"limit": limit}), 400, param="limit")


@pytest.mark.parametrize("order", ["", "ASC", "newest", "asc,desc"])
def test_bad_order_is_refused(api, is_error, shelf, order):
    """It is asc or desc."""
    is_error(api.get(shelf[0], params={"order": order}), 400, param="order")


def test_whole_limit_may_have_a_fraction_of_nought(api, shelf):
    """Some clients send whole numbers as 3.0."""
    assert len(_ids(api.get(f"{shelf[0]}?limit=3.0"))[0]) == 3


def test_unknown_parameters_are_ignored(api, shelf):
    """As on the sibling endpoints of the real service."""
    assert len(_ids(api.get(f"{shelf[0]}?colour=red&api-version=1"))[0]) == 7


def test_name_filters_by_substring_on_every_page(api):
    """Upper and lower case differ; pages are full before they say that there is more."""
    names = ["a b", "xa by", "A B", "ab", "a b", "\0a b"]
    made = [api.post("/containers", json={"name": name}).json()["id"] for name in names]
    wanted = [made[at] for at in (0, 1, 4, 5)]

    for spelling in ("a+b", "a%20b"):
        assert _ids(api.get(f"/containers?order=asc&name={spelling}")) == (wanted, False)
    first = _ids(api.get("/containers?order=asc&name=a+b&limit=2"))
    assert first == (wanted[:2], True)
    second = _ids(api.get(f"/containers?order=asc&name=a+b&limit=2&after={wanted[1]}"))
    assert second == (wanted[2:], False)
    assert _ids(api.get("/containers?name=%25")) == ([], False)


def test_empty_list_is_a_list(api, container):
    """With null where there is no id."""
    assert api.get(f"/containers/{container}/files").json() == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }
