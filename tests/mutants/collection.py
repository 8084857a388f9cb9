"""Every module that registers lies or variants."""

import importlib

MODULES = (
    "statuses",
    "missing",
    "errors",
    "transport",
    "authentication",
    "isolation",
    "detours",
    "objects",
    "agreement",
    "pages",
    "lists",
    "cursors",
    "crowds",
    "filters",
    "patterns",
    "writes",
    "damage",
    "creations",
    "oddnames",
    "views",
    "options_of_containers",
    "deletions",
    "leftovers",
    "late_deletions",
    "namesakes",
    "uploads",
    "copies",
    "copies_elsewhere",
    "links",
    "sizes",
    "content",
    "readers",
    "identifiers",
    "concurrency",
    "conditions",
    "repetition",
    "caches",
    "generated",
    "variants",
    "variants_of_features",
    "variants_of_lists",
    "variants_of_answers",
    "variants_of_transport",
    "variants_of_accounts",
)


def load() -> None:
    """Register them all."""
    for name in MODULES:
        importlib.import_module(f"tests.mutants.{name}")
