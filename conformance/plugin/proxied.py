"""The vocabulary of the cases about proxies: what is told to our upstream, and what arrives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.checks.specimens import CONTAINER, FILE
from conformance.errors import NotApplicable, Signal
from conformance.plugin.fixtures import Given
from conformance.plugin.state import STATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence import Dictated, Exchange
    from conformance.plugin.state import Bench, Upstream


@dataclass(frozen=True, slots=True)
class Both:
    """Both sides of a proxy: a caller before it, and our upstream behind it."""

    bench: Bench
    upstream: Upstream

    def provoke(self, answer: Dictated, ask: Callable[[], Exchange]) -> Any:  # noqa: ANN401 - of the room proxying
        """*ask*, while our upstream gives that *answer*; what became of request and answer."""
        wire = self.bench.api.wire
        wire.provoked = True
        self.upstream.dictate(answer)
        try:
            return self.upstream.examine(ask())
        finally:
            self.upstream.dictate(None)
            wire.provoked = False

    def keep(self, conveyed: Any) -> None:  # noqa: ANN401 - of the room proxying
        """Let the report's table of what a proxy does be made of *conveyed*, too."""
        self.bench.record.conveyed.append(conveyed.to_json())

    def keep_refusal(self, conveyed: Any) -> None:  # noqa: ANN401 - of the room proxying
        """The same of an upstream's refusal: what became of the answer, told apart from others."""
        told = conveyed.to_json()
        back = [each for each in told["differences"] if each["side"] == "answer"]
        differences = [{**each, "side": "refusal"} for each in back]
        self.bench.record.conveyed.append({**told, "differences": differences})

    @property
    def capitals(self) -> tuple[str, str]:
        """Made-up ids of a container and a file with capitals in them, as an opaque id may have."""
        make_up = self.bench.api.wire.ledger.make_up
        return make_up(CONTAINER), make_up(FILE)

    @property
    def callers_key(self) -> str:
        """The key that must not arrive upstream.

        Raises:
            NotApplicable: where the caller's key is the provider's, or there is none.
        """
        settings = self.bench.settings
        if settings.upstream_key is None:
            why = "the proxy has no key of its own (CONFORMANCE_UPSTREAM_API_KEY)"
            raise NotApplicable(why)
        if settings.api_key is None or settings.auth_header is None:
            raise NotApplicable("no key is sent (--auth none)")
        return settings.api_key.reveal()


@pytest.fixture
def both(request: pytest.FixtureRequest) -> Both:
    """Both sides of the proxy.

    Raises:
        NotApplicable: where the upstream is not ours.
    """
    bench = request.config.stash[STATE]
    if bench.upstream is None:
        raise NotApplicable("the upstream is not ours (containers-conformance proxy)")
    return Both(bench, bench.upstream)


@pytest.fixture
def stand(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The ids of a container and a file in it, which cases name and nobody changes.

    Where the proxy lets none be made they are made up: a dictated answer does not need them.
    """
    bench = request.config.stash[STATE]

    def make() -> dict[str, str]:
        given = Given(bench.api)
        try:
            container = given.container("stand").id
        except Signal:
            container = bench.api.made_up("cntr", "stand")
        try:
            file = given.file(container, b"stand\n", "stand.txt").id
        except Signal:
            file = bench.api.made_up("cfile", "stand")
        return {"container": container, "file": file}

    ids: dict[str, str] = bench.share("stand", make)
    return ids["container"], ids["file"]
