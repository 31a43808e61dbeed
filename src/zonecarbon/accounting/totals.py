"""Energy, CO2 and both intensities by zone and year, made together.

Decided here:

* The quantities are what is large, so they are read once: both sums come from one kernel, and the ratios are taken
  while the sums are still in the cache. 4.0 times a copy of the quantities became 2.2 (``benchmarks/RESULTS.md``).
* With an executor the zones are cut into parts of :data:`PART` quantities, whatever the number of workers; each zone's
  figures depend on nothing but that zone, so the bits are those of one thread. A part for a process is sent and comes
  back by value: threads are the right workers on one machine, since numpy leaves the interpreter's lock, and those of
  a ``ThreadPoolExecutor`` write into the answer itself.
* An intensity is not known where value added is not positive, or where more energy leaves a zone than comes in.
"""

from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zonecarbon._executing import in_order, require_executor
from zonecarbon._typing import FloatArray, IntArray
from zonecarbon.errors import InputError
from zonecarbon.kernels.emission import Tables, sum_tables
from zonecarbon.kernels.intensity import ratio

if TYPE_CHECKING:
    from zonecarbon.accounting.result import Account

PART = 4_194_304
"""Quantities in one job [values]; 32 MB."""


class Totals(NamedTuple):
    """What an account comes to, (zone, year) each, in Fortran order: a year is one contiguous column.

    NaN where anything in the sum is not known.

    Parameters
    ----------
    energy
        Comprehensive energy [tce].
    co2
        CO2 [tCO2].
    value_added
        Industrial value added [10^4 yuan].
    energy_intensity
        Energy per value added [tce per 10^4 yuan].
    co2_intensity
        CO2 per value added [tCO2 per 10^4 yuan].
    """

    energy: FloatArray
    """Comprehensive energy [tce]."""
    co2: FloatArray
    """CO2 [tCO2]."""
    value_added: FloatArray
    """Industrial value added [10^4 yuan]."""
    energy_intensity: FloatArray
    """Energy per value added [tce per 10^4 yuan]; also NaN where value added is not positive or energy negative."""
    co2_intensity: FloatArray
    """CO2 per value added [tCO2 per 10^4 yuan]; NaN as above."""

    def __repr__(self) -> str:
        """Say what there is of how many zones and years: five whole arrays are no line to read."""
        zones, years = self.energy.shape
        return f"Totals({', '.join(self._fields)}: {zones} zones x {years} years each)"


def make_totals(account: "Account", executor: Executor | None, out: FloatArray | None) -> Totals:
    """Return the totals of an account; see :meth:`~zonecarbon.Account.totals`."""
    money = account.value_added
    result = _made(account, executor, out, money)
    return Totals(result[0], result[1], money, result[2], result[3])


def make_sums(account: "Account", executor: Executor | None = None) -> FloatArray:
    """Return energy [tce] and CO2 [tCO2] by zone and year, (2, zone, year); the sums of :func:`make_totals` alone."""
    return _made(account, executor, None, None)


def _made(
    account: "Account", executor: Executor | None, out: FloatArray | None, money: FloatArray | None
) -> FloatArray:
    """Return energy and CO2, and with value added their intensities, (2 or 4, zone, year)."""
    require_executor(executor)
    n_zones, n_years = len(account.zones), len(account.years)
    shape = (2 if money is None else 4, n_zones, n_years)
    result: Any = np.empty((shape[0], n_years, n_zones)).transpose(0, 2, 1) if out is None else out
    if not isinstance(result, np.ndarray) or result.shape != shape or result.dtype != np.float64:
        got = f"{result.dtype} {result.shape}" if isinstance(result, np.ndarray) else type(result).__name__
        raise InputError("totals.out", want=shape, got=got)
    if not result.flags.writeable:
        raise InputError("totals.out", want=shape, got="an array that may not be written to")
    if account.kept is not None:
        ready = (account.kept.energy, account.kept.co2, account.kept.energy_intensity, account.kept.co2_intensity)
        for own, level in zip(result, ready, strict=False):
            np.copyto(own, level)
        return np.asarray(result)
    tables, groups = account.tables("energy", "co2")
    quantity = account.quantity_of_zones
    if tables is None:  # a flow that does not count and is not known has to be left out of one sum alone
        result[0], result[1] = account.total("energy"), account.total("co2")
        for total, level in zip(result[:2], result[2:], strict=False):
            found = ratio(total, account.value_added)
            np.copyto(level, np.where(found < 0.0, np.nan, found))
    elif executor is None:
        sum_tables(quantity, tables, groups, out=result, per=money)
    else:
        size = max(1, PART // max(1, int(np.prod(quantity.shape[1:]))))
        parts = [slice(start, start + size) for start in range(0, n_zones, size)]
        jobs = (
            (quantity[at], tables, None if groups is None else groups[at], None if money is None else money[at])
            for at in parts
        )
        if isinstance(executor, ThreadPoolExecutor):  # which can write to the answer itself
            into = ((*job, result[:, at]) for job, at in zip(jobs, parts, strict=True))
            for _ in in_order(executor, _fill, into):
                pass
        else:
            for at, part in zip(parts, in_order(executor, _part, jobs), strict=True):
                result[:, at] = part
    unknown = account.unknown()
    if unknown is not None:
        result[:, unknown] = np.nan
    return np.asarray(result)


def _fill(
    quantity: FloatArray, tables: Tables, groups: IntArray | None, money: FloatArray | None, out: FloatArray
) -> None:
    """Write what :func:`_part` returns."""
    sum_tables(quantity, tables, groups, out=out, per=money)


def _part(quantity: FloatArray, tables: Tables, groups: IntArray | None, money: FloatArray | None) -> FloatArray:
    """Return energy and CO2, and with value added their intensities, of some zones."""
    return sum_tables(quantity, tables, groups, per=money)
