"""What the tools found, side by side, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from tests.comparison.bench import Result

HONEST = "reference"

HEAD = """\
| tool | {thirds} | all | false alarms | s | requests | containers left |
|---|{dashes}---|---|---|---|---|
"""


PAGE = """\
# Side by side

What each tool finds of the same {many} lies, measured on {date} by `nox -s compare`.
They were drawn by lot before anything was measured, see `tests/comparison/chosen.yaml`.

A lie is found where a tool's exit status differs from what it is about the honest reference, or
where the tool reports a fault that it does not report there. What it reports there are its false
alarms. Each tool runs with the options that it has by itself on `spec/openapi.yaml`; seconds,
requests and containers left behind are the mean of a run. Prism is driven by the openai client.
Dredd 14.1.0 is not among them: it refuses this OpenAPI 3.1 document before it sends anything.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """What one tool said about the reference and about each lie."""

    name: str
    version: str
    results: Mapping[str, Result]  # by lie, and by `HONEST`

    def finds(self, lie: str) -> bool:
        """Whether the tool says of *lie* what it does not say of the reference."""
        return self.results[lie].finds(self.results[HONEST])

    @property
    def false_alarms(self) -> int:
        """How many kinds of fault the tool reports of the honest reference."""
        return len(self.results[HONEST].said.faults)


def summary(columns: Sequence[Column], thirds: Mapping[str, Sequence[str]]) -> str:
    """A row a tool: what it finds of each third, and what a run takes in the mean."""
    head = HEAD.format(thirds=" | ".join(thirds), dashes="---|" * len(thirds))
    return head + "".join(_row(column, thirds) for column in columns)


def _row(column: Column, thirds: Mapping[str, Sequence[str]]) -> str:
    found = [sum(map(column.finds, lies)) for lies in thirds.values()]
    every = sum(len(lies) for lies in thirds.values())
    results = column.results.values()
    cells = (
        f"{column.name} {column.version}",
        *map(str, found),
        f"{sum(found)} of {every}",
        str(column.false_alarms),
        f"{mean(each.seconds for each in results):.0f}",
        f"{mean(each.requests for each in results):.0f}",
        f"{mean(each.left for each in results):.0f}",
    )
    return f"| {' | '.join(cells)} |\n"


def details(columns: Sequence[Column], thirds: Mapping[str, Sequence[str]]) -> str:
    """A row a lie, with who finds it."""
    head = f"| | lie | {' | '.join(column.name for column in columns)} |\n"
    lines = [head, "|---|---|" + "---|" * len(columns) + "\n"]
    for third, lies in thirds.items():
        for lie in lies:
            cells = ("found" if column.finds(lie) else "" for column in columns)
            lines.append(f"| {third} | `{lie}` | {' | '.join(cells)} |\n")
    return "".join(lines)


def document(columns: Sequence[Column], thirds: Mapping[str, Sequence[str]], date: str) -> str:
    """The page that tells of one measurement."""
    many = sum(map(len, thirds.values()))
    return (
        f"{PAGE.format(many=many, date=date)}\n"
        f"{summary(columns, thirds)}\n{details(columns, thirds)}"
    )


def placed(readme: str, table: str) -> str:
    """*readme* with *table* between the two comments that name it."""
    begin, end = "<!-- compare -->\n", "<!-- /compare -->"
    before, _, rest = readme.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{table}{end}{after}"
