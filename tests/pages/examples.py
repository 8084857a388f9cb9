"""The examples of a document: what is typed, what is printed, and what files they need.

A block of ``sh`` is run, in the order of the page, all of one page in one shell and one empty
directory. A block of ``text`` right behind one is what that must have printed: its lines in their
order, where "…" stands for anything and any number for any other. Ahead of a block may stand

``<!-- file: NAME -->``         the block, of whatever language, is written to that file;
``<!-- not run: REASON -->``    the block can't be run here; its commands and options are looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>file|not run): (?P<word>[^\n]+?) -->\n+)?"
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document, and the line that it begins in."""

    line: int
    language: str
    text: str
    file: str | None
    not_run: str | None
    follows: bool  # nothing but a sentence stands between it and the block before

    @property
    def is_run(self) -> bool:
        """Whether it is typed into the shell."""
        return self.language == "sh" and not self.not_run and not self.file


def blocks(document: Path) -> Iterator[Block]:
    """The blocks of *document* in their order."""
    text = document.read_text(encoding="utf-8")
    end = 0
    for found in BLOCK.finditer(text):
        mark = found["mark"]
        yield Block(
            line=text.count("\n", 0, found.start("language")) + 1,
            language=found["language"],
            text=found["text"],
            file=found["word"] if mark == "file" else None,
            not_run=found["word"] if mark == "not run" else None,
            follows=not text[end : found.start()].strip(),
        )
        end = found.end()


def script(of: list[Block]) -> str:
    """The shell's input: files are written and blocks run, each told by its line."""
    parts = ["set -euo pipefail"]
    for block in of:
        if block.file:
            parts.append(f"cat > '{block.file}' <<'END OF FILE'\n{block.text}END OF FILE")
        elif block.is_run:
            parts.append(f"printf '\\n%s %d\\n' '{LINE}' {block.line}\n{block.text}")
    return "\n".join(parts) + "\n"


#: What stands ahead of the output of each block.
LINE = "## line"


def outputs(printed: str) -> dict[int, str]:
    """What each block has printed, by its line."""
    parts = re.split(rf"^{LINE} (\d+)$\n", printed, flags=re.MULTILINE)
    return {int(line): text for line, text in zip(parts[1::2], parts[2::2], strict=True)}


def missing(wanted: str, printed: str) -> list[str]:
    """The lines of *wanted* that *printed* does not have behind those before them."""
    lost = []
    rest = iter(printed.splitlines())
    for line in filter(None, map(str.strip, wanted.splitlines())):
        if line == "…":
            continue
        pattern = re.compile(_pattern(line))
        if not any(pattern.fullmatch(each.strip()) for each in rest):
            lost.append(line)
            rest = iter(printed.splitlines())
    return lost


def _pattern(line: str) -> str:
    """What matches *line*: any number for a number, anything for an ellipsis."""
    escaped = re.sub(r"(\\ )+", r"\\s+", re.escape(line))
    return re.sub(r"[0-9]+", r"[0-9]+", escaped).replace("…", ".*")
