"""Why it changed: logarithmic mean Divisia decomposition (LMDI) and decoupling (Tapio).

``identity`` is what may be decomposed and ``variables`` the names an account has for it; ``cells`` is what a value is
the sum of, ``of_account`` and ``of_table`` are its two kinds, ``from_account`` with ``traits`` and ``comparable`` says
what of an account counts; ``attributing`` is one pass over the cells, ``making`` the verb, ``result`` and ``wording``
the answer. ``decoupling`` holds Tapio's verb, ``levels`` what goes into it, ``decoupled`` its answer.
"""

from zonecarbon.decomposition.decoupled import Decoupling
from zonecarbon.decomposition.decoupling import tapio
from zonecarbon.decomposition.identity import Identity, parse_identity
from zonecarbon.decomposition.making import decompose
from zonecarbon.decomposition.result import Decomposition

__all__ = ["Decomposition", "Decoupling", "Identity", "decompose", "parse_identity", "tapio"]
