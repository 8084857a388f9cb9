"""``explain``: a requirement, where it comes from, and how to see it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from conformance.catalogue import load
from conformance.cli.parsing import hint
from conformance.errors import UsageError
from conformance.plugin import tracing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from conformance.catalogue import Catalogue, Operation, Requirement

USAGE = "ID"

EXAMPLES = """\
examples:
  containers-conformance explain container.create.succeeds
"""

#: Request bodies of the operations that have one, as curl takes them.
BODIES = {
    "createContainer": "-H 'Content-Type: application/json' -d '{\"name\": \"example\"}'",
    "createContainerFile": "-F file=@notes.txt",
}


def declare(parser: argparse.ArgumentParser) -> None:
    """Which requirement."""
    parser.add_argument("id", metavar="ID", help="A requirement's id, as reports name it.")


def act(options: argparse.Namespace) -> int:
    """Explain the requirement; the exit status.

    Raises:
        UsageError: if there is no such requirement.
    """
    catalogue = load()
    requirement = catalogue.requirements.get(options.id)
    if requirement is None:
        mend = hint(options.id, catalogue.requirements, "report.html lists every id of a run.")
        raise UsageError(f"There is no requirement {options.id!r}; {mend}")
    sys.stdout.write("\n".join(_explanation(requirement, catalogue)) + "\n")
    return 0


def _profiles(requirement: Requirement, catalogue: Catalogue) -> Iterator[str]:
    """The profiles that ask for it, with the level where they have another."""
    for name, profile in catalogue.profiles.items():
        if requirement.id in profile.requirements:
            level = profile.levels.get(requirement.id, requirement.level)
            yield name if level is requirement.level else f"{name} ({level.value})"
    if requirement.is_of_proxies:
        yield "any, in a run of the command proxy"


def _sources(requirement: Requirement, catalogue: Catalogue) -> Iterator[str]:
    """Document and place of each source, the document with its title where it has one."""
    for source in requirement.sources:
        document = catalogue.documents.get(source.document)
        title = f" ({document.title})" if document else ""
        yield f"{source.document}{title}, {source.place}"


def _explanation(requirement: Requirement, catalogue: Catalogue) -> list[str]:
    """What there is to say about *requirement*, in lines."""
    operation = next(each for each in catalogue.operations if each.id == requirement.operation)
    facts: list[tuple[str, list[str | None]]] = [
        ("operation", [f"{operation.id}, {operation.method} {operation.path}"]),
        ("reason", [requirement.reason]),
        ("feature", [requirement.feature]),
        ("profiles", [", ".join(_profiles(requirement, catalogue))]),
        ("since", [requirement.since]),
        ("retired in", [requirement.retired_in]),
        ("sources", [*_sources(requirement, catalogue)]),
        ("cases", [*tracing.cases_of(requirement.id)]),
        ("mutants", [*tracing.mutants_of(requirement.id)]),
        ("example", [_example(operation)]),
    ]
    lines = [f"{requirement.id}  {requirement.level.value}", f"  {requirement.sentence}"]
    for title, texts in facts:
        for number, text in enumerate(filter(None, texts)):
            lines.append(f"{'' if number else title:10}  {text}")
    return lines


def _example(operation: Operation) -> str:
    """A request of *operation* as curl, its ids left to the reader."""
    path = operation.path.replace("{container_id}", "$CONTAINER").replace("{file_id}", "$FILE")
    method = "" if operation.method == "GET" else f" -X {operation.method}"
    body = BODIES.get(operation.id, "")
    key = '-H "Authorization: Bearer $CONFORMANCE_API_KEY"'
    return f'curl -i{method} "$BASE_URL{path}" {key} {body}'.rstrip()
