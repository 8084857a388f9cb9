"""What follows from several recorded exchanges: what is deleted stays away, bytes stay the same.

Requests may overlap in a recording. One thing follows another only where the first was over
when the second began; where a recording can't tell, nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.auditing import upload
from conformance.auditing.single import sent_json
from conformance.auditing.things import Thing, View
from conformance.catalogue.facts import CONTENT, LISTS, PREFIX
from conformance.checks import fields
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from conformance.auditing.claims import Claims
    from conformance.auditing.recorded import Recorded

#: Seconds after its creation in which nobody is presumed to have deleted a thing unseen.
YOUNG_S = 60.0

NOT_FOUND = 404

#: The operations on one thing, and what kind of thing that is.
CREATED = {"createContainer": "container", "createContainerFile": "file"}
RETRIEVED = {"retrieveContainer": "container", "retrieveContainerFile": "file"}
DELETED = {"deleteContainer": "container", "deleteContainerFile": "file"}


@dataclass(slots=True)
class Story:
    """The things of a recording, and what became of them."""

    claims: Claims
    consistency_s: float
    things: dict[tuple[str, str, str], Thing] = field(
        default_factory=dict
    )  # by kind, container and id
    _made: set[tuple[str, str]] = field(default_factory=set)  # kind and id
    _back: list[tuple[Thing, str, Recorded]] = field(default_factory=list)  # seen after deletion
    _lost: list[tuple[Thing, Recorded]] = field(default_factory=list)  # not found when young
    _sizes: list[tuple[str, str, str]] = field(default_factory=list)  # told, came, where

    def tell(self, one: Recorded) -> None:
        """Take in *one* exchange, of the recording's own caller."""
        exchange = one.exchange
        if exchange.response is None or exchange.throttled:
            return
        operation = str(exchange.operation)
        parts = fields.segments(exchange)
        if operation in CREATED:
            self._creation(one, CREATED[operation], parts)
        elif operation in RETRIEVED:
            self._retrieval(one, RETRIEVED[operation], parts)
        elif operation in DELETED:
            self._deletion(one, DELETED[operation], parts)
        elif operation in LISTS:
            self._page(one)
        elif operation == CONTENT:
            self._content(one, parts)
        self._inside(one, parts)

    # What is made.

    def _creation(self, one: Recorded, kind: str, parts: list[str]) -> None:
        exchange = one.exchange
        id_ = exchange.get("id")
        if not exchange.ok or not one.came.known or not isinstance(id_, str):
            return
        distinct = f"{kind}.create.ids-are-distinct"
        if (kind, id_) in self._made:
            self.claims.fails(distinct, "an id of its own", f"{shown(id_)} again", exchange.id)
            return
        self._made.add((kind, id_))
        self.claims.holds(distinct, exchange.id)
        thing = self._thing(kind, id_, parts[1] if kind == "file" else None)
        thing.made, thing.created = one.moment, View.of(exchange.object, exchange.id, kind)
        if kind == "container" and one.sent.known:
            sent = sent_json(one.sent.content)
            thing.sent = (
                {name: sent[name] for name in thing.fields if name in sent}
                if isinstance(sent, dict)
                else {}
            )
        elif kind == "file" and one.sent.exact:
            uploaded = upload.file_in(one.exchange.request.headers, one.sent.content)
            if uploaded is not None:
                thing.sent, thing.sha256 = {"bytes": uploaded.size}, uploaded.sha256

    def _thing(self, kind: str, id_: str, container: str | None) -> Thing:
        key = (kind, container or "", id_)
        return self.things.setdefault(key, Thing(kind, id_, container))

    # What is looked at.

    def _retrieval(self, one: Recorded, kind: str, parts: list[str]) -> None:
        exchange, container = one.exchange, parts[1] if kind == "file" else None
        thing = self._thing(kind, parts[-1], container)
        if thing.gone is not None and thing.gone.is_before(one):
            self._after_deletion(thing, one, kind)
        elif exchange.ok and one.came.known and exchange.get("id") == thing.id:
            thing.retrieve(one)
            if thing.made is not None:
                self.claims.holds(f"{kind}.create.keeps-what-it-made", exchange.id)
        elif exchange.status == NOT_FOUND and _is_young(thing, one):
            self._lost.append((thing, one))

    def _after_deletion(self, thing: Thing, one: Recorded, kind: str) -> None:
        exchange = one.exchange
        if exchange.ok:
            # An expired or deleted container may still be told of, as what it is.
            if exchange.get("status") not in ("deleted", "expired"):
                self._back.append((thing, "retrieval", one))
        elif exchange.refused:
            self.claims.holds(f"{kind}.delete.removes-the-{kind}", exchange.id)
            self.claims.say(
                f"{kind}.retrieve.deleted-is-404",
                "404",
                exchange.told(),
                exchange.id,
                broken=exchange.status != NOT_FOUND,
            )

    def _deletion(self, one: Recorded, kind: str, parts: list[str]) -> None:
        exchange = one.exchange
        thing = self._thing(kind, parts[-1], parts[1] if kind == "file" else None)
        thing.deletions.append((one.start_s, one.end_s))
        if thing.gone is not None and thing.gone.is_before(one):
            self.claims.say(
                f"{kind}.delete.second-deletion-is-refused",
                "404",
                exchange.told(),
                exchange.id,
                broken=exchange.status != NOT_FOUND,
            )
        elif exchange.ok and exchange.get("deleted") is not False:
            thing.gone = thing.gone or one.moment

    def _page(self, one: Recorded) -> None:
        data = one.exchange.get("data") if one.exchange.ok and one.came.known else None
        parts = fields.segments(one.exchange)
        kind, container = ("file", parts[1]) if len(parts) > 1 else ("container", "")
        for item in data if isinstance(data, list) else []:
            id_ = item.get("id") if isinstance(item, dict) else None
            thing = self.things.get((kind, container, id_)) if isinstance(id_, str) else None
            if thing is None:
                continue
            if thing.gone is None:
                thing.listed = thing.listed or View.of(item, one.exchange.id, kind)
                thing.listed_s = max(thing.listed_s, one.start_s)
            elif thing.gone.end_s + self.consistency_s <= one.start_s:
                self._back.append((thing, "list", one))

    # Bytes.

    def _content(self, one: Recorded, parts: list[str]) -> None:
        exchange, thing = one.exchange, self._thing("file", parts[-2], parts[1])
        if thing.gone is not None and thing.gone.is_before(one):
            if exchange.ok:
                self._back.append((thing, "content", one))
            elif exchange.refused:
                self.claims.holds("file.content.deleted-file-is-refused", exchange.id)
        elif exchange.ok and one.came.sha256 and _asks_for_all(one):
            seen = one.came.sha256
            if thing.read is not None:
                self.claims.say(
                    "file.content.is-repeatable",
                    "the bytes that were read before",
                    exchange.told(),
                    exchange.id,
                    broken=thing.read[0] != seen,
                )
            if thing.read is None or thing.sha256 not in (None, seen):
                thing.read = seen, exchange.id
            self._size(thing, one)

    def _size(self, thing: Thing, one: Recorded) -> None:
        """Where the upload was not recorded, its size is all that content can be held against."""
        told = thing.created or thing.retrieved or thing.listed
        size = told.value.get("bytes") if told else None
        came = one.came.size
        if thing.sha256 is None and fields.is_whole(size) and came is not None and came != size:
            self._sizes.append((f"{size} bytes", f"{came} bytes", one.exchange.id))

    def _inside(self, one: Recorded, parts: list[str]) -> None:
        """What is asked for in a container that was deleted has to be refused."""
        exchange = one.exchange
        container = self.things.get(("container", "", parts[1])) if len(parts) > 2 else None  # noqa: PLR2004 - with an id behind it
        if container is None or container.gone is None or not container.gone.is_before(one):
            return
        if exchange.ok or exchange.refused:
            self.claims.say(
                f"{PREFIX[str(exchange.operation)]}.is-gone-with-the-container",
                "a 4xx, since the container was deleted",
                exchange.told(),
                exchange.id,
                broken=exchange.ok,
            )

    # The end.

    def finish(self) -> None:
        """Book what can only be booked once everything is known."""
        undeleted = {id(thing) for thing, where, _ in self._back if where == "retrieval"}
        for thing, where, one in self._back:
            self._book_return(thing, where, one, is_there=id(thing) in undeleted)
        for thing, one in self._lost:
            is_seen_again = thing.seen_s >= one.end_s  # then it was another who asked
            was_deleted = not thing.is_untouched(one.start_s, one.end_s)
            if not (is_seen_again or was_deleted or self._is_in_a_deleted(thing, one)):
                self._book_loss(thing, one)
        for thing in self.things.values():
            thing.agree(self.claims)
            self._compare_bytes(thing)
        told_wrongly = self.claims.found.get("file.create.bytes-is-the-size", {})
        if told_wrongly.get("outcome") != "failed":
            for told, came, exchange in self._sizes:
                self.claims.fails("file.content.bytes-are-identical", told, came, exchange)

    @property
    def standing(self) -> list[Thing]:
        """The things that were made, without those that got lost."""
        lost = {id(thing) for thing, _ in self._lost}
        return [each for each in self.things.values() if each.made and id(each) not in lost]

    def _book_return(self, thing: Thing, where: str, one: Recorded, *, is_there: bool) -> None:
        if is_there:
            requirement = f"{thing.kind}.delete.removes-the-{thing.kind}"
        elif where == "list":
            requirement = f"{thing.kind}.list.omits-the-deleted"
        else:
            requirement = "file.content.deleted-file-is-refused"
        deleted = thing.gone.exchange if thing.gone else ""
        wanted = f"nothing of what exchange {deleted} deleted"
        self.claims.fails(requirement, wanted, one.exchange.told(), one.exchange.id)

    def _is_in_a_deleted(self, thing: Thing, one: Recorded) -> bool:
        container = self.things.get(("container", "", thing.container or ""))
        return container is not None and not container.is_untouched(one.start_s, one.end_s)

    def _book_loss(self, thing: Thing, one: Recorded) -> None:
        """A list that shows it tells of the retrieval; another's deletion may have taken it."""
        if thing.listed_s >= one.end_s:
            requirement = f"{thing.kind}.retrieve.succeeds"
        elif (thing.retrieved or thing.listed) and self._was_another_deleted(thing, one):
            requirement = f"{thing.kind}.delete.removes-nothing-else"
        else:
            requirement = f"{thing.kind}.create.keeps-what-it-made"
        made = thing.made.exchange if thing.made else ""
        wanted = f"what exchange {made} has made"
        self.claims.fails(requirement, wanted, one.exchange.told(), one.exchange.id)

    def _was_another_deleted(self, thing: Thing, one: Recorded) -> bool:
        """Whether something beside *thing* was deleted after it was made, and before *one*."""
        return any(
            other.gone is not None
            and other is not thing
            and (other.kind, other.container) == (thing.kind, thing.container)
            and (thing.made is None or thing.made.end_s <= other.gone.start_s)
            and other.gone.is_before(one)
            for other in self.things.values()
        )

    def _compare_bytes(self, thing: Thing) -> None:
        if thing.sha256 is None or thing.read is None or thing.created is None:
            return
        seen, exchange = thing.read
        stored = thing.created.value.get("bytes") == thing.sent.get("bytes")
        requirement = (
            "file.content.bytes-are-identical" if stored else "file.create.keeps-every-byte"
        )
        wanted = f"the bytes of SHA-256 {thing.sha256[:12]}…"
        self.claims.say(
            requirement, wanted, f"those of {seen[:12]}…", exchange, broken=seen != thing.sha256
        )


def _is_young(thing: Thing, one: Recorded) -> bool:
    """Whether *thing* was made shortly before *one* began."""
    made = thing.made
    return made is not None and made.is_before(one) and one.end_s - made.end_s <= YOUNG_S


def _asks_for_all(one: Recorded) -> bool:
    """Whether the whole content was asked for, and not a part."""
    names: set[Any] = {name.lower() for name, _ in one.exchange.request.headers}
    return "range" not in names and one.exchange.status == 200  # noqa: PLR2004 - not 206
