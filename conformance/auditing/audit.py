"""An audit from the first entry of a recording to its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.auditing import callers, single
from conformance.auditing.claims import Claims
from conformance.auditing.masking import masked
from conformance.auditing.recorded import recorded
from conformance.auditing.story import Story
from conformance.auditing.survey import Survey, caller, survey
from conformance.auditing.walks import Walks
from conformance.catalogue.facts import PREFIX, UNIMPLEMENTED
from conformance.evidence import EvidenceWriter, Redactor, heading, moments
from conformance.secrecy import remember

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.auditing.har import Recording
    from conformance.auditing.recorded import Recorded
    from conformance.catalogue import Catalogue

#: Characters of exchanges that are kept whole; of what comes behind only the first line is.
KEPT_WHOLE = 24_000_000

#: Exchanges that are kept at all, beside those that fail by themselves; all are judged.
MOST_KEPT = 10_000

#: Exchanges in one line of evidence.
CHUNK = 200

#: How evidence calls the case that a recording is.
CASE = "recording"

OWN = "own"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a recording to be held to."""

    profile: str
    strict: bool = False
    consistency_s: float = 10.0
    base_url: str | None = None


@dataclass(slots=True)
class Audit:
    """One look at a recording."""

    recording: Recording
    asked: Asked
    catalogue: Catalogue
    id: str = field(default_factory=moments.new_id)
    claims: Claims = field(default_factory=Claims)
    survey: Survey = field(init=False)
    judged: int = 0
    _room: int = KEPT_WHOLE
    _made: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look for the target first."""
        self.survey = survey(self.recording, self.asked.base_url)

    def write(self, path: Path) -> None:
        """Judge the recording, and write what it shows to *path* as evidence."""
        redactor = Redactor.of(self.survey.secrets)
        remember(self.survey.secrets)
        story = Story(self.claims, self.asked.consistency_s)
        walks = Walks(self.claims, self.asked.consistency_s)
        writer: EvidenceWriter | None = None
        chunk: list[dict[str, Any]] = []
        for one in self._exchanges():
            if writer is None:
                writer = EvidenceWriter(path, self._header(one.exchange.started_at))
            failures = self.claims.failures
            self._judge(one, story, walks)
            if self.judged <= MOST_KEPT or self.claims.failures > failures:
                chunk.append(self._kept(one, redactor))
            if len(chunk) == CHUNK:
                writer.append(self._record(chunk, ()))
                chunk = []
        story.finish()
        walks.finish(story.standing)
        now = moments.now()
        writer = writer or EvidenceWriter(path, self._header(now))
        claimed = self._in_scope(redactor)
        writer.append(self._record(chunk, tuple(claimed.values())))
        writer.append({"kind": "plan", "plan": self._plan(claimed)})
        writer.close(self._footer(now))

    def _exchanges(self) -> Iterator[Recorded]:
        """The exchanges of the API in the recording, one after the other."""
        before_s = 0.0
        base_url = self.survey.base_url
        if base_url is None:
            for _ in self.recording.entries():
                pass
            return
        for number, entry in enumerate(self.recording.entries(), 1):
            mine = self._credential(entry)
            is_ours = self.recording.is_ours
            one = recorded(entry, number, base_url, mine, before_s=before_s, is_ours=is_ours)
            if one is not None:
                before_s = one.end_s
                yield one

    def _credential(self, entry: dict[str, Any]) -> str:
        """Who asked: in a recording of ours as it says; else the one who asks most is our own."""
        mine = caller(entry, is_ours=self.recording.is_ours)
        if self.recording.is_ours:
            return mine
        if mine == self.survey.own:
            return OWN
        return "another" if mine else "none"

    def _judge(self, one: Recorded, story: Story, walks: Walks) -> None:
        exchange = one.exchange
        self.judged += 1
        self._times += [one.start_s, one.end_s]
        self._times[:] = [min(self._times), max(self._times)]
        single.judge(one, self.claims)
        if self.recording.is_ours:
            callers.judge(one, self._made, self.claims)
        if one.credential != OWN:
            return
        if exchange.status and exchange.status not in UNIMPLEMENTED:
            self._answered.add(str(exchange.operation))
        if exchange.operation == "createContainer" and exchange.ok:
            id_ = exchange.get("id")
            self._made |= {id_} if isinstance(id_, str) else set()
        story.tell(one)
        walks.tell(one)

    def _kept(self, one: Recorded, redactor: Redactor) -> dict[str, Any]:
        """The exchange for the evidence: whole, as long as there is room."""
        written = masked(one.exchange).to_json(redactor.mask)
        for body, known in (
            (written["request"]["body"], one.sent),
            ((written["response"] or written["request"])["body"], one.came),
        ):
            if not known.exact and (known.size or 0) > body["size"]:
                body.update(size=known.size, truncated=True)
            if known.sha256 and not known.exact:
                body["sha256"] = known.sha256
        size = sum(_size(written[side]) for side in ("request", "response"))
        self._room -= size
        return written if self._room > 0 else _bare(written)

    def _in_scope(self, redactor: Redactor) -> dict[str, dict[str, Any]]:
        """The claims about requirements of the profile, without secrets."""
        profile = self.catalogue.profiles[self.asked.profile]
        return {
            id_: {
                key: redactor.mask(value)
                if key in ("message", "wanted", "got") and value
                else value
                for key, value in self.claims.found[id_].items()
            }
            for id_ in profile.requirements
            if id_ in self.claims.found
        }

    def _plan(self, claimed: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
        """What is in scope: what the recording shows, and that an operation exists."""
        plan = {id_: [CASE] for id_ in claimed}
        profile = self.catalogue.profiles[self.asked.profile].requirements
        for operation in self._answered:
            id_ = f"{PREFIX[operation]}.is-implemented"
            if id_ in profile:
                plan[id_] = []
        return plan

    def _record(
        self, exchanges: list[dict[str, Any]], claims: tuple[dict[str, Any], ...]
    ) -> dict[str, Any]:
        return {
            "kind": "case",
            "case": CASE,
            "attempt": 1,
            "worker": "audit",
            "started_at": exchanges[0]["started_at"] if exchanges else "",
            "duration_s": 0.0,
            "consistency_s": 0.0,
            "limit": None,
            "claims": list(claims),
            "exchanges": exchanges,
        }

    def _header(self, started_at: str) -> dict[str, Any]:
        base_url = self.survey.base_url or ""
        profile = self.catalogue.profiles[self.asked.profile]
        return heading.header(
            hashes=(self.catalogue.sha256, self.catalogue.spec_sha256),
            target={
                "base_url": base_url,
                "name": base_url.partition("://")[2].partition("/")[0] or "nothing",
                "profile": self.asked.profile,
                "claims": dict(profile.features),
            },
            run={
                "id": self.id,
                "seed": 0,
                "started_at": started_at,
                "fuzz": "off",
                "strict": self.asked.strict,
                "slow": False,
                "only": [],
                "shard": None,
                "recording": self.recording.path.name,
            },
        )

    def _footer(self, now: str) -> dict[str, Any]:
        began, ended = self._times or (0.0, 0.0)
        return {
            "ended_at": now,
            "duration_s": round(ended - began, 3),
            "interrupted": False,
            "limit": None,
            "fault": None,
            "filtered": False,
            "requests": self.judged,
            "containers_created": len(self._made),
            "containers_left": 0,
            "left": [],
            "throttled": 0,
            "waited_s": 0.0,
            "unreachable": None,
            "ignored": self.survey.entries - self.judged,
            "cut": self.recording.cut,
            "kept": MOST_KEPT if self.judged > MOST_KEPT else None,
        }


def _size(message: dict[str, Any] | None) -> int:
    """About how many characters a message takes in evidence."""
    if message is None:
        return 0
    body = message["body"]
    texts = len(body.get("text", "")) + len(body.get("base64", ""))
    return texts + sum(len(name) + len(value) + 8 for name, value in message["headers"]) + 300


def _bare(exchange: dict[str, Any]) -> dict[str, Any]:
    """An exchange without headers and bodies, where there is no more room."""

    def bare(message: dict[str, Any] | None) -> dict[str, Any] | None:
        if message is None:
            return None
        body = message["body"]
        told = {"size": body["size"], "truncated": True, "sha256": body["sha256"], "text": ""}
        return {**message, "headers": [], "body": told if body["size"] else body}

    return {
        **exchange,
        "request": bare(exchange["request"]),
        "response": bare(exchange["response"]),
    }
