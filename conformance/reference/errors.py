"""Refusals, and the one body that every error answer has.

Each carries a status and the four documented keys: message, type, param and code.
"""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is not carried out, with the answer that says why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Refuse with *status*; *param* and *code* say what was at fault, *headers* go along."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.headers = dict(headers or {})

    def to_json(self) -> dict[str, dict[str, str | None]]:
        """The error object."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"  # noqa: PLR2004 - the class of server errors
        return {
            "error": {
                "message": self.message,
                "type": kind,
                "param": self.param,
                "code": self.code,
            }
        }


def invalid(message: str, param: str | None = None, code: str | None = "invalid_value") -> Refusal:
    """The request can be read, but asks for something that is not allowed."""
    return Refusal(400, message, param=param, code=code)


def missing(param: str) -> Refusal:
    """A required parameter is not there."""
    return invalid(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")


def unknown_parameter(param: str) -> Refusal:
    """A field of the body that nothing is known about."""
    return invalid(f"Unknown parameter: '{param}'.", param, "unknown_parameter")


def wrong_type(param: str, wanted: str) -> Refusal:
    """A value of another JSON type than the documented one."""
    return invalid(f"Invalid type for '{param}': expected {wanted}.", param, "invalid_type")


def container_not_found(container_id: str) -> Refusal:
    """No such container, or another tenant's."""
    return Refusal(404, f"Container with id '{container_id}' not found.")


def container_expired(container_id: str) -> Refusal:
    """The container's data is gone, only its metadata is left."""
    return Refusal(400, f"Container '{container_id}' is expired.", code="container_expired")


def file_not_found(file_id: str, container_id: str) -> Refusal:
    """No such file in this container."""
    return Refusal(404, f"File {file_id} not found on container {container_id}.")


def upload_not_found(file_id: str, param: str | None) -> Refusal:
    """No such file in the Files API, or another tenant's."""
    return Refusal(404, f"No such File object: {file_id}", param=param)


def unknown_cursor(param: str, cursor: str) -> Refusal:
    """The list never held the item that a cursor names."""
    return Refusal(404, f"No item with id '{cursor}' in this list.", param=param)


def unknown_route(path: str) -> Refusal:
    """Nothing is served at this address."""
    return Refusal(404, f"Unknown request URL: {path}.", code="unknown_url")


def method_not_allowed(method: str, allowed: str) -> Refusal:
    """The address is served, but not with this method."""
    message = f"Method {method} is not allowed here; allowed: {allowed}."
    return Refusal(405, message, code="method_not_allowed", headers={"allow": allowed})


def unauthorized(message: str, code: str | None) -> Refusal:
    """The caller did not say who it is, or is not known."""
    return Refusal(401, message, code=code, headers={"www-authenticate": "Bearer"})


def too_large(limit: int) -> Refusal:
    """The body is longer than is taken; nothing of it is kept."""
    return Refusal(413, f"The body may have at most {limit} bytes.", code="request_too_large")


def wrong_media_type(wanted: str) -> Refusal:
    """The body is of a type that this operation does not read."""
    return Refusal(415, f"Unsupported media type; send {wanted}.", code="unsupported_media_type")


def internal() -> Refusal:
    """The provider's own fault."""
    return Refusal(500, "The server had an error while processing your request.")
