"""The verb: from an account, or any table with an identity, to a decomposition.

Decided here: an account knows its identities (value added -> sectors -> energy -> carriers -> CO2), so only the
question is asked of the user; a table comes with its identity. What has no limit is refused with every such cell in one
error, before any figure is out; ``undefined="separate"`` shows it as a term of its own instead.
"""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from zonecarbon._executing import require_executor
from zonecarbon._table import Provenance, as_columns, hash_arrays, is_table
from zonecarbon._typing import Tabular
from zonecarbon.accounting import Account
from zonecarbon.decomposition.attributing import NOT_ATTRIBUTED, Weights, attribute
from zonecarbon.decomposition.cells import LEVELS, Cells
from zonecarbon.decomposition.from_account import UNITS, cells_of
from zonecarbon.decomposition.of_account import AccountCells
from zonecarbon.decomposition.of_table import table_cells
from zonecarbon.decomposition.result import Decomposition, Form
from zonecarbon.errors import InputError, Problem
from zonecarbon.records.cells import parse_year

if TYPE_CHECKING:
    from concurrent.futures import Executor

Of = Literal["co2", "energy", "co2_intensity", "energy_intensity"]
Factors = Sequence[str] | Mapping[str, Sequence[str]]

_LARGEST = 1e-3  # what still is a small number in the place of zero

# Names for several factors of an account at once.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "structure": ("zone_structure", "sector_structure"),
    "co2_per_energy": ("carrier_mix", "emission_factor", "grid_factor", "co2_per_energy"),
    "between_zones": ("zone_structure",),
    "within_zones": (
        "sector_structure",
        "energy_intensity",
        "process_intensity",
        "carrier_mix",
        "emission_factor",
        "grid_factor",
        "co2_per_energy",
    ),
}


@overload
def decompose(
    source: Account,
    of: Of | None = None,
    *,
    base: int | None = None,
    end: int | None = None,
    identity: str | None = None,
    factors: Factors | None = None,
    form: Form = "additive",
    lmdi: Weights = "I",
    chained: bool = False,
    undefined: Literal["raise", "separate"] = "raise",
    missing: Literal["unknown", "leave_out"] = "unknown",
    zeros: float = 0.0,
    executor: "Executor | None" = None,
) -> Decomposition: ...


@overload
def decompose(
    source: Tabular,
    *,
    identity: str,
    time: str = "year",
    by: Sequence[str] | None = None,
    base: Any = None,
    end: Any = None,
    factors: Factors | None = None,
    form: Form = "additive",
    lmdi: Weights = "I",
    chained: bool = False,
    undefined: Literal["raise", "separate"] = "raise",
    missing: Literal["unknown", "leave_out"] = "unknown",
    absent: Literal["unknown", "zero"] = "unknown",
    zeros: float = 0.0,
    unit: str = "",
    executor: "Executor | None" = None,
) -> Decomposition: ...


