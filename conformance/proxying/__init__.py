"""What arrived upstream held against what was sent, and what came back against the answer.

The reference provider stands behind the proxy, with a recorder around it; the recorder can
also be told what to answer, so that the proxy meets what a well-behaved upstream never says.
"""

from conformance.proxying.comparison import Conveyed, Difference
from conformance.proxying.forwarding import Caller, see_that_it_forwards
from conformance.proxying.upstream import Upstream

__all__ = ["Caller", "Conveyed", "Difference", "Upstream", "see_that_it_forwards"]
