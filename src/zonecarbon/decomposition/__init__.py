"""Why it changed: logarithmic mean Divisia decomposition (LMDI) and decoupling (Tapio).

``identity`` is what may be decomposed, ``cells`` what a value is the sum of, ``of_account`` and ``of_table`` where
cells come from, ``comparable`` at which prices, ``attributing`` one pass over them, ``making`` the verb, ``result`` and
``wording`` the answer; ``decoupling`` holds Tapio's states.
"""

from zonecarbon.decomposition.decoupled import Decoupling
from zonecarbon.decomposition.decoupling import tapio
from zonecarbon.decomposition.identity import Identity, parse_identity
from zonecarbon.decomposition.making import decompose
from zonecarbon.decomposition.result import Decomposition

__all__ = ["Decomposition", "Decoupling", "Identity", "decompose", "parse_identity", "tapio"]
