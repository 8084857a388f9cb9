"""Reading a file: GET /containers/{container_id}/files/{file_id}/content."""

import functools
import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote

import pytest

from conformance.checks import listing, stored
from conformance.checks.status import answered, succeeded
from conformance.drivers.api import BOUNDARY
from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement
cost = pytest.mark.cost

#: A byte order mark, letters of several bytes, every kind of line end, what looks like a
#: boundary, the boundary itself within a line, NUL, and blanks at both ends.
TEXT = (
    b"\xef\xbb\xbf one\r\ntwo\rthree\n\n--four--\r\n\0a,\0b\x1a\0\0\r\n"
    + f"five --{BOUNDARY}-- six\r\n".encode()  # a boundary begins a line (RFC 2046, 5.1.1)
    + "Käse, 名前 and 🐈\r\n \t".encode()
)

#: What a careful page would not show, in a charset that is not the usual one.
HTML = (
    "<p onclick='alert(1)'>Käse; Öl\r\n<script>alert(2)</script>&nbsp;"
    "<img src=x onerror=alert(3)><a href='javascript:alert(4)'>x</a><!-- -->"
).encode("latin-1")

CONTENT = "file.content.bytes-are-identical"
TAKEN = "file.create.succeeds"
LARGE = "file.content.large-files-survive"
LARGEST = "file.create.accepts-8-mib"
RAW = "file.content.is-not-wrapped"
REPEATABLE = "file.content.is-repeatable"
BINARY = "file.content.accepts-application-binary"
MARKS = "file.content.line-ends-and-marks-survive"


@dataclass(frozen=True)
class Sample:
    """A content to upload: what its upload and its content speak for."""

    name: str
    content: bytes
    claim: str = CONTENT
    taken: str = TAKEN
    content_type: str = "application/octet-stream"


def picture(content):
    """A picture of one pixel in PNG, with a private chunk of that *content*."""
    pixel = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = (b"IHDR", pixel), (b"teSt", content), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


SAMPLES = (
    Sample(
        "empty.txt",
        b"",
        "file.content.empty-file-is-200-and-empty",
        "file.create.accepts-an-empty-file",
    ),
    Sample(
        "every.png",
        picture(bytes(range(256))),
        "file.content.every-byte-value-survives",
        content_type="image/png",
    ),
    Sample("letters", b"aGVsbG8sIHdvcmxkIQ==", RAW),
    Sample(
        "error.json",
        b'\r\n{"error":{"message":  "no error at all"}}\r\n',
        RAW,
        TAKEN,
        "application/json",
    ),
    Sample("notes.txt", TEXT, MARKS, TAKEN, "text/plain; charset=utf-8"),
    Sample("latin.html", HTML, content_type="text/html"),
    Sample("packed.csv.gz", gzip.compress(b"a,b\n" * 9, mtime=0)),
)


EMPTY, EVERY, NOTES = (
    next(each for each in SAMPLES if each.name == name)
    for name in ("empty.txt", "every.png", "notes.txt")
)


MIB = 1024 * 1024

#: The larger samples: their bytes of noise, and what they speak for.
LARGER = {"1-mib.bin": (MIB, LARGE, TAKEN), "8-mib.bin": (8 * MIB, LARGE, LARGEST)}


@functools.lru_cache(maxsize=1)  # so much noise takes longer to make than to send
def samples(seed):
    """The small samples, and larger ones of noise that the seed chooses."""
    larger = (Sample(name, noise(seed, size), *told) for name, (size, *told) in LARGER.items())
    return (*SAMPLES, *larger)


def noise(seed, size):
    return hashlib.shake_256(f"{seed}/{size}".encode()).digest(size)


