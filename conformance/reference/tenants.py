"""Who is asking: every API key is a tenant of its own."""

import hashlib
from collections.abc import Sequence

from starlette.datastructures import Headers

from conformance.reference import errors


class Tenants:
    """The keys that are known; with None, any key is."""

    def __init__(self, keys: Sequence[str] | None) -> None:
        """Know the given *keys*."""
        self._keys = None if keys is None else frozenset(keys)

    def recognise(self, headers: Headers) -> str:
        """The tenant whose key the request carries, as a bearer token or in `api-key`.

        Keys themselves are not kept, only their digests.

        Raises:
            Refusal: if there is no key, or an unknown one.
        """
        key = _key(headers)
        if not key:
            message = "You did not provide an API key: send it as 'Authorization: Bearer KEY'."
            raise errors.unauthorized(message, None)
        if self._keys is not None and key not in self._keys:
            raise errors.unauthorized("Incorrect API key provided.", "invalid_api_key")
        return hashlib.sha256(key.encode()).hexdigest()[:32]


def _key(headers: Headers) -> str:
    authorization = headers.get("authorization")
    if authorization is None:
        return headers.get("api-key", "").strip()
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
