"""What a type checker says of records as people write them, without the plugin of pydantic. Read by mypy, never run.

An ignore that is not needed is an error too: what stands behind one must stay refused.
"""

from typing import TYPE_CHECKING, assert_type

import numpy as np
import pint

import zonecarbon as zc

if TYPE_CHECKING:
    power, money = pint.Quantity(1.2, "GWh"), pint.Quantity(1.0, "CNY")
    uses = [
        zc.EnergyUse(carrier="电力", quantity="1.2 亿千瓦时", year=2022),
        zc.EnergyUse(carrier="电力", quantity=power, year="2022年"),
        zc.EnergyUse(carrier="原煤", quantity=300, unit="t", ncv=20.9, ncv_unit="GJ/t", year=np.int64(2022)),
        zc.EnergyUse(carrier="原煤", quantity=None, ncv="20.9 GJ/t", year=2022, basis="当量值"),
    ]
    zone = zc.Zone(
        zone="A",
        province="江苏",
        energy=uses,
        value_added=[zc.ValueAdded(value_added="12 亿元", year=2022, price_year="现价")],
        process=zc.ProcessOutput(product="lime", output="3 万吨", year=2022),
        indicators=[{"indicator": "综合能耗", "value": "5 万吨标准煤", "year": 2022, "basis": "当量值"}],
    )
    assert_type(zone.energy, tuple[zc.EnergyUse, ...])
    assert_type(zone.energy[0].quantity, float | None)
    zc.ValueAdded(value_added=money, year=2022, price_year=2020)
    zc.Zone(name="A", economy=zc.ValueAdded(amount=3.0, year=2022, price_year=2020))

    target = zc.Target(id="a", indicator="energy_per_iva", statistic="aggregate", operator="<=", threshold=0.22)
    assert_type(target.threshold, str)
    zc.TargetSet(
        name="mine", target=[target, {"indicator": "x", "statistic": "level", "operator": "<", "threshold": 1}]
    )
    zc.Method(basis="等价值", equivalent={"electricity": {2022: "0.3 kgce/kWh"}}, coefficients={"diesel": power})
    zc.Scenario(
        name="mine",
        value_added={"kind": "constant", "rate": "5 %", "uncertainty": {"shape": "normal", "sd": "1 %"}},
        energy_intensity=zc.records.Path(kind="piecewise", rates=[{"rate": "-3 %", "until": 2030}, {"rate": -0.02}]),
        shift=[{"name": "a", "target": "电力", "source": "煤", "path": {"kind": "linear", "goal": 1, "year": 2030}}],
    )
    zc.MeasureSet(
        name="mine",
        price_year=2025,
        discount_rate="6 %",
        price=[zc.Price(carrier="电力", price="0.65 CNY/kWh")],
        measure=[zc.Measure(name="LED", kind="save", source="电力", potential="5 %", zones={"A": {"potential": 0.1}})],
    )

    # what must stay refused
    zc.EnergyUse(carier="coke", quantity=1.0, year=2022)  # type: ignore[call-arg]
    zc.EnergyUse(carrier="coke", quantity=[1.0], year=2022)  # type: ignore[arg-type]
    zc.Target(id="a", indicator="x", statistic="mean", operator="<=", threshold=1)  # type: ignore[arg-type]
