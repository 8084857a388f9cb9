"""Lies that show only where others make containers in the same account."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants.accounts import another_comes
from tests.mutants.altering import Answer, Ask, Request, handling
from tests.mutants.registry import mutant


@mutant(breaks=["container.list.options-hold-on-every-page"], also=["container.list.*"])
def turns_round_behind_a_cursor(app: ASGIApp) -> ASGIApp:
    """Gives what is newer where a cursor asks for what is older, while others make more."""
    came: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if "after" in request.query and request.query.get("order") == "desc":
            key = request.headers.get("authorization", "")
            if key not in came:
                came.add(key)
                await another_comes(request, ask)
            request.query["order"] = "asc"
        return await ask(request)

    return handling(app, "listContainers", handle)
