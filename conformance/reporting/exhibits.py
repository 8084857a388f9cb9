"""The exchanges that a page shows beside a requirement, as many as it has room for."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.reporting import summary
from conformance.reporting.escaping import printable

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report, RequirementResult

#: Characters of exchanges that a page holds.
ROOM = 1_200_000

#: Exchanges shown for one requirement that does not hold.
SHOWN_EACH = 3

#: Characters of one body that are shown, and from which on it is folded.
BODY_LIMIT = 8_000
SMALL_BODY = 1_500

#: Characters of a body that are shown of what passed.
BRIEF_BODY = 400

#: Bytes of a binary body that are shown as hex.
HEX_BYTES = 512

#: Levels of nested JSON that are indented.
DEEPEST = 20

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a page shows it."""

    told: str  # size and kind in a few words
    text: str
    is_hex: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it is folded."""
        return len(self.text) > SMALL_BODY

    @classmethod
    def of(cls, body: dict[str, Any], *, limit: int = BODY_LIMIT) -> Body:
        """Show a body that evidence keeps."""
        told = f"{body['size']:,} bytes" + (", cut" if body["truncated"] else "")
        if "base64" in body:
            shown = min(HEX_BYTES, limit // 4)
            return cls(
                f"{told}, binary", _hex(base64.b64decode(body["base64"]), shown), is_hex=True
            )
        text = body["text"]
        return cls(told, printable(indented(text), limit=limit, keep="\n"))


def _hex(content: bytes, shown: int) -> str:
    lines = []
    for start in range(0, min(len(content), shown), 16):
        row = content[start : min(start + 16, shown)]
        seen = re.sub(r"[^ -~]", "·", row.decode("latin-1"))
        lines.append(f"{start:04x}  {row.hex(' '):<47}  {seen}")
    if len(content) > shown:
        lines.append(f"… ({len(content) - shown:,} more bytes)")
    return "\n".join(lines)


def indented(text: str) -> str:
    """JSON with a line per member, else as it stands; every token stays as it was sent."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    written: list[str] = []
    depth = 0
    tokens = _TOKEN.findall(text)
    for each, following in zip(tokens, [*tokens[1:], ""], strict=True):
        written.append(each)
        closes = following in ("}", "]")
        depth += (each in "{[") - closes
        if each == ":":
            written.append(" ")
        elif each + following not in ("{}", "[]") and (each in "{[," or closes):
            written.append("\n" + "  " * min(depth, DEEPEST))
    return "".join(written)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exchange as a page shows it."""

    id: str
    line: str  # method and URL
    status: str
    elapsed_ms: float
    credential: str
    sent_headers: str
    sent: Body
    came_headers: str
    came: Body | None

    @classmethod
    def of(cls, exchange: dict[str, Any], *, brief: bool = False) -> Exhibit:
        """Show an exchange that evidence keeps; a *brief* one without its headers."""
        request, answer = exchange["request"], exchange["response"]
        limit = BRIEF_BODY if brief else BODY_LIMIT
        return cls(
            id=exchange["id"],
            line=f"{request['method']} {request['url']}",
            status=str(answer["status"]) if answer else f"no answer: {exchange['trouble']}",
            elapsed_ms=exchange["elapsed_ms"],
            credential=exchange["credential"],
            sent_headers="" if brief else _headers(request["headers"]),
            sent=Body.of(request["body"], limit=limit),
            came_headers=_headers(answer["headers"]) if answer and not brief else "",
            came=Body.of(answer["body"], limit=limit) if answer else None,
        )

    @property
    def size(self) -> int:
        """About how many characters it takes."""
        shown = (self.line, self.sent_headers, self.came_headers, self.sent.text)
        return sum(map(len, shown)) + (len(self.came.text) if self.came else 0) + 900


def _headers(headers: list[list[str]]) -> str:
    lines = (printable(f"{name}: {value}", limit=500) for name, value in headers[:60])
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Exhibits:
    """Which exchanges are shown under which requirement."""

    shown: dict[str, tuple[Exhibit, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, evidence: Evidence) -> Exhibits:
        """Give room to what failed first, then to the first exchange of what did not, in brief."""
        known = {exchange["id"]: exchange for exchange in evidence.exchanges()}
        shown: dict[str, tuple[Exhibit, ...]] = {}
        room = ROOM
        broken = summary.to_mend(report)
        red = {each.id for each in broken}
        for result in [*broken, *(each for each in report.requirements if each.id not in red)]:
            if room <= 0:
                break
            chosen = _chosen(result, known, in_full=result.id in red or result.waived)
            size = sum(each.size for each in chosen)
            if chosen:
                shown[result.id] = chosen
            room -= size
        return cls(shown)

    def __getitem__(self, requirement: str) -> tuple[Exhibit, ...]:
        """The exchanges shown under *requirement*."""
        return self.shown.get(requirement, ())


def _chosen(
    result: RequirementResult, known: dict[str, dict[str, Any]], *, in_full: bool
) -> tuple[Exhibit, ...]:
    found = [known[each] for each in result.exchanges if each in known]
    if in_full:
        return tuple(map(Exhibit.of, found[:SHOWN_EACH]))
    return tuple(Exhibit.of(each, brief=True) for each in found[:1])
