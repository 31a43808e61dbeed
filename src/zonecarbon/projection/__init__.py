"""Where energy and CO2 go after the last year of an account, and how sure that is.

``paths`` and ``growth`` turn a scenario's words into numbers by year, ``model`` an account and these into levels
without shocks, ``simulating`` draws trajectories around them, ``goals`` and ``collecting`` say what is kept, ``jobs``
shares the work, ``making`` is the verb, ``extending`` an account that goes on, ``result`` the ensemble, ``rows`` and
``wording`` what it looks like.
"""

from zonecarbon.projection.extending import extend
from zonecarbon.projection.making import project
from zonecarbon.projection.result import Ensemble

__all__ = ["Ensemble", "extend", "project"]