@cost(requests=24, kib=9300)
@requirement(
    *(each.claim for each in SAMPLES),
    *(each.taken for each in SAMPLES),
    *(claim for _, *told in LARGER.values() for claim in told),
    *stored.FIELD_CLAIMS,
    *stored.EXISTENCE_CLAIMS,
    "file.create.keeps-every-byte",
    "file.content.belongs-to-its-file",
    REPEATABLE,
    BINARY,
    "file.content.charset-does-not-lie",
    "file.content.is-an-attachment",
    "file.content.success-is-200",
)
def test_content_is_what_was_uploaded(api, holds, eventually, depot):
    files = {}
    for sample in samples(api.seed):
        with holds(sample.taken):
            files[sample] = upload(api, depot.id, sample)
    empty, every, notes = (files.get(each) for each in (EMPTY, EVERY, NOTES))
    large = next((file for sample, file in files.items() if sample.claim == LARGE), None)
    largest = next((file for sample, file in files.items() if sample.taken == LARGEST), None)
    for file in (empty, largest):
        if file is not None:
            file.retrieved = api.retrieve_file(depot.id, file.id)
    listing.see(api, eventually, depot.id, list(files.values()))
    for file in reversed(files.values()):
        file.read = api.content(depot.id, file.id, accept="*/*")

    for sample, file in files.items():
        stored.judge_existence(holds, file)
        stored.judge_fields(holds, file, bytes=len(file.sent), source="user")
        judge_bytes(holds, sample, file, files.values())
    read_again(api, holds, depot.id, every, next((each for each in (large, every) if each), None))
    judge_headers(holds, notes)


def upload(api, container, sample):
    answer = api.upload(container, sample.content, sample.name, sample.content_type)
    stored.must_live(api, container, answer)
    return stored.Stored.of(answer, sample.name, sample.content)


def judge_bytes(holds, sample, file, others):
    """Book bytes that differ on the upload, on the content, or on another file's."""
    with holds("file.create.keeps-every-byte"):
        stored.kept(file)
    with holds(sample.claim):
        stored.served(file)
        if not sample.content and file.read.status == stored.NO_CONTENT:
            raise Failure("an empty body with 200", file.read.told(), file.read.id)
    with holds("file.content.belongs-to-its-file"):
        stored.is_its_own(file, others)


def read_again(api, holds, container, file, large):
    """The same bytes come for every Accept, and again, of a *large* file, too."""
    if file is None:
        return
    binary = api.content(container, file.id)
    as_json = api.content(container, file.id, accept="application/json")
    plain = api.taking_plain_bytes()
    again = [(large, plain.content(container, large.id, accept="*/*"))]
    if file.read.content not in (binary.content, as_json.content) or not binary.ok:
        again.append((file, api.content(container, file.id, accept="*/*")))
    for each, read in again:
        with holds(REPEATABLE):
            still_readable(each)
            stored.same_bytes(each.read.content, read)
    differs = any(read.content != file.read.content for each, read in again if each is file)
    for claim, read in ((RAW, as_json), (BINARY, binary)):
        with holds(claim):
            still_readable(file)
            if differs:
                raise Untestable("the content is another each time", blame=REPEATABLE)
            if claim == BINARY:
                stored.same_bytes(file.read.content, read)
            elif read.ok and read.content != file.read.content:
                raise Failure("the bytes, whatever is accepted", read.told(), read.id)


def still_readable(file):
    if not file.read.ok:
        raise Untestable("the content can't be read", blame="file.content.succeeds")


def judge_headers(holds, file):
    """What the headers say of a text file."""
    for claim, check in (
        ("file.content.success-is-200", lambda read: answered(read, 200)),
        ("file.content.charset-does-not-lie", charset_fits),
        ("file.content.is-an-attachment", is_an_attachment),
    ):
        with holds(claim):
            if file is None:
                raise Untestable("a text file was not taken", blame=TAKEN)
            still_readable(file)
            check(file.read)


def charset_fits(read):
    """The charset is that of `TEXT`, or absent."""
    message = Message()
    message["content-type"] = read.header("content-type") or ""
    charset = message.get_param("charset")
    if charset is not None and str(charset).lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise Failure("charset utf-8, or none", str(charset), read.id)


def is_an_attachment(read):
    """The download is to be saved under the file's name."""
    value = succeeded(read).header("content-disposition") or ""
    if not value.lower().startswith("attachment") or "notes.txt" not in unquote(value):
        raise Failure("an attachment called …notes.txt", value or "no Content-Disposition", read.id)
