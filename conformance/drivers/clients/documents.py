"""The journeys of the documents, call by call as each shows them.

The names of containers begin with the run's own, and ids are those of what was made; all else
is as it stands in the document. Where an example can't work as it is written, that is booked on
the document, and the journey goes on with the nearest that can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.drivers.clients import the_cli, the_litellm, the_typescript

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.drivers.clients.trip import Trip


def travel(trip: Trip) -> None:
    """Make the journeys of the documents that show this client.

    Raises:
        LimitReached: if the limits of the run forbid more.
    """
    facts = trip.client.facts
    journeys: dict[str, tuple[Callable[[Trip], None], ...]] = {
        "openai-node": the_typescript.EXAMPLES,
        "openai-cli": the_cli.EXAMPLES,
        "litellm": the_litellm.SDK,
        "openai-python": the_litellm.OPENAI_CLIENT,
        "httpx": the_litellm.CURL,
    }
    if facts.name == "openai-python" and (facts.mode == "async" or facts.version.startswith("1.")):
        return  # the document's example is of the synchronous client, and told once
    for example in journeys[facts.name]:
        example(trip)
    trip.document = None
