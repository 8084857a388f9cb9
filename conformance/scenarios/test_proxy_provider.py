"""Naming the provider to a proxy: header over query over body, and what stays inside it."""

import pytest

from conformance.checks import specimens
from conformance.drivers import errand
from conformance.errors import Failure, Unsupported, Untestable
from conformance.scenarios.marking import PREFIX, each

cost = pytest.mark.cost

#: A provider that there is behind the proxy, and one that there is nowhere.
KNOWN, NOBODY = "openai", "conformance-nobody"

NAME = "custom_llm_provider"

CREATE = "createContainer"


@pytest.fixture
def claimed(bench):
    """Makes a case apply only where the target claims to take a provider's name."""
    if not bench.scope.claims.get("provider-selection"):
        raise Unsupported("not claimed (--feature provider-selection)")


def naming(header=None, query=None, body=None):
    """What is added to a request that names providers in these places."""
    return {
        "headers": {"custom-llm-provider": header} if header else None,
        "params": {NAME: query} if query else None,
        "fields": {NAME: body} if body else None,
    }


#: Each place: the claim that it is heard, and a request that names nobody there.
PLACES = {
    "header-names-the-provider": naming(header=NOBODY),
    "query-names-the-provider": naming(query=NOBODY),
    "body-names-the-provider": naming(body=NOBODY),
}

#: Each order of two: a request that has to go up, and one that must not.
ORDERS = {
    "header-outranks-the-query": (
        naming(header=KNOWN, query=NOBODY),
        naming(header=NOBODY, query=KNOWN),
    ),
    "query-outranks-the-body": (naming(query=KNOWN, body=NOBODY), naming(query=NOBODY, body=KNOWN)),
}


def places_of(operation):
    """The places where a request of *operation* may name a provider."""
    return [claim for claim in PLACES if operation == CREATE or "body" not in claim]


def orders_of(operation):
    """The orders among them."""
    return [claim for claim in ORDERS if operation == CREATE or "body" not in claim]


def claims_of(operation):
    """What is shown of the naming of a provider."""
    return (
        *places_of(operation),
        *orders_of(operation),
        "unknown-name-is-refused",
        "chosen-name-stays",
    )


@pytest.mark.parametrize("operation", each(claims_of))
@cost(requests=18)
@pytest.mark.usefixtures("claimed")
def test_named_provider_is_heard(both, stand, api, holds, operation):
    prefix, answer = PREFIX[operation], specimens.answer(operation, stand)

    def ask(**named):
        return both.provoke(answer, lambda: errand.plain(api, operation, stand, **named))

    ask().arrived(f"{prefix}.arrives-once")
    heard = []
    for claim in places_of(operation):
        with holds(f"{prefix}.{claim}"):
            stays(ask(**PLACES[claim]))
            heard.append(claim)
    for claim in orders_of(operation):
        with holds(f"{prefix}.{claim}"):
            up, down = ORDERS[claim]
            if not ask(**up).arrivals:
                raise Failure("an arrival, as the first of the two names a provider", "none")
            stays(ask(**down))
    with holds(f"{prefix}.unknown-name-is-refused"):
        refused(ask(**PLACES[heard[0]]) if heard else None, f"{prefix}.{places_of(operation)[0]}")
    with holds(f"{prefix}.chosen-name-stays"):
        body = KNOWN if operation == CREATE else None
        conveyed = ask(**naming(header=KNOWN, query=KNOWN, body=body))
        for name in (NAME, NAME.replace("_", "-")):
            conveyed.arrived(f"{prefix}.arrives-once").hid(name)


def stays(conveyed):
    """A request for a provider that does not exist goes nowhere."""
    if conveyed.arrivals:
        raise Failure(
            "no arrival, since the provider that is named does not exist",
            f"{len(conveyed.arrivals)} arrivals",
            conveyed.exchange.id,
        )


def refused(conveyed, blame):
    """Such a request is refused with a 4xx."""
    if conveyed is None:
        raise Untestable("no name has an effect", blame=blame)
    exchange = conveyed.exchange
    if not exchange.refused:
        raise Failure("a refusal with a 4xx", exchange.told(), exchange.id)
