"""Drives clients against providers that lie, in this process."""

import os

import pytest

from conformance.drivers.clients import roster
from conformance.plugin import clients
from conformance.reference import create_app
from conformance.reference.server import running
from conformance.targets import resolve
from tests.reference import clientrooms

KEY = "sk-of-the-tenant-0123456789"

#: What makes or finds an environment; the others are only ever found.
ROOMS = {
    "CONFORMANCE_OPENAI_PYTHON": clientrooms.openai_python,
    "CONFORMANCE_OPENAI_NODE": clientrooms.openai_node,
}


def rooms(client):
    """The variables that lead to *client*; the test is skipped, with a word, without it."""
    environ = {}
    for room in roster.ROOMS:
        if room.client != client or room.version.startswith("1.109"):
            continue
        if room.variable in ROOMS:
            environ[room.variable] = str(ROOMS[room.variable]())
        elif room.found(os.environ) is None:
            pytest.skip(f"{room.name} is not there: nox -s clients, or {room.install(os.environ)}")
        else:
            environ[room.variable] = str(room.found(os.environ))
    return environ


@pytest.fixture
def drive(tmp_path):
    """``drive(client, lie)``: the report of one client against the reference that *lie* wraps."""

    def driven(client, lie=lambda app: app, *, mode="", **variables):
        environ = rooms(client)
        columns = [
            each
            for each in roster.chosen([client])
            if mode in each.mode and (each.room is None or each.room.found(environ))
        ][:1]
        app = create_app(keys=[KEY])
        with running(lie(app)) as url:
            given = {"base-url": url, "report-dir": str(tmp_path / "out")}
            settings = resolve(given, {"CONFORMANCE_API_KEY": KEY, **variables}, tmp_path)
            report, _ = clients.run(settings, columns, environ)
        app.state.store.close()
        return report

    return driven


def cells(report):
    """The cells of the one client that *report* is about, by operation."""
    return {each["operation"]: each for each in report["clients"][0]["operations"]}
