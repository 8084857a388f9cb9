"""Forms, read as they arrive: a file's bytes go straight to disk, whatever their number."""

import logging
from collections.abc import AsyncIterator, Collection
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from conformance.reference import errors, names
from conformance.reference.blobs import Blobs
from conformance.reference.records import Received

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MAX_TEXT = 64 * 1024
_MAX_FILENAME = 1024

# What is wrong with a form is told to its sender, not to standard error.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


class Form:
    """A form with at most one file, the part `file`, and text parts with known names.

    As a context manager it removes the file at the end, unless it was kept.
    """

    def __init__(self, blobs: Blobs, allowed: Collection[str]) -> None:
        """Put the file among *blobs*; take text parts that are *allowed* by name."""
        self.texts: dict[str, str] = {}
        self.received: Received | None = None
        self._blobs = blobs
        self._allowed = allowed
        self._kept = False
        self._blob: str | None = None
        self._sink: BinaryIO | None = None
        self._name = self._filename = ""
        self._header = self._value = self._disposition = self._text = b""
        self._size = 0
        self._complete = False

    def __enter__(self) -> Self:
        """Begin to receive."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file, and remove it unless it is to be kept."""
        if self._sink:
            self._sink.close()
        if self._blob and not self._kept:
            self._blobs.remove(self._blob)

    @property
    def file(self) -> Received:
        """The file that came.

        Raises:
            Refusal: if the form has none.
        """
        if self.received is None:
            raise errors.missing("file")
        return self.received

    def keep(self) -> None:
        """Leave the file where it is: it belongs to somebody now."""
        self._kept = True

    async def read(self, request: Request, pieces: AsyncIterator[bytes]) -> None:
        """Read the whole form.

        Raises:
            Refusal: if it is malformed, ends early, or has parts that are not wanted.
        """
        boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary")
        if not boundary:
            raise _malformed("its Content-Type names no boundary")
        try:
            parser = MultipartParser(boundary, self._callbacks())
            async for piece in pieces:
                parser.write(piece)
        except FormParserError as error:
            raise _malformed("it does not follow the multipart format") from error
        if not self._complete:
            raise _malformed("it ends before its last boundary")

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._part_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._disposition = self._text = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _end_headers(self) -> None:
        parameters = names.disposition(self._disposition)
        self._name = parameters.get("name", "")
        if self._name == "file":
            self._begin_file(parameters.get("filename", ""))
        elif self._name not in self._allowed:
            raise errors.unknown_parameter(self._name)
        elif self._name in self.texts:
            raise errors.invalid(f"There is more than one '{self._name}'.", self._name)

    def _begin_file(self, filename: str) -> None:
        if self._blob:
            raise errors.invalid("There is more than one 'file'.", "file")
        self._filename = names.last_segment(filename)
        if len(self._filename) > _MAX_FILENAME:
            message = f"A file name may have at most {_MAX_FILENAME} characters."
            raise errors.invalid(message, "file", "string_above_max_length")
        self._blob, self._sink = self._blobs.create()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._sink:
            self._size += end - start
            self._sink.write(memoryview(data)[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > _MAX_TEXT:
            message = f"'{self._name}' is longer than {_MAX_TEXT} bytes."
            raise errors.invalid(message, self._name, "string_above_max_length")

    def _end_part(self) -> None:
        if self._sink and self._blob:
            self._sink.close()
            self._sink = None
            self.received = Received(self._filename, self._size, self._blob)
            return
        try:
            self.texts[self._name] = self._text.decode()
        except UnicodeDecodeError:
            raise errors.invalid(f"'{self._name}' is not UTF-8.", self._name) from None

    def _end(self) -> None:
        self._complete = True


def _malformed(why: str) -> errors.Refusal:
    return errors.invalid(f"The form can't be read: {why}.", code=None)
