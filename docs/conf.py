"""How the pages are built, by `nox -s docs`: Sphinx over the Markdown of this repository."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for `generating`

project = "containers-conformance"
author = "the maintainers"
extensions = ["myst_parser", "generating"]

# The source directory is the whole repository, so that every link between its documents holds on
# the pages as it does in the files.
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "reports/README.md",
    "reports/proxies/*.md",
    "reports/reference/clients.md",
    "spec/decisions.md",
]
exclude_patterns = [".*", "site", "dist", "**/node_modules", "tests", "conformance"]

nitpicky = True
myst_heading_anchors = 4
myst_disable_syntax = ["footnote_ref", "footnote_inline"]  # paths and globs have brackets
suppress_warnings = [
    "misc.highlighting_failure",  # samples are shortened with "…"
    "myst.header",  # reports begin at the second level: they are made to stand in a comment
    "toc.not_included",  # reports are reached from the pages that speak of them
]

html_theme = "furo"
html_title = "containers-conformance"
html_static_path = ["_static"]
html_css_files = ["catalogue.css", "paper.css"]
html_js_files = [("catalogue.js", {"defer": "defer"})]
html_additional_pages = {"index": "redirect.html"}
templates_path = ["_templates"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
