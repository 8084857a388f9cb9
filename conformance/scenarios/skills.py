"""A skill that a container can be created with."""

import base64
import io
import zipfile


def inline_skill():
    """A skill of one file, given inline."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: greet\ndescription: Greets.\n---\nSay hello.\n")
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
