"""The addresses of a target and of a proxy."""

from __future__ import annotations

import ipaddress
from importlib.util import find_spec
from urllib.parse import SplitResult, urlsplit

#: The one host that the key in OPENAI_API_KEY belongs to.
OPENAI_HOST = "api.openai.com"


def _split(text: str, example: str) -> SplitResult:
    """*text* taken apart; never repeated in errors, as it may hold a password."""
    if not text.isprintable() or any(map(str.isspace, text)) or "\\" in text:
        raise ValueError(f"has a character that no URL may hold: write it like {example}")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"has a malformed host or port: write it like {example}") from None
    if not parts.hostname or port == 0:
        raise ValueError(f"wants a URL with scheme and host, like {example}")
    return parts


def base_url(text: str) -> str:
    """What comes before ``/containers``, without a slash at its end."""
    example = "https://api.openai.com/v1"
    parts = _split(text, example)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"wants an http or https URL, like {example}")
    if "@" in parts.netloc:
        raise ValueError(
            "has a user name or password in it: take it out,"
            " and give the key in a variable that --api-key-env names"
        )
    if "?" in text:
        raise ValueError("has a query in it: give its parameters with --query name=value")
    if "#" in text:
        raise ValueError("has a fragment in it: leave out what begins with #")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def proxy(text: str) -> str:
    """A proxy, as httpx takes it."""
    example = "http://127.0.0.1:3128"
    parts = _split(text, example)
    if parts.scheme not in ("http", "https", "socks5", "socks5h"):
        raise ValueError(f"wants an http, https or socks5 URL, like {example}")
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ValueError("needs the package socksio for SOCKS: pip install 'httpx[socks]'")
    return text


def host_of(url: str) -> str:
    """The host of *url*, in lower case, without brackets and port."""
    return urlsplit(url).hostname or ""


def is_loopback(url: str) -> bool:
    """Whether what is sent to *url* stays on this machine."""
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_password(url: str) -> str:
    """*url* with what stands before its ``@`` masked."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"[masked]@{place[2]}" if place[1] else place[2]).geturl()
