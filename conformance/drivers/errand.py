"""Requests with everything that the documents allow, or with something that none of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.drivers.api import BOUNDARY, path_of
from conformance.drivers.multipart import Part, multipart

if TYPE_CHECKING:
    from conformance.drivers.api import Api
    from conformance.evidence import Exchange

#: A file whose name and bytes are easily damaged.
FILE_NAME = "Käse & 名前 (1) %41+.txt"
FILE_TYPE = "text/x-conformance"
FILE_BYTES = bytes(range(256)) + b"\r\n--boundary--\r\n\0 \xff\xfe\n"

#: Every documented field of a creation beside its name.
FIELDS: dict[str, Any] = {
    "expires_after": {"anchor": "last_active_at", "minutes": 17},
    "memory_limit": "4g",
    "network_policy": {
        "type": "allowlist",
        "allowed_domains": ["example.com"],
        "domain_secrets": [{"domain": "example.com", "name": "TOKEN", "value": "none"}],
    },
    "file_ids": ["file-conformance1", "file-conformance2"],
    "skills": [{"type": "skill_reference", "skill_id": "skill_conformance", "version": "2"}],
}

ADDRESSES = {
    "listContainers": ("GET", "containers"),
    "createContainer": ("POST", "containers"),
    "retrieveContainer": ("GET", "containers", "{c}"),
    "deleteContainer": ("DELETE", "containers", "{c}"),
    "listContainerFiles": ("GET", "containers", "{c}", "files"),
    "createContainerFile": ("POST", "containers", "{c}", "files"),
    "retrieveContainerFile": ("GET", "containers", "{c}", "files", "{f}"),
    "deleteContainerFile": ("DELETE", "containers", "{c}", "files", "{f}"),
    "retrieveContainerFileContent": ("GET", "containers", "{c}", "files", "{f}", "content"),
}


def address(operation: str, ids: tuple[str, str]) -> tuple[str, str]:
    """Method and path of *operation* on the container and the file of *ids*."""
    method, *segments = ADDRESSES[operation]
    named = {"{c}": ids[0], "{f}": ids[1]}
    return method, path_of(*(named.get(each, each) for each in segments))


def full(api: Api, operation: str, ids: tuple[str, str]) -> Exchange:
    """*operation* with every documented parameter, field or part."""
    method, path = address(operation, ids)
    if operation == "createContainer":
        return api.create_container(name=api.name("every field"), **FIELDS)
    if operation == "createContainerFile":
        return api.upload(ids[0], FILE_BYTES, FILE_NAME, FILE_TYPE)
    params = {"limit": 7, "order": "asc", "after": ids[operation == "listContainerFiles"]}
    if operation == "listContainers":
        params["name"] = "a b+c&d=ä%"
    return api.send(method, path, params=params)


def plain(
    api: Api,
    operation: str,
    ids: tuple[str, str],
    *,
    params: dict[str, str] | None = None,
    fields: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Exchange:
    """*operation* as simply as it can be asked for, with more *params*, *fields* or *headers*."""
    method, path = address(operation, ids)
    own: dict[str, Any] = {}
    if operation == "createContainer":
        own["json_body"] = {"name": api.name("plain"), **(fields or {})}
    elif operation == "createContainerFile":
        parts = [Part.file(b"plain\n", "plain.txt")]
        parts += [Part.text(name, str(value)) for name, value in (fields or {}).items()]
        own["content"] = multipart(parts, BOUNDARY)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            **(headers or {}),
        }
    elif operation == "retrieveContainerFileContent":
        headers = {"Accept": "application/binary", **(headers or {})}
    return api.send(method, path, params=params, headers=headers, **own)
