"""What a single recorded exchange says, as far as what was recorded of it allows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import HIGHEST_LIMIT, LISTS, MEMORY_LIMITS, ORDERS, PREFIX
from conformance.checks import fields, passive
from conformance.checks.page import asked
from conformance.evidence.exchange import NotJson, shown

if TYPE_CHECKING:
    from conformance.auditing.claims import Claims
    from conformance.auditing.recorded import Recorded

#: Rules that need neither headers nor body of the answer.
OF_THE_STATUS = frozenset(
    {"is-never-a-server-error", "is-not-redirected", "success-is-200", "answer-is-complete"}
)

#: Rules that need the headers of the answer, and those that need headers and body.
OF_THE_HEADERS = frozenset(
    {"retry-after-is-short", "carries-a-request-id", "permanent-errors-are-not-retried"}
)
OF_BOTH = frozenset({"answers-json", "errors-have-the-envelope"})

CREATE = "container.create"


def judge(one: Recorded, claims: Claims) -> None:
    """Note what *one* exchange shows of its operation."""
    exchange = one.exchange
    if exchange.response is None:
        return
    for found in passive.judge(exchange):
        if _is_known(found.requirement.rpartition(".")[2], one):
            if found.failure is None:
                claims.holds(found.requirement, exchange.id)
            else:
                told = found.failure
                claims.fails(found.requirement, told.wanted, told.got, exchange.id)
    if exchange.throttled or one.credential != "own":
        return
    if exchange.ok and one.came.known:
        _judge_the_answer(one, claims)
    if exchange.ok or exchange.refused:
        _judge_the_request(one, claims)


def _is_known(rule: str, one: Recorded) -> bool:
    """Whether what *rule* looks at was recorded."""
    if rule in OF_THE_STATUS:
        return True
    if rule in OF_THE_HEADERS:
        return one.knows_headers
    return one.came.known and (one.knows_headers or rule not in OF_BOTH)


def _judge_the_answer(one: Recorded, claims: Claims) -> None:
    """What the answer to a proper request has to say."""
    exchange = one.exchange
    if exchange.operation in ("retrieveContainer", "retrieveContainerFile"):
        wanted, got = fields.last_id(exchange), exchange.get("id")
        if isinstance(got, str):
            prefix = PREFIX[exchange.operation]
            claims.say(
                f"{prefix}.answers-the-one-asked-for",
                f"the id {shown(wanted)}",
                shown(got),
                exchange.id,
                broken=wanted != got,
            )
    name = asked(exchange, "name")
    data = exchange.get("data")
    if exchange.operation == "listContainers" and name and isinstance(data, list):
        others = [each for each in map(_name, data) if each is not None and not _fits(each, name)]
        claims.say(
            "container.list.name-filter-omits-other-names",
            f"only names that contain {shown(name)}",
            shown(others[:1]),
            exchange.id,
            broken=bool(others),
        )


def _name(item: object) -> str | None:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _fits(name: str, wanted: str) -> bool:
    """Whether *name* contains what was asked for, in capitals or not, and with plus for a space."""
    return any(each.casefold() in name.casefold() for each in (wanted, wanted.replace(" ", "+")))


def _judge_the_request(one: Recorded, claims: Claims) -> None:
    """What had to be refused."""
    exchange = one.exchange
    for requirement, what in _wrongs(one):
        claims.say(
            requirement, f"a 4xx for {what}", exchange.told(), exchange.id, broken=exchange.ok
        )


def _wrongs(one: Recorded) -> list[tuple[str, str]]:
    """Which requirements ask that this request is refused, and for what."""
    exchange = one.exchange
    if exchange.operation in LISTS:
        return _wrongs_of_a_list(one, PREFIX[exchange.operation])
    if exchange.operation == "createContainer" and one.sent.known and _declares_json(one):
        return _wrongs_of_a_creation(one.sent.content)
    return []


def _declares_json(one: Recorded) -> bool:
    names = {name.lower(): value for name, value in one.exchange.request.headers}
    return "application/json" in names.get("content-type", "").lower()


def _wrongs_of_a_list(one: Recorded, prefix: str) -> list[tuple[str, str]]:
    limit, order = asked(one.exchange, "limit"), asked(one.exchange, "order")
    found = []
    if limit:
        try:
            is_in_range = 1 <= int(limit) <= HIGHEST_LIMIT
        except ValueError:
            found.append((f"{prefix}.limit-that-is-no-number-is-refused", f"limit={shown(limit)}"))
        else:
            if not is_in_range:
                found.append((f"{prefix}.limit-out-of-range-is-refused", f"limit={shown(limit)}"))
    if order and order not in ORDERS:
        found.append((f"{prefix}.unknown-order-is-refused", f"order={shown(order)}"))
    return found


def _wrongs_of_a_creation(content: bytes) -> list[tuple[str, str]]:
    body = sent_json(content)
    if isinstance(body, NotJson):
        return (
            [(f"{CREATE}.malformed-json-is-refused", "a body that is no JSON")] if content else []
        )
    if not isinstance(body, dict):
        return [(f"{CREATE}.body-must-be-an-object", f"the body {shown(body)}")]
    found = []
    if "name" not in body:
        found.append((f"{CREATE}.name-is-required", "no name"))
    elif not isinstance(body["name"], str):
        found.append((f"{CREATE}.name-must-be-a-string", f"the name {shown(body['name'])}"))
    if body.get("memory_limit", "1g") not in (*MEMORY_LIMITS, None):
        limit = shown(body["memory_limit"])
        found.append((f"{CREATE}.unknown-memory-limit-is-refused", f"memory_limit {limit}"))
    return found


def sent_json(content: bytes) -> Any:  # noqa: ANN401 - any JSON
    """What a client sent as JSON; `NotJson` where it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        return NotJson(str(error)[:80])
