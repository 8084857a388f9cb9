"""Generated cases of the operations on containers."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from conformance.checks import agreement
from conformance.checks.status import has_id
from conformance.errors import Failure
from conformance.evidence.exchange import shown
from conformance.fuzzing import blame, ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.evidence import Exchange
    from conformance.fuzzing.lab import Held, Lab
    from conformance.fuzzing.sending import Written

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+( [A-Za-z0-9_.-]+)*")

#: Names that break what stores or encodes them: half of a pair of surrogates, NUL, and length.
ODD_NAMES = ("\ud83c", "\0", "n" * 1000)

#: Options whose features a first creation finds out, where the target's owner says nothing.
_OPTIONS: dict[str, tuple[str, Any]] = {
    "expiry": ("expires_after", {"anchor": "last_active_at", "minutes": 20}),
    "memory-limit": ("memory_limit", "1g"),
    "network-policy": ("network_policy", {"type": "disabled"}),
}


def create(lab: Lab) -> None:
    """Containers of generated names are created and kept; invalid creations are refused."""
    from hypothesis import strategies as st  # noqa: PLC0415 - slow to import

    from conformance.fuzzing import texts  # noqa: PLC0415 - imports hypothesis

    lab.search.first(lambda: _keeps_plain(lab))
    if lab.share.valid > 1:
        lab.claim(lab.search.first(lambda: _options_taken(lab)))

    def valid(drawn: tuple[Written | None, bool]) -> None:
        what, escaped = drawn
        if what is not None and lab.search.budget.allows(requests=3, creates=1):
            _keeps(lab, _body(lab, what), escaped=escaped)

    for odd in ODD_NAMES[: lab.share.valid]:
        lab.search.first(functools.partial(_survives, lab, odd))
    for hand in texts.dealt(lab.api.seed)[: lab.share.valid]:
        lab.search.dealt(hand, lambda pieces: _keeps_pieces(lab, pieces))
    lab.search.over("invalid", lab.invalid(), lambda what: _invalid(lab, what), lab.share.invalid)
    lab.search.over("valid", st.tuples(lab.valid(), st.booleans()), valid, lab.share.valid)


def _survives(lab: Lab, odd: str) -> None:
    """A name that may be taken or refused: passive checks see that the answer is proper."""
    if not lab.search.budget.allows(requests=2, creates=1):
        return
    content = json.dumps({"name": lab.api.name(odd)}).encode()
    answer = lab.api.send(
        "POST", "/containers", content=content, headers={"Content-Type": "application/json"}
    )
    lab.search.budget.created += answer.ok
    if answer.ok and has_id(answer):
        lab.api.delete_container(answer["id"])


def _options_taken(lab: Lab) -> set[str]:
    """The features that a creation with their options shows; none where it is refused."""
    asked = {
        feature: option for feature, option in _OPTIONS.items() if lab.claims.get(feature) is None
    }
    if not asked or not lab.search.budget.allows(requests=2, creates=1):
        return set()
    lab.search.budget.created += 1
    created = lab.api.create_container(name=lab.api.name("options"), **dict(asked.values()))
    if not created.ok or not has_id(created):
        return set()
    lab.api.delete_container(created["id"])
    return {feature for feature, (name, _) in asked.items() if created.get(name) is not None}


def _body(lab: Lab, what: Written) -> dict[str, Any]:
    """The generated body as it may be sent: named after the run, numbers as people write them."""
    body: dict[str, Any] = json.loads(what.content or b"{}")
    body["name"] = lab.api.name(str(body.get("name", "n")))
    expiry = body.get("expires_after")
    if isinstance(expiry, dict) and isinstance(expiry.get("minutes"), float):
        expiry["minutes"] = int(expiry["minutes"])
    return body


def _keeps_plain(lab: Lab) -> None:
    """A container of an ordinary name has that name.

    Raises:
        Untestable: if none can be made at all.
    """
    id_ = lab.container()
    created = lab.api.wire.exchanges[-1]
    retrieved = lab.api.retrieve_container(id_)
    if lab.taken(created) and lab.taken(retrieved, "container.retrieve"):
        _compare(lab, {"name": lab.api.name("generated")}, created, retrieved, plain=True)
    lab.api.delete_container(id_)


def _keeps_pieces(lab: Lab, pieces: list[str]) -> None:
    """A container named after *pieces* has that name."""
    if lab.search.budget.allows(requests=3, creates=1):
        name = lab.api.name("x" + "".join(pieces) + "x")
        _keeps(lab, {"name": name}, escaped=bool(len(pieces) % 2))


def _keeps(lab: Lab, body: dict[str, Any], *, escaped: bool) -> None:
    """A container created with *body* has its name, at once and when it is retrieved."""
    api = lab.api
    lab.search.budget.created += 1
    created = api.send(
        "POST",
        "/containers",
        content=json.dumps(body, ensure_ascii=escaped).encode(),
        headers={"Content-Type": "application/json"},
    )
    plain = bool(_PLAIN.fullmatch(body["name"]))
    if created.refused and not body["name"].isprintable():
        return  # what joins or spaces letters unseen is no letter
    if created.refused and not plain:
        with lab.search.holds("container.create.keeps-unicode-names"):
            raise Failure("the name taken", created.told(), created.id)
        return
    if not lab.taken(created) or not has_id(created):
        return
    retrieved = api.retrieve_container(created["id"])
    if lab.taken(retrieved, "container.retrieve"):
        _compare(lab, body, created, retrieved, plain=plain)
    if lab.search.budget.allows():
        lab.taken(api.delete_container(created["id"]), "container.delete")


def _compare(
    lab: Lab, body: dict[str, Any], created: Exchange, retrieved: Exchange, *, plain: bool
) -> None:
    """Both answers have what was sent; the one that has not is at fault."""
    echo = "container.create.echoes-the-name" if plain else "container.create.keeps-unicode-names"
    rows = [("name", echo, "container.retrieve.name-is-as-created")]
    if "expires_after" in body:
        rows.append(
            (
                "expires_after",
                "container.create.echoes-expires-after",
                "container.retrieve.expires-after-is-as-created",
            )
        )
    for name, at_creation, at_retrieval in rows:
        sent = agreement.told_of(body[name])
        if name not in created.object and name not in retrieved.object:
            continue  # an option that no answer tells; a passive check demands the name
        views = [
            _asked_for(agreement.field(each.json, name), sent) for each in (created, retrieved)
        ]
        wrong = agreement.at_fault(sent, *views)
        for view, row, exchange in (
            ("create", at_creation, created),
            ("retrieve", at_retrieval, retrieved),
        ):
            with lab.search.holds(row):
                if view in wrong:
                    raise Failure(f"{name}: {shown(sent)}", shown(exchange.get(name)), exchange.id)


def _asked_for(value: object, sent: object) -> object:
    """Of an object in an answer what was sent: a target may tell more."""
    if isinstance(value, dict) and isinstance(sent, dict):
        return {key: value.get(key) for key in sent}
    return value


def _invalid(lab: Lab, what: Written | None) -> None:
    fault = what and blame.of_creation(what.content, lab.openapi)
    if what is None or not fault or not lab.search.budget.allows(creates=1):
        return
    answer = lab.api.send(
        "POST",
        "/containers",
        content=_named(lab, what.content or b""),
        headers={"Content-Type": what.content_type or "application/json"},
    )
    lab.search.budget.created += answer.ok
    lab.refused(answer, fault)


def _named(lab: Lab, content: bytes) -> bytes:
    """The body with a name of this run, if it has a name that is text."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return content
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        return content
    return json.dumps({**body, "name": lab.api.name("refused")}).encode()


