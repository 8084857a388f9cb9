"""Reaching the target over HTTP: one kept connection, bounded in time and memory."""

from __future__ import annotations

import contextlib
import functools
import ssl
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from conformance import __version__
from conformance.drivers.deadline import Deadline, forsake
from conformance.evidence import Request, Response
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: An answer longer than this is cut: no operation that we ask needs more.
LONGEST_ANSWER = 16 * 1024 * 1024

#: Bytes that are kept of an answer that was cut, or that did not come whole.
KEPT_OF_A_CUT_ANSWER = 65_536

#: A kept connection that rested this long is not used again: it may just be closing.
KEEP_ALIVE_S = 2.0

#: The first status behind which a server may close a connection without having said so.
SERVER_ERROR = 500

#: Bytes of a chunk when a body is sent without a Content-Length.
CHUNK = 16_384

#: The window size that zlib takes for gzip, and what every member of it begins with.
GZIP, GZIP_MEMBER = 31, b"\x1f\x8b\x08"

#: The window sizes that zlib takes for each content encoding; deflate is also sent raw.
WINDOWS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (47, -15)}

#: Members of a gzip body that are inflated: no answer that we ask for needs more than one.
MOST_MEMBERS = 10_000

#: Bytes that are given to zlib at once: what is left of them behind a member is copied.
PIECE = 4096

#: Characters of a content encoding that is told: none that is known is longer.
LONGEST_ENCODING = 40

#: No proxy of the environment stands between two processes of one machine.
LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


#: To take an address apart is a tenth of what a request costs; many are asked again.
_parsed = functools.lru_cache(maxsize=256)(httpx.URL)


@dataclass(frozen=True, slots=True)
class Credential:
    """How one caller proves who they are; `kind` stands in the evidence, the value never."""

    kind: str  # own, second, none, wrong
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reachability:
    """How the target is reached, as httpx takes it."""

    timeout_s: float = 30.0
    ca_file: str | None = None
    client_cert: tuple[str, str | None] | None = None
    proxy: str | None = None
    encrypted: bool = True  # whether what is asked may be encrypted at all


class _NoCookies(httpx.Cookies):
    """Keeps no cookie, and looks for none: urllib would be asked to read every answer."""

    def extract_cookies(self, response: httpx.Response) -> None:
        pass


