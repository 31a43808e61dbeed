"""What decides the outcome: one shock at a time (tornado), and shares of the variance (Sobol' indices).

Decided here:

* Both look at one number of a projection: the peak year, the highest CO2, CO2 of a year, or cumulative CO2; of one zone
  or of all together. History counts, and a path that is highest in its last year has that year as its peak year, since
  an index needs a number: with many such draws ask for CO2 instead.
* A tornado holds one shock at a quantile through the whole path and leaves all others out. Where a shock is drawn anew
  each year, holding one year's quantile for decades would be absurd, so it is the quantile of the shock's *mean* over
  the years: mean plus normal quantile times the standard deviation of the mean of an AR(1) series, within the limits of
  the shape. For normal shapes and for ``rho`` 1 that is exact, else it is the central limit. The other way, handing the
  quantile of the mean of normals to the shape, is 38 % too wide for a uniform shape. Correlations are left out.
* Own shocks of all zones together take their quantile in every zone at once; drawn, they partly cancel, so their bars
  are too wide beside those of shared shocks. Sobol' indices have no such flaw.
* Sobol' indices by Saltelli's design: two independent runs A and B, and A with the random numbers of one driver taken
  from B. A driver's own and shared shocks, in all zones and years, are one group. Indices need independent inputs, so
  drivers that are correlated form one group too, named by all of them. Estimators are scipy's (Saltelli 2010), an
  extra.
* Intervals are percentiles of 999 bootstrap samples with a seed of the run: those scipy offers on the result draw fresh
  entropy and would not repeat. With a single group both indices are 1, and nothing is estimated.

Cost: a tornado is one pass a zone; Sobol' indices are (groups + 2) projections.

``study`` is what both look at, ``bars`` the tornado, ``variance`` the indices.
"""

from zonecarbon.sensitivity.bars import Tornado, tornado
from zonecarbon.sensitivity.variance import SobolIndices, sobol_indices

__all__ = ["SobolIndices", "Tornado", "sobol_indices", "tornado"]
