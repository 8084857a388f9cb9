"""Copies of the Files API's files: what they are made from, and the container they are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from conformance.checks.listing import Listing
from conformance.checks.status import refused, succeeded
from conformance.checks.stored import same_bytes, still_read
from conformance.checks.walk import walk
from conformance.errors import Failure, NotApplicable, Unsupported, Untestable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.evidence import Exchange


class Reading(Listing, Protocol):
    """Whoever can read files, and speak with the Files API, too."""

    def content(self, container: str, file: str, *, accept: str = ...) -> Exchange:
        """Ask for the content of a file."""

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None) -> Exchange:
        """Ask for anything."""


ONLY = "file.list.shows-only-its-container"


@dataclass(slots=True)
class Original:
    """A file of the Files API, and what was found of it since."""

    api: Reading
    content: bytes = field(repr=False)
    name: str
    id: str = ""
    missing: str = ""  # why there is none to copy
    lost: str = ""  # the requirement under which it was found gone or changed

    def must_be(self) -> None:
        """There is a file to copy.

        Raises:
            Unsupported: if there never was.
            Untestable: if it was lost.
        """
        if self.missing:
            raise Unsupported(self.missing)
        if self.lost:
            raise Untestable("the original was lost before", blame=self.lost)

    def delete(self) -> None:
        """Delete it.

        Raises:
            NotApplicable: if that is refused.
        """
        gone = self.api.send("DELETE", self._path, headers={"Accept": "*/*"})
        if not gone.ok:
            raise NotApplicable(f"the original can't be deleted: {gone.told()}")

    @property
    def _path(self) -> str:
        return f"/files/{quote(self.id, safe='')}"

    def is_left(self, claim: str) -> None:
        """It is as it was, as far as its content can be read: some targets tell only its name.

        Raises:
            Failure: if it is gone or another.
        """
        self.must_be()
        self.lost = claim
        read = self.api.send("GET", f"{self._path}/content", headers={"Accept": "*/*"})
        if read.ok:
            same_bytes(self.content, read)
        else:
            succeeded(self.api.send("GET", self._path))
        self.lost = ""


@dataclass(slots=True)
class Place:
    """A container that only one case puts files into, so that they can be counted."""

    api: Reading
    id: str = ""
    control: str = ""  # an upload of `sent`
    sent: bytes = field(default=b"", repr=False)
    # The contents of the copies made with it.
    born: dict[str, bytes] = field(default_factory=dict, repr=False)
    unseen: int = 0  # copies made with it that no list has shown in time
    known: set[str] = field(default_factory=set)  # files whose making was answered
    listed: list[str] = field(default_factory=list)  # as the list had them when last asked

    def files(self) -> dict[str, dict[str, Any]]:
        """The files of the list, by id.

        Raises:
            Untestable: if it can't be read; blames the list.
        """
        try:
            seen = walk(self.api.list_files, most=3, container=self.id, limit=100)
            found = {str(each.get("id")): each for each in seen.items}
        except Failure as failure:
            raise Untestable(str(failure), blame="file.list.succeeds") from failure
        if len(found) < len(seen.items):
            raise Untestable("one stands twice", blame="file.list.ids-on-a-page-are-distinct")
        self.listed = list(found)
        return found

    def must_list(self, file: str) -> None:
        """The list shows the *file*.

        Raises:
            Failure: if it does not.
            Untestable: if it can't be read; blames the list.
        """
        if file not in self.files():
            raise Failure(f"the file {file} in the list", "it is missing")

    def more(self) -> dict[str, str]:
        """The paths of files that nobody made, by id.

        Raises:
            Untestable: if the list can't tell.
        """
        more = {id_: each for id_, each in self.files().items() if id_ not in self.known}
        for id_ in more:
            if not self.api.retrieve_file(self.id, id_).ok:
                raise Untestable("the list shows what is not there", blame=ONLY)
        return {id_: str(each.get("path")) for id_, each in more.items()}

    def read(self, file: str) -> Exchange:
        """The content of a file."""
        return self.api.content(self.id, file, accept="*/*")

    def is_sound(self, older: Iterable[bytes] = ()) -> None:
        """Contents are read as they are kept: an upload as long as any original is.

        What a copy lacks is then its own fault, whatever size it tells. No copy *older* than
        the upload can have its bytes.

        Raises:
            Untestable: if contents are not read as they are kept.
        """
        control = self.read(self.control)
        if not control.ok or control.content != self.sent or self.sent in older:
            raise Untestable(
                "contents are not read as they are kept", blame="file.content.succeeds"
            )

    def outlives(self, file: str, original: Original) -> None:
        """The copy is read as before, now that its original is deleted.

        Raises:
            Failure: if it went with the original.
            Untestable: if what is there can't be read again and again.
        """
        read = self.read(file)
        if not read.ok or read.content != original.content:
            self.is_sound()
            self.is_sound()
        still_read(original.content, read, lambda: self.read(file))

    def is_refused(self, answer: Exchange) -> None:
        """The creation is refused; what is taken is known for what it is.

        Raises:
            Failure: if it is not refused.
        """
        if answer.ok:
            self.known.add(str(answer.get("id")))
        refused(answer)
