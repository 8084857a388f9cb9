"""Generated cases against targets in this process: the reference, and ones with a rare fault."""

import secrets
import time
from types import SimpleNamespace

import pytest

from conformance import catalogue
from conformance.catalogue import OPERATIONS
from conformance.drivers import Api, Connection, Credential, Wire
from conformance.drivers.connection import Reachability
from conformance.errors import Failure, Signal
from conformance.fuzzing import cases
from conformance.ledger import Ledger, Limits
from conformance.plugin import cleaning
from conformance.plugin.fixtures import Given
from conformance.plugin.record import Record, Scope
from conformance.reference import create_app
from conformance.reference.server import running

FLOCK = {"listContainers"}
SHELF = {
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
}


def eventually(check, *, about):
    """Two looks are enough at a target that does not lag."""
    try:
        return check()
    except Failure:
        return check()


@pytest.fixture(scope="session")
def known():
    """The catalogue."""
    return catalogue.load()


@pytest.fixture
def serve():
    """Serves a reference provider, perhaps behind a wrapper; returns its base URL."""
    opened = []

    def start(wrap=lambda app: app):
        app = create_app()
        context = running(wrap(app))
        url = context.__enter__()
        opened.append((context, app))
        return url

    yield start
    for context, app in reversed(opened):
        context.__exit__(None, None, None)
        app.state.store.close()


@pytest.fixture
def tester(tmp_path, known):
    """Runs generated cases against a base URL; returns their records by operation."""
    books = []

    def of(url, *, level="standard", seed=1, limits=None, key="sk-fuzzing", claims=None):
        book = Ledger(tmp_path / f"{secrets.token_hex(4)}.sqlite", limits or Limits(500, 9000, 900))
        book.note("run", "251122190518-abcdef")
        own = Credential("own", (("Authorization", f"Bearer {key}"),))
        connection = Connection(Reachability(timeout_s=10.0))
        books.append((book, connection))
        wire = Wire(base_url=url, connection=connection, ledger=book)
        api = Api(wire, own, {"own": own, "none": Credential("none", ())}, seed)
        return Tester(api, known, level, claims or {})

    yield of
    for book, connection in books:
        connection.close()
        book.close()


class Tester:
    """Generated cases against one target."""

    def __init__(self, api, known, level, claims):
        """Speak by *api*, and generate as much as *level* says."""
        self.api = api
        self.scope = Scope(dict(known.requirements), claims)
        self.known = known
        self.level = level
        self.sent = []
        self.stock = None
        self.eventually = eventually

    def run(self, *operations):
        """The records of the generated cases of *operations*, of all without any."""
        chosen = [each for each in OPERATIONS if not operations or each.id in operations]
        return {each.id: self._run(each) for each in chosen}

    def broken(self, *operations):
        """The requirements that the generated cases of *operations* book as failed."""
        return sorted(
            claim["requirement"]
            for record in self.run(*operations).values()
            for claim in record.claims.values()
            if claim["outcome"] == "failed"
        )

    def _run(self, operation):
        wire = self.api.wire
        there = self._stock(operation.id)
        wire.exchanges.clear()
        wire.case = f"test_generated::{operation.id}#1"
        record = Record(
            case=wire.case,
            attempt=1,
            worker="main",
            declared=(f"{operation.prefix}.valid-requests-are-accepted",),
            scope=self.scope,
            wire=wire,
        )
        lab = cases.lab_of(
            operation,
            self.level,
            self.api,
            Given(self.api),
            record,
            self.known.openapi(),
            self.scope.claims,
            self.eventually,
        )
        error = None
        try:
            cases.run(lab, there)
        except (Failure, Signal) as caught:
            error = caught
        record.end(error, "call")
        record.judge_exchanges()
        self.sent += wire.exchanges
        cleaning.clean(self.api, self.api.wire.ledger.owed(case=wire.case))
        return record

    def _stock(self, operation_id):
        if operation_id not in FLOCK | SHELF:
            return None
        if self.stock is None:
            self.api.wire.case = "shared:stock"
            given = Given(self.api)
            older = given.container("older one")
            shelf = given.container("shelf")
            files = [given.file(shelf.id, b"%d\n" % n, f"{n}.txt") for n in range(11)]
            time.sleep(1.0)
            files += [given.file(shelf.id, b"%d\n" % n, f"{n}.txt") for n in range(11, 22)]
            self.stock = SimpleNamespace(
                flock=[older, given.container("twins"), given.container("twins")],
                shelf=(shelf, files),
            )
        return self.stock.flock if operation_id in FLOCK else self.stock.shelf
