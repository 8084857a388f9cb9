"""The fields of the files that are read and written, from their JSON Schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generating.tables import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).resolve().parents[2] / "spec" / "schemas"

#: The files that people and their programs meet, by the name of their schema.
FILES = {
    "report": "report.json",
    "waivers": "waivers.yaml",
    "target": "target.toml",
    "config": "conformance.toml",
    "comparison": "what `compare --format json` prints",
    "verification": "what `verify --format json` prints",
    "matrix": "matrix.json",
    "clients": "clients.json",
}

Schema = dict[str, Any]


def written() -> str:
    """A section a file."""
    return "\n".join(_section(name, title) for name, title in FILES.items())


def _section(name: str, title: str) -> str:
    """The fields of one file."""
    path = SCHEMAS / f"{name}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    link = f"[The schema](../../spec/schemas/{path.name})."
    rows = list(fields(schema))
    head = ("field", "type", "always there", "meaning")
    return f"## {title}\n\n{schema.get('description', '')} {link}\n\n{table(head, rows)}"


def fields(schema: Schema) -> Iterator[tuple[str, str, str, str]]:
    """Every field that *schema* describes, with its way from the top."""
    yield from _within(schema, schema, "")


def _within(node: Schema, whole: Schema, way: str) -> Iterator[tuple[str, str, str, str]]:
    """The fields below *node*, which stands at *way*."""
    node = _resolved(node, whole)
    for name, child in node.get("properties", {}).items():
        inner = _resolved(child, whole)
        here = f"{way}.{name}" if way else name
        needed = "yes" if name in node.get("required", ()) else ""
        yield code(here), _type(inner, whole), needed, inner.get("description", "")
        yield from _within(inner, whole, here)
    items = node.get("items") or next(iter(node.get("prefixItems", ())), None)
    if isinstance(items, dict):
        yield from _within(items, whole, f"{way}[]")
    others = node.get("additionalProperties")
    if isinstance(others, dict):
        yield from _within(others, whole, f"{way}.*")


def _resolved(node: Schema, whole: Schema) -> Schema:
    """*node* with what it refers to, and what it is all of, put into it."""
    joined = dict(node)
    for part in (*joined.pop("allOf", ()), *([node] if "$ref" in node else ())):
        found: Schema = part
        if "$ref" in part:
            found = whole
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            found = _resolved(found, whole)
        if "properties" in joined and "properties" in found:
            found = {**found, "properties": {**joined["properties"], **found["properties"]}}
        joined = {
            **joined,
            **found,
            **{key: joined[key] for key in ("description",) if key in joined},
        }
    return joined


def _type(node: Schema, whole: Schema) -> str:
    """What may stand there."""
    if "const" in node:
        return code(str(node["const"]))
    if "enum" in node:
        return " or ".join(code(str(each)) for each in node["enum"])
    for key in ("anyOf", "oneOf"):
        if key in node:
            return " or ".join(_type(_resolved(each, whole), whole) for each in node[key])
    kind = node.get("type", "any")
    shown = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{shown} ({node['format']})" if "format" in node else shown
