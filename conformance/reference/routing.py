"""From a method and an address to an operation.

Addresses are taken as they came: each segment is decoded once and for itself, so that `a%2Fb` is
one id and `%2E%2E` does not climb. Nothing is ever redirected.
"""

from urllib.parse import unquote

from starlette.types import Scope

from conformance.reference import errors, operations
from conformance.reference.operations import Operation

_ID = "{id}"
_ROUTES: dict[tuple[str, ...], dict[str, Operation]] = {
    ("containers",): {
        "GET": operations.list_containers,
        "POST": operations.create_container,
    },
    ("containers", _ID): {
        "GET": operations.retrieve_container,
        "DELETE": operations.delete_container,
    },
    ("containers", _ID, "files"): {
        "GET": operations.list_container_files,
        "POST": operations.create_container_file,
    },
    ("containers", _ID, "files", _ID): {
        "GET": operations.retrieve_container_file,
        "DELETE": operations.delete_container_file,
    },
    ("containers", _ID, "files", _ID, "content"): {
        "GET": operations.retrieve_container_file_content,
    },
    ("files",): {"GET": operations.list_uploads, "POST": operations.create_upload},
    ("files", _ID): {"GET": operations.retrieve_upload, "DELETE": operations.delete_upload},
    ("files", _ID, "content"): {"GET": operations.retrieve_upload_content},
}


class Router:
    """Serves the operations below a base path, and at the root as well."""

    def __init__(self, base_path: str) -> None:
        """Serve below *base_path*."""
        self._base = tuple(part for part in base_path.split("/") if part)

    def find(self, scope: Scope) -> tuple[Operation, tuple[str, ...]]:
        """The operation that is asked for, and the ids in the address.

        Raises:
            Refusal: if nothing is served there, or not with this method.
        """
        path = raw_path(scope)
        segments = tuple(unquote(segment) for segment in path.removeprefix("/").split("/"))
        if self._base and segments[: len(self._base)] == self._base:
            segments = segments[len(self._base) :]
        methods, ids = _match(segments)
        if methods is None:
            raise errors.unknown_route(path)
        method = scope["method"]
        if method not in methods:
            raise errors.method_not_allowed(method, ", ".join(methods))
        return methods[method], ids


def raw_path(scope: Scope) -> str:
    """The address as it came over the wire."""
    raw: bytes | None = scope.get("raw_path")
    return scope["path"] if raw is None else raw.decode("latin-1")


def _match(segments: tuple[str, ...]) -> tuple[dict[str, Operation] | None, tuple[str, ...]]:
    for pattern, methods in _ROUTES.items():
        if len(pattern) == len(segments):
            pairs = list(zip(pattern, segments, strict=True))
            if all(segment == part or (part == _ID and segment) for part, segment in pairs):
                return methods, tuple(segment for part, segment in pairs if part == _ID)
    return None, ()
