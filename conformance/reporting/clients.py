"""What driving real clients showed, as json, markdown, a page and lines of a terminal; pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.reporting import pages, writing
from conformance.reporting.escaping import printable, wrapped
from conformance.reporting.markdown import code, plain
from conformance.verdicts.clients import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Report = dict[str, Any]

#: Characters of any one text of the target's that are shown.
SHOWN, SHOWN_OF_A_DOCUMENT, SHOWN_ON_A_PAGE = 400, 700, 4_000

#: What heads the column of each operation on a terminal.
HEADS = {
    "listContainers": "list",
    "createContainer": "make",
    "retrieveContainer": "get",
    "deleteContainer": "del",
    "listContainerFiles": "f.list",
    "createContainerFile": "f.make",
    "retrieveContainerFile": "f.get",
    "deleteContainerFile": "f.del",
    "retrieveContainerFileContent": "bytes",
}

#: What stands in a cell of a table.
SIGNS = {
    "works": "ok",
    "loses": "less",
    "fails": "FAIL",
    "cannot": "—",
    "error": "ERR",
    "unreached": "?",
}

#: How the page paints each verdict.
TONES = {
    "works": "conformant",
    "loses": "partial",
    "fails": "non-conformant",
    "cannot": "partial",
    "error": "error",
    "unreached": "inconclusive",
    "breaks": "non-conformant",
    "inconclusive": "inconclusive",
}

FILES = ("clients.json", "clients.md", "clients.html")


def write_all(report: Report, directory: Path) -> None:
    """Write every file to *directory*, each whole or not at all, for its owner only.

    Raises:
        UsageError: if a file can't be written.
    """
    texts = (as_json(report), as_markdown(report), as_html(report))
    writing.write_all(directory, zip(FILES, texts, strict=True))


def as_json(report: Report) -> str:
    """The report as spec/schemas/clients.json describes it."""
    told = {name: value for name, value in report.items() if name != "exchanges"}
    exchanges = ",\n".join(json.dumps(each, ensure_ascii=False) for each in report["exchanges"])
    head = json.dumps(told, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{head},\n "exchanges": [\n{exchanges}\n]\n}}\n'


def wanting(report: Report) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each client with each of its cells that is not plainly `works`, the worst first."""
    worst = ["error", "fails", "loses", "cannot", "unreached"]
    found = [
        (client, cell)
        for client in report["clients"]
        for cell in client.get("operations", ())
        if cell["verdict"] != "works"
    ]
    return iter(sorted(found, key=lambda each: worst.index(each[1]["verdict"])))


def as_terminal(report: Report, *, width: int = 80) -> str:
    """The matrix, then what is wanting, in lines of at most *width* but for commands."""
    lines = list(_table(report))
    for client, cell in wanting(report):
        lines += ["", f"{printable(client['title'])}  {cell['operation']}"]
        told = printable(cell["says"], limit=SHOWN)
        lines += [f"  {line}" for line in wrapped(told, width - 2)]
    lines += _documents(report, width)
    for client in report["clients"]:
        if client["state"] == "driven":
            continue
        lines += ["", f"{printable(client['title'])}  {client['state'].replace('-', ' ')}"]
        lines.append(f"  {printable(client['says'], limit=SHOWN)}")
    for each in report["left"]:
        lines += ["", f"left: {printable(each['kind'])} {printable(each['id'] or each['name'])}"]
        lines.append(f"  {printable(each['command'])}")
    lines += ["", f"{report['verdict']}  {WORDS[report['verdict']]}"]
    return "\n".join(lines) + "\n"


def _table(report: Report) -> Iterator[str]:
    yield f"{'client':<28}" + "".join(f"{head:>{_room(head)}}" for head in HEADS.values())
    for client in report["clients"]:
        row = f"{printable(client['title'])[:27]:<28}"
        cells = {each["operation"]: each["verdict"] for each in client.get("operations", ())}
        for operation, head in HEADS.items():
            sign = SIGNS[cells[operation]] if operation in cells else "·"
            row += f"{sign:>{_room(head)}}"
        yield row


def _room(head: str) -> int:
    """The columns of a terminal that an operation called *head* takes."""
    return max(len(head), 4) + 1


def _documents(report: Report, width: int) -> list[str]:
    told = [each for client in report["clients"] for each in client.get("documents", ())]
    lines = ["", "documents"] if told else []
    for each in told:
        lines.append(f"  {printable(each['document'], limit=SHOWN)}")
        says = printable(each["says"], limit=SHOWN_OF_A_DOCUMENT)
        lines += [f"    {line}" for line in wrapped(says, width - 4)]
    return lines


def as_markdown(report: Report) -> str:
    """The matrix and what is wanting, for a pull request."""
    run = report["run"]
    lines = [
        f"## Clients of {plain(report['target']['name'])}: {report['verdict']}",
        "",
        (
            f"{code(report['target']['base_url'])} · {run['started_at'][:10]} · "
            f"suite {plain(report['suite']['version'])} · run {code(run['id'])}"
        ),
        "",
        "| client | " + " | ".join(HEADS) + " |",
        "|---|" + "---|" * len(HEADS),
    ]
    for client in report["clients"]:
        cells = {each["operation"]: each["verdict"] for each in client.get("operations", ())}
        signs = [SIGNS[cells[each]] if each in cells else "·" for each in HEADS]
        lines.append(f"| {plain(client['title'])} | " + " | ".join(signs) + " |")
    lines += ["", *_wanting(report), *_examples(report)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _wanting(report: Report) -> Iterator[str]:
    for client, cell in wanting(report):
        ids = [id_ for trial in cell["trials"] for id_ in trial["exchanges"] if _is_red(trial)]
        shown = f" ({', '.join(code(each) for each in ids[:6])})" if ids else ""
        told = plain(printable(cell["says"], limit=SHOWN))
        yield f"- **{plain(client['title'])}**, {cell['operation']}: {told}{shown}"
    for client in report["clients"]:
        if client["state"] != "driven":
            state = client["state"].replace("-", " ")
            yield f"- **{plain(client['title'])}** {state}: {code(client['says'])}"


def _is_red(trial: dict[str, Any]) -> bool:
    return bool(trial["verdict"] != "works")


def _examples(report: Report) -> Iterator[str]:
    told = [each for client in report["clients"] for each in client.get("documents", ())]
    if told:
        yield "\n| example of a document | |\n|---|---|"
    for each in told:
        says = plain(printable(each["says"], limit=SHOWN_OF_A_DOCUMENT))
        yield f"| {plain(each['document'])} | {says} |"


def as_html(report: Report) -> str:
    """The report as a page; all of the target's text in it is escaped and visible."""
    page = pages.environment(SHOWN_ON_A_PAGE).get_template("clients.html.j2")
    exchanges = {each["id"]: each for each in report["exchanges"]}
    return page.render(**matrix(report), exchanges=exchanges)


def matrix(report: Report) -> dict[str, Any]:
    """What a page needs to show the matrix of *report*, and what is wanting in it."""
    return {
        "report": report,
        "heads": HEADS,
        "signs": SIGNS,
        "tones": TONES,
        "words": WORDS,
        "wanting": list(wanting(report)),
    }
