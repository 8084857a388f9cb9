"""How we ask: httpx first, also malformed requests; every request passes one wire."""

from conformance.drivers import lean  # noqa: F401 - before anything else loads httpx
from conformance.drivers.api import Api
from conformance.drivers.connection import Connection, Credential
from conformance.drivers.multipart import Part, multipart
from conformance.drivers.wire import Wire

__all__ = ["Api", "Connection", "Credential", "Part", "Wire", "multipart"]
