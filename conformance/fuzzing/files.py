"""Generated cases of the operations on a container's files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from conformance.checks.stored import same_bytes
from conformance.checks.values import composed
from conformance.drivers.api import path_of
from conformance.errors import Failure, Untestable
from conformance.evidence.exchange import shown
from conformance.fuzzing import blame, ids, pages, sending
from conformance.fuzzing.pages import Asked
from conformance.fuzzing.sending import Written
from conformance.fuzzing.shelves import Shelf, page, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

    from conformance.evidence import Exchange
    from conformance.fuzzing.lab import Held, Lab

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")

Upload = tuple[str, bytes]  # a name and a content


# Creating.


def create(lab: Lab) -> None:
    """Files of generated names and contents are kept byte by byte; invalid ones are refused."""
    shelf = Shelf(lab.container())
    lab.search.first(lambda: _keeps(lab, shelf, ("plain.txt", b"plain\n")))
    lab.search.over("valid", _uploads(), lambda drawn: _keeps(lab, shelf, drawn), lab.share.valid)
    half = lab.share.invalid // 2
    for label, strategy in (("invalid", lab.invalid()), ("json", _bodies())):
        lab.search.over(label, strategy, lambda what: _invalid(lab, shelf, what), half)
    settle(lab, shelf)


def _uploads() -> SearchStrategy[Upload]:
    from hypothesis import strategies as st  # noqa: PLC0415 - slow to import

    from conformance.fuzzing import texts  # noqa: PLC0415 - imports hypothesis

    return st.tuples(texts.filenames(), texts.contents())


def _keeps(lab: Lab, shelf: Shelf, drawn: Upload) -> None:
    """An uploaded file has its size, its name and its bytes."""
    name, content = drawn
    if not lab.search.budget.allows(requests=3):
        return
    created = upload(lab, shelf, name, content)
    if created is None:
        return
    retrieved = lab.api.retrieve_file(shelf.container, created["id"])
    if lab.taken(retrieved, "file.retrieve"):
        _compare(lab, created, retrieved)
    _read(lab, shelf.container, created, content)


def upload(lab: Lab, shelf: Shelf, name: str, content: bytes) -> Exchange | None:
    """Upload a file and see that the answer fits what was sent; None if there is no such file."""
    created = lab.api.upload(shelf.container, content, name)
    plain = bool(_PLAIN.fullmatch(name))
    row = "file.create.path-ends-with-the-name" if plain else "file.create.path-keeps-odd-names"
    if created.refused and name in shelf.names:
        return None  # a second file of one name is another matter, and no generated case's
    if created.refused and not plain:
        with lab.search.holds(row):
            raise Failure("the file name taken", created.told(), created.id)
        return None
    if not lab.taken(created, "file.create") or not isinstance(created.get("id"), str):
        return None
    shelf.contents[created["id"]] = content
    shelf.names.add(name)
    shelf.paths[created["id"]] = created.get("path")
    with lab.search.holds("file.create.bytes-is-the-size"):
        if created["bytes"] != len(content):
            raise Failure(f"bytes: {len(content)}", shown(created["bytes"]), created.id)
    with lab.search.holds(row):
        if not composed(str(created["path"])).endswith(composed(name)):
            raise Failure(
                f"a path that ends with {shown(name)}", shown(created["path"]), created.id
            )
    return created


def _compare(lab: Lab, created: Exchange, retrieved: Exchange) -> None:
    for name, row in (("bytes", "bytes-is-as-created"), ("path", "path-is-as-created")):
        with lab.search.holds(f"file.retrieve.{row}"):
            if retrieved[name] != created[name]:
                raise Failure(f"{name}: {shown(created[name])}", shown(retrieved[name]))


def _read(lab: Lab, container: str, created: Exchange, content: bytes) -> None:
    """Bytes that differ are the upload's fault where its size is wrong as well."""
    read = lab.api.content(container, created["id"])
    if not lab.taken(read, "file.content"):
        return
    is_stored_so = created.get("bytes") == len(read.content) != len(content)
    row = "file.create.keeps-every-byte" if is_stored_so else "file.content.bytes-are-identical"
    with lab.search.holds(row):
        same_bytes(content, read)


def _bodies() -> SearchStrategy[Written]:
    """JSON bodies that name neither a file nor an id of one."""
    from hypothesis import strategies as st  # noqa: PLC0415 - slow to import

    scalars = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5))
    other = st.one_of(
        st.none(), st.integers(), st.booleans(), st.lists(st.text(max_size=3), max_size=2)
    )
    bodies = st.one_of(
        st.dictionaries(st.text(max_size=6), scalars, max_size=2),
        st.lists(scalars, max_size=3),
        scalars,
        st.fixed_dictionaries({"file_id": other}),
    )
    return bodies.map(_as_json)


