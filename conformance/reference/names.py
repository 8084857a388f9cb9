"""File names: as they stand in a part's header, in a path, and in Content-Disposition."""

import re
from urllib.parse import quote, unquote

_PARAMETER = re.compile(r';\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_NAMELESS = "upload"


def disposition(header: bytes) -> dict[str, str]:
    """The parameters of a part's Content-Disposition, with names as their senders meant them.

    Clients escape a quote as `%22` (and line ends likewise) or with a backslash.
    """
    text = _decode(header)
    found = {key.lower(): _plain(quoted, bare) for key, quoted, bare in _PARAMETER.findall(text)}
    extended = found.pop("filename*", "")
    charset, _, encoded = extended.partition("''")
    if charset.lower() == "utf-8":
        found["filename"] = unquote(encoded)
    return found


def _decode(header: bytes) -> str:
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def _plain(quoted: str, bare: str) -> str:
    text = re.sub(r'\\(["\\])', r"\1", quoted) if quoted else bare.strip()
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def last_segment(filename: str) -> str:
    """What is left of *filename* when it may not climb: its last segment."""
    segment = filename.replace("\0", "").rpartition("/")[2]
    return _NAMELESS if segment in ("", ".", "..") else segment


def attachment(filename: str) -> str:
    """The Content-Disposition of a download, with an ASCII name and the whole one (RFC 6266)."""
    ascii_name = "".join(c if " " <= c <= "~" and c not in '"\\' else "_" for c in filename)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"
