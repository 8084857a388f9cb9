"""The longest chain of requests that must follow one another, in what a run has recorded.

A request must follow the one whose answer first gave an id that it names; one that writes to a
container follows all that was asked of that container before, within its case, and one that reads
follows the last that wrote. A lagging list and a pause that a case makes are not counted: no run
can be faster than this, and hardly one that is honest as fast.
"""

import json
import re

ID = re.compile(r"\b(?:cntr|cfile|file)_?-?[0-9a-f]{20,}\b")


def longest(records):
    """How many requests the longest chain has."""
    born: dict[str, int] = {}  # id: length of the chain that ends with its creation
    chain = 0
    for record in records:
        written: dict[str, int] = {}  # container: chain up to the last that wrote
        asked: dict[str, int] = {}  # container: longest chain of all that asked
        for exchange in record.get("exchanges", ()):
            request = exchange["request"]
            told = f"{request['url']} {json.dumps(request.get('body'))}"
            ids = set(ID.findall(told))
            about = ID.search(request["url"])
            place = about[0] if about else ""
            is_writing = request["method"] != "GET" and bool(place)
            after = (asked if is_writing else written).get(place, 0)
            length = 1 + max([after, *(born.get(each, 0) for each in ids)])
            asked[place] = max(asked.get(place, 0), length)
            if is_writing:
                written[place] = length
            for each in ID.findall(json.dumps(exchange.get("response"))):
                born.setdefault(each, length)
            chain = max(chain, length)
    return chain
