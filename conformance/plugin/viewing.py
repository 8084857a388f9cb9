"""One container, looked at from every side: its creation, its retrieval, the list."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalogue.facts import OPTIONAL
from conformance.checks import agreement
from conformance.checks.status import succeeded
from conformance.checks.views import IN_FULL, LISTED, Views
from conformance.checks.witness import on_the_newest
from conformance.errors import Failure, NotApplicable, Signal, Untestable
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.drivers import Api


@pytest.fixture
def views(api: Api, eventually: Callable[..., Any]) -> Callable[..., Views]:
    """``views(label, **options)`` creates a container and looks at it from every side."""

    def look(label: str, **options: Any) -> Views:  # noqa: ANN401 - any JSON
        created = api.create_container(name=api.name(label), **options)
        id_ = created.get("id")
        if not created.ok or not isinstance(id_, str) or not id_:
            return Views(created, created, ..., label)
        if api.wire.ledger.is_given_again(id_):
            raise Untestable(
                "a creation gave the container of another",
                blame="container.create.ids-are-distinct",
            )

        def item() -> dict[str, Any]:
            page = succeeded(api.list_containers(limit=100, order="desc"))
            return on_the_newest(page, created)

        listed: Any = ...
        unlisted: Failure | Signal | None = None
        try:  # before the retrieval: what a retrieval changes is the retrieval's fault
            listed = eventually(item, about="container.list.shows-the-created")
        except (Failure, NotApplicable) as why:
            unlisted = why
        return Views(created, api.retrieve_container(id_), listed, label, unlisted)

    return look


@pytest.fixture
def together(views: Callable[..., Views]) -> Callable[..., dict[str, Views]]:
    """``together(label, options)`` tries all in one container, and each alone if that is refused.

    Returns for each option the container that shows it.
    """

    def look(label: str, options: dict[str, Any]) -> dict[str, Views]:
        seen = views(label, **options)
        if seen.created.refused and len(options) > 1:
            return {
                name: views(f"{label} {name}", **{name: value}) for name, value in options.items()
            }
        return dict.fromkeys(options, seen)

    return look


#: How a list is wrong that does not tell what creation and retrieval tell.
LACKS = "list lacks"


@pytest.fixture
def agrees(holds: Callable[[str], Any]) -> Callable[..., None]:
    """``agrees(views, field, sent, create=…, retrieve=…)`` books a field on the view at fault."""
    return functools.partial(_agrees, holds)


def _agrees(
    holds: Callable[[str], Any],
    seen: Views,
    field: str,
    sent: Any = ...,  # noqa: ANN401 - any JSON
    *,
    create: str | None = None,
    retrieve: str | None = None,
) -> None:
    sent = agreement.restricted(sent, sent)
    created, retrieved, listed = _values(seen, field, sent)
    wrong, usual = _wrong(field, sent, created, retrieved, listed)
    wanted = f"{field}: {_words(usual)}"
    if create:
        with holds(create):
            if "create" in wrong:
                got = _words(created if created != sent else retrieved)
                raise Failure(wanted, got, seen.created.id)
    if retrieve:
        with holds(retrieve):
            _is_retrieved(seen)
            if "retrieve" in wrong:
                raise Failure(wanted, _words(retrieved), seen.retrieved.id)
    for claim, how in ((LISTED, "list"), (IN_FULL, LACKS)):
        with holds(claim):
            _is_listed(seen)
            if how in wrong:
                raise Failure(wanted, _words(listed))


def _wrong(
    field: str, sent: object, created: object, retrieved: object, listed: object
) -> tuple[set[str], object]:
    """The views that are wrong, and what they had to tell.

    An option need not be told: a list that `LACKS` what both others tell is another matter than
    one that tells something else, and who asked for nothing may be told by one view alone.
    """
    told = [each for each in (created, retrieved) if each not in (agreement.ABSENT, ...)]
    if sent is ... and field in OPTIONAL:
        wrong = {"list"} if told and listed is not ... and listed not in told else set()
        usual = next(iter(told), created)
    else:
        wrong = agreement.at_fault(sent, created, retrieved, listed)
        usual = created if sent is ... else sent
    if listed is agreement.ABSENT and field in OPTIONAL:
        wrong -= {"list"}
        wrong |= set() if agreement.ABSENT in (created, retrieved) else {LACKS}
    return wrong, usual


def _is_retrieved(seen: Views) -> None:
    if not seen.retrieved.ok:
        raise Untestable(seen.retrieved.told(), blame="container.retrieve.succeeds")


def _is_listed(seen: Views) -> None:
    if seen.listed is ...:
        raise Untestable("no list showed it", blame="container.list.shows-the-created")


def _values(seen: Views, field: str, sent: object) -> tuple[object, object, object]:
    """What creation, retrieval and list tell of *field*; ... where nobody could look."""
    return (
        _value(seen.created.json, field, sent),
        _value(seen.retrieved.json, field, sent) if seen.retrieved.ok else ...,
        ... if seen.listed is ... else _value(seen.listed, field, sent),
    )


def _value(item: object, field: str, sent: object) -> object:
    """The field of *item*, of an object only what was *sent*, null as absent where it may be."""
    value = agreement.field(item, field)
    if value is None and field in OPTIONAL:
        return agreement.ABSENT
    return agreement.restricted(value, sent)


def _words(value: object) -> str:
    return "no such field" if value is agreement.ABSENT else shown(value)
