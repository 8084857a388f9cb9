"""A provider that conforms: the Containers API as an ASGI application over SQLite.

It is written from the documents alone and imports nothing else of this package, so that the
suite and its target do not share their blind spots. `python -m conformance.reference` runs it.
"""

from conformance.reference.app import Application, create_app
from conformance.reference.clock import Clock, MovableClock, SystemClock

__all__ = ["Application", "Clock", "MovableClock", "SystemClock", "create_app"]
