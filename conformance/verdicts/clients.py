"""What driving real clients showed: from findings to cells, and from cells to an exit status.

Findings are plain data, as the drivers leave them. A cell speaks about one operation through
one client; only what the target is to blame for makes a run fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: How the titles of trials begin that show a refusal.
REFUSALS = "tells"

#: Exit statuses, by what a run of clients has shown, the gravest first.
EXIT_STATUS = {"error": 5, "breaks": 1, "inconclusive": 4, "works": 0}

#: What each verdict of a run means.
WORDS = {
    "works": "Every client that was driven works.",
    "breaks": "The target breaks a client.",
    "inconclusive": "Not every client could be driven to its end.",
    "error": "The suite itself failed.",
}

Finding = dict[str, Any]


def cell(operation: str, findings: Iterable[Finding]) -> dict[str, Any]:
    """What *findings* say of *operation*: ``works``, ``works, but loses …`` or ``fails: …``."""
    mine = [each for each in findings if each["operation"] == operation]
    trials = [each for each in mine if not each["document"] or each["guilt"] == "target"]
    verdict, guilt, reasons = _weighed(trials)
    return {
        "operation": operation,
        "verdict": verdict,
        "guilt": guilt,
        "says": _sentence(verdict, reasons),
        "trials": mine,
    }


def _weighed(trials: Sequence[Finding]) -> tuple[str, str | None, list[str]]:
    if not trials:
        return "unreached", None, []
    for verdict, guilt in (("error", None), ("fails", "target")):
        found = _those(trials, verdict, guilt)
        if found:
            return verdict, guilt or "suite", [_told(each) for each in found]
    throttled = _those(trials, "unreached", None)
    if throttled:
        return "unreached", None, [_told(each) for each in throttled]
    does = [each for each in trials if not each["title"].startswith(REFUSALS)]
    works = [each for each in does if each["verdict"] in ("works", "loses")]
    own = _those(trials, "fails", "client")
    cannot = _those(does, "cannot", None)
    if not works:
        worst = own or cannot
        return ("fails" if own else "cannot"), "client", [_told(each) for each in worst]
    less = _those(trials, "loses", None) + own + cannot
    if not less:
        return "works", None, []
    guilt = "target" if any(each["guilt"] == "target" for each in less) else "client"
    return "loses", guilt, [_told(each) for each in less]


def _those(trials: Iterable[Finding], verdict: str, guilt: str | None) -> list[Finding]:
    return [
        each
        for each in trials
        if each["verdict"] == verdict and (guilt is None or each["guilt"] == guilt)
    ]


def _told(finding: Finding) -> str:
    """What a finding says, and whose mistake it is where it is not the target's."""
    if finding["verdict"] == "fails":
        own = ", the client's own mistake" if finding["guilt"] == "client" else ""
        return f"“{finding['title']}”{own}: {finding['says']}"
    return str(finding["says"])


def _sentence(verdict: str, reasons: Iterable[str]) -> str:
    told = "; ".join(dict.fromkeys(reasons))
    starts = {
        "works": "works",
        "loses": "works, but loses ",
        "fails": "fails: ",
        "cannot": "the client can't: ",
        "error": "a fault of the suite: ",
        "unreached": "not reached" + (": " if told else ""),
    }
    return starts[verdict] + told


def documents(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What became of the examples of the documents: worst finding first to speak."""
    examples: dict[str, list[Finding]] = {}
    for each in findings:
        if each["document"]:
            examples.setdefault(each["document"], []).append(each)
    told = []
    for name, steps in examples.items():
        wrong = [each for each in steps if each["verdict"] != "works"]
        says = "works as written" if not wrong else "; ".join(_step(each) for each in wrong)
        told.append(
            {
                "document": name,
                "verdict": "works" if not wrong else "can't work as written",
                "says": says,
                "steps": len(steps),
                "exchanges": [id_ for each in steps for id_ in each["exchanges"]],
            }
        )
    return told


def _step(finding: Finding) -> str:
    return f"“{finding['title']}”: {finding['says']}"


def verdict_of(clients: Sequence[Mapping[str, Any]], *, cut_short: bool) -> str:
    """What the run as a whole has shown."""
    driven = [each for each in clients if each["state"] == "driven"]
    cells = [one for each in driven for one in each["operations"]]
    if any(each["verdict"] == "error" for each in cells):
        return "error"
    if any(each["verdict"] == "fails" and each["guilt"] == "target" for each in cells):
        return "breaks"
    unreached = any(each["verdict"] == "unreached" for each in cells)
    broken = any(each["state"] == "broken" for each in clients)
    return "inconclusive" if cut_short or unreached or broken or not driven else "works"