def retrieve(lab: Lab, shelf: tuple[Held, Sequence[Held]]) -> None:
    """A container that is there is retrieved; made-up ids are refused."""
    container = shelf[0]
    lab.search.first(lambda: lab.taken(lab.api.retrieve_container(container.id)))
    ids.refuse_unknown(lab, container.id)


def delete(lab: Lab) -> None:
    """Containers of generated names and contents are deleted; made-up ids are refused."""
    from conformance.fuzzing import texts  # noqa: PLC0415 - imports hypothesis

    def attempt(name: str) -> None:
        if lab.search.budget.allows(requests=3, creates=1):
            lab.search.budget.created += 1
            created = lab.api.create_container(name=lab.api.name(name))
            if created.ok and has_id(created):
                _deleted(lab, created)

    lab.search.over("valid", texts.names(), attempt, lab.share.valid)
    ids.refuse_unknown(lab, "")


def _deleted(lab: Lab, created: Exchange) -> None:
    if lab.taken(lab.api.delete_container(created["id"])):
        with lab.search.holds("container.delete.removes-the-container"):
            after = lab.api.retrieve_container(created["id"])
            is_it = after.ok and after.get("name") == created.get("name")
            if is_it and after.get("status") not in ("deleted", "expired"):
                raise Failure("no living container", after.told(), after.id)
