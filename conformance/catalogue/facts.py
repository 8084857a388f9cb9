"""Facts of the API that several rooms go by, each written once."""

from __future__ import annotations

from conformance.catalogue.model import OPERATIONS

#: What the ids of an operation's requirements begin with.
PREFIX = {operation.id: operation.prefix for operation in OPERATIONS}

#: The operations that answer a page.
LISTS = ("listContainers", "listContainerFiles")

#: The operation that answers bytes.
CONTENT = "retrieveContainerFileContent"

#: The operations that delete, and the object that each answers.
DELETIONS = {
    "deleteContainer": "container.deleted",
    "deleteContainerFile": "container.file.deleted",
}

#: Items that a page holds where no limit is asked for, and at most.
DEFAULT_LIMIT, HIGHEST_LIMIT = 20, 100

ORDERS = ("asc", "desc")

MEMORY_LIMITS = ("1g", "4g", "16g", "64g")

#: Fields that a container need not have: null tells a caller the same as none.
OPTIONAL = ("expires_after", "memory_limit", "network_policy")

#: Statuses that say that there is no such operation here.
UNIMPLEMENTED = (404, 405, 501)

#: Statuses that ask for a rest, the second one only with a Retry-After.
TOO_MANY, UNAVAILABLE = 429, 503

#: Seconds of a Retry-After that every client waits for; of a longer one some hang, some give up.
LONGEST_REST_S = 60
