"""Drives every operation through the openai client for Python, unchanged; prints JSON.

Run by a Python that has `openai`: `drive_openai.py BASE_URL KEY sync|async DIRECTORY`.
"""

import asyncio
import inspect
import json
import sys
from pathlib import Path

import openai

BYTES = bytes(range(256)) * 300
RETRIED = {"max_retries": 0, "timeout": 30}


async def _settled(value):
    return await value if inspect.isawaitable(value) else value


async def _walked(paginator):
    """The items of all pages, page by page, as either client walks them."""
    page, pages = await _settled(paginator), []
    while True:
        pages.append([item.to_dict() for item in page.data])
        if not page.has_next_page():
            return pages
        page = await _settled(page.get_next_page())


async def _error(call):
    try:
        await _settled(call())
    except openai.APIStatusError as error:
        return {
            "class": type(error).__name__,
            "status": error.status_code,
            "code": error.code,
            "param": error.param,
            "type": error.type,
            "request_id": error.request_id,
        }
    return None


async def _uploads(client, container_id, directory):
    path = Path(directory) / "é notes.csv"
    path.write_bytes(BYTES)
    files = client.containers.files
    with path.open("rb") as opened:
        given = {
            "bytes": BYTES,
            "path": path,
            "opened": opened,
            "tuple": ('a "b".txt', BYTES, "text/plain"),
            "empty": ("empty.bin", b""),
        }
        return {
            kind: (await _settled(files.create(container_id, file=file))).to_dict()
            for kind, file in given.items()
        }


async def _content(client, container_id, file_id):
    files = client.containers.files
    content = await _settled(files.content.retrieve(file_id, container_id=container_id))
    return content.content


async def _file_journey(client, container_id, directory):
    files = client.containers.files
    made = await _uploads(client, container_id, directory)
    upload = await _settled(client.files.create(file=("d.csv", b"1,2\n"), purpose="assistants"))
    copied = await _settled(files.create(container_id, file_id=upload.id))
    file_id = made["bytes"]["id"]
    contents = {
        kind: list(await _content(client, container_id, each["id"])) == list(BYTES)
        for kind, each in made.items()
    }
    return {
        "made": made,
        "contents": contents,
        "upload": upload.to_dict(),
        "copied": copied.to_dict(),
        "copied_content": (await _content(client, container_id, copied.id)).decode(),
        "retrieved": (await _settled(files.retrieve(file_id, container_id=container_id))).to_dict(),
        "pages": await _walked(files.list(container_id, limit=2, order="asc")),
        "deleted": await _settled(files.delete(file_id, container_id=container_id)),
        "again": await _error(lambda: files.delete(file_id, container_id=container_id)),
        "gone": await _error(lambda: files.retrieve(file_id, container_id=container_id)),
        "nothing": await _error(lambda: files.create(container_id)),
        "left": [
            [each["id"] for each in page]
            for page in await _walked(files.list(container_id, order="asc"))
        ],
    }


async def _container_journey(client):
    containers = client.containers
    asked = {
        "name": "a b é",
        "memory_limit": "4g",
        "expires_after": {"anchor": "last_active_at", "minutes": 9},
        "network_policy": {"type": "disabled"},
    }
    created = await _settled(containers.create(**asked))
    others = [await _settled(containers.create(name=f"other {at}")) for at in range(5)]
    return {
        "asked": asked,
        "created": created.to_dict(),
        "request_id": created._request_id,
        "others": [each.to_dict() for each in others],
        "retrieved": (await _settled(containers.retrieve(created.id))).to_dict(),
        "pages": await _walked(containers.list(limit=2)),
        "named": await _walked(containers.list(name="a b", limit=2)),
        "deleted": await _settled(containers.delete(others[0].id)),
        "again": await _error(lambda: containers.delete(others[0].id)),
        "gone": await _error(lambda: containers.retrieve(others[0].id)),
        "bad": await _error(lambda: containers.create(name="")),
        "strange": await _error(lambda: containers.retrieve("a/b")),
    }


async def _journey(base_url, key, kind, directory):
    cls = openai.AsyncOpenAI if kind == "async" else openai.OpenAI
    client = cls(base_url=base_url, api_key=key, **RETRIED)
    stranger = cls(base_url=base_url, api_key="unknown", **RETRIED)
    result = {"version": openai.VERSION, **await _container_journey(client)}
    result["files"] = await _file_journey(client, result["created"]["id"], directory)
    result["stranger"] = await _error(lambda: stranger.containers.retrieve(result["created"]["id"]))
    await _settled(client.close())
    await _settled(stranger.close())
    return result


print(json.dumps(asyncio.run(_journey(*sys.argv[1:]))))  # noqa: T201 - the result
