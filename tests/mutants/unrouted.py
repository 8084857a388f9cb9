"""Answers to requests that are no operation of the contract."""

import re
from collections.abc import Callable

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around


def unrouted(app: ASGIApp, method: str, path: str, answer: Callable[[Request], Answer]) -> ASGIApp:
    """*app*, which answers *method* on what matches *path* to callers whose key it knows."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.method != method or not re.fullmatch(path, request.path):
            return await ask(request)
        honest = await ask(request)
        return honest if honest.status == 401 else answer(request)

    return around(app, handle)
