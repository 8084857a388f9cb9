"""What one case leaves behind: its claims and its exchanges, as plain data."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.checks import passive
from conformance.errors import Failure, LimitReached, NoRoom, Signal, Unsupported, Unwritable
from conformance.evidence import moments
from conformance.evidence.exchange import shown
from conformance.verdicts.outcome import Outcome, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalogue import Requirement
    from conformance.drivers import Wire
    from conformance.evidence import Exchange, Redactor

#: What a creation breaks that gives the id of another.
DISTINCT = "container.create.ids-are-distinct"

#: What of a claim may quote the target; the rest is our own words.
TOLD = ("message", "wanted", "got")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which requirements a run judges, and which features the target's owner claims."""

    requirements: dict[str, Requirement]
    claims: dict[str, bool]

    def disclaimed(self, requirement: str) -> bool:
        """Whether *requirement* belongs to a feature that the target's owner disclaims."""
        row = self.requirements.get(requirement)
        return bool(row and row.feature and self.claims.get(row.feature) is False)

    def claimed(self, requirement: str) -> bool:
        """Whether *requirement* belongs to a feature that was claimed."""
        row = self.requirements.get(requirement)
        return bool(row and row.feature and self.claims.get(row.feature))


@dataclass(slots=True)
class Record:
    """One attempt at one case."""

    case: str
    attempt: int
    worker: str
    declared: tuple[str, ...]
    scope: Scope
    wire: Wire
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    stops: list[dict[str, Any]] = field(default_factory=list)  # what did not hold, in scope or not
    conveyed: list[dict[str, Any]] = field(default_factory=list)  # by a proxy, as plain data
    consistency_s: float = 0.0
    limit: str | None = None
    lacks_room: bool = False  # the target's quota left none for a container
    first: int = 0  # where this attempt's exchanges begin
    _began: float = field(default_factory=time.monotonic)
    _started_at: str = field(default_factory=moments.now)

    # How a case speaks.

    @contextmanager
    def holds(self, requirement: str) -> Iterator[None]:
        """What is asserted inside shows *requirement*; a failure is booked, and the case goes on.

        Raises:
            LimitReached: through, since it ends the run.
        """
        try:
            yield
        except Failure as failure:
            self.fail(requirement, failure)
        except Signal as signal:
            self.signal(requirement, signal)
        else:
            self.claim(requirement, "passed")

    def claim(self, requirement: str, outcome: str, **details: Any) -> None:  # noqa: ANN401 - JSON
        """Note *outcome* for *requirement*; of several the worst speaks."""
        known = self.claims.get(requirement)
        if outcome == "passed" and known and known["outcome"] == outcome:
            return  # as nearly all do
        claim = {
            "requirement": requirement,
            "outcome": outcome,
            "message": "",
            "wanted": None,
            "got": None,
            "exchange": None,
            "blame": None,
            **details,
        }
        if outcome != "passed" and requirement in self.declared:
            self.stops.append(claim)
        if requirement not in self.scope.requirements or self.scope.disclaimed(requirement):
            return
        if known:
            before = Outcome(known["outcome"])
            if worst((before, Outcome(outcome))) is before:
                return
        self.claims[requirement] = claim

    def fail(self, requirement: str, failure: Failure) -> None:
        """Book *failure* on *requirement*."""
        self.claim(
            requirement,
            "failed",
            message=str(failure),
            wanted=failure.wanted,
            got=failure.got,
            exchange=failure.exchange or self._exhibit(requirement),
        )

    def _exhibit(self, requirement: str) -> str | None:
        """The exchange that shows a failure which names none: the last of its operation, if any."""
        row = self.scope.requirements.get(requirement)
        sent = self.wire.exchanges[self.first :]
        mine = [each.id for each in sent if row and each.operation == row.operation]
        return mine[-1] if mine else next((each.id for each in reversed(sent)), None)

    def signal(self, requirement: str, signal: Signal) -> None:
        """Note why *requirement* can't be shown; a claimed feature that is refused has failed."""
        self.lacks_room |= isinstance(signal, NoRoom)
        if isinstance(signal, Unsupported) and self.scope.claimed(requirement):
            self.fail(requirement, Failure("the feature that the target claims", signal.reason))
        else:
            self.claim(requirement, signal.outcome, message=signal.reason, blame=signal.blame)

    # How it ends.

    def end(self, error: BaseException | None, phase: str) -> None:
        """Speak for every declared requirement that the case has not spoken for itself.

        *error* is what escaped from the case, if anything, and *phase* where: setup, call
        or teardown. A name that was never bound, since what was to bind it did not hold, is
        no fault of the case.
        """
        if isinstance(error, LimitReached):
            self.limit = error.limit
            return
        if isinstance(error, Unwritable):
            return  # nobody's fault, and the end of the run
        if error is not None and not isinstance(error, Failure | Signal | UnboundLocalError):
            why = f"{self.case}: {type(error).__name__}: {shown(str(error))}"
            for requirement in self.declared:
                self.claim(requirement, "error", message=why)
        for requirement in self.declared:
            if requirement not in self.claims:
                self._speak(requirement, error, phase)
        if not self.sent:
            self._take_back()

    def _speak(self, requirement: str, error: BaseException | None, phase: str) -> None:
        alone = len(self.declared) == 1
        if isinstance(error, UnboundLocalError):
            self._inherit(requirement, f"broke off: {error}")
        elif error is None:
            if alone and self.sent:
                self.claim(requirement, "passed")
            else:
                self._inherit(requirement, "sent nothing" if alone else "never spoke for it")
        elif isinstance(error, Failure):
            if alone and phase == "call":
                self.fail(requirement, error)
            else:
                self.claim(requirement, "untestable", message=str(error), exchange=error.exchange)
        elif isinstance(error, Signal):
            self.signal(requirement, error)

    def _take_back(self) -> None:
        """An attempt that has sent nothing has shown nothing, whatever it says."""
        for claim in self.claims.values():
            if claim["outcome"] == "passed":
                claim.update(outcome="error", message=f"{self.case} sent nothing")

    def _inherit(self, requirement: str, why: str) -> None:
        """Take over why the case did not get as far as *requirement*; else it is our fault."""
        first = next(iter(self.stops), None)
        if first is None:
            self.claim(requirement, "error", message=f"{self.case} {why}")
        elif first["outcome"] in ("unsupported", "not-applicable"):
            self.claim(requirement, first["outcome"], message=first["message"])
        else:
            self.claim(
                requirement,
                "untestable",
                message=first["message"],
                blame=first["blame"] or first["requirement"],
            )

    def has_failed(self, requirement: str) -> bool:
        """Whether *requirement* has failed already, so that it need not be shown again."""
        return self.claims.get(requirement, {}).get("outcome") in ("failed", "unsupported")

    @property
    def sent(self) -> int:
        """How many requests this attempt has sent."""
        return len(self.wire.exchanges) - self.first

    def judge_exchanges(self) -> None:
        """Add what each exchange says by itself, and whether a creation gave an id once more."""
        for exchange in self.wire.exchanges[self.first :]:
            if exchange.operation == "createContainer" and exchange.ok:
                self._judge_id(exchange)
            for each in passive.judge(exchange):
                if each.failure:
                    self.fail(each.requirement, each.failure)
                else:
                    self.claim(each.requirement, "passed", exchange=exchange.id)

    def _judge_id(self, created: Exchange) -> None:
        id_ = created.get("id")
        if isinstance(id_, str) and self.wire.ledger.is_given_again(id_):
            got = f"{shown(id_)}, which another creation was given"
            self.fail(DISTINCT, Failure("an id that no other creation was given", got, created.id))

    def excuse(self, why: str) -> None:
        """Take back the failures of this attempt, but for what may be the reason: tells *why*."""
        for claim in self.claims.values():
            name = claim["requirement"]
            may_be_the_reason = ".delete." in name or name.endswith(".changes-nothing")
            if claim["outcome"] in ("failed", "untestable") and not may_be_the_reason:
                claim.update(outcome="untestable", message=why, wanted=None, got=None)
                claim["blame"] = "container.delete.removes-nothing-else"

    @property
    def broken(self) -> set[str]:
        """The requirements that the target broke in this attempt, or could not answer."""
        red = ("failed", "unreachable", "untestable")
        return {each for each, claim in self.claims.items() if claim["outcome"] in red}

    def to_json(self, redactor: Redactor) -> dict[str, Any]:
        """The record as plain data, secrets masked."""
        return {
            "kind": "case",
            "case": self.case,
            "attempt": self.attempt,
            "worker": self.worker,
            "started_at": self._started_at.replace("+00:00", "Z"),
            "duration_s": round(time.monotonic() - self._began, 4),
            "consistency_s": round(self.consistency_s, 3),
            "limit": self.limit,
            "claims": [
                {
                    key: redactor.mask(value) if key in TOLD and value else value
                    for key, value in claim.items()
                }
                for claim in self.claims.values()
            ],
            "exchanges": [
                each.to_json(redactor.mask) for each in self.wire.exchanges[self.first :]
            ],
            **({"conveyed": self._conveyed(redactor)} if self.conveyed else {}),
        }

    def _conveyed(self, redactor: Redactor) -> list[dict[str, Any]]:
        return [
            {**each, "differences": [_masked(one, redactor) for one in each["differences"]]}
            for each in self.conveyed
        ]


def _masked(difference: dict[str, str], redactor: Redactor) -> dict[str, str]:
    return {key: redactor.mask(value) for key, value in difference.items()}
