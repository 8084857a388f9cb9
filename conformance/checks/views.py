"""One container as its creation, its retrieval and the list show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks import agreement
from conformance.checks.status import has_id, succeeded
from conformance.checks.witness import lives
from conformance.errors import Failure, Signal, Unsupported, Untestable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.evidence import Exchange


LISTED = "container.list.fields-agree-with-retrieval"

#: Broken where the list lacks an optional field that the retrieval has.
IN_FULL = "container.list.tells-what-retrieval-tells"


@dataclass(frozen=True, slots=True)
class Views:
    """One container as its creation, its retrieval and the list show it."""

    created: Exchange
    retrieved: Exchange
    listed: Any  # the item of the list; ... where no list showed it
    label: str
    unlisted: Failure | Signal | None = None  # why no list showed it

    @property
    def is_made(self) -> bool:
        """Whether there is a container to look at."""
        return self.created.ok and has_id(self.created)

    def tells(self, field: str) -> bool:
        """Whether any of the answers has *field*, and not as null."""
        views = (self.created.json, self.retrieved.json, self.listed)
        return any(agreement.field(each, field) not in (agreement.ABSENT, None) for each in views)


def is_listed(seen: Views) -> None:
    """The list shows the container, as its retrieval does.

    Raises:
        Failure: if it does not.
        Signal: if the newest page can't tell, or there is nothing to show.
    """
    if seen.listed is not ...:
        return
    if not lives(seen.retrieved):
        raise Untestable(seen.retrieved.told(), blame="container.create.keeps-what-it-made")
    raise seen.unlisted or Untestable("nothing was made", blame="container.create.succeeds")


def told(seen: Views, field: str | None = None, others: Iterable[Views] = ()) -> Views:
    """The option was taken; where a *field* tells of it, some answer has that field.

    Raises:
        Unsupported: if it was refused, or no answer, nor one of *others*, ever has the field.
        Failure: if it was neither taken nor refused, or the field was dropped.
    """
    if seen.created.refused:
        raise Unsupported(f"the option is refused: {seen.created.told()}")
    succeeded(seen.created)
    if not seen.is_made:
        raise Untestable("no id", blame="container.create.id-is-a-string")
    if field and not seen.tells(field):
        if any(each.tells(field) for each in others):
            raise Failure(f"a field {field!r}", seen.created.told(), seen.created.id)
        raise Unsupported(f"no answer tells {field}")
    return seen


def objection(seen: Views, field: str, others: Iterable[Views]) -> Failure | Signal | None:
    """Why the option can't be judged, or how it failed; None where it was taken."""
    try:
        told(seen, field, others)
    except (Failure, Signal) as why:
        return why
    return None
