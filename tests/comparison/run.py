"""Compare what tools find of the same lies: ``python -m tests.comparison.run``.

Our suite and schemathesis are always there; Prism and Portman where npm has installed them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.comparison import bench, choice, table, tools
from tests.mutants.registry import Mutant, Variant
from tests.mutants.relevance import HONEST

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "reports" / "comparison" / "results.jsonl"
DOCUMENT = ROOT / "docs" / "comparison.md"
README = ROOT / "README.md"

Key = tuple[str, str, str]  # tool, version, subject


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.comparison.run", description=__doc__)
    add = parser.add_argument
    add("--openai", metavar="PYTHON", help="A Python that has openai.")
    add("--prism", metavar="DIR", help="Where npm has installed @stoplight/prism-cli.")
    add("--portman", metavar="DIR", help="Where npm has installed @apideck/portman.")
    add("--processes", type=int, default=2, metavar="N", help="Runs at a time. [2]")
    add("--resume", action="store_true", help="Take what an interrupted comparison measured.")
    add("--write", action="store_true", help="Write the tables of the documents.")
    add("--only", metavar="TOOL", action="append", help="Some of the tools, by name.")
    return parser


def recorded(path: Path) -> Iterator[tuple[Key, bench.Result]]:
    """What has been measured already."""
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        read = json.loads(line)
        said = bench.Said(read["status"], frozenset(read["faults"]))
        result = bench.Result(said, read["seconds"], read["requests"], read["left"])
        yield (read["tool"], read["version"], read["subject"]), result


def record(path: Path, key: Key, result: bench.Result) -> None:
    """Add a measurement to the file."""
    tool, version, subject = key
    line = {
        "tool": tool,
        "version": version,
        "subject": subject,
        "status": result.said.status,
        "faults": sorted(result.said.faults),
        "seconds": round(result.seconds, 2),
        "requests": result.requests,
        "left": result.left,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def measured(
    tool: tools.Tool, subjects: list[Mutant | Variant], processes: int, *, resume: bool
) -> table.Column:
    """What *tool* says about each of *subjects*."""
    known = dict(recorded(RECORDS)) if resume else {}
    results = {}

    def one(subject: Mutant | Variant) -> None:
        key = (tool.name, tool.version, subject.name)
        if key not in known:
            known[key] = bench.measure(tool, subject)
            record(RECORDS, key, known[key])
        results[subject.name] = known[key]
        said = f"{known[key].said.status} {len(known[key].said.faults)} faults"
        sys.stdout.write(f"{tool.name} {subject.name} {known[key].seconds:.1f} s {said}\n")
        sys.stdout.flush()

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(one, subjects))
    return table.Column(tool.name, tool.version, results)


def _write(columns: list[table.Column], thirds: dict[str, list[str]]) -> None:
    date = datetime.now(UTC).date().isoformat()
    DOCUMENT.write_text(table.document(columns, thirds, date), "utf-8")
    told = f"Measured on {date}:\n\n{table.summary(columns, thirds)}"
    README.write_text(table.placed(README.read_text("utf-8"), told), "utf-8")


def main() -> int:
    """Measure, and print the table; 1 if ours finds less than all, or blames the reference."""
    asked = _parser().parse_args()
    chosen = choice.chosen()
    subjects = [HONEST, *(lie for lies in chosen.values() for lie in lies)]
    if not asked.resume:
        RECORDS.unlink(missing_ok=True)
    there = tools.available(
        {"prism": asked.prism, "openai": asked.openai, "portman": asked.portman}
    )
    columns = [
        measured(tool, subjects, asked.processes, resume=asked.resume)
        for tool in there
        if not asked.only or tool.name in asked.only
    ]
    thirds = {third: [lie.name for lie in lies] for third, lies in chosen.items()}
    sys.stdout.write(f"\n{table.summary(columns, thirds)}\n{table.details(columns, thirds)}")
    if asked.write:
        _write(columns, thirds)
    ours = [column for column in columns if column.name == tools.Ours.name]
    every = [lie for lies in thirds.values() for lie in lies]
    fine = all(not each.false_alarms and all(map(each.finds, every)) for each in ours)
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
