"""What became of a request on its way up, and of its answer on its way back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.errors import Failure, Untestable
from conformance.evidence.exchange import shown
from conformance.proxying import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Arrival, Exchange
    from conformance.proxying.tables import Table

#: A shorter value proves nothing where the same one stands under another name.
TELLING = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was dropped, added, renamed or changed."""

    side: str  # request or answer
    kind: str  # dropped, added, renamed, changed
    what: str  # method, path, query limit, field a.b, part file, header x-request-id, …
    sent: str = ""  # what it was
    came: str = ""  # what it became

    def told(self) -> str:
        """The difference in words."""
        if self.kind == "dropped":
            return f"{self.what} is gone, it was {self.sent}"
        if self.kind == "added":
            return f"{self.what} was added: {self.came}"
        if self.kind == "renamed":
            return f"{self.what} became {self.came}"
        return f"{self.what} was {self.sent} and became {self.came}"


@dataclass(frozen=True, slots=True)
class Conveyed:
    """One exchange as it was conveyed: what arrived, and how it differs."""

    exchange: Exchange
    arrivals: tuple[Arrival, ...]  # of its operation
    differences: tuple[Difference, ...]

    def once(self) -> None:
        """The request arrived once.

        Raises:
            Failure: if it did not.
        """
        if len(self.arrivals) != 1:
            raise self._failure("one arrival upstream", f"{len(self.arrivals)} arrivals")

    def arrived(self, blame: str) -> Conveyed:
        """The request arrived at all; without that nothing can be said of how.

        Raises:
            Untestable: if it did not; blames the requirement *blame*.
        """
        if self.arrivals:
            return self
        raise Untestable(f"nothing arrived upstream: {self.exchange.told()}", blame=blame)

    def came_back(self, blame: str) -> Conveyed:
        """The upstream's success came back as one; else there is nothing to compare.

        Raises:
            Untestable: if it did not; blames the requirement *blame*.
        """
        if self.exchange.ok:
            return self
        raise Untestable(f"no success came back: {self.exchange.told()}", blame=blame)

    def kept(self, side: str, *starts: str) -> None:
        """All on that *side* whose label begins with one of *starts* went through unchanged.

        Raises:
            Failure: if anything was dropped, renamed or changed, or nothing arrived.
        """
        if not self.arrivals:
            raise self._failure("an arrival upstream", "none")
        lost = [each for each in self._of(side, starts) if each.kind != "added"]
        if lost:
            raise self._failure("what was sent", "; ".join(each.told() for each in lost))

    def added_nothing(self, side: str, *starts: str) -> None:
        """Nothing of that kind came in on the way.

        Raises:
            Failure: if something did.
        """
        new = [each for each in self._of(side, starts) if each.kind in ("added", "renamed")]
        if new:
            raise self._failure("nothing else", "; ".join(each.told() for each in new))

    def hid(self, secret: str) -> None:
        """The text *secret* stands nowhere in what arrived.

        Raises:
            Failure: if it does; says where, not what it is.
        """
        for arrival in self.arrivals:
            for place, text in _texts(arrival):
                if secret.lower() in text.lower():
                    raise self._failure("a request without it", f"it stands in {place}")

    def _of(self, side: str, starts: tuple[str, ...]) -> list[Difference]:
        mine = [each for each in self.differences if each.side == side]
        return [each for each in mine if each.what.startswith(starts)]

    def _failure(self, wanted: str, got: str) -> Failure:
        told = got if self.exchange.ok else f"{got}; the proxy answered {self.exchange.told()}"
        return Failure(wanted, told, self.exchange.id)

    def to_json(self) -> dict[str, Any]:
        """The whole as plain data."""
        return {
            "operation": self.exchange.operation,
            "arrived": len(self.arrivals),
            "came": self.exchange.status,
            "differences": [asdict(each) for each in self.differences],
        }


def _texts(arrival: Arrival) -> Iterator[tuple[str, str]]:
    request = arrival.request
    yield "the address", unquote(request.url)
    for name, value in request.headers:
        yield f"the header {name}", f"{name}: {value}"
    yield "the body", request.content.decode("utf-8", "replace")


def compare(exchange: Exchange, base_path: str) -> Conveyed:
    """What became of *exchange* between its caller and our upstream.

    Of several arrivals the last is held against the request, since its answer came back.
    """
    arrivals = tuple(
        each for each in exchange.upstream or () if each.operation == exchange.operation
    )
    found: list[Difference] = []
    if arrivals:
        last = arrivals[-1]
        sent = tables.of_request(exchange.request, base_path)
        found += _between("request", sent, tables.of_request(last.request, "/v1"))
        if exchange.response:
            given = tables.of_answer(last.response)
            found += _between("answer", given, tables.of_answer(exchange.response))
    return Conveyed(exchange, arrivals, tuple(found))


def _between(side: str, before: Table, after: Table) -> Iterator[Difference]:
    """What is in one table and not in the other."""
    gone = {label: value for label, value in before.items() if label not in after}
    new = {label: value for label, value in after.items() if label not in before}
    for label, value in gone.items():
        other = next((name for name in new if _is_renamed(label, value, name, new[name])), None)
        if other:
            del new[other]
            yield Difference(side, "renamed", label, label, other)
        else:
            yield Difference(side, "dropped", label, sent=shown(value))
    for label, value in new.items():
        yield Difference(side, "added", label, came=shown(value))
    for label, value in before.items():
        if label in after and not _is_same(value, after[label]):
            yield Difference(side, "changed", label, shown(value), shown(after[label]))


def _is_renamed(label: str, value: Any, other: str, stands: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a telling *value* now stands under a name of the same kind."""
    same_kind = label.partition(" ")[0] == other.partition(" ")[0]
    return same_kind and _is_same(value, stands) and len(shown(value)) > TELLING


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether two values are equal in type as well: 1 is neither true nor 1.0."""
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(
        other, sort_keys=True
    )
