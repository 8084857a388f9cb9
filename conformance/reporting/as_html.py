"""report.html: one file that works offline and can be read without a script.

Its one script is ours, pinned by its hash in the page's policy, and only makes things handier.
"""

from __future__ import annotations

import functools
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from conformance.catalogue import load
from conformance.reporting import clients as of_clients
from conformance.reporting import mending, pages, summary
from conformance.reporting.escaping import printable
from conformance.reporting.exhibits import Exhibits, indented
from conformance.reporting.marking import marked
from conformance.reporting.timeline import timelines

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report

#: Characters of any one value that a page shows, where nothing narrower is said.
LIMIT = 20_000

#: What the page's template takes in.
PARTS = ("parts.html.j2", "client_parts.html.j2", "report.css")

_ANSWER = re.compile(r"((?:\d{3} )?)([\[{].*)", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?')


def render(report: Report, evidence: Evidence, clients: of_clients.Report | None = None) -> str:
    """The report as a page; all of the target's text in it is escaped and visible.

    What *clients* have shown of the same target stands in it, too.
    """
    grouped = summary.by_operation(report)
    page = prepare()
    script = _script()
    broken = summary.to_mend(report)
    return page.render(
        report=report,
        clients=of_clients.matrix(clients) if clients else None,
        facts=_facts(report),
        words=summary.in_words(report),
        tally=summary.Tally.of(report.requirements),
        grouped={operation: summary.reddest_first(each) for operation, each in grouped.items()},
        tallies={operation: summary.Tally.of(each) for operation, each in grouped.items()},
        features=sorted({each.feature for each in report.requirements if each.feature}),
        kind=summary.kind,
        called=summary.called,
        anchors={each.id for each in report.requirements},
        faults=mending.faults(report),
        held_up=summary.blamed(report),
        left_open=summary.left_open(report),
        exhibits=Exhibits.of(report, evidence),
        timelines=timelines(evidence, broken),
        documents={name: each.title for name, each in load().documents.items()},
        slowest=max((each.latency_ms.get("p95") or 0 for each in report.endpoints), default=0) or 1,
        script=Markup(script),  # noqa: S704 - our own file
        script_sha256=b64encode(sha256(script.encode()).digest()).decode(),
    )


@functools.cache
def prepare() -> Template:
    """The compiled page; it may be asked for ahead, where there is time to compile it."""
    environment = _environment()
    for part in PARTS:
        environment.get_template(part)
    return environment.get_template("report.html.j2")


@functools.cache
def _script() -> str:
    """The page's one script, which only adds: copying, searching, counting."""
    text = files("conformance.reporting").joinpath("templates", "report.js").read_text("utf-8")
    return text.strip()


def _facts(report: Report) -> list[tuple[str, object]]:
    """What the first screen tells of target and run, without what is unknown."""
    run = report.run
    facts = [
        ("run", run["id"]),
        ("seed", run.get("seed")),
        ("fuzz", run.get("fuzz")),
        ("requests", run.get("requests")),
        ("containers", run.get("containers_created")),
        ("took", _seconds(run.get("duration_s"))),
        ("waited for lists", _seconds(run.get("consistency_s"))),
        ("throttled", f"{run['throttled']} times" if run.get("throttled") else None),
        ("publishable", "yes" if report.publishable else "no"),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _seconds(value: float | None) -> str | None:
    return f"{value:,.1f} s" if value else None


def _environment() -> Environment:
    environment = pages.environment(LIMIT)
    environment.filters |= {
        "milliseconds": _milliseconds,
        "plain_ms": lambda value: _milliseconds(value).removesuffix(" ms"),
        "cut": _cut,
        "coloured": _coloured,
        "pair": _pair,
    }
    return environment


def _cut(text: str, limit: int, more: str | None = None) -> str:
    """The first *limit* characters, and how many more there were unless *more* says it."""
    shown = printable(text, keep="\n", limit=limit)
    return shown if more is None else printable(text[:limit], keep="\n") + more


def _pair(wanted: str | None, got: str | None) -> tuple[Markup, Markup]:
    """What was wanted and what came, JSON with a line a member, where they differ marked."""
    one, other = (printable(_pretty(text or ""), keep="\n", limit=4_000) for text in (wanted, got))
    return marked(one, other)


def _pretty(text: str) -> str:
    """JSON behind a status with a line a member; anything else as it is."""
    found = _ANSWER.fullmatch(text)
    return f"{found[1]}{indented(found[2])}" if found else text


def _coloured(text: str) -> Markup:
    """JSON with its names and strings told apart; anything else as it is."""
    if not text.startswith(("{", "[")):
        return escape(text)
    written: list[str] = []
    end = 0
    for found in _STRING.finditer(text):
        tag = "b" if found[1] else "i"
        written += [escape(text[end : found.start()]), f"<{tag}>{escape(found[0])}</{tag}>"]
        end = found.end()
    return Markup("".join([*written, escape(text[end:])]))  # noqa: S704 - its parts are escaped


def _milliseconds(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f} ms"
