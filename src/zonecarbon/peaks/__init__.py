"""Peaks: has a series of CO2 turned, when, at what level, how sure is that, and what could feign it.

No official rule says when a zone has peaked, so every number of the rule is a parameter and stands in the provenance.
The rule is the one of Chinese practice, a condition and then a trend test (条件判断 + MK 趋势检验; Jiang et al. 2021 on
direct and total CO2 of 36 cities, its form from memory):

* The peak is the *first* maximum; the peak year is its year whatever the status. The tail is what comes after it.
* A tail shorter than ``minimum_tail`` (5) is not tested: ``rising`` if the maximum is the last year, else
  ``insufficient``. Five is not a taste: with four years not even a steady fall can be significant at 5 % (the least
  two-sided p is 2/4! = 0.083, with five 2/5! = 0.017). The price is that a peak is confirmed five years late, that a
  fall of five years must be without any exception (one exchanged pair gives 10/5! = 0.083), and that neighbouring years
  are not independent, which the test takes for granted.
* Otherwise a two-sided Mann-Kendall test of the tail at ``alpha`` (5 %): a significant fall is ``peaked``, a
  significant rise is ``rising`` (it climbs back from a dip), neither is ``plateau``. The p-value is exact up to nine
  years, then normal with the corrections for continuity and ties.
* A year that is not known could be the maximum, so the status is ``insufficient`` and there is no peak year. So it is
  where the boundary of the zone changes, whose peak year is only that of the figures as they are.

Three things feign a peak and are warned of, zone by zone, in ``notes`` and in the provenance (never as Python warnings,
since they belong to the answer): the grid factor falls and the zone does nothing; 2020 and 2022 are dips; the boundary
changes. A warning never changes a status.

Considered and rejected: a smoothed series or a break-point model (more parameters than zones have years); a largest
fall that counts without a test (one closed plant would be a peak); requiring that direct and total CO2 both qualify
(one can ask twice, with an account of each).

The rule itself is :mod:`zonecarbon.kernels.peak`, arrays in and codes out; ``finding`` brings sources to arrays,
``doubts`` looks for what feigns a peak, ``result`` holds the answer and ``outlook`` that of an ensemble, ``trend`` is
the test as a verb of its own.
"""

from zonecarbon.peaks.finding import find_peaks
from zonecarbon.peaks.outlook import Outlook
from zonecarbon.peaks.result import Peaks
from zonecarbon.peaks.trend import Trend, mann_kendall

__all__ = ["Outlook", "Peaks", "Trend", "find_peaks", "mann_kendall"]
