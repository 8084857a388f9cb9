"""Every module that registers lies or variants."""

import importlib

MODULES = (
    "statuses",
    "missing",
    "errors",
    "transport",
    "authentication",
    "isolation",
    "objects",
    "agreement",
    "pages",
    "lists",
    "cursors",
    "crowds",
    "filters",
    "writes",
    "damage",
    "creations",
    "options_of_containers",
    "deletions",
    "leftovers",
    "uploads",
    "copies",
    "content",
    "identifiers",
    "concurrency",
    "conditions",
    "generated",
    "variants",
    "variants_of_features",
    "variants_of_answers",
    "variants_of_transport",
    "variants_of_accounts",
)


def load() -> None:
    """Register them all."""
    for name in MODULES:
        importlib.import_module(f"tests.mutants.{name}")