def decompose(
    source: Any,
    of: Any = None,
    *,
    base: Any = None,
    end: Any = None,
    identity: str | None = None,
    time: str = "year",
    by: Sequence[str] | None = None,
    factors: Factors | None = None,
    form: Form = "additive",
    lmdi: Weights = "I",
    chained: bool = False,
    undefined: Literal["raise", "separate"] = "raise",
    missing: Literal["unknown", "leave_out"] = "unknown",
    absent: Literal["unknown", "zero"] = "unknown",
    zeros: float = 0.0,
    unit: str = "",
    executor: "Executor | None" = None,
) -> Decomposition:
    """Explain the change of energy, CO2 or an intensity between two years by its factors, without a residual (LMDI).

    Parameters
    ----------
    source
        An account; or a table with an identity: a DataFrame (pandas, polars, an Arrow table), rows as dicts, or any
        mapping of columns.
    of : {"co2", "energy", "co2_intensity", "energy_intensity"}
        What of an account (CO2 if not given): CO2 [tCO2], comprehensive energy [tce], or either per value added [per
        10^4 yuan]. The factors are ``activity`` (value added; not of an intensity), ``zone_structure`` (of the
        portfolio alone), ``sector_structure``, ``energy_intensity``, ``coefficient`` (of energy, where the standard
        coal of electricity changes), ``carrier_mix``, ``emission_factor`` (fuels and heat),
        ``grid_factor`` (electricity), ``process_intensity`` (CO2 of processes), and ``co2_per_energy`` where a zone is
        known by its total alone.
    base, end
        First and last year; those of the data unless given.
    identity
        ``"value = factor * factor ..."``, each factor a product or quotient of names: columns of the table, or of an
        account ``value_added``, ``energy``, ``co2``, alone or with ``_total``, ``_zone``, ``_sector``, ``_carrier``.
    time, by
        Of a table: the column of the time, and the columns that tell its rows apart; without ``by`` those of ``zone``,
        ``sector`` and ``carrier`` that it has.
    factors
        Factors to be shown as one: names of groups (``structure``, ``co2_per_energy``, ``within_zones``,
        ``between_zones``), or a mapping from a name to members. The effects of the members add up.
    form
        Effects that add up to the change, or that multiply to the ratio.
    lmdi : {"I", "II"}
        LMDI-I (adds up over zones, sectors, carriers) or LMDI-II (weights that add up to 1; does not add up).
    chained
        Year by year; the steps are added (multiplied). Otherwise base and end alone.
    undefined
        What has no limit (a cell that changes its sign, energy without value added in one year): ``raise``, or
        ``separate`` as a term ``not_attributed``. Not for LMDI-II.
    missing
        What is not known in one of the years makes every sum with it ``unknown``; or the whole zone is left out of the
        portfolio (of a table: altogether) with a warning: ``leave_out``.
    absent
        Of a table: what a cell without a row in a year is.
    zeros
        A small number to take the place of zeros, as some software does; 0: the analytical limits. It is named in the
        result.
    unit
        Of the value of a table. Columns may be pint quantities: the value is converted to ``unit``, or else its own
        unit is told; of the others, of which only changes count, the figures are taken in their own unit.
    executor
        Any :class:`concurrent.futures.Executor`, to take zones (rows of a table) in jobs of a million cells times
        years; smaller work is done here. The figures are the same to the bit. Threads pay from about 50,000 zones of
        ten sectors; processes do not, because the figures must be sent there. Other levels and carriers, made when
        asked for, are made here.

    Returns
    -------
    Decomposition
        Effects by zone, sector, carrier and for all together: ``to_frame(level=, by=)``, ``effects()``, ``text()``.

    Raises
    ------
    InputError
        Options that are not there, an identity that is none, years that are not in the data, value added without one
        price year, cells without a limit (all in one error).

    Notes
    -----
    Effects close to 1e-12 of the larger value. Zeros are taken as limits (Ang and Liu 2007), see
    :mod:`zonecarbon.kernels.lmdi`; NaN stays NaN in its cell and in every sum with it.

    Examples
    --------
    >>> table = {"zone": ["A", "A"], "year": [2020, 2025], "gdp": [100.0, 150.0], "energy": [50.0, 60.0],
    ...          "co2": [100.0, 114.0]}
    >>> found = decompose(table, identity="co2 = gdp * energy/gdp * co2/energy", base=2020, end=2025)
    >>> dict(zip(found.factors, found.effects("zone")[0].round(3).tolist()))
    {'gdp': 43.323, 'energy/gdp': -23.842, 'co2/energy': -5.481}
    """
    words = {"form": form, "lmdi": lmdi, "undefined": undefined, "missing": missing, "absent": absent}
    _require(words, zeros, chained=chained)
    require_executor(executor)
    how: dict[str, Any] = {"chained": chained, "zeros": zeros, "identity": identity, "executor": executor}
    if isinstance(source, Account):
        given = {"time": (time, "year"), "by": (by, None), "absent": (absent, "unknown"), "unit": (unit, "")}
        own = [name for name, (value, default) in given.items() if value != default]
        if own:
            raise InputError("decompose.table_only", names=", ".join(own))
        if identity is not None and of is not None:
            raise InputError("decompose.of", of=of, identity=identity)
        of = "co2" if of is None else of
        if identity is None and of not in UNITS:
            raise InputError("option", name="of", value=of, known=", ".join(UNITS))
        years = _years(source, base, end, chained=chained)
        cells: Cells = cells_of(
            source,
            of,
            years,
            identity=identity,
            leave_out=missing == "leave_out",
            zeros=float(zeros),
            executor=executor,
        )
        return _result(source, of, cells, cells.unit, factors, words, **how)
    source = as_columns(source)
    if not is_table(source):
        raise InputError("decompose.source", got=type(source).__name__)
    if of is not None and identity is not None:
        raise InputError("decompose.of", of=of, identity=identity)
    if identity is None:
        raise InputError("decompose.identity", columns=", ".join(map(str, source)))
    table = table_cells(
        source, identity, time=time, by=by, base=base, end=end, chained=chained, absent=absent,
        leave_out=missing == "leave_out", zeros=float(zeros), unit=unit,
    )  # fmt: skip
    provenance = Provenance(
        {"source": "table", "time": time, "by": list(table.names), "absent": absent},
        hash_arrays(*table.labels, *table.arrays.values()),
    )
    return _result(provenance, "", table, table.unit, factors, words, **how)


