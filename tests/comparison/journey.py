"""The journey that most programs make, through the openai client for Python, unchanged.

Run by a Python that has `openai`: `journey.py BASE_URL KEY`. Asserts nothing of its own: it
fails where the client does.
"""

import contextlib
import sys

import openai


def journey(base_url, key):
    """Create, upload, list, retrieve, read and delete, also what is missing."""
    client = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0, timeout=30)
    made = client.containers.create(name="Übung")
    client.containers.retrieve(made.id)
    list(client.containers.list(limit=2, order="desc"))
    file = client.containers.files.create(made.id, file=("a b.txt", b"line\r\nline\n"))
    client.containers.files.create(made.id, file=("empty.bin", b""))
    list(client.containers.files.list(made.id, limit=1))
    client.containers.files.retrieve(file.id, container_id=made.id)
    client.containers.files.content.retrieve(file.id, container_id=made.id).read()
    client.containers.files.delete(file.id, container_id=made.id)
    with contextlib.suppress(openai.NotFoundError):
        client.containers.files.retrieve(file.id, container_id=made.id)
    client.containers.delete(made.id)
    with contextlib.suppress(openai.NotFoundError):
        client.containers.retrieve(made.id)


if __name__ == "__main__":
    journey(*sys.argv[1:])
