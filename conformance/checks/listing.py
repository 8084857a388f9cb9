"""Finding the files of a case in the list of a container that others use, too."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Protocol

from conformance.checks.agreement import field
from conformance.checks.stored import FIELDS, SHOWN, Asking
from conformance.checks.walk import Walk, walk
from conformance.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.checks.stored import Stored
    from conformance.evidence import Exchange

#: Pages of a hundred files: more than all cases of a run put into one container.
PAGES = 3


class Listing(Asking, Protocol):
    """Whoever can ask for a list of files, too."""

    def list_files(self, container: str, **params: Any) -> Exchange:  # noqa: ANN401 - any number
        """Ask for a page of a container's files."""


def see(
    api: Listing,
    eventually: Callable[..., object],
    container: str,
    files: Sequence[Stored],
    order: str = "desc",
) -> list[str]:
    """Fill in how the list shows each of *files*, at once or after a while; returns their order.

    One that the list lacks, or shows otherwise than its creation did, is retrieved as well;
    what can't be retrieved is not waited for. `judge_existence` and `judge_fields` book it.
    """
    seen: list[object] = []

    def look(wanted: Sequence[Stored]) -> None:
        walked = walk(api.list_files, most=PAGES, container=container, limit=100, order=order)
        seen[:] = _noted(walked, files)
        missing = [each.id for each in wanted if each.listed is None]
        if missing:
            raise Failure(f"{missing[0]} in the list", f"{len(seen)} others", walked.pages[-1].id)

    if not files:
        return []
    with contextlib.suppress(Failure):
        look(files)
    for file in files:
        if file.retrieved is None and not _is_told_alike(file):
            file.retrieved = api.retrieve_file(container, file.id)
    there = [each for each in files if each.listed or (each.retrieved and each.retrieved.ok)]
    if not all(each.listed for each in there):  # the next list may be of another replica
        with contextlib.suppress(Failure):
            eventually(lambda: look(there), about=SHOWN)
    own = {each.id for each in files}
    return [str(each) for each in seen if each in own]


def _noted(walked: Walk, files: Sequence[Stored]) -> list[object]:
    """Note on each of *files* how the list shows it; the ids that the list has, each once."""
    items = {each.get("id"): each for each in walked.items}
    for file in files:
        file.listed = items.get(file.id)
    return list(items)


def _is_told_alike(file: Stored) -> bool:
    """Whether the list shows *file* as its creation did."""
    return file.listed is not None and all(
        field(file.listed, name) == field(file.created, name) for name in FIELDS
    )


def distinct(files: Sequence[Stored]) -> None:
    """No two of *files* have one id.

    Raises:
        Failure: if two have.
    """
    ids = [each.id for each in files]
    twice = [each for number, each in enumerate(ids) if each in ids[:number]]
    if twice:
        raise Failure("an id for every file", f"{twice[0]} twice")
