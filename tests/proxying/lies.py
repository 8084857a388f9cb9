"""Proxies that tell one lie each, and the requirements that must fail."""

from tests.proxying import lies_of_answers, lies_of_choice, lies_of_requests
from tests.proxying.lies_of_choice import CLAIMED, NAMING, Choosing
from tests.proxying.lying import LIES, PREFIXES, Lie

__all__ = ["CLAIMED", "LIES", "NAMING", "PREFIXES", "Choosing", "Lie"]

#: The modules that have entered their lies by being read.
TOLD_BY = (lies_of_answers, lies_of_choice, lies_of_requests)
