"""What a proxy makes of answers that are legal but unusual, and of those that are wrong."""

import json
from dataclasses import replace

import pytest

from conformance.catalogue.facts import CONTENT, DELETIONS, LISTS
from conformance.checks import specimens
from conformance.drivers import errand
from conformance.errors import Failure
from conformance.scenarios.marking import PREFIX, each

cost = pytest.mark.cost

SLOW_S = 2.0

#: 64 MiB of letters alone: whether other bytes are damaged is shown by the small contents.
LARGE = 64 * 1024 * 1024
PIECE = bytes(range(32, 127)) + b"conformance"


def large():
    """64 MiB whose parts differ from one another."""
    whole = (PIECE * (LARGE // len(PIECE) + 1))[:LARGE]
    return whole[:-10] + f"{LARGE:010}".encode()


def odd_successes(operation, ids):
    """What makes answers that a provider may give, each with the claim that it shows."""
    whole = specimens.bare_answer(operation, ids)
    yield "slow-answers-come-back", lambda: replace(whole, delay_s=SLOW_S)
    if operation == CONTENT:
        yield "empty-content-comes-back", lambda: replace(whole, content=b"")
        yield "large-content-comes-back", lambda: replace(whole, content=large())
    elif operation in LISTS:
        yield "empty-page-comes-back", lambda: specimens.as_json(specimens.page([]))
        yield "page-of-100-comes-back", lambda: specimens.page_of_100(operation, ids)
    elif operation in DELETIONS:
        yield "empty-success-comes-back", lambda: specimens.told(b"")
        yield "204-comes-back", lambda: specimens.told(b"", status=204)
    if operation not in DELETIONS and operation != CONTENT:
        yield "bare-objects-come-back", lambda: whole


def claims_of_odd(operation):
    """What they show."""
    return [claim for claim, _ in odd_successes(operation, ("", ""))]


@pytest.mark.parametrize("operation", each(claims_of_odd))
@cost(requests=10)
def test_unusual_success_comes_back(both, stand, api, holds, operation):
    once = f"{PREFIX[operation]}.arrives-once"
    for claim, make in odd_successes(operation, stand):
        answer = make()
        with holds(f"{PREFIX[operation]}.{claim}"):
            conveyed = both.provoke(answer, lambda: errand.plain(api, operation, stand))
            both.keep(conveyed)
            exchange = conveyed.arrived(once).exchange
            if not exchange.ok or exchange.response.flaw:
                raise Failure(f"the {answer.status} as a success", told(exchange), exchange.id)
            if answer.content:
                conveyed.kept("answer", "field ", "body", "bytes")


def told(exchange):
    """The answer in words, with what is wrong in its transfer."""
    flaw = exchange.response.flaw if exchange.response else None
    return f"{exchange.told()} ({flaw})" if flaw else exchange.told()


@pytest.mark.parametrize("operation", each(lambda _: ("broken-answers-are-not-whole",)))
@cost(requests=2)
def test_broken_answer_is_not_whole(both, stand, api, operation):
    half = specimens.cut(specimens.answer(operation, stand))
    conveyed = both.provoke(half, lambda: errand.plain(api, operation, stand))
    exchange = conveyed.arrived(f"{PREFIX[operation]}.arrives-once").exchange
    if exchange.ok and not exchange.response.flaw:
        raise Failure("no success that looks whole", told(exchange), exchange.id)


STATUSES = tuple(specimens.REFUSALS)


def claims_of_refusals(_):
    """What the refusals of an upstream show."""
    together = ("refusals-stay-refusals", "error-comes-back", "retry-after-comes-back")
    return (*(f"{status}-comes-back" for status in STATUSES), *together)


@pytest.mark.parametrize("operation", each(claims_of_refusals))
@cost(requests=len(STATUSES) * 2)
def test_refusal_comes_back(both, stand, api, holds, operation):
    prefix = PREFIX[operation]
    once = f"{prefix}.arrives-once"
    for status in STATUSES:
        answer = specimens.refusal(status)
        conveyed = both.provoke(answer, lambda: errand.plain(api, operation, stand))
        both.keep_refusal(conveyed)
        exchange = conveyed.exchange
        with holds(f"{prefix}.{status}-comes-back"):
            conveyed.arrived(once).kept("answer", "status")
        with holds(f"{prefix}.refusals-stay-refusals"):
            conveyed.arrived(once)
            if exchange.status // 100 != status // 100:
                raise Failure(
                    f"a {status // 100}xx for the upstream's {status}", told(exchange), exchange.id
                )
        with holds(f"{prefix}.error-comes-back"):
            envelope_comes_back(conveyed.arrived(once), answer)
        if status in specimens.RESTING:
            with holds(f"{prefix}.retry-after-comes-back"):
                conveyed.arrived(once).kept("answer", "header retry-after")


def envelope_comes_back(conveyed, answer):
    """Type, param and code are those of the upstream, and its message stands in the other."""
    exchange = conveyed.exchange
    wanted = json.loads(answer.content)["error"]
    body = exchange.json
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    lost = [name for name in ("type", "param", "code") if error.get(name) != wanted[name]]
    if wanted["message"] not in str(error.get("message")):
        lost.append("message")
    if lost:
        raise Failure(f"{', '.join(lost)} of {json.dumps(wanted)}", told(exchange), exchange.id)
