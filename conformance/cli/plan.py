"""``plan``: what a run would do and cost at most; nothing is sent."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from conformance.targets import add_to_argparse, shown_config
from conformance.targets.credentials import OWN

if TYPE_CHECKING:
    import argparse

    from conformance.plugin.estimate import Bound, Estimate
    from conformance.targets import Settings

USAGE = "[OPTIONS]"

EXAMPLES = """\
Takes the options of run. A run never passes the bound of a green run and the
allowance together.

examples:
  containers-conformance plan
  containers-conformance plan --profile openai --fuzz off --max-containers 20
"""

OFTEN = (
    "--base-url",
    "--target",
    "--profile",
    "--slow",
    "--expensive",
    "--only",
    "--fuzz",
    "--max-containers",
)

MIB = 1024 * 1024

#: The memory limits of containers that are made wherever the target is.
CHEAP_LIMITS = ("1g", "4g")


def declare(parser: argparse.ArgumentParser) -> None:
    """Every option of a run."""
    add_to_argparse(parser)


def act(options: argparse.Namespace) -> int:
    """Print the plan, or show the configuration; nothing is sent."""
    from conformance.catalogue import load  # noqa: PLC0415 - not for the sake of help
    from conformance.cli.run import refuse_several, settings_of  # noqa: PLC0415 - as above
    from conformance.plugin.estimate import estimate, of_share  # noqa: PLC0415 - as above

    # No key is needed where nothing is sent; a price may be asked before one is bought.
    settings = settings_of(options, {OWN: "no-key-needed", **os.environ})
    if settings.show_config:
        sys.stdout.write(shown_config(settings_of(options)))
        return 0
    refuse_several(settings, "plan")
    whole = part = estimate(load(), settings)
    if settings.shard:
        from conformance.plugin.gathering import share  # noqa: PLC0415 - only a shard needs pytest

        part = of_share(whole, share(load(), settings), settings)
    sys.stdout.write(told(part, whole, settings))
    return 0


def told(part: Estimate, whole: Estimate, settings: Settings) -> str:
    """What this *part* of the *whole* plan takes, within the limits of *settings*, for people."""
    requests = min(whole.requests, settings.max_requests)
    containers = min(whole.containers, settings.max_containers)
    highest = _highest(whole, containers, expensive=settings.tries_expensive)
    shard = " in shard {}/{}".format(*settings.shard) if settings.shard else ""
    lines = [
        f"{len(part.requirements)} requirements, {len(part.cases)} cases{shard}",
        _line("a green run takes at most", part.green),
        _line("repeats, polls and throttling may add", part.allowance),
        f"a run never passes {requests} requests and {containers} containers, US$ {highest:.2f}",
        f"prices: {part.prices.source}, {part.prices.date}; a whole session for each container",
        "cases:",
        *(f"  {each}" for each in part.cases),
    ]
    return "\n".join(lines) + "\n"


def _highest(plan: Estimate, containers: int, *, expensive: bool) -> float:
    """What so many *containers* can cost: no more than planned, and than the dearest each."""
    prices = plan.prices.per_session
    dearest = max(prices[limit] for limit in (prices if expensive else CHEAP_LIMITS))
    return min(plan.green.usd + plan.allowance.usd, containers * dearest)


def _line(what: str, bound: Bound) -> str:
    return (
        f"{what}: {bound.requests} requests, {bound.containers} containers, "
        f"{bound.sent_bytes / MIB:.0f} MiB sent, US$ {bound.usd:.2f}"
    )
