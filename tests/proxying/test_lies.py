"""A proxy that lies is caught at its lie, and one that does not is not blamed."""

import pytest

from conformance import catalogue
from tests.proxying.lies import CLAIMED, LIES, NAMING, PREFIXES, Choosing
from tests.proxying.reverse import Proxy
from tests.proxying.trial import CALLER, OWN, tried

pytestmark = pytest.mark.end_to_end


def test_transparent_proxy_is_green():
    """Every requirement holds of a proxy that changes nothing."""
    ending = tried(lambda url: Proxy(url, OWN, CALLER), "--only", "proxy.*")

    assert ending.red() == {}
    assert ending.status == 0
    assert {row["class"] for row in ending.report["proxy"]} == {"transparent"}


def test_proxy_that_chooses_is_green():
    """Every requirement holds of a proxy that goes to the provider that is named."""
    ending = tried(lambda url: Choosing(url, OWN, CALLER), "--only", "proxy.*", *CLAIMED)

    assert ending.red() == {}
    assert ending.status == 0


def _turns():
    """Each lie with two of its operations: by turns, so that each has its share of the lies."""
    for number, lie in enumerate(LIES.values()):
        mine = lie.operations
        chosen = {mine[number % len(mine)], mine[(number + 4) % len(mine)]}
        yield pytest.param(lie, sorted(PREFIXES[each] for each in chosen), id=lie.name)


@pytest.mark.parametrize(("lie", "prefixes"), list(_turns()))
def test_lie_is_caught(lie, prefixes):
    """What it breaks fails, and nothing is blamed that it does not touch."""
    claims = NAMING if lie.options else ("*",)
    only = [word for each in prefixes for claim in claims for word in ("--only", f"{each}.{claim}")]
    ending = tried(lambda url: lie.base(url, OWN, CALLER, **lie.how), *only, *lie.options)

    broken = {id_ for id_ in lie.breaks if id_.rpartition(".")[0] in prefixes}
    assert broken - ending.failed() == set(), ending.output
    assert {id_: why for id_, why in ending.red().items() if not lie.may_touch(id_)} == {}


def test_there_are_enough_lies():
    """There are at least 25, and every requirement of proxies is broken by one of them."""
    broken = {id_ for lie in LIES.values() for id_ in lie.breaks}
    rows = catalogue.load().requirements.values()

    assert len(LIES) >= 25
    # Without an id in it, another path is no arrival at all.
    unbroken = {f"proxy.container.{each}.address-arrives" for each in ("list", "create")}
    assert {row.id for row in rows if row.is_of_proxies} - broken == unbroken
    assert broken <= set(catalogue.load().requirements)
