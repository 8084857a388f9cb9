"""Reads a YAML file of the catalogue into tables, lists and words, each knowing its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import yaml
from yaml import events

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FLAGS = {"true": True, "false": False}


class Table(dict[str, object]):
    """A mapping of a file, with the line it begins on and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Begin an empty table on *line*."""
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of *key*, or that of the table where the key is missing."""
        return self.lines.get(key, self.line)


class Items(list[object]):
    """A list of a file, with the line it begins on and the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Begin an empty list on *line*."""
        self.line = line
        self.lines: list[int] = []


def refuse(path: Path, line: int, wrong: str, mend: str) -> NoReturn:
    """Refuse a file: where it is wrong, what is wrong, how to mend it."""
    raise UsageError(f"{path.parent.name}/{path.name}:{line}: {wrong}; {mend}")


def read(path: Path, text: str) -> object:
    """The one document of *text*, which is what the file at *path* holds."""
    try:
        stream = iter(_PARSER(text).get_event, None)
        next(stream)
        if isinstance(next(stream), events.StreamEndEvent):
            refuse(path, 1, "the file is empty", "write its rows or delete it")
        value = _value(path, next(stream), stream)
        next(stream)
        if not isinstance(more := next(stream), events.StreamEndEvent):
            refuse(path, _line(more), "a second document begins", "remove the line '---'")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse(
            path,
            mark.line + 1 if mark else 1,
            f"this is no YAML: {error.problem}",
            "check the indentation, the quotes and the colons here and on the line before",
        )
    except yaml.YAMLError as error:
        wrong = f"this is no YAML: {' '.join(str(error).split())}"
        refuse(path, 1, wrong, "save the file as plain text in UTF-8")
    return value


def _line(event: events.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


def _value(path: Path, event: events.Event, stream: Iterator[events.Event]) -> object:
    if isinstance(event, events.ScalarEvent):
        return _scalar(path, event)
    if isinstance(event, events.MappingStartEvent):
        return _table(path, event, stream)
    if isinstance(event, events.SequenceStartEvent):
        return _items(path, event, stream)
    return refuse(path, _line(event), "an alias stands here", "write the value out instead")


def _scalar(path: Path, event: events.ScalarEvent) -> str | bool:
    if event.tag is not None or event.anchor is not None:
        refuse(path, _line(event), "a tag or an anchor stands here", "write the plain value")
    value: str = event.value
    return _FLAGS.get(value, value) if event.style is None or event.style == "" else value


def _table(path: Path, start: events.Event, stream: Iterator[events.Event]) -> Table:
    table = Table(_line(start))
    while not isinstance(event := next(stream), events.MappingEndEvent):
        line = _line(event)
        key = event.value if isinstance(event, events.ScalarEvent) else ""
        if not key:
            refuse(path, line, "a key is no word", "begin the line with 'word:'")
        if key in table:
            refuse(path, line, f"the key '{key}' stands twice", "remove one of the two")
        table.lines[key] = line
        table[key] = _value(path, next(stream), stream)
    return table


def _items(path: Path, start: events.Event, stream: Iterator[events.Event]) -> Items:
    items = Items(_line(start))
    while not isinstance(event := next(stream), events.SequenceEndEvent):
        items.lines.append(_line(event))
        items.append(_value(path, event, stream))
    return items
