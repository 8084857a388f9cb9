"""The nine operations as a caller writes them; a status is never an exception here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.drivers.multipart import Part, multipart

if TYPE_CHECKING:
    from conformance.drivers.connection import Credential
    from conformance.drivers.wire import Wire
    from conformance.evidence import Exchange

#: What the official clients send beside the request itself.
SDK_HEADERS = (
    ("x-stainless-lang", "python"),
    ("X-Stainless-Package-Version", "3.54.0"),
    ("X-STAINLESS-OS", "Linux"),
    ("x-stainless-retry-count", "0"),
    ("x-stainless-read-timeout", "600"),
    ("accept-language", "*"),
    ("sec-fetch-mode", "cors"),
)

#: The name of the file that `Api.ask` uploads.
ASKED_FILE = "asked.txt"

BOUNDARY = "3f1c9b0d5a7e4c2896f0b1d2e3a4c5f6"


def path_of(*segments: str) -> str:
    """The path of *segments*, each percent-encoded."""
    return "".join(f"/{quote(each, safe='')}" for each in segments)


@dataclass(frozen=True, slots=True)
class Api:
    """The Containers API of the target, spoken with one credential."""

    wire: Wire
    credential: Credential
    others: dict[str, Credential]
    seed: int = 0
    dressed: tuple[tuple[str, str], ...] = ()

    # Who asks.

    def without_key(self) -> Api:
        """The same API without a key."""
        return replace(self, credential=self.others["none"])

    def with_empty_key(self) -> Api:
        """The same API with a key that has no letters."""
        return replace(self, credential=self.others["empty"])

    def with_wrong_key(self) -> Api:
        """The same API with a key that was never issued."""
        return replace(self, credential=self.others["wrong"])

    def as_other_tenant(self) -> Api | None:
        """The same API with the key of another tenant; None where none was given."""
        second = self.others.get("second")
        return replace(self, credential=second) if second else None

    def like_a_client(self) -> Api:
        """The same API with the headers that the official clients add."""
        return replace(self, dressed=SDK_HEADERS)

    def taking_plain_bytes(self) -> Api:
        """The same API, whose answers may not have a content encoding."""
        return replace(self, dressed=(*self.dressed, ("Accept-Encoding", "identity")))

    # What names are made of.

    def name(self, label: str) -> str:
        """A name for a container of this run: ``conformance-<run id>-<label>``.

        It is another at each attempt, and ends with a blank where the label does.
        """
        stem = label.rstrip()
        blanks = label.removeprefix(stem)
        return f"conformance-{self.wire.ledger.noted('run')}-{stem}{self.wire.again}{blanks}"

    def digits(self) -> str:
        """A name of digits alone, two zeros first, for a container of this run and case.

        It begins with the day of the run, if its id does, and is another at each attempt.
        """
        run, case = str(self.wire.ledger.noted("run")), f"{self.wire.case}{self.wire.again}"
        chance = int(hashlib.sha256(f"{run}/{case}".encode()).hexdigest(), 16) % 10**9
        return f"00{''.join(filter(str.isdecimal, run))[:6]}{chance:09}"

    def file_name(self, name: str) -> str:
        """*name* for a file, another at each attempt: a target may take each only once."""
        stem, dot, ending = name.rpartition(".")
        return f"{stem}{self.wire.again}{dot}{ending}" if dot else f"{name}{self.wire.again}"

    def made_up(self, prefix: str, label: str = "") -> str:
        """An id that nobody was given, the same for the same seed, case and label."""
        text = f"{self.seed}/{self.wire.case}/{prefix}/{label}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        length = 48 if prefix == "cntr" else 32
        return self.wire.ledger.make_up(f"{prefix}_{digest[:length]}")

    # How it is sent.

    def send(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = ...,  # noqa: ANN401 - any JSON, also what is no object
        content: bytes | None = None,
        params: dict[str, Any] | list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        chunked: bool = False,
        cleaning: bool = False,
    ) -> Exchange:
        """Send a request as it is given; *json_body* may be any JSON, ``...`` is none.

        What is accepted is JSON to who is dressed like an official client, and anything to
        others: so ask curl and httpx, and with it LiteLLM.
        """
        own = dict(headers or {})
        if json_body is not ...:
            text = json.dumps(json_body, ensure_ascii=False, allow_nan=False)
            content = text.encode("utf-8", "surrogatepass")
            own.setdefault("Content-Type", "application/json")
        own.setdefault("Accept", "application/json" if self.dressed else "*/*")
        query = params if isinstance(params, list) else list((params or {}).items())
        return self.wire.send(
            method,
            path,
            credential=self.credential,
            params=[(key, str(value)) for key, value in query],
            headers=(*self.dressed, *own.items()),
            content=content,
            chunked=chunked,
            cleaning=cleaning,
        )

    # The nine operations.

    def create_container(self, **body: Any) -> Exchange:  # noqa: ANN401 - any JSON
        """POST /containers."""
        return self.send("POST", "/containers", json_body=body)

    def list_containers(self, **params: Any) -> Exchange:  # noqa: ANN401 - any text or number
        """GET /containers."""
        return self.send("GET", "/containers", params=params)

    def retrieve_container(self, container: str, *, cleaning: bool = False) -> Exchange:
        """GET /containers/{container_id}."""
        return self.send("GET", path_of("containers", container), cleaning=cleaning)

    def delete_container(self, container: str, *, cleaning: bool = False) -> Exchange:
        """DELETE /containers/{container_id}, as the Node client and curl do it."""
        return self.send(
            "DELETE",
            path_of("containers", container),
            headers={"Accept": "*/*"},
            cleaning=cleaning,
        )

    def upload(
        self,
        container: str,
        content: bytes,
        filename: str = "notes.txt",
        content_type: str | None = "application/octet-stream",
    ) -> Exchange:
        """POST /containers/{container_id}/files with one part ``file``, as the clients do it."""
        return self.send_parts(container, [Part.file(content, filename, content_type)])

    def send_parts(
        self,
        container: str,
        parts: list[Part],
        *,
        boundary: str = BOUNDARY,
        quoted: bool = False,
        chunked: bool = False,
    ) -> Exchange:
        """POST /containers/{container_id}/files with any multipart body."""
        written = f'"{boundary}"' if quoted else boundary
        return self.send(
            "POST",
            path_of("containers", container, "files"),
            content=multipart(parts, boundary),
            headers={"Content-Type": f"multipart/form-data; boundary={written}"},
            chunked=chunked,
        )

    def create_file(self, container: str, body: Any) -> Exchange:  # noqa: ANN401 - any JSON
        """POST /containers/{container_id}/files with a JSON body."""
        return self.send("POST", path_of("containers", container, "files"), json_body=body)

    def list_files(self, container: str, **params: Any) -> Exchange:  # noqa: ANN401 - any text or number
        """GET /containers/{container_id}/files."""
        return self.send("GET", path_of("containers", container, "files"), params=params)

    def retrieve_file(self, container: str, file: str) -> Exchange:
        """GET /containers/{container_id}/files/{file_id}."""
        return self.send("GET", path_of("containers", container, "files", file))

    def delete_file(self, container: str, file: str) -> Exchange:
        """DELETE /containers/{container_id}/files/{file_id}."""
        return self.send(
            "DELETE", path_of("containers", container, "files", file), headers={"Accept": "*/*"}
        )

    def content(self, container: str, file: str, *, accept: str = "application/binary") -> Exchange:
        """GET /containers/{container_id}/files/{file_id}/content, as the clients do it."""
        return self.send(
            "GET",
            path_of("containers", container, "files", file, "content"),
            headers={"Accept": accept},
        )

    @property
    def _asked(self) -> str:
        """A label of this caller's own, so that nobody's is taken for another's."""
        return "asked" if self.credential.kind == "own" else f"asked-{self.credential.kind}"

    def upload_original(self, content: bytes, filename: str) -> Exchange:
        """POST /files: a file that copies are made from, in whose name stands the run's."""
        parts = [
            Part.text("purpose", "user_data"),
            Part.file(content, f"{self.name('original')}-{filename}"),
        ]
        return self.send(
            "POST",
            "/files",
            content=multipart(parts, BOUNDARY),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        )

    def ask(self, operation: str, container: str = "", file: str = "") -> Exchange:
        """A proper request for *operation* on *container* and *file*."""
        ways = {
            "listContainers": lambda: self.list_containers(limit=1),
            "createContainer": lambda: self.create_container(name=self.name(self._asked)),
            "retrieveContainer": lambda: self.retrieve_container(container),
            "deleteContainer": lambda: self.delete_container(container),
            "listContainerFiles": lambda: self.list_files(container, limit=1),
            "createContainerFile": lambda: self.upload(container, b"asked\n", ASKED_FILE),
            "retrieveContainerFile": lambda: self.retrieve_file(container, file),
            "deleteContainerFile": lambda: self.delete_file(container, file),
            "retrieveContainerFileContent": lambda: self.content(container, file),
        }
        return ways[operation]()
