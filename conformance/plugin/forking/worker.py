"""What a worker is made of: all that is loaded before the fork, and what it does after."""

from __future__ import annotations

import atexit
import gc
import importlib
import inspect
import os
import pkgutil
import random
import signal
import sys
import types
from typing import NoReturn

from _pytest.config import default_plugins
from execnet import gateway_base

from conformance import catalogue, scenarios
from conformance.drivers import connection
from conformance.plugin.running import UNUSED

#: What every worker loads, beside pytest's own plugins and the cases.
LOADED = (
    "_pytest._argcomplete",
    "encodings.unicode_escape",
    "packaging.version",
    "pdb",
    "readline",
    "xdist.plugin",
    "xdist.remote",
    "xdist.looponfail",
    "conformance.plugin.conductor",
    "conformance.scenarios.conftest",
)

#: What generated cases load on top.
FUZZING = ("conformance.fuzzing.cases",)

#: What execnet sends first of all, and the same compiled.
SENT_FIRST = inspect.getsource(gateway_base)
COMPILED = compile(SENT_FIRST, "<execnet>", "exec")


def load(*, fuzzing: bool, encrypted: bool) -> None:
    """Load what is the same in all workers; what generates cases and certificates where wanted."""
    own = [f"_pytest.{each}" for each in default_plugins if each not in UNUSED]
    cases = [
        each.name
        for each in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}.")
        if each.name.startswith(f"{scenarios.__name__}.test_")
    ]
    for name in (*own, *LOADED, *cases, *(FUZZING if fuzzing else ())):
        importlib.import_module(name)
    catalogue.load()
    if encrypted:
        connection.usual_trust()


def work() -> NoReturn:
    """Do what execnet starts a worker for: ``import sys;exec(eval(sys.stdin.readline()))``.

    One that has come to its end is gone at once: to take everything apart takes longer than to
    load it has taken here.
    """
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    sys.argv = ["-c"]
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    given = eval(sys.stdin.readline())  # noqa: S307 - as execnet's own line does
    if given.startswith(SENT_FIRST):
        exec(COMPILED, main.__dict__)  # noqa: S102 - as above
        given = given[len(SENT_FIRST) :]
    exec(given, main.__dict__)  # noqa: S102 - as above
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to call them
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
