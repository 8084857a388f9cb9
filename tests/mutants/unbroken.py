"""Which requirements no lie breaks, and why."""

#: Requirements without a lie, by glob, and why.
UNBROKEN = {
    "*.answers-fit-the-document": "The passive rows, which see the same faults, are broken.",
    "*.invalid-requests-are-refused": "Wrong bodies that somebody wrote down are refused first.",
    "*.retrieve.valid-requests-are-accepted": "Its requests differ only in ids: see succeeds.",
    "*.delete.valid-requests-are-accepted": "Its requests differ only in ids: see succeeds.",
    "container.create.valid-requests-are-accepted": "What is written down is refused first.",
    "file.content.valid-requests-are-accepted": "Its requests differ only in ids: see succeeds.",
    "container.create.expires-when-idle": "Takes minutes of waiting (--slow).",
    "proxy.container.create.address-arrives": "Without an id: see arrives-once.",
    "proxy.container.list.address-arrives": "Without an id: see arrives-once.",
    "*.provider-*": "Only where a proxy claims to take a provider's name.",
    "container.create.minutes-over-20-are-refused": "Only in the profile openai.",
    "container.create.expires-after-defaults-to-20-minutes": "Only in the profile openai.",
    "file.content.is-an-attachment": "Only in the profile openai.",
}
