"""The JSON Schemas in spec/schemas, by which files are checked when they are read."""

from __future__ import annotations

import json
from typing import Any

from conformance.catalogue.loading import load

#: Characters of a fault that are told: it may quote a whole file.
TOLD = 200


def schema(name: str) -> dict[str, Any]:
    """The schema of the files called *name*, such as ``report``."""
    path = load().directory / "schemas" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def misfit(value: object, name: str) -> str | None:
    """The first thing in *value* that the schema *name* forbids, and its place; None if it fits."""
    import jsonschema  # noqa: PLC0415 - slow, and not for the sake of help

    validator = jsonschema.Draft202012Validator(schema(name))
    fault = next(validator.iter_errors(value), None)
    if fault is None:
        return None
    told = fault.message if len(fault.message) <= TOLD else f"{fault.message[:TOLD]}…"
    return f"{fault.json_path[:TOLD]}: {told}"
