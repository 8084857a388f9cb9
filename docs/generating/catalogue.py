"""The catalogue as a table that can be searched: a row a requirement, with an anchor of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conformance import catalogue
from conformance.catalogue import OPERATIONS

if TYPE_CHECKING:
    from conformance.catalogue import Catalogue, Requirement


def written() -> str:
    """The table, its filters and what is not tested, as HTML within Markdown."""
    whole = catalogue.load()
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = templates.get_template("catalogue.html.j2").render(
        operations=OPERATIONS,
        requirements=_rows(whole),
        documents=whole.documents,
        features=sorted(whole.features),
        profiles=whole.profiles.values(),
    )
    return f"```{{raw}} html\n{html}\n```\n"


def _rows(whole: Catalogue) -> list[Requirement]:
    """The requirements in the order of the contract, those of proxies last."""
    order = {operation.id: place for place, operation in enumerate(OPERATIONS)}
    return sorted(
        whole.requirements.values(),
        key=lambda each: (each.is_of_proxies, order[each.operation], each.id),
    )