def _require(words: Mapping[str, Any], zeros: Any, *, chained: Any) -> None:
    """Refuse options that are not there, all at once."""
    known = {
        "form": ("additive", "multiplicative"),
        "lmdi": ("I", "II"),
        "undefined": ("raise", "separate"),
        "missing": ("unknown", "leave_out"),
        "absent": ("unknown", "zero"),
    }
    problems = [
        Problem("option", {"name": name, "value": str(words[name]), "known": ", ".join(choices)})
        for name, choices in known.items()
        if words[name] not in choices
    ]
    if not isinstance(chained, (bool, np.bool_)):
        problems.append(Problem("option", {"name": "chained", "value": str(chained), "known": "True, False"}))
    if isinstance(zeros, bool) or not isinstance(zeros, Real) or not 0.0 <= float(zeros) <= _LARGEST:
        problems.append(Problem("decompose.zeros", {"value": str(zeros)}))
    if words["undefined"] == "separate" and words["lmdi"] == "II":
        problems.append(Problem("decompose.separate", {}))
    if problems:
        raise InputError(problems)


def _years(account: Account, base: Any, end: Any, *, chained: bool) -> list[int]:
    known = account.years.tolist()
    if len(known) < 2:
        raise InputError("decompose.years", years=", ".join(map(str, known)) or "-")
    first = known[0] if base is None else parse_year(base)
    last = known[-1] if end is None else parse_year(end)
    for year in (first, last):
        account.activity.year_index(year)
    if first >= last:
        raise InputError("decompose.order", base=first, end=last)
    return [year for year in known if first <= year <= last] if chained else [first, last]


def _result(
    source: Account | Provenance,
    of: str,
    cells: Cells,
    unit: str,
    factors: Factors | None,
    words: Mapping[str, Any],
    *,
    chained: bool,
    zeros: float,
    identity: str | None,
    executor: "Executor | None",
) -> Decomposition:
    """Return the decomposition with the effects of its usual level, or refuse what has no limit."""
    if identity is not None:
        of = next(iter(cells.identities("portfolio").values())).left
    return Decomposition(
        of=of,
        unit=unit,
        years=tuple(cells.years),
        form=words["form"],
        lmdi=words["lmdi"],
        chained=bool(chained),
        undefined=words["undefined"],
        missing=words["missing"],
        zeros=float(zeros),
        cells=cells,
        own=attribute(
            cells, cells.level(), words["lmdi"], separate=words["undefined"] == "separate", executor=executor
        ),
        groups=_groups(factors, cells),
        source=source,
    )


def _groups(factors: Factors | None, cells: Cells) -> dict[str, tuple[str, ...]]:
    """Return which factors are shown as one, after a look at the names."""
    if factors is None:
        return {}
    known = [*dict.fromkeys(name for level in LEVELS for name in cells.factors(level)), NOT_ATTRIBUTED]
    if isinstance(factors, Mapping):
        groups = {str(name): (own,) if isinstance(own, str) else tuple(own) for name, own in factors.items()}
    else:
        named = (factors,) if isinstance(factors, str) else tuple(factors)
        groups = {str(name): GROUPS.get(name, (name,)) for name in named}
    members = [member for own in groups.values() for member in own]
    shipped = {member for own in GROUPS.values() for member in own}
    problems = [
        Problem("option", {"name": "factors", "value": member, "known": ", ".join(dict.fromkeys([*known, *GROUPS]))})
        for member in dict.fromkeys(members)
        if member not in known and not (isinstance(cells, AccountCells) and member in shipped)
    ]
    names = [name for name, own in groups.items() if name in known and own != (name,) and name not in GROUPS]
    if names:
        problems.append(Problem("decompose.group_name", {"names": ", ".join(names)}))
    twice = [member for member in dict.fromkeys(members) if members.count(member) > 1]
    if twice:
        problems.append(Problem("decompose.factor_twice", {"names": ", ".join(twice)}))
    if problems:
        raise InputError(problems)
    return groups
