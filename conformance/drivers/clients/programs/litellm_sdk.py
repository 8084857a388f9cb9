"""The LiteLLM SDK, as its users call it; the calls that it has for files are not in `litellm`."""

import base64
import inspect
from importlib.metadata import version
from typing import Any

import litellm
from litellm.containers import endpoint_factory

JSON = dict[str, Any]


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _shown(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


class Client:
    """Its functions, synchronous or not."""

    def __init__(self, given: JSON) -> None:
        """Take the address and the keys from *given*: each function is told them again."""
        self.version = version("litellm")
        self._given = given
        self._async = given["mode"] == "async"

    async def _call(self, name: str, key: str, /, **given: Any) -> Any:
        name = f"a{name}" if self._async else name
        function = getattr(litellm, name, None) or getattr(endpoint_factory, name)
        told = self._given["wrong_key" if key == "wrong" else "key"]
        where = {"api_base": self._given["base_url"], "api_key": told}
        asked = function(custom_llm_provider="openai", **where, **given)
        return _shown(await _settled(asked))

    async def create_container(self, key: str = "own", **body: Any) -> JSON:
        return {"value": await self._call("create_container", key, **body)}

    async def retrieve_container(self, container: str, key: str = "own") -> JSON:
        return {"value": await self._call("retrieve_container", key, container_id=container)}

    async def delete_container(self, container: str, key: str = "own") -> JSON:
        return {"value": await self._call("delete_container", key, container_id=container)}

    async def list_containers(self, key: str = "own", **params: Any) -> JSON:
        return await self._walked("list_containers", key, params)

    async def list_files(self, container: str, key: str = "own", **params: Any) -> JSON:
        return await self._walked(
            "list_container_files", key, {"container_id": container, **params}
        )

    async def _walked(self, name: str, key: str, params: JSON) -> JSON:
        """All pages; it has one page a call, so its user goes on behind the last id."""
        items: list[Any] = []
        most = params.pop("most", self._given["items"])
        while True:
            page = await self._call(name, key, **params)
            items += page["data"]
            if len(items) >= most:
                return {"value": items[:most], "stopped": f"{most} items"}
            if not page["has_more"] or not page["data"]:
                return {"value": items}
            params = {**params, "after": page["data"][-1]["id"]}

    async def create_file(
        self,
        container: str,
        content: str | None = None,
        filename: str = "",
        media: str | None = None,
        file_id: str | None = None,
        key: str = "own",
    ) -> JSON:
        if content is None:
            return {"cannot": "copying by file_id (it uploads bytes only)"}
        file = (filename, base64.b64decode(content), *([media] if media else []))
        given = {"container_id": container, "file": file}
        return {"value": await self._call("upload_container_file", key, **given)}

    async def retrieve_file(self, container: str, file: str, key: str = "own") -> JSON:
        given = {"container_id": container, "file_id": file}
        return {"value": await self._call("retrieve_container_file", key, **given)}

    async def delete_file(self, container: str, file: str, key: str = "own") -> JSON:
        given = {"container_id": container, "file_id": file}
        return {"value": await self._call("delete_container_file", key, **given)}

    async def content(self, container: str, file: str, key: str = "own") -> JSON:
        given = {"container_id": container, "file_id": file}
        answer = await self._call("retrieve_container_file_content", key, **given)
        return {"value": base64.b64encode(answer).decode()}