class Connection:
    """An HTTP client that follows no redirect, keeps no cookie and reads no more than it must."""

    def __init__(self, how: Reachability) -> None:
        """Prepare a client; nothing is sent."""
        self.timeout_s = how.timeout_s
        self._client = httpx.Client(
            verify=_tls(how),
            proxy=how.proxy,
            timeout=how.timeout_s,
            follow_redirects=False,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_S),
            mounts=None if how.proxy else dict.fromkeys(LOOPBACK),
        )
        self._client._cookies = _NoCookies()  # noqa: SLF001 - a copy is made of what it is given
        self._deadline = Deadline()
        self._deadline.bind(self._client)
        # Only what a request is given goes out; nothing is added behind the case's back.
        self._client.headers = httpx.Headers(
            {
                "accept-encoding": "gzip, deflate",
                "user-agent": f"containers-conformance/{__version__}",
            }
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def request(
        self,
        method: str,
        url: str,
        headers: tuple[tuple[str, str], ...],
        content: bytes | None,
        *,
        chunked: bool = False,
        longest: int | None = None,
        before_repeat: Callable[[], None] = lambda: None,
    ) -> tuple[Request, Response | None, str | None]:
        """Send one request; returns what was sent, what came, and why nothing came.

        Of an answer longer than *longest* bytes only the beginning is kept.
        A GET whose kept connection turns out to be closed is sent once more on a new one,
        *before_repeat* having been called.
        """
        longest = longest or LONGEST_ANSWER
        body = _chunks(content or b"") if chunked else content
        prepared = self._client.build_request(
            method, _parsed(url), headers=list(headers), content=body
        )
        raw = prepared.headers.raw
        pairs = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in raw)
        sent = Request(method, str(prepared.url), pairs, content or b"")
        response, trouble = self._exchange(prepared, longest)
        if response is None and method == "GET" and "disconnected" in (trouble or ""):
            before_repeat()
            response, trouble = self._exchange(prepared, longest)
        return sent, response, trouble

    def relay(
        self, method: str, url: str, headers: tuple[tuple[str, str], ...], content: bytes | None
    ) -> tuple[Response | None, str | None]:
        """Send what another program wrote, adding nothing; the answer's body stays encoded."""
        chunked = any(name.lower() == "transfer-encoding" for name, _ in headers)
        body = _chunks(content or b"") if chunked else content
        prepared = httpx.Request(method, url, headers=list(headers), content=body)
        return self._ask(prepared, LONGEST_ANSWER)

    def _exchange(
        self, prepared: httpx.Request, longest: int
    ) -> tuple[Response | None, str | None]:
        raw, trouble = self._ask(prepared, longest)
        return raw and plain(raw, longest), trouble

    def _ask(self, prepared: httpx.Request, longest: int) -> tuple[Response | None, str | None]:
        self._deadline.begin(self.timeout_s)
        try:
            answer = self._client.send(prepared, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            return None, f"{type(error).__name__}: {shown(str(error))}"
        if answer.status_code >= SERVER_ERROR:
            forsake(answer)
        try:
            content, flaw = _read(answer, longest)
        finally:
            answer.close()
        headers = tuple(
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in answer.headers.raw
        )
        return (
            Response(
                status=answer.status_code,
                headers=headers,
                content=content,
                http_version=answer.http_version,
                wire_bytes=len(content),
                flaw=flaw,
            ),
            None,
        )


def plain(raw: Response, longest: int = LONGEST_ANSWER) -> Response:
    """*raw* without its content encoding; of what has a flaw only the beginning."""
    content, flaw = raw.content, raw.flaw
    if not flaw:
        named = [value for name, value in raw.headers if name.lower() == "content-encoding"]
        content, flaw = _decoded(content, ", ".join(named), longest)
    if flaw:
        content = content[:KEPT_OF_A_CUT_ANSWER]
    return replace(raw, content=content, flaw=flaw)


@functools.cache
def usual_trust() -> ssl.SSLContext:
    """Whom httpx trusts by itself; to read all those certificates takes a while."""
    return httpx.create_ssl_context()


def _tls(how: Reachability) -> ssl.SSLContext:
    if not how.encrypted:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # which trusts nobody
    if not how.ca_file and not how.client_cert:
        return usual_trust()
    context = ssl.create_default_context(cafile=how.ca_file)
    if how.client_cert:
        context.load_cert_chain(*how.client_cert)
    return context


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def _read(answer: httpx.Response, longest: int) -> tuple[bytes, str | None]:
    """The body as it was on the wire, and what is wrong with its transfer."""
    body = bytearray()
    try:
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > longest:
                return bytes(body[:KEPT_OF_A_CUT_ANSWER]), f"more than {longest} bytes came"
    except httpx.TimeoutException:
        return bytes(body), "the body did not end before the time for a request was over"
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        return bytes(body), f"{type(error).__name__}: {shown(str(error))}"
    return bytes(body), None


def _decoded(content: bytes, named: str, longest: int) -> tuple[bytes, str | None]:
    """The body without the content encoding that is *named*, and what is wrong with that."""
    encoding = (named or "identity").strip().lower()
    if encoding in ("", "identity") or not content:
        return content, None
    if encoding not in WINDOWS:
        # Whole or not at all: half of a secret would not be known for one when it is masked.
        is_told = len(named) <= LONGEST_ENCODING
        told = repr(named.strip()) if is_told else f"of {len(named)} characters"
        return content, f"the content encoding {told} was never asked for"
    for window in WINDOWS[encoding]:
        with contextlib.suppress(zlib.error):
            return _inflated(content, encoding, window, longest)
    return content, f"the body is not {encoding}, as its Content-Encoding says"


def _inflated(content: bytes, encoding: str, window: int, longest: int) -> tuple[bytes, str | None]:
    """What is in *content*, and what is wrong with it."""
    decoded = bytearray()
    flaw = _inflate(content, window, decoded, longest)
    return bytes(decoded[:longest]), flaw.format(f"the {encoding} body") if flaw else None


def _inflate(content: bytes, window: int, decoded: bytearray, longest: int) -> str:
    """Put what is in *content* into *decoded*: of gzip several members, one behind the other.

    Returns what is wrong with ``{}``, the body; nothing if it is whole.
    """
    end = 0
    for _ in range(MOST_MEMBERS):
        inflate = zlib.decompressobj(window)
        end = _inflate_member(content, end, inflate, decoded, longest)
        if len(decoded) > longest:
            return f"more than {longest} bytes came out of {{}}"
        if end == len(content):
            return "" if inflate.eof else "{} breaks off"
        if not (window == GZIP and content.startswith(GZIP_MEMBER, end)):
            return "bytes stand behind the end of {}"
    return f"more than {MOST_MEMBERS} members are in {{}}"


def _inflate_member(
    content: bytes, start: int, inflate: zlib._Decompress, decoded: bytearray, longest: int
) -> int:
    """Put what the member at *start* holds behind what is *decoded*; where the member ends."""
    view = memoryview(content)
    while start < len(content) and not inflate.eof and len(decoded) <= longest:
        piece = view[start : start + PIECE]
        decoded += inflate.decompress(piece, longest - len(decoded) + 1)
        start += len(piece) - len(inflate.unused_data)
    return start
