"""``proxy``: judge a proxy from both of its sides."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.errors import UsageError

if TYPE_CHECKING:
    from conformance.proxying import Upstream
    from conformance.targets import Settings

USAGE = "--base-url URL --upstream-port N [OPTIONS]"

EXAMPLES = """\
The reference provider stands behind the proxy, on 127.0.0.1. Start the proxy
with http://127.0.0.1:N/v1 as the base URL of its upstream; where it has a key
of its own for that, put the same into CONFORMANCE_UPSTREAM_API_KEY. Takes the
options of run, with one worker, and ends with its exit status.

examples:
  containers-conformance proxy --base-url http://127.0.0.1:4000/v1 \\
      --upstream-port 8001
"""

OFTEN = (
    "--upstream-port",
    "--base-url",
    "--api-key-env",
    "--profile",
    "--only",
    "--seed",
    "--report-dir",
    "--waivers",
)

#: The variable with the key that the proxy has for the upstream.
UPSTREAM_KEY = "CONFORMANCE_UPSTREAM_API_KEY"

HIGHEST_PORT = 65_535

#: Where the upstream is, by every name that it has.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def declare(parser: argparse.ArgumentParser) -> None:
    """Every option of a run, and the port of the upstream."""
    from conformance.targets import add_to_argparse  # noqa: PLC0415 - not for the sake of help

    parser.add_argument(
        "--upstream-port", metavar="N", type=_port, help="Where the upstream listens, on loopback."
    )
    add_to_argparse(parser)


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to {HIGHEST_PORT}")


def act(options: argparse.Namespace) -> int:
    """Start the upstream, see that the proxy asks it, and run; the exit status.

    Raises:
        UsageError: if an option is missing or the port can't be had.
    """
    from conformance.cli.run import refuse_several, settings_of  # noqa: PLC0415 - not for the sake of help
    from conformance.targets import shown_config  # noqa: PLC0415 - as above

    settings = settings_of(options)
    if settings.show_config:
        sys.stdout.write(shown_config(settings))
        return 0
    refuse_several(settings, "proxy")
    if settings.base_url is None:
        raise UsageError("proxy needs --base-url: the URL of the proxy, before /containers.")
    if options.upstream_port is None:
        raise UsageError("proxy needs --upstream-port: the port that the proxy's upstream is at.")
    address = urlsplit(settings.base_url)
    if address.hostname in LOOPBACK and address.port == options.upstream_port:
        raise UsageError(
            "--base-url names our own upstream, by its --upstream-port: give the URL of the proxy."
        )
    return _judge(_proxied(settings), settings.base_url, options.upstream_port)


def _proxied(settings: Settings) -> Settings:
    """The settings of a run with both sides in view: one worker, so that time tells arrivals."""
    from conformance.secrecy import remember  # noqa: PLC0415 - as above
    from conformance.targets import Secret  # noqa: PLC0415 - not for the sake of help

    key = os.environ.get(UPSTREAM_KEY, "").strip()
    if key:
        remember((key,))
    return replace(settings, workers="0", proxied=True, upstream_key=Secret(key) if key else None)


def _judge(settings: Settings, proxy_url: str, port: int) -> int:
    from conformance.plugin import target  # noqa: PLC0415 - not for the sake of help
    from conformance.plugin.running import run  # noqa: PLC0415 - as above
    from conformance.proxying import Caller, Upstream, see_that_it_forwards  # noqa: PLC0415 - as above
    from conformance.proxying.forwarding import LOOK_S  # noqa: PLC0415 - as above

    keys = (settings.api_key, settings.second_api_key, settings.upstream_key)
    tenants = [key.reveal() for key in keys if key]
    with Upstream.serving(port, tenants, proxy_url) as upstream:
        sys.stdout.write(_what_to_configure(upstream, settings) + "\n")
        sys.stdout.flush()
        connection = target.connection_of(replace(settings, timeout=LOOK_S))
        own = target.credentials(settings)["own"].headers
        headers = (("Accept", "application/json"), *settings.headers, *own)
        try:
            see_that_it_forwards(upstream, connection, Caller(headers, settings.query))
        finally:
            connection.close()
        try:
            return run(settings, upstream)
        except KeyboardInterrupt:
            from conformance.cli.run import INCONCLUSIVE  # noqa: PLC0415 - not for the sake of help

            return INCONCLUSIVE


def _what_to_configure(upstream: Upstream, settings: Settings) -> str:
    key = (
        f"with the key in {UPSTREAM_KEY}"
        if settings.upstream_key
        else f"with its caller's key, or with one of its own that is in {UPSTREAM_KEY}"
    )
    return f"upstream {upstream.base_url} · {upstream.proxy_url} has to ask it, {key}"
