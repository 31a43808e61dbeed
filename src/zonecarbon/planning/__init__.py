"""Plans: which measures, when, at what cost, so that the goals are reached.

``chain`` puts measures on the flows of an account, ``applying`` gives the account after them, ``costs`` what they cost,
``programme`` the mixed-integer programme of it, ``aims`` the goals as rows, ``solving`` opens HiGHS, ``weighing`` says
what each measure does, ``curve`` is the marginal abatement cost curve, ``assurance`` the plan under uncertainty,
``result`` the plan itself.
"""

from zonecarbon.planning.applying import apply_measures
from zonecarbon.planning.assurance import Assurance, assure
from zonecarbon.planning.curve import AbatementCurve, abatement_curve
from zonecarbon.planning.making import plan
from zonecarbon.planning.result import Plan

__all__ = ["AbatementCurve", "Assurance", "Plan", "abatement_curve", "apply_measures", "assure", "plan"]
