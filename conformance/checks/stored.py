"""A file, as it was sent and as each operation shows it again, and which of them is at fault.

Rule 1: bytes that differ are the content's fault, unless the size that the target keeps is
wrong, too: then the upload has stored them so.
Rule 2: a value is wrong where it disagrees with what was sent and with the other views.
Rule 3: where another operation is at fault, the claim is untestable and names that operation.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from conformance.checks.agreement import ABSENT, View, at_fault, field
from conformance.checks.status import succeeded
from conformance.errors import Failure, Untestable
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    from conformance.evidence import Exchange

    Holds = Callable[[str], AbstractContextManager[None]]

#: For each field: the claims of the creation, of the retrieval and of the list about it.
FIELDS: dict[str, dict[View, str]] = {
    "bytes": {
        "create": "file.create.bytes-is-the-size",
        "retrieve": "file.retrieve.bytes-is-as-created",
    },
    "path": {
        "create": "file.create.keeps-what-it-made",
        "retrieve": "file.retrieve.path-is-as-created",
    },
    "created_at": {
        "create": "file.create.created-at-is-now",
        "retrieve": "file.retrieve.created-at-is-as-created",
    },
    "source": {
        "create": "file.create.source-is-user",
        "retrieve": "file.retrieve.source-is-as-created",
    },
}
LISTED = "file.list.fields-agree-with-retrieval"

#: Every claim that `judge_fields` books on.
FIELD_CLAIMS = (*(claim for views in FIELDS.values() for claim in views.values()), LISTED)

KEPT, SHOWN, FOUND = (
    "file.create.keeps-what-it-made",
    "file.list.shows-the-created",
    "file.retrieve.answers-the-one-asked-for",
)

#: Every claim that `judge_existence` books on.
EXISTENCE_CLAIMS = (KEPT, SHOWN, FOUND)

BYTES, NO_CONTENT, NOT_FOUND = "file.create.keeps-every-byte", 204, 404


class Asking(Protocol):
    """Whoever can look again whether something is there; checks know no drivers."""

    def retrieve_container(self, container: str) -> Exchange:
        """Ask for a container."""

    def retrieve_file(self, container: str, file: str) -> Exchange:
        """Ask for a file."""


@dataclass(slots=True)
class Stored:
    """A file that a target took, and what was seen of it."""

    id: str
    name: str
    sent: bytes = dataclasses.field(repr=False)  # a traceback need not show it
    created: dict[str, Any]
    retrieved: Exchange | None = None
    listed: dict[str, Any] | None = None
    read: Exchange | None = None
    upload: str | None = None  # the exchange that it was made by

    @classmethod
    def of(cls, created: Exchange, name: str, sent: bytes) -> Stored:
        """The file that an upload answered.

        Raises:
            Failure: if the answer is no 2xx with an id.
        """
        id_ = succeeded(created)["id"]
        if not isinstance(id_, str) or not id_:
            raise Failure("an id to ask with", shown(id_), created.id)
        return cls(id_, name, sent, created.object, upload=created.id)

    @property
    def is_there(self) -> bool:
        """Whether its retrieval or its list shows it."""
        return self.listed is not None or (self.retrieved is not None and self.retrieved.ok)

    @property
    def kept_size(self) -> object:
        """The size that the target keeps: as retrieved, else as listed, else as created."""
        for view in (self.retrieved and self.retrieved.json, self.listed, self.created):
            size = field(view, "bytes")
            if size is not ABSENT:
                return size
        return ABSENT


# Whether it is there.


def judge_existence(holds: Holds, file: Stored) -> None:
    """Book a file that is not there on its creation, or on the operation asked that lacks it."""
    found = file.retrieved is not None and file.retrieved.ok
    told = file.retrieved.told() if file.retrieved else "not asked"
    exchange = file.retrieved.id if file.retrieved else None
    with holds(KEPT):
        if not found and file.listed is None:
            raise Failure(f"the file {file.id}, retrieved or listed", told, exchange)
    if file.retrieved is not None:
        with holds(FOUND):
            if not found:
                _lost_by_creation(file)
                raise Failure("the file that is listed", told, exchange)
            if file.retrieved["id"] != file.id:
                raise Failure(f"id: {file.id}", shown(file.retrieved["id"]), exchange)
    with holds(SHOWN):
        if file.listed is None:
            if not found:
                _lost_by_creation(file)
            raise Failure(f"{file.id} among the files listed", "it is missing")


def _lost_by_creation(file: Stored) -> None:
    if file.listed is None:
        raise Untestable("the file is neither retrieved nor listed", blame=KEPT)


def must_live(api: Asking, container: str, answer: Exchange) -> Exchange:
    """*answer* is no 404 for want of the *container* itself.

    Raises:
        Untestable: if the container that was made is not there.
    """
    if answer.status == NOT_FOUND and not api.retrieve_container(container).ok:
        raise Untestable("the container is not there", blame="container.create.keeps-what-it-made")
    return answer


# What is told of it.


def judge_fields(holds: Holds, file: Stored, **sent: object) -> None:
    """Book each field that disagrees on the view at fault; *sent* has what the caller chose."""
    for name, claims in FIELDS.items():
        wanted = sent.get(name, ...)
        for view in ("create", "retrieve", "list"):
            if view == "retrieve" and file.retrieved is None:
                continue
            with holds(claims.get(view, LISTED)):
                agrees(file, name, view, wanted)


def agrees(file: Stored, name: str, view: View, sent: object = ...) -> None:
    """*view* tells the field *name* as it was *sent* and as the other views tell it.

    Raises:
        Failure: if *view* is at fault.
        Untestable: if another is, so that nothing can be said of *view*.
    """
    retrieved = file.retrieved
    if retrieved is not None and not retrieved.ok:
        raise Untestable("the file can't be retrieved", blame=FOUND)
    listed = field(file.listed, name) if file.listed is not None else ...
    views = {
        "create": field(file.created, name),
        "retrieve": field(retrieved.json, name) if retrieved is not None else ...,
        "list": listed,
    }
    wrong = at_fault(_literal(sent), *(_literal(each) for each in views.values()))
    right = sent if sent is not ... else views["create"]
    if view in wrong:
        wanted = shown(views["retrieve"] if view == "create" and sent is ... else right)
        raise Failure(f"{name}: {wanted}", _told(views[view]), retrieved.id if retrieved else None)
    if views[view] is not ... and _literal(views[view]) != _literal(right) and "create" in wrong:
        blame = FIELDS[name]["create"]
        raise Untestable(f"{name} was stored as {_told(views[view])}", blame=blame)


def _literal(value: object) -> object:
    """*value* so that it equals only its own kind: true is not 1, and 1.0 is not."""
    return value if value is ... or value is ABSENT else (type(value).__name__, value)


def _told(value: object) -> str:
    return "no such field" if value is ABSENT else shown(value)


# What is in it.


def kept(file: Stored) -> None:
    """The target keeps the file as long as it was sent.

    Raises:
        Failure: if its bytes differ, and the size that the target keeps is wrong, too.
        Untestable: if the content can't be read.
    """
    if file.read is None or not file.read.ok:
        raise Untestable("the content can't be read", blame="file.content.succeeds")
    if file.read.content != file.sent and file.kept_size != len(file.sent):
        got = f"{shown(file.kept_size if file.kept_size is not ABSENT else None)} bytes kept"
        raise Failure(f"{len(file.sent)} bytes", got, file.read.id)


def served(file: Stored, upload: str = BYTES) -> None:
    """The content is what was sent, byte by byte.

    Raises:
        Failure: if it differs.
        Untestable: if the *upload* is at fault.
    """
    read = file.read
    if read is None:
        raise Untestable("the content was not asked for")
    if not read.ok and file.retrieved is not None and not file.retrieved.ok:
        raise Untestable("the file is not there", blame=KEPT)
    succeeded(read)
    if read.content == file.sent:
        return
    if file.kept_size != len(file.sent):
        raise Untestable("the file was stored otherwise", blame=upload)
    raise Failure(*difference(file.sent, read.content), read.id)


def is_its_own(file: Stored, others: Collection[Stored]) -> None:
    """The content is not another file's.

    Raises:
        Failure: if it is.
        Untestable: if the content can't be read.
    """
    if file.read is None or not file.read.ok:
        raise Untestable("the content can't be read", blame="file.content.succeeds")
    content = file.read.content
    if content == file.sent or not content:
        return
    for other in others:
        if other.id != file.id and other.sent == content:
            if file.kept_size != len(file.sent):
                raise Untestable("the file was stored otherwise", blame=BYTES)
            raise Failure(f"the bytes of {file.name}", f"those of {other.name}", file.read.id)


def same_bytes(wanted: bytes, read: Exchange) -> None:
    """The content that was *read* is *wanted*.

    Raises:
        Failure: if it differs, or none came.
    """
    if succeeded(read).content != wanted:
        raise Failure(*difference(wanted, read.content), read.id)


def still_read(wanted: bytes, read: Exchange, again: Callable[[], Exchange]) -> None:
    """The content that was *read* is *wanted*; where it is not, it is asked for *again*.

    Raises:
        Failure: if it differs both times.
        Untestable: if it differs once alone; blames the content.
    """
    if read.ok and read.content == wanted:
        return
    second = again()
    if second.ok and second.content == wanted:
        raise Untestable(f"once alone: {read.told()}", blame="file.content.succeeds")
    same_bytes(wanted, read)


def difference(wanted: bytes, got: bytes) -> tuple[str, str]:
    """Where two contents part, as the wanted and the got of a failure."""
    ends = range(min(len(wanted), len(got)) + 1)
    at = bisect_left(ends, 1, key=lambda end: wanted[:end] != got[:end]) - 1
    here = slice(at, at + 8)
    return (
        f"{len(wanted)} bytes with {wanted[here].hex() or 'the end'} at {at}",
        f"{len(got)} bytes with {got[here].hex() or 'the end'} there",
    )