def _as_json(body: Any) -> Written:  # noqa: ANN401 - any JSON
    return Written([], json.dumps(body).encode(), "application/json")


def _invalid(lab: Lab, shelf: Shelf, what: Written | None) -> None:
    fault = what and blame.of_upload(what)
    if what is None or not fault:
        return
    answer = sending.send(lab.api, "POST", path_of("containers", shelf.container, "files"), what)
    if answer.ok and isinstance(answer.get("id"), str):
        shelf.contents[answer["id"]] = b""
    lab.refused(answer, fault)


# Lists.


def listing(lab: Lab, shelf: tuple[Held, Sequence[Held]]) -> None:
    """Every page of a container's files is the one that was asked for; bad ones are refused."""
    container, files = shelf[0].id, [each.id for each in shelf[1]]
    path = path_of("containers", container, "files")
    there = Shelf(container, dict.fromkeys(files, b""))
    whole = lab.search.first(lambda: settle(lab, there))
    if whole is None:
        raise Untestable("the whole list is not there", blame="file.list.shows-the-created")
    lab.search.over(
        "valid", pages.asked(), lambda which: page(lab, there, whole, which), lab.share.valid
    )
    lab.search.over(
        "invalid", lab.invalid(), lambda what: pages.refuse(lab, path, what), lab.share.invalid
    )


# Reading and deleting.


def retrieve(lab: Lab, shelf: tuple[Held, Sequence[Held]]) -> None:
    """Files that are there are retrieved; made-up ids are refused."""
    container, files = shelf
    lab.search.first(lambda: lab.taken(lab.api.retrieve_file(container.id, files[0].id)))
    ids.refuse_unknown(lab, container.id)


def content(lab: Lab, shelf: tuple[Held, Sequence[Held]]) -> None:
    """Contents that are there are read; made-up ids are refused."""
    container, files = shelf
    lab.search.first(lambda: lab.taken(lab.api.content(container.id, files[-1].id)))
    ids.refuse_unknown(lab, container.id)


def delete(lab: Lab) -> None:
    """Files come and go in any order: what was deleted is gone, and all else is as it was."""
    from hypothesis import strategies as st  # noqa: PLC0415 - slow to import

    shelf = Shelf(lab.container())
    plain = [("one.txt", b"one"), ("two.txt", b"and two")]
    lab.search.first(lambda: _live(lab, shelf, plain, [0], [Asked(1, "asc", None)]))
    lives = st.tuples(
        st.lists(_uploads(), min_size=1, max_size=4),
        st.lists(st.integers(0, 9), min_size=1, max_size=3),
        st.lists(pages.asked(), min_size=1, max_size=3),
    )
    lab.search.over("lives", lives, lambda life: _live(lab, shelf, *life), lab.share.valid)
    ids.refuse_unknown(lab, shelf.container)


def _live(
    lab: Lab, shelf: Shelf, uploads: list[Upload], deletions: list[int], asked: list[Asked]
) -> None:
    """Upload, delete, then look at everything."""
    if not lab.search.budget.allows(requests=len(uploads) + 3 * len(deletions) + len(asked) + 4):
        return
    for name, bytes_ in uploads:
        upload(lab, shelf, name, bytes_)
    for number in deletions:
        if shelf.ids:
            _delete(lab, shelf, shelf.ids[number % len(shelf.ids)])
    whole = settle(lab, shelf)
    if whole:
        for which in asked:
            page(lab, shelf, whole, which)
    if shelf.ids:
        _survives(lab, shelf, shelf.ids[deletions[0] % len(shelf.ids)])


def _delete(lab: Lab, shelf: Shelf, id_: str) -> None:
    if not lab.taken(lab.api.delete_file(shelf.container, id_)):
        return
    del shelf.contents[id_]
    retrieved = lab.api.retrieve_file(shelf.container, id_)
    with lab.search.holds("file.delete.removes-the-file"):
        if retrieved.ok and retrieved.get("path") == shelf.paths.get(id_):
            raise Failure("no such file any more", retrieved.told(), retrieved.id)
    read = lab.api.content(shelf.container, id_)
    with lab.search.holds("file.content.deleted-file-is-refused"):
        if read.ok and not retrieved.ok:
            raise Failure("no such file any more", read.told(), read.id)


def _survives(lab: Lab, shelf: Shelf, id_: str) -> None:
    read = lab.api.content(shelf.container, id_)
    with lab.search.holds("file.delete.removes-nothing-else"):
        if read.refused:
            raise Failure("a file that nobody deleted", read.told(), read.id)
    if lab.taken(read, "file.content"):
        with lab.search.holds("file.content.bytes-are-identical"):
            same_bytes(shelf.contents[id_], read)
