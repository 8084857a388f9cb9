"""What a recording tells of one container or file over its life."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import OPTIONAL
from conformance.checks import agreement
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from conformance.auditing.claims import Claims
    from conformance.auditing.recorded import Moment, Recorded

#: What a policy is sent with and no answer may tell.
NEVER_TOLD = "domain_secrets"

#: For each field the requirement that its creation echoes it, and that its retrieval keeps it.
OF_A_CONTAINER: dict[str, tuple[str | None, str]] = {
    "name": ("container.create.echoes-the-name", "container.retrieve.name-is-as-created"),
    "created_at": (None, "container.retrieve.created-at-is-as-created"),
    "expires_after": (
        "container.create.echoes-expires-after",
        "container.retrieve.expires-after-is-as-created",
    ),
    "memory_limit": (
        "container.create.echoes-the-memory-limit",
        "container.retrieve.memory-limit-is-as-created",
    ),
    "network_policy": (
        "container.create.echoes-the-disabled-network",
        "container.retrieve.network-policy-is-as-created",
    ),
}

OF_A_FILE: dict[str, tuple[str | None, str]] = {
    "bytes": ("file.create.bytes-is-the-size", "file.retrieve.bytes-is-as-created"),
    "path": (None, "file.retrieve.path-is-as-created"),
    "created_at": (None, "file.retrieve.created-at-is-as-created"),
    "source": (None, "file.retrieve.source-is-as-created"),
}

LISTED = "{kind}.list.fields-agree-with-retrieval"

#: Broken where a list lacks an optional field that the retrieval has.
IN_FULL = "{kind}.list.tells-what-retrieval-tells"


@dataclass(slots=True)
class View:
    """One object as one answer showed it."""

    value: dict[str, Any]  # what is the same in every view, and nothing else
    exchange: str

    @classmethod
    def of(cls, item: dict[str, Any], exchange: str, kind: str) -> View:
        """Keep of *item* what can be compared."""
        names = OF_A_CONTAINER if kind == "container" else OF_A_FILE
        return cls({name: item[name] for name in names if name in item}, exchange)


@dataclass(slots=True)
class Thing:
    """One container or file."""

    kind: str  # container or file
    id: str
    container: str | None = None  # of a file
    sent: dict[str, Any] = field(default_factory=dict)
    made: Moment | None = None
    created: View | None = None
    retrieved: View | None = None
    listed: View | None = None
    listed_s: float = 0.0  # when the last list that showed it was asked for
    seen_s: float = 0.0  # when the last retrieval that showed it was asked for
    gone: Moment | None = None  # its deletion, once confirmed
    deletions: list[tuple[float, float]] = field(default_factory=list)  # all that was tried
    sha256: str | None = None  # of what was uploaded
    read: tuple[str, str] | None = None  # of what was read: SHA-256 and the exchange

    def retrieve(self, one: Recorded) -> None:
        """Note its retrieval; of several the one that differs from the first speaks."""
        view = View.of(one.exchange.object, one.exchange.id, self.kind)
        self.seen_s = max(self.seen_s, one.start_s)
        reference = (self.created or self.retrieved or view).value
        if self.retrieved is None or _differs(reference, view.value, self.fields):
            self.retrieved = view

    @property
    def fields(self) -> dict[str, tuple[str | None, str]]:
        """What is the same in every view."""
        return OF_A_CONTAINER if self.kind == "container" else OF_A_FILE

    def is_untouched(self, start_s: float, end_s: float) -> bool:
        """Whether nobody had tried to delete it by *end_s*, nor between the two."""
        return not any(began <= end_s for began, _ in self.deletions) or start_s > end_s

    def agree(self, claims: Claims) -> None:
        """Hold what was sent, created, retrieved and listed against one another."""
        if self.created is None:
            return
        for name, (create, retrieve) in self.fields.items():
            sent = self.sent.get(name, ...)
            if name in OPTIONAL and sent is None:
                sent = ...
            elif name == "network_policy" and isinstance(sent, dict):
                sent = {key: value for key, value in sent.items() if key != NEVER_TOLD}
            views = [self._value(view, name, sent) for view in self._views()]
            if name in OPTIONAL and all(each in (agreement.ABSENT, ...) for each in views):
                continue  # no answer tells of it: the target need not have it
            self._book(claims, name, sent, views, create, retrieve)

    def _views(self) -> tuple[View | None, View | None, View | None]:
        return self.created, self.retrieved, self.listed

    @staticmethod
    def _value(view: View | None, name: str, sent: object) -> object:
        if view is None:
            return ...
        value = agreement.field(view.value, name)
        if value is None and name in OPTIONAL:
            return agreement.ABSENT
        return agreement.restricted(value, sent)

    def _book(  # noqa: PLR0917 - one field, from every side
        self,
        claims: Claims,
        name: str,
        sent: object,
        views: list[object],
        create: str | None,
        retrieve: str,
    ) -> None:
        wrong = agreement.at_fault(sent, views[0], views[1], views[2])
        wanted = f"{name}: {shown(sent if sent is not ... else views[0])}"
        booked = {"create": create if sent is not ... else None, "retrieve": retrieve}
        lacks = views[2] is agreement.ABSENT and name in OPTIONAL
        booked["list"] = (IN_FULL if lacks else LISTED).format(kind=self.kind)
        if name == "network_policy" and _is_allowlist(sent):
            booked["create"] = "container.create.echoes-the-allowlist"
        for (side, requirement), view, value in zip(
            booked.items(), self._views(), views, strict=True
        ):
            if requirement and view is not None:
                got = "no such field" if value is agreement.ABSENT else shown(value)
                claims.say(requirement, wanted, got, view.exchange, broken=side in wrong)


def _is_allowlist(sent: object) -> bool:
    return isinstance(sent, dict) and sent.get("type") == "allowlist"


def _differs(one: dict[str, Any], other: dict[str, Any], names: dict[str, Any]) -> bool:
    return any(one.get(name) != other.get(name) for name in names)
