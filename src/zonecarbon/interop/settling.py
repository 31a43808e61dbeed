"""Branches of final energy and their parts: what a branch proves, what it contradicts, and what nothing accounts for.

Decided here:

* A branch whose parts add up to it proves that a missing part is nothing: to printed precision (relative 1e-9), since a
  part of a hundred-thousandth of the whole is a part. Up to 1e-5 (the tolerance of pyam: such data is printed rounded)
  branch and parts agree, but a missing part stays unknown, and a warning says so.
* A variable of final energy without a carrier and without a fuel below it is energy that no carrier counts. It is
  refused, or left out with a warning, wherever other fuels of the region and year would pass as complete without it.
  Only a cut across the fuels (a subsector) is no energy beside them, and only where a branch above proves that: the
  fuels add up to the branch, and the cut is no more than it.
* Where the total of final energy is missing although it should be there (other regions or years have it, or the frame
  comes from ``to_iamc``, which writes it wherever it is known), something in it is not known, whatever fuels have rows.
  The same holds for comprehensive energy, where the frame has it elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from zonecarbon._typing import BoolArray, FloatArray
from zonecarbon.errors import Problem
from zonecarbon.interop.grid import SHOWN, Found, Grid, physical
from zonecarbon.interop.iamc import BASES, CO2_INTENSITY, FINAL, INDIRECT, TOTAL_CO2, comprehensive, listed

Rest = Literal["raise", "leave_out"]
_SAME, _PROOF = 1e-5, 1e-9
_TOTALS = tuple(comprehensive(basis) for basis in BASES)
_OWN = {TOTAL_CO2, INDIRECT, CO2_INTENSITY, *_TOTALS, *(comprehensive(basis, intensity=True) for basis in BASES)}


def below(name: str, others: "Mapping[str, str] | Sequence[str]") -> list[str]:
    """Return which of ``others`` (with a carrier, if they are a mapping) stand below a variable."""
    carried = [key for key, carrier in others.items() if carrier] if isinstance(others, Mapping) else others
    return [other for other in carried if other.startswith(f"{name}|")]


def settle(grid: Grid, values: dict[str, FloatArray], leaves: Sequence[str], rest: Rest, found: Found) -> None:
    """Make missing parts 0 where a branch proves it; report where branch and parts do not fit."""
    branches = sorted((name for name in values if name not in leaves), key=lambda name: -name.count("|"))
    near: dict[str, BoolArray] = {}
    for branch in branches:
        whole, parts_of = values[branch], below(branch, leaves)
        missing = np.isnan([values[name] for name in parts_of]).any(axis=0)
        gap, fits, proves = _compared(values, branch, parts_of)
        for name in parts_of:
            values[name][proves & np.isnan(values[name])] = 0.0
        near[branch] = fits & ~proves
        wrong = ~np.isnan(whole) & ~fits & ((gap < 0) | ~missing)
        if wrong.any():
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # of a branch that is 0: infinite
                share = float(np.abs(gap / whole)[wrong].max())
            told = {"variable": branch, "parts": ", ".join(parts_of), "share": share}
            refused = rest == "raise" or bool((gap[wrong] < 0).any())
            problem = Problem("interop.rest" if refused else "interop.left_out", {**told, "places": grid.named(wrong)})
            (found.problems if refused else found.warnings).append(problem)
    for branch, mask in near.items():
        parts_of = below(branch, leaves)
        unproved = mask & np.isnan([values[name] for name in parts_of]).any(axis=0)
        if unproved.any():
            told = {"variable": branch, "parts": ", ".join(parts_of), "places": grid.named(unproved)}
            found.warnings.append(Problem("interop.unproved", told))


def _compared(
    values: Mapping[str, FloatArray], branch: str, parts_of: Sequence[str]
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Return what the branch has beyond its parts, whether both agree, and whether to printed precision."""
    parts = np.nansum([values[name] for name in parts_of], axis=0)
    with np.errstate(invalid="ignore"):
        gap = values[branch] - parts
        size = np.maximum(np.abs(values[branch]), parts)
        return gap, np.abs(gap) <= _SAME * size, np.abs(gap) <= _PROOF * size


