"""report.html as a browser would take it apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements that run something, fetch something or lead somewhere by themselves.
ACTIVE = frozenset(
    {"script", "img", "iframe", "frame", "object", "embed", "applet", "base", "form"}
    | {"audio", "video", "source", "track", "link", "portal", "math"}
)


@dataclass
class Opened(HTMLParser):
    """What in a page is active."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Be ready to read."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that does something."""
        if tag in ACTIVE:
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            is_link = name in ("href", "src", "action", "xlink:href", "srcdoc", "style")
            is_safe = address.startswith("#") or name == "style"
            if name.startswith("on") or (is_link and not is_safe) or "url(" in address:
                self.found.append(f"{tag} {name}={value}")
        if tag == "meta" and any(name == "http-equiv" for name, _ in attrs):
            told = dict(attrs)
            if str(told["http-equiv"]).lower() != "content-security-policy":
                self.found.append(f"meta {told}")


def active_in(page: str) -> list[str]:
    """Everything in *page* that runs, fetches or leads away."""
    opened = Opened()
    opened.feed(page)
    opened.close()
    return opened.found
