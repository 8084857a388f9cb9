"""Real expiry: it takes minutes, so only ``--slow`` waits for it."""

import pytest

from conformance.errors import Failure, NotApplicable, Unsupported

cost = pytest.mark.cost
requirement = pytest.mark.requirement

#: Seconds beyond the minute that a target may take to notice.
LENIENCY_S = 45


@requirement("container.create.expires-when-idle")
@cost(requests=5, containers=("1g",), kib=1, slow=True)
def test_idle_container_expires(bench, api, pause):
    if not bench.settings.slow:
        raise NotApplicable("takes two minutes of waiting (--slow)")
    soon = {"anchor": "last_active_at", "minutes": 1}
    created = api.create_container(name=api.name("idle"), expires_after=soon)
    if created.refused:
        raise Unsupported(f"expires_after is refused: {created.told()}")
    file = api.upload(created["id"], b"short-lived\n", "short.txt")
    pause(60 + LENIENCY_S)
    content = api.content(created["id"], file["id"])
    if content.ok:
        raise Failure("no content in an expired container", content.told(), content.id)
    retrieved = api.retrieve_container(created["id"])
    if retrieved.ok and retrieved["status"] in ("running", "active"):
        raise Failure("a container that is expired", retrieved.told(), retrieved.id)
