"""httpx is loaded without what only its own command line needs."""

import subprocess
import sys

import pytest

LOADED = "import sys; print(*sorted({'click', 'pygments', 'rich'} & sys.modules.keys()))"


@pytest.mark.parametrize(
    ("first", "loaded"),
    [
        ("import conformance.drivers", ""),
        ("import httpx, rich.markup, click", "click pygments rich"),
    ],
)
def test_command_line_of_httpx_is_not_loaded(first, loaded):
    """Nor what it draws with; the second proves that it would be seen."""
    command = [sys.executable, "-c", f"{first}; {LOADED}"]
    assert subprocess.check_output(command, text=True).strip() == loaded


def test_httpx_is_whole_otherwise():
    """It can be used by whoever imports it later, and its command line be loaded after all."""
    program = "import conformance.drivers, httpx, httpx._main; httpx.Client().close()"
    subprocess.check_call([sys.executable, "-c", program])