def report_uncarried(
    grid: Grid,
    tree: Mapping[str, str],
    values: Mapping[str, FloatArray],
    leaves: Sequence[str],
    rest: Rest,
    found: Found,
) -> None:
    """Report energy that no carrier counts, where other fuels of the region and year have rows.

    Parameters
    ----------
    tree
        The part below ``Final Energy|Industry`` (or the like) of each variable of final energy.
    values
        The figures of what was read: the variables with a carrier and the branches above them.
    leaves
        Those with a carrier.
    """
    if not leaves:
        return
    any_row = ~np.isnan([values[name] for name in leaves]).all(axis=0)
    names: list[str] = []
    where = np.zeros(grid.shape, dtype=bool)
    for name in sorted(tree):
        if name in values or any(name.startswith(f"{leaf}|") for leaf in leaves):
            continue
        # A variable of the list must be energy a year; what others call theirs may be anything.
        amount = physical(grid, name, "GJ", found if tree[name] in listed() else Found())
        lost = (amount > 0) & any_row & ~_is_cut(tree[name], name, amount, values, leaves)
        if lost.any():
            names.append(name)
            where |= lost
        if not (amount > 0).any():
            found.read.add(name)
    if names:
        shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
        code, into = ("interop.uncarried", found.problems)
        if rest == "leave_out":
            code, into = ("interop.uncarried_left", found.warnings)
        into.append(Problem(code, {"names": shown, "places": grid.named(where)}))


def _is_cut(
    fuel: str, name: str, amount: FloatArray, values: Mapping[str, FloatArray], leaves: Sequence[str]
) -> BoolArray:
    """Return where a variable is a cut across fuels that are all counted, as the nearest branch above it proves."""
    above = [branch for branch in values if branch not in leaves and name.startswith(f"{branch}|")]
    if fuel in listed() or not above:
        return np.zeros(amount.shape, dtype=bool)
    branch = max(above, key=len)
    _, fits, _ = _compared(values, branch, below(branch, leaves))
    return np.asarray(fits & (amount <= values[branch] * (1 + _SAME)))


def is_own(data: Any, grid: Grid) -> bool:
    """Return whether ``to_iamc`` or ``to_pyam`` wrote this: by its names, its model, or what it put beside the rows."""
    if not _OWN.isdisjoint(grid.rows) or grid.model.startswith("zonecarbon "):
        return True
    meta = getattr(data, "meta", None)
    return "zonecarbon_version" in getattr(meta, "columns", ()) or "input_hash" in (
        getattr(data, "attrs", {}).get("provenance") or {}
    )


def unknown_rest(
    grid: Grid, is_own_frame: bool, values: Mapping[str, FloatArray], leaves: Sequence[str], found: Found
) -> FloatArray | None:
    """Return (region, year) of energy beside the fuels: NaN where something is not known; None if nowhere.

    0 elsewhere, and NaN where the region and year has no energy at all.
    """
    if not leaves:
        return None
    unknown = np.isnan([values[name] for name in leaves])
    told = np.zeros(grid.shape, dtype=bool)
    lacking = []
    # A total that itself has a carrier is a part like others. Fuels that are not known need no more unknowns.
    for names, expected in (((FINAL,) if FINAL not in leaves else (), is_own_frame), (_TOTALS, False)):
        given = grid.has_rows(*names)
        gap = ~unknown.any(axis=0) & ~given
        if names and gap.any() and (given.any() or expected):
            lacking += [name for name in names if name in grid.rows or name == FINAL]
            told |= gap
    if not told.any():
        return None
    found.warnings.append(Problem("interop.incomplete", {"names": ", ".join(lacking), "places": grid.named(told)}))
    return np.where(told | unknown.all(axis=0), np.nan, 0.0)
