"""A skill that a container can be created with."""

import base64
import hashlib
import io
import zipfile

#: Bytes of what a skill needs beside its text: encoded it is more than the 100 kB at which many
#: a server ends a body of JSON unless it is told otherwise.
NEEDS = 80_000


def inline_skill(needs=0):
    """A skill of one file, given inline, and of another of so many bytes that it *needs*."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: greet\ndescription: Greets.\n---\nSay hello.\n")
        if needs:
            archive.writestr("greetings.bin", hashlib.shake_256(b"greetings").digest(needs))
    return {
        "type": "inline",
        "name": "greet",
        "description": "Greets.",
        "source": {
            "type": "base64",
            "media_type": "application/zip",
            "data": base64.b64encode(packed.getvalue()).decode(),
        },
    }


def create_beside_a_skill(room, **options):
    """The answer to a creation with *options*, and with a skill beside them where one is taken."""
    ask = room.api.create_container
    name = room.api.name("copies")
    if room.record.scope.claims.get("skills") is not False:
        answer = ask(name=name, **options, skills=[inline_skill()])
        if answer.ok:
            return answer
    return ask(name=name, **options)
