"""Faults that show only for some names, sizes or pages are found, and booked where they are."""

import pytest
from rare import altering, on_json

NAMES = r"/containers/cntr_\w+"
FILES = r"/containers/\w+/files"
CONTENT = r"/containers/\w+/files/\w+/content"


def _name(change):
    return on_json(lambda _, body: {**body, "name": change(body["name"])})


def _path(change):
    return on_json(lambda _, body: {**body, "path": change(body["path"])})


def _short_pages(asked, body):
    if len(body["data"]) == int(asked["query"].get("limit", 20)) and not body["has_more"]:
        return {**body, "has_more": True}
    return body


def _cursor_without_order(asked, body):
    if "after" in asked["query"] and "order" not in asked["query"] and len(body["data"]) > 1:
        rest = body["data"][1:]
        return {**body, "data": rest, "first_id": rest[0]["id"]}
    return body


def _cut(asked, status, content):
    return status, content[:65_536] if status == 200 else content


def _tidy(asked, status, content):
    return status, content.rstrip(b"\n") if status == 200 else content


RARE = {
    "squeezes_spaces_of_names": (
        altering(_name(lambda name: " ".join(name.split())), path=NAMES),
        "createContainer",
        {"container.retrieve.name-is-as-created"},
    ),
    "loses_signs_beyond_the_basic_plane": (
        altering(
            _name(lambda name: "".join(c if ord(c) < 65_536 else "?" for c in name)),
            method="POST",
            path="/containers",
        ),
        "createContainer",
        {"container.create.keeps-unicode-names"},
    ),
    "composes_the_marks_of_names": (
        altering(_name(lambda name: name.replace("e\u0301", "é")), path=NAMES),
        "createContainer",
        {"container.retrieve.name-is-as-created"},
    ),
    "cuts_content_at_64_kib": (
        altering(_cut, path=CONTENT),
        "createContainerFile",
        {"file.content.bytes-are-identical"},
    ),
    "drops_the_last_line_end_of_content": (
        altering(_tidy, path=CONTENT),
        "createContainerFile",
        {"file.content.bytes-are-identical"},
    ),
    "lowers_file_names": (
        altering(_path(str.lower), method="POST", path=FILES),
        "createContainerFile",
        {
            "file.create.path-ends-with-the-name",
            "file.create.path-keeps-odd-names",
            "file.retrieve.path-is-as-created",
        },
    ),
    "says_has_more_after_a_full_last_page": (
        altering(on_json(_short_pages), path=FILES),
        "listContainerFiles",
        {"file.list.has-more-is-false-at-the-end"},
    ),
    "skips_one_behind_a_cursor_without_an_order": (
        altering(on_json(_cursor_without_order), path=FILES),
        "listContainerFiles",
        {"file.list.cursor-moves-on"},
    ),
}


@pytest.mark.parametrize("seed", [7, 8, 9])
@pytest.mark.parametrize("name", RARE)
def test_rare_fault_is_booked_where_it_is(serve, tester, name, seed):
    """A fault that few requests show is found, on the requirement that it breaks alone."""
    wrap, operation, broken = RARE[name]
    seen = set(tester(serve(wrap), seed=seed).broken(operation))
    assert seen
    assert seen <= broken
