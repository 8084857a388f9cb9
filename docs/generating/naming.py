"""Makes a link of each requirement that a page names; one that does not exist fails the build."""

from __future__ import annotations

import re
from functools import cache

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from conformance import catalogue

CATALOGUE = "docs/catalogue"

ID = re.compile(
    r"(?:proxy\.)?(?:container\.(?:create|retrieve|delete|list)"
    r"|file\.(?:create|retrieve|delete|list|content))\.[a-z0-9]+(?:-[a-z0-9]+)+"
)

logger = logging.getLogger(__name__)


@cache
def known() -> frozenset[str]:
    """The ids of all requirements."""
    return frozenset(catalogue.load().requirements)


class RequirementLinks(SphinxPostTransform):
    """Literals that are a requirement's id lead to its row in the catalogue."""

    default_priority = 400

    def run(self, **_options: object) -> None:
        """Wrap each such literal in a reference."""
        for literal in list(self.document.findall(nodes.literal)):
            id_ = literal.astext()
            if not ID.fullmatch(id_):
                continue
            if id_ not in known():
                logger.warning("there is no requirement %s", id_, location=literal)
                continue
            page = self.app.builder.get_relative_uri(self.env.docname, CATALOGUE)
            link = nodes.reference("", "", internal=True, refuri=f"{page}#{id_}")
            literal.replace_self(link)
            link += literal
