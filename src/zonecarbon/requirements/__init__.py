"""Backwards: what a target, a peak by a year or a budget takes.

Decided here:

* Two answers stand side by side. Without a scenario, the *constant rate*: the yearly reduction, from the last year of
  the account, that brings the indicator to its limit in the year of the target (for a budget, the yearly reduction of
  CO2 whose geometric sum is the budget). Under a scenario with its uncertainty, the *extra rate* d: one driver falls
  faster by d a year, so its level t years after the account is multiplied by (1 - d)^t; the smallest d at which the
  condition holds with the probability asked for.
* Only one driver moves, in the same way in every zone and every year; ``scaling`` says how many times as fast it then
  falls (the ratio of the logarithms of its levels). A driver that does not act on the indicator answers ``cannot be
  reached``, and so does one that would need more than ``limit`` a year.
* The faster fall multiplies the drawn levels, shocks included. Solving the scenario anew with a steeper path gives the
  same to the digit where shocks multiply (lognormal); where they add to a rate, a deviation of one point would there
  act as 1 / (1 - d) points, a difference of a few per cent of the spread. Drawing once is what makes solving cheap.
* Every draw has a smallest d of its own, found by bracketing on sixteen steps and bisection; the answer for a
  probability is the matching order statistic of these, so it is exact for the draws and nothing is searched twice.
  Process CO2 follows value added and not the driver: where it grows, a faster fall can lift the *last* years above the
  peak again, so the answer is tried once more on the whole, and searched upwards from there if it does not hold.
* All zones together are sums over zones under the same d; a share of zones counts, draw by draw, the zones that pass.
  What depends on an unknown zone is ``unknown``.

Cost: about 20 ms a zone at 4096 draws and 35 years; a share of zones keeps a number for every zone and draw.

``asking`` turns the arguments into a question, ``rates`` answers without a scenario, ``courses`` and ``solving`` under
one, ``result`` holds the answer.
"""

from zonecarbon.requirements.asking import required
from zonecarbon.requirements.result import Requirement

__all__ = ["Requirement", "required"]
