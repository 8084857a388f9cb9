"""Every module that registers lies or variants."""

import importlib

MODULES = (
    "statuses",
    "errors",
    "transport",
    "authentication",
    "isolation",
    "objects",
    "agreement",
    "pages",
    "lists",
    "filters",
    "writes",
    "creations",
    "options_of_containers",
    "deletions",
    "uploads",
    "copies",
    "content",
    "identifiers",
    "concurrency",
    "conditions",
    "variants",
    "variants_of_answers",
    "variants_of_transport",
    "variants_of_accounts",
)


def load() -> None:
    """Register them all."""
    for name in MODULES:
        importlib.import_module(f"tests.mutants.{name}")
