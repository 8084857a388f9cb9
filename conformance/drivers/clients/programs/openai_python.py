"""The openai client for Python, as its users call it."""

import base64
import inspect
from pathlib import Path
from typing import Any

import openai

JSON = dict[str, Any]


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _shown(value: Any) -> Any:
    return value.to_dict() if hasattr(value, "to_dict") else value


class Client:
    """One client, synchronous or not."""

    def __init__(self, given: JSON) -> None:
        """Connect as *given*."""
        cls = openai.AsyncOpenAI if given["mode"] == "async" else openai.OpenAI
        self.version = openai.VERSION
        self._items = given["items"]
        self._own = cls(base_url=given["base_url"], api_key=given["key"])
        self._stranger = cls(base_url=given["base_url"], api_key=given["wrong_key"])

    def _containers(self, key: str) -> Any:
        return (self._stranger if key == "wrong" else self._own).containers

    async def create_container(self, key: str = "own", **body: Any) -> JSON:
        create = self._containers(key).create
        known = inspect.signature(create).parameters
        extra = {name: body.pop(name) for name in list(body) if name not in known}
        if extra:  # what this version has no name for, users pass so
            body["extra_body"] = {**extra, **body.get("extra_body", {})}
        return {"value": _shown(await _settled(create(**body)))}

    async def list_containers(self, key: str = "own", **params: Any) -> JSON:
        return await self._walked(self._containers(key).list, params)

    async def list_files(self, container: str, key: str = "own", **params: Any) -> JSON:
        return await self._walked(
            self._containers(key).files.list, {"container_id": container, **params}
        )

    async def _walked(self, ask: Any, params: JSON) -> JSON:
        items: list[Any] = []
        most = params.pop("most", self._items)
        listed = ask(**params)
        page = listed if hasattr(listed, "__aiter__") else await _settled(listed)
        if hasattr(page, "__aiter__"):
            async for item in page:
                items.append(_shown(item))
                if len(items) >= most:
                    return {"value": items, "stopped": f"{most} items"}
        else:
            for item in page:
                items.append(_shown(item))
                if len(items) >= most:
                    return {"value": items, "stopped": f"{most} items"}
        return {"value": items}

    async def retrieve_container(self, container: str, key: str = "own", **more: Any) -> JSON:
        return {"value": _shown(await _settled(self._containers(key).retrieve(container, **more)))}

    async def delete_container(self, container: str, key: str = "own", **more: Any) -> JSON:
        return {"value": _shown(await _settled(self._containers(key).delete(container, **more)))}

    async def create_file(
        self,
        container: str,
        content: str | None = None,
        filename: str = "",
        media: str | None = None,
        file_id: str | None = None,
        key: str = "own",
    ) -> JSON:
        given: JSON = {}
        if content is not None:
            given["file"] = (filename, base64.b64decode(content), *([media] if media else []))
        if file_id is not None:
            given["file_id"] = file_id
        made = self._containers(key).files.create(container, **given)
        return {"value": _shown(await _settled(made))}

    async def retrieve_file(self, container: str, file: str, key: str = "own") -> JSON:
        found = self._containers(key).files.retrieve(file, container_id=container)
        return {"value": _shown(await _settled(found))}

    async def delete_file(self, container: str, file: str, key: str = "own") -> JSON:
        gone = self._containers(key).files.delete(file, container_id=container)
        return {"value": _shown(await _settled(gone))}

    async def content(self, container: str, file: str, key: str = "own") -> JSON:
        asked = self._containers(key).files.content.retrieve(file, container_id=container)
        answer = await _settled(asked)
        return {"value": base64.b64encode(answer.content).decode()}

    async def upload_original(self, path: str) -> JSON:
        made = self._own.files.create(file=Path(path), purpose="assistants")
        return {"value": _shown(await _settled(made))}
