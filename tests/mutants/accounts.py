"""Accounts that hold the containers of others."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around


async def _fill(request: Request, ask: Ask, number: int) -> None:
    """Containers of somebody else in the same account; every third is expired."""
    for at in range(number):
        made = await ask(request.to("POST", "/containers", {"name": "auto" if at % 2 else "é"}))
        if made.is_good and at % 3 == 0:
            _GHOSTS.add(made.json["id"])


_GHOSTS: set[str] = set()


def _statused(answer: Answer) -> None:
    for each in answer.objects:
        if each.get("id") in _GHOSTS:
            each["status"] = "expired"


def filled(app: ASGIApp, number: int) -> ASGIApp:
    """The provider with so many containers of somebody else in each account."""
    known: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        key = request.headers.get("authorization", "")
        if key and key not in known and request.operation:
            known.add(key)
            await _fill(request, ask, number)
        answer = await ask(request)
        _statused(answer)
        return answer

    return around(app, handle)


async def another_comes(request: Request, ask: Ask) -> None:
    """Somebody else makes a container, in a later second than anything that is there."""
    await asyncio.sleep(1.02 - time.time() % 1)
    await ask(request.to("POST", "/containers", {"name": "somebody-else"}))
