"""The nine operations, and the four of the Files API, each from request to answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from conformance.reference import bodies, errors, responses, validation
from conformance.reference.multipart import Form
from conformance.reference.pages import Paging
from conformance.reference.records import StoredFile
from conformance.reference.store import Store

_JSON = "application/json"
_FORM = "multipart/form-data"
_UPLOAD_FIELDS = ("purpose", "expires_after[anchor]", "expires_after[seconds]")


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose tenant is known and whose address is understood."""

    request: Request
    store: Store
    tenant: str
    ids: tuple[str, ...]
    max_body: int

    @property
    def container_id(self) -> str:
        """The first id in the address."""
        return self.ids[0]

    @property
    def file_id(self) -> str:
        """The last id in the address."""
        return self.ids[-1]


Operation: TypeAlias = Callable[[Call], Awaitable[Response]]


async def list_containers(call: Call) -> Response:
    """GET /containers."""
    query = call.request.query_params
    page, more = call.store.containers.page(
        call.tenant, Paging.from_query(query), query.get("name")
    )
    return responses.listed(page, has_more=more)


async def create_container(call: Call) -> Response:
    """POST /containers."""
    if bodies.media_type(call.request) != _JSON:
        raise errors.wrong_media_type(_JSON)
    draft = validation.draft(await bodies.read_json(call.request, call.max_body))
    return JSONResponse(call.store.create_container(call.tenant, draft).to_json())


async def retrieve_container(call: Call) -> Response:
    """GET /containers/{container_id}."""
    return JSONResponse(call.store.containers.get(call.tenant, call.container_id).to_json())


async def delete_container(call: Call) -> Response:
    """DELETE /containers/{container_id}."""
    call.store.containers.delete(call.tenant, call.container_id)
    return responses.deleted(call.container_id, "container.deleted")


async def create_container_file(call: Call) -> Response:
    """POST /containers/{container_id}/files: a file in a form, or a file_id in either encoding."""
    call.store.containers.running(call.tenant, call.container_id)
    kind = bodies.media_type(call.request)
    if kind == _FORM:
        created = await _file_from_form(call)
    elif kind == _JSON:
        created = await _file_from_json(call)
    else:
        raise errors.wrong_media_type(f"{_FORM} or {_JSON}")
    return JSONResponse(created.to_json())


async def _file_from_form(call: Call) -> StoredFile:
    with Form(call.store.blobs, {"file_id", *validation.IGNORED}) as form:
        await form.read(call.request, bodies.pieces(call.request, call.max_body))
        if "file_id" not in form.texts:
            added = call.store.files.add(call.tenant, call.container_id, form.file)
            form.keep()
            return added
        if form.received is not None:
            message = "Give either 'file' or 'file_id', not both."
            raise errors.invalid(message, "file_id", "mutually_exclusive_parameters")
        return _copy(call, form.texts["file_id"])


async def _file_from_json(call: Call) -> StoredFile:
    body = await bodies.read_json(call.request, call.max_body)
    if "file" in body:
        raise errors.invalid(f"A file can't be sent as JSON: send it as {_FORM}.", "file")
    fields = validation.fields(body, "", required=("file_id",), optional=validation.IGNORED)
    return _copy(call, fields["file_id"])


def _copy(call: Call, file_id: object) -> StoredFile:
    if not isinstance(file_id, str):
        raise errors.wrong_type("file_id", "a string")
    upload = call.store.uploads.get(call.tenant, file_id, "file_id")
    return call.store.files.copy(call.tenant, call.container_id, upload)


async def list_container_files(call: Call) -> Response:
    """GET /containers/{container_id}/files."""
    paging = Paging.from_query(call.request.query_params)
    page, more = call.store.files.page(call.tenant, call.container_id, paging)
    return responses.listed(page, has_more=more)


async def retrieve_container_file(call: Call) -> Response:
    """GET /containers/{container_id}/files/{file_id}."""
    found = call.store.files.get(call.tenant, call.container_id, call.file_id)
    return JSONResponse(found.to_json())


async def delete_container_file(call: Call) -> Response:
    """DELETE /containers/{container_id}/files/{file_id}."""
    call.store.files.delete(call.tenant, call.container_id, call.file_id)
    return responses.deleted(call.file_id, "container.file.deleted")


async def retrieve_container_file_content(call: Call) -> Response:
    """GET /containers/{container_id}/files/{file_id}/content."""
    found, source = call.store.files.open(call.tenant, call.container_id, call.file_id)
    return responses.Content(found.filename, found.bytes, source)


async def create_upload(call: Call) -> Response:
    """POST /files."""
    if bodies.media_type(call.request) != _FORM:
        raise errors.wrong_media_type(_FORM)
    with Form(call.store.blobs, _UPLOAD_FIELDS) as form:
        await form.read(call.request, bodies.pieces(call.request, call.max_body))
        if not form.texts.get("purpose"):
            raise errors.missing("purpose")
        upload = call.store.uploads.add(call.tenant, form.file, form.texts["purpose"])
        form.keep()
    return JSONResponse(upload.to_json())


async def list_uploads(call: Call) -> Response:
    """GET /files: all of them on one page."""
    data = [each.to_json() for each in call.store.uploads.all(call.tenant)]
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    ends = {"first_id": first, "last_id": last, "has_more": False}
    return JSONResponse({"object": "list", "data": data, **ends})


async def retrieve_upload(call: Call) -> Response:
    """GET /files/{file_id}."""
    return JSONResponse(call.store.uploads.get(call.tenant, call.file_id).to_json())


async def delete_upload(call: Call) -> Response:
    """DELETE /files/{file_id}."""
    call.store.uploads.delete(call.tenant, call.file_id)
    return responses.deleted(call.file_id, "file")


async def retrieve_upload_content(call: Call) -> Response:
    """GET /files/{file_id}/content."""
    found, source = call.store.uploads.open(call.tenant, call.file_id)
    return responses.Content(found.filename, found.bytes, source)
