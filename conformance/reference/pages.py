"""Pages of a list: what a query asks for, and how the rows are read.

Rows are ordered by their creation and, within one second, by a sequence number: a walk meets
every item exactly once, however many were made together.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.reference import errors

_DEFAULT_LIMIT = 20
_MAX_LIMIT = 100
_INTEGER = re.compile(r"(-?[0-9]{1,18})(\.0{1,18})?")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for."""

    limit: int = _DEFAULT_LIMIT
    newest_first: bool = True
    after: str | None = None
    before: str | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Paging":
        """Read the documented parameters; others are ignored.

        Raises:
            Refusal: if one has a value that is not allowed.
        """
        return cls(
            limit=_limit(query.get("limit")),
            newest_first=_newest_first(query.get("order", "desc")),
            after=_cursor(query, "after"),
            before=_cursor(query, "before"),
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """The table to list, and which of its rows belong to the list."""

    table: str
    belongs: str
    values: tuple[object, ...]
    filtered: str = "deleted = 0"
    filter_values: tuple[object, ...] = ()

    def narrowed(self, condition: str, value: object) -> "Rows":
        """The same list, of which only what meets the *condition* is shown."""
        return replace(
            self,
            filtered=f"{self.filtered} AND {condition}",
            filter_values=(*self.filter_values, value),
        )


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    found = _INTEGER.fullmatch(text)
    if not found:
        raise errors.wrong_type("limit", "an integer")
    return within("limit", int(found[1]), 1, _MAX_LIMIT)


def within(param: str, value: int, low: int, high: int) -> int:
    """The *value*, if it lies between *low* and *high*.

    Raises:
        Refusal: if it does not.
    """
    if value < low:
        message = f"Invalid '{param}': integer below minimum value. Expected a value >= {low}."
        raise errors.invalid(message, param, "integer_below_min_value")
    if value > high:
        message = f"Invalid '{param}': integer above maximum value. Expected a value <= {high}."
        raise errors.invalid(message, param, "integer_above_max_value")
    return value


def _newest_first(order: str) -> bool:
    if order not in ("asc", "desc"):
        message = "Invalid value for 'order'. Supported values are: 'asc' and 'desc'."
        raise errors.invalid(message, "order")
    return order == "desc"


def _cursor(query: Mapping[str, str], param: str) -> str | None:
    cursor = query.get(param)
    if cursor == "":
        raise errors.invalid(f"Invalid '{param}': it names no item.", param)
    return cursor


def read(
    connection: sqlite3.Connection, rows: Rows, paging: Paging
) -> tuple[list[sqlite3.Row], bool]:
    """The rows of a page, and whether there are more beyond it.

    With `before` alone the page is the one that ends just before that item.

    Raises:
        Refusal: if a cursor names nothing that this list ever held.
    """
    backwards = paging.before is not None and paging.after is None
    descending = paging.newest_first != backwards
    bounds, values = _bounds(connection, rows, paging)
    sql = (
        f"SELECT * FROM {rows.table} WHERE {rows.belongs} AND {rows.filtered}{bounds} "  # noqa: S608 - made of constants
        f"ORDER BY created_at {_direction(descending)}, seq {_direction(descending)} LIMIT ?"
    )
    bound_values = (*rows.values, *rows.filter_values, *values, paging.limit + 1)
    found = connection.execute(sql, bound_values).fetchall()
    page = found[: paging.limit]
    return page[::-1] if backwards else page, len(found) > paging.limit


def _direction(descending: bool) -> str:  # noqa: FBT001 - a direction has two values
    return "DESC" if descending else "ASC"


def _bounds(
    connection: sqlite3.Connection, rows: Rows, paging: Paging
) -> tuple[str, Sequence[object]]:
    sql, values = "", list[object]()
    for param, cursor, older in (
        ("after", paging.after, paging.newest_first),
        ("before", paging.before, not paging.newest_first),
    ):
        if cursor is not None:
            sql += f" AND (created_at, seq) {'<' if older else '>'} (?, ?)"
            values += _place(connection, rows, param, cursor)
    return sql, values


def _place(
    connection: sqlite3.Connection, rows: Rows, param: str, cursor: str
) -> tuple[object, ...]:
    sql = f"SELECT created_at, seq FROM {rows.table} WHERE {rows.belongs} AND id = ?"  # noqa: S608 - made of constants
    place = connection.execute(sql, (*rows.values, cursor)).fetchone()
    if place is None:
        raise errors.unknown_cursor(param, cursor)
    return tuple(place)
