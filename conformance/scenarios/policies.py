"""The network policies that cases ask for, by whose domains they are known again."""

from conformance.checks.agreement import field

#: Domains that no target allows by itself.
LONG = tuple(f"{letter * 60}.{letter * 60}.example.net" for letter in "ba")
SHORT = "conformance.example.com"

#: Domains, not in the order of the alphabet, and together of more than 255 letters.
DOMAINS = {"type": "allowlist", "allowed_domains": ["example.org", "example.com", *LONG]}

#: One domain, as most callers have it.
DOMAIN = {"type": "allowlist", "allowed_domains": [SHORT]}


def tells_ours(container):
    """Whether *container* tells a network policy that a case has asked for, for another one."""
    told = field(field(container, "network_policy"), "allowed_domains")
    return isinstance(told, list) and any(each in told for each in (*LONG, SHORT))
