"""What a type checker says of the formulas: the same kind out. Read by mypy (``make types``), never run."""

from typing import TYPE_CHECKING, Any, Literal, assert_type

import numpy as np
import pandas as pd
import pint
import xarray as xr

import zonecarbon as zc
from zonecarbon._typing import FloatArray

if TYPE_CHECKING:
    number, whole, numpy_number = 0.4, 1, np.float64(0.4)
    array, numbers, whole_numbers = np.array([0.4]), [0.4, 0.5], np.array([1, 2])
    series, frame, cube = pd.Series([0.4]), pd.DataFrame({"a": [0.4]}), xr.DataArray([0.4])
    nested: list[list[float | None]] = [[1.0, None], [2.0, 3.0]]
    quantity, quantities = pint.Quantity(0.4, "tce"), pint.Quantity(np.array([0.4]), "tce")
    own = pint.UnitRegistry().Quantity(1, "tce")

    # -- one number ----------------------------------------------------------------------------------------------------
    assert_type(zc.energy_intensity(number, whole), float)
    assert_type(zc.energy_intensity("3 万吨标准煤", "10 亿元"), float)
    assert_type(zc.co2_intensity(numpy_number, whole), float)
    assert_type(zc.annual_reduction(number, whole, 5), float)
    assert_type(zc.required_rate(number, whole, 5), float)
    assert_type(zc.deflate(number, 110, 100), float)
    assert_type(zc.standard_coal("1 t", "coke", edition="GB/T 2589-2020"), float)
    assert_type(zc.co2(whole, "electricity", province="江苏", year=2022), float)

    assert_type(zc.energy_intensity(None, 1.0), float)
    assert_type(zc.energy_intensity(np.float32(1), np.int64(2)), float)
    assert_type(zc.standard_coal(np.int32(3), "raw_coal"), float)
    assert_type(zc.standard_coal(100.0, "raw_coal", ncv=20.9, ncv_unit="GJ/t"), float)
    assert_type(zc.standard_coal(100.0, "raw_coal", ncv=own), float)

    # -- arrays and lists ----------------------------------------------------------------------------------------------
    assert_type(zc.energy_intensity(array, number), FloatArray)
    assert_type(zc.energy_intensity(number, whole_numbers), FloatArray)
    assert_type(zc.co2_intensity(numbers, array), FloatArray)
    assert_type(zc.annual_reduction(number, number, whole_numbers), FloatArray)
    assert_type(zc.required_rate(array, numbers, 5), FloatArray)
    assert_type(zc.deflate([110.0, None], array, 100), FloatArray)
    assert_type(zc.standard_coal(["1 t", "2 kg"], "coke"), FloatArray)
    assert_type(zc.co2(whole_numbers, "coke", proxies="refuse"), FloatArray)

    assert_type(zc.energy_intensity(nested, 2.0), FloatArray)
    assert_type(zc.energy_intensity(["3 tce", None], ["1 万元", "2 万元"]), FloatArray)
    assert_type(zc.energy_intensity(range(3), "1 万元"), FloatArray)
    assert_type(zc.required_rate([[0.4], [0.5]], (0.3, 0.2), 5), FloatArray)
    assert_type(zc.co2(((1.0, 2.0), (3.0, None)), "coke"), FloatArray)

    # -- tables --------------------------------------------------------------------------------------------------------
    assert_type(zc.energy_intensity(series, series), pd.Series[Any])
    assert_type(zc.energy_intensity(number, series), pd.Series[Any])
    assert_type(zc.co2_intensity(frame, number), pd.DataFrame)
    assert_type(zc.annual_reduction(series, number, 5), pd.Series[Any])
    assert_type(zc.required_rate(frame, number, 5), pd.DataFrame)
    assert_type(zc.deflate(cube, number, 100), xr.DataArray)
    assert_type(zc.standard_coal(series, "coke"), pd.Series[Any])
    assert_type(zc.co2(cube, "coke", unit="kt"), xr.DataArray)

    assert_type(zc.energy_intensity(series, quantity), pd.Series[Any])
    assert_type(zc.energy_intensity(quantity, series), pd.Series[Any])
    assert_type(zc.energy_intensity("1 tce", frame), pd.DataFrame)
    assert_type(zc.energy_intensity(quantity, frame), pd.DataFrame)
    assert_type(zc.co2_intensity(cube, quantity), xr.DataArray)
    assert_type(zc.annual_reduction(series, own, 5), pd.Series[Any])
    assert_type(zc.annual_reduction(number, number, series), pd.Series[Any])
    assert_type(zc.deflate(quantity, frame, 100), pd.DataFrame)

    # -- quantities ----------------------------------------------------------------------------------------------------
    assert_type(zc.energy_intensity(quantity, quantity), pint.Quantity[Any])
    assert_type(zc.energy_intensity(quantities, number), pint.Quantity[Any])
    assert_type(zc.co2_intensity(number, quantity), pint.Quantity[Any])
    assert_type(zc.annual_reduction(quantity, quantities, 5), pint.Quantity[Any])
    assert_type(zc.required_rate(quantity, quantity, array), pint.Quantity[Any])
    assert_type(zc.deflate(quantities, numbers, 100), pint.Quantity[Any])
    assert_type(zc.standard_coal(own, "coke"), pint.Quantity[Any])
    assert_type(zc.co2(own, "coke", factor=quantity), pint.Quantity[Any])

    assert_type(zc.energy_intensity(array, quantity), pint.Quantity[Any])
    assert_type(zc.energy_intensity([own, own], 1.0), pint.Quantity[Any])
    assert_type(zc.co2([own, None], "coke"), pint.Quantity[Any])

    # -- what is no figure, or no choice, is told while writing (an ignore that is not needed is an error) ------------
    zc.energy_intensity({1.0}, 1.0)  # type: ignore[call-overload]
    zc.annual_reduction("0.464 tce", 0.4, 6)  # type: ignore[arg-type]
    zc.annual_reduction(quantity, quantity, "5")  # type: ignore[arg-type]
    zc.standard_coal(100.0, "raw_coal", ncv=array, ncv_unit="GJ/t")  # type: ignore[call-overload]
    zc.co2(100.0, "raw_coal", ncv=series, ncv_unit="GJ/t")  # type: ignore[call-overload]
    zc.co2(1.0, "coke", proxies="maybe")  # type: ignore[call-overload]
    zc.co2(1.0, "coke", heat="default")  # type: ignore[call-overload]
    zc.standard_coal(1.0, "coke", factor="2 tCO2/t")  # type: ignore[call-overload]
    number_from_series: float = zc.energy_intensity(series, 1.0)  # type: ignore[assignment]

    # -- answers -------------------------------------------------------------------------------------------------------
    account = zc.account(zc.Zone(zone="A"), factors=[{"item_id": "x"}])
    assert_type(zc.check(account).verdict("x"), Literal["met", "missed", "unknown"])
    zc.account(zc.Zone(zone="A"), factors=frame)
    zc.account(zc.Zone(zone="A"), factors=[frame, "mine.csv"])
