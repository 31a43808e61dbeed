"""Every choice of a method changes what it should and nothing else; and the method of 910号 worked by hand."""

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc

YEARS = (2021, 2024)


def use(carrier: str, quantity: Any, year: int = 2022, **fields: Any) -> zc.EnergyUse:
    return zc.EnergyUse(carrier=carrier, quantity=quantity, year=year, **fields)


def park() -> zc.Zone:
    """A park with one of everything that a method may treat in different ways."""
    rows: list[zc.EnergyUse] = []
    for year in YEARS:
        rows += [
            use("raw_coal", 1000.0, year),
            use("naphtha", 100.0, year),
            use("natural_gas", 1e5, year),
            use("naphtha", 50.0, year, use="feedstock"),
            use("electricity", 2000.0, year),
            use("electricity", 500.0, year, supply="certificate"),
            use("heat", 3000.0, year),
            use("new_water", 1e4, year),
        ]
    lime = tuple(zc.ProcessOutput(product="lime", output=100.0, year=year) for year in YEARS)
    return zc.Zone(zone="P", province="江苏", energy=tuple(rows), process=lime)


def accounted(**choices: Any) -> zc.Account:
    process = {"lime": "0.7 tCO2/t"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(park(), **{"process": process, **choices})


def difference(**choices: Any) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return what a choice adds to energy and CO2: carrier -> [2021, 2024], only where something changes."""
    base, other = accounted(), accounted(**choices)
    assert base.carriers.tolist() == other.carriers.tolist()
    found = []
    for what in ("energy", "co2"):
        gap = other.total(what, by=("carrier", "year")) - base.total(what, by=("carrier", "year"))
        found.append(
            {str(c): row.tolist() for c, row in zip(base.carriers, gap, strict=True) if np.abs(row).max() > 1e-9}
        )
    return found[0], found[1]


# Choice -> what it adds to tce and tCO2 in 2021 and 2024, worked by hand; the carriers not named do not move.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "equivalent basis": (
        {"basis": "equivalent", "equivalent": {"electricity": "0.302 kgce/kWh"}},
        {"electricity": [2500 * (0.302 - 0.1229)] * 2},
        {},
    ),
    "equivalent by year": (
        {"basis": "equivalent", "equivalent": {"electricity": {2021: "0.302 kgce/kWh", 2024: "0.3 kgce/kWh"}}},
        {"electricity": [2500 * (0.302 - 0.1229), 2500 * (0.3 - 0.1229)]},
        {},
    ),
    "equivalent of a fixed year of a series": (
        {"basis": "equivalent", "equivalent": {"electricity": {"series": "yearbook", "year": 2020}}},
        {"electricity": [2500 * (0.29799 - 0.1229)] * 2},
        {},
    ),
    "equivalent of the year before, as the standard says": (
        {"basis": "equivalent", "equivalent": {"electricity": {"series": "national supply", "year": "previous_year"}}},
        {"electricity": [2500 * (0.3055 - 0.1229), 2500 * (0.3016 - 0.1229)]},
        {},
    ),
    "equivalent heat": (
        {
            "basis": "equivalent",
            "equivalent": {"electricity": "0.1229 kgce/kWh", "heat": "45.29 kgce/GJ"},
        },
        {"heat": [3000 * (0.04529 - 0.03412)] * 2},
        {},
    ),
    "a coefficient": (
        {"coefficients": {"natural_gas": "1.21 kgce/m3"}},
        {"natural_gas": [100 * (1.21 - 1.33)] * 2},
        {"natural_gas": [100 * (1.21 - 1.33) * 29.3076 * 0.0561] * 2},
    ),
    "a coefficient by its Chinese name": (
        {"coefficients": {"原煤": "0.6 kgce/kg"}},
        {"raw_coal": [600 - 714.3] * 2},
        {"raw_coal": [(600 * 29.3076 - 20934) * 0.0946] * 2},
    ),
    "an older edition": (
        {"editions": ["GB/T 2589-2008", "NBS-yearbook"]},
        {},  # the printed coefficients agree; the heat value is another (5000 kcal of 4.1816 kJ)
        {"raw_coal": [(20908 - 20934) * 0.0946] * 2},
    ),
    "one kind of grid factor": (
        {"electricity": "national_average"},
        {},
        {"electricity": [2500 * (0.5568 - 0.6451), 2500 * (0.5306 - 0.5827)]},
    ),
    "the residual factor": (
        {"electricity": "national_residual"},
        {},
        {"electricity": [2000 * 0.5942 - 2500 * 0.6451, 2000 * 0.6096 - 2500 * 0.5827]},
    ),
    "one grid factor": (
        {"electricity": "0.6101 kgCO2/kWh"},
        {},
        {"electricity": [2500 * (0.6101 - 0.6451), 2500 * (0.6101 - 0.5827)]},
    ),
    "a fixed data year": (
        {"vintage": "fixed", "electricity_year": 2022},
        {},
        {"electricity": [2500 * (0.5978 - 0.6451), 2500 * (0.5978 - 0.5827)]},
    ),
    "certificates": ({"certificates": "zero"}, {}, {"electricity": [-500 * 0.6451, -500 * 0.5827]}),
    "heat": ({"heat": "0.105 tCO2/GJ"}, {}, {"heat": [3000 * (0.105 - 0.11)] * 2}),
    "feedstock": ({"feedstock": "deduct"}, {"naphtha": [-75.0] * 2}, {}),
    "media": ({"media": True}, {"new_water": [2.571] * 2}, {}),
    "process": ({"process": {"lime": "0.5 tCO2/t"}}, {}, {"": [-20.0] * 2}),
    "a proxy": ({"proxy": {"raw_coal": "lignite"}}, {}, {"raw_coal": [20934 * (0.1012 - 0.0946)] * 2}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_choice_changes_what_it_should_and_nothing_else(name: str) -> None:
    """Relative 1e-9: differences of two sums of some 10^3 are compared."""
    choices, energy, co2 = CASES[name]
    found = difference(**choices)
    for got, expected in zip(found, (energy, co2), strict=True):
        assert got.keys() == expected.keys()
        for carrier, figures in expected.items():
            assert got[carrier] == pytest.approx(figures, rel=1e-9), carrier


def test_a_factor_set_is_taken_whole() -> None:
    """ndrc-24-sector has bituminous coal at 89.3 kgCO2/GJ (26.18 kgC/GJ x 0.93 x 44/12); energy stays as it is."""
    energy, co2 = difference(fuels="ndrc-24-sector")
    assert energy == {}
    assert {"raw_coal", "natural_gas", "naphtha"} >= set(co2)
    assert co2["raw_coal"] == pytest.approx([20934 * (26.18 * 0.93 * 44 / 12 - 94.6) / 1000] * 2, rel=1e-3)
    with pytest.raises(zc.MethodError, match="one whole set"):
        accounted(fuels=["ncsc-2025", "ipcc-2006"])
    with pytest.raises(zc.FactorError, match="no-such-set"):
        accounted(fuels="no-such-set")


def test_same_year_is_unknown_where_there_is_none() -> None:
    """No factor for 2024 has been published: unknown, not the neighbour's."""
    account = accounted(vintage="same_year")
    co2 = account.total("co2")[0]
    assert np.isfinite(co2[0])
    assert np.isnan(co2[1])
    assert np.isfinite(account.total("energy")).all()


def test_proxies_may_be_refused() -> None:
    with pytest.warns(zc.FactorWarning, match="no CO2 factor under method inventory\\* for raw_coal"):
        account = zc.account(zc.Zone(zone="A", energy=(use("raw_coal", 1.0),)), proxies="refuse")
    assert np.isnan(account.total("co2")[0, 0])
    with pytest.warns(zc.FactorWarning, match="raw_coal -> bituminous_coal"):
        zc.account(zc.Zone(zone="A", energy=(use("raw_coal", 1.0),)))


def test_every_field_of_a_method_is_in_a_test_above() -> None:
    """A new choice must get its case: this list is the reminder."""
    tried = {key for choices, _, _ in CASES.values() for key in choices}
    tried |= {"fuels", "proxies"}
    words = {"name", "title_en", "title_zh", "base", "note_en", "note_zh"}
    assert set(zc.Method.model_fields) - words == tried


def test_the_complete_method_is_printed_with_every_result() -> None:
    account = accounted(heat="0.105 tCO2/GJ")
    choices = account.provenance.choices["method"]
    assert choices["heat"] == "0.105 tCO2/GJ"
    assert choices["fuels"] == "ncsc-2025"
    assert choices["coefficients"] == {"natural_gas": "1.3300 kgce/m3"}
    assert account.method.name == "inventory*"


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"basis": "equivalent"}, "electricity"),
        ({"basis": "equivalent", "equivalent": {"coal": "1 kgce/kg"}}, "coal"),
        ({"basis": "gross"}, "calorific"),
        ({"coefficients": {"natural_gas": 1.33}}, "natural_gas"),
        ({"coefficients": {"natural_gas": "-1 kgce/m3"}}, "-1"),
        ({"no_such_field": 1}, "no_such_field|not permitted"),
    ],
)
def test_what_a_method_refuses(choices: dict[str, Any], words: str) -> None:
    with pytest.raises(zc.MethodError, match=words):
        accounted(**choices)


# -- 910号 -------------------------------------------------------------------------------------------------------------


def green(share: float, energy: float) -> zc.Account:
    """An all-electric park of ``energy`` tce with a share of directly supplied green power, at 0.302 kgce/kWh."""
    power = energy / 0.302
    rows = (use("electricity", power * share, supply="direct_nonfossil"), use("electricity", power * (1 - share)))
    return zc.account(
        zc.Zone(zone="P", energy=rows), "zero-carbon-park-910", equivalent={"electricity": "0.302 kgce/kWh"}
    )


@pytest.mark.parametrize(
    ("energy", "limit", "share"), [(5e5, 0.2, 0.92744745), (2e6, 0.3, 0.89117117)], ids=["small", "large"]
)
def test_how_much_green_power_an_all_electric_park_needs(energy: float, limit: float, share: float) -> None:
    """92.7 % for 0.2 and 89.1 % for 0.3: 1 - limit x 0.302/0.8325 (worked check of the reference text)."""
    assert share == pytest.approx(1 - limit * 0.302 / 0.8325, abs=1e-8)
    assert f"{share:.1%}" == {0.2: "92.7%", 0.3: "89.1%"}[limit]
    for step, verdict in ((0.0, "met"), (1e-6, "met"), (-1e-6, "missed")):
        account = green(1 - limit * 0.302 / 0.8325 + step, energy)
        assert account.total("energy")[0, 0] == pytest.approx(energy, rel=1e-12)
        check = zc.check(account, "zero-carbon-park-910").columns()
        row = next(i for i, t in enumerate(check["target"]) if "co2-per-energy" in t)
        assert (check["threshold"][row], check["verdict"][row]) == (limit, verdict)
        assert check["value"][row] == pytest.approx(limit, abs=3e-6)
    direct = next(i for i, t in enumerate(check["target"]) if t.endswith("direct-supply"))
    assert check["verdict"][direct] == "met"


def test_the_basis_of_910_is_not_that_of_an_inventory() -> None:
    """On grid power alone 2.757 t/tce; with the calorific value in the denominator it would be 6.77, and unknown."""
    account = green(0.0, 5e5)
    assert account.total("co2")[0, 0] / account.total("energy")[0, 0] == pytest.approx(0.8325 / 0.302, rel=1e-12)
    plain = zc.account(zc.Zone(zone="P", province="全国", energy=(use("electricity", 5e6),)))
    check = zc.check(plain, "zero-carbon-park-910")
    assert check.verdict("co2-per-energy-small") == "unknown"
    assert "basis" in check.block("co2-per-energy-small").reasons[0].text()


def test_910_needs_an_equivalent_value() -> None:
    with pytest.raises(zc.MethodError, match="electricity"):
        zc.account(zc.Zone(zone="P", energy=(use("electricity", 1.0),)), "zero-carbon-park-910")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        account = zc.account(zc.Zone(zone="P", energy=(use("diesel", 1.0),)), "zero-carbon-park-910")
    assert account.total("energy")[0, 0] == pytest.approx(1.4571)


def test_certificates_are_not_direct_supply() -> None:
    """Both are CO2 0 under 910号, but the 50 % counts directly supplied power only."""
    rows = (use("electricity", 7e5, supply="certificate"), use("electricity", 6e5, supply="direct_nonfossil"))
    account = zc.account(
        zc.Zone(zone="P", energy=rows), "zero-carbon-park-910", equivalent={"electricity": "0.302 kgce/kWh"}
    )
    assert account.total("co2")[0, 0] == 0
    check = zc.check(account, "zero-carbon-park-910")
    assert check.verdict("co2-per-energy-small") == "met"
    assert check.block("direct-supply").value[0] == pytest.approx(6 / 13)
    assert check.verdict("direct-supply") == "missed"


def test_feedstock_and_heat_under_910() -> None:
    rows = (
        use("diesel", 100.0),
        use("naphtha", 50.0, use="feedstock"),
        use("heat", 1000.0, supply="nonfossil_heat"),
        use("heat", 1000.0, supply="fossil_heat"),
    )
    lime = zc.ProcessOutput(product="lime", output=100.0, year=2022, factor="0.7 tCO2/t")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        account = zc.account(zc.Zone(zone="P", energy=rows, process=(lime,)), "zero-carbon-park-910")
    assert account.total("co2")[0, 0] == pytest.approx(100 * 42.705 * 0.0741 + 110 + 70)
    assert account.total("energy")[0, 0] == pytest.approx(145.71 + 68.24)


# -- a user's own factor table ---------------------------------------------------------------------------------------


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_users_table_replaces_and_adds_rows_and_says_so(tmp_path: Path) -> None:
    coal = write(
        tmp_path / "mine.csv",
        "carrier_id,edition,coefficient,coefficient_unit,source_id,status",
        "原煤,GB/T 2589-2020,0.6,kgce/kg,lab-7,verified",
        "coke_oven_gas,GB/T 2589-2020,0.6,kgce/m3,lab-8,",
    )
    grid = write(
        tmp_path / "grid.csv",
        "kind,region_id,data_year,value,unit,source_id,status",
        "provincial_average,32-jiangsu,2024,0.5,kgCO2/kWh,own,user",
    )
    rows = (use("raw_coal", 100.0), use("coke_oven_gas", 1000.0), use("electricity", 100.0, 2024))
    record = zc.Zone(zone="A", province="江苏", energy=rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        account = zc.account(record, factors=[coal, grid])
    assert account.total("energy")[0] == pytest.approx([60.6, 12.29])
    assert account.total("co2")[0, 1] == pytest.approx(50.0)
    added = account.provenance.choices["factor_tables_added"]
    assert [re.sub(r"[0-9a-f]{12}", "#", text) for text in added] == [
        "standard_coal: mine.csv (sha256 #)",
        "grid_electricity: grid.csv (sha256 #)",
    ]
    energy = {r["carrier"]: r for r in account.provenance.choices["factors"] if r["role"] == "energy"}
    assert (energy["raw_coal"]["source_id"], energy["raw_coal"]["value"]) == ("lab-7", pytest.approx(0.6))
    assert "mine.csv" in energy["coke_oven_gas"]["label"]
    assert dict(account.coefficients.vintages) == {2022: (2022,), 2024: (2024,)}
    again = zc.list_factors("standard_coal", coal)
    origin = {row.item: row.origin for row in again.rows if row.group == "GB/T 2589-2020"}
    assert origin["raw_coal"].startswith("mine.csv")
    assert origin["coke"] == "shipped"
    assert len(again) == len(zc.list_factors("standard_coal"))


def test_a_users_factor_set_under_a_name_of_its_own(tmp_path: Path) -> None:
    path = write(
        tmp_path / "co2.csv",
        "factor_set,carrier_id,co2_per_energy,co2_per_energy_unit,source_id",
        "mine,other_energy,50,kgCO2/GJ,own",
    )
    with pytest.warns(zc.FactorWarning, match="coke"):
        account = zc.account(
            zc.Zone(zone="A", energy=(use("other_energy", "10 tce"), use("coke", 1.0))), fuels="mine", factors=path
        )
    parts = dict(zip(account.carriers.tolist(), account.total("co2", by=("carrier",)), strict=True))
    assert parts["other_energy"] == pytest.approx(10 * 29.3076 * 0.05)
    assert np.isnan(parts["coke"])  # the set is whole: no row is borrowed from another


def test_a_bad_table_is_refused_with_its_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path / "bad.csv",
        "carrier_id,edition,coefficient,coefficient_unit",
        "raw_coal,GB/T 2589-2020,x,kgce/kg",
        "coke,GB/T 2589-2020,1,kgce/kg",
        "no such thing,GB/T 2589-2020,1,kgce/kg",
    )
    with pytest.raises(zc.InputError) as caught:
        zc.list_factors(factors=path)
    assert [problem.where.row for problem in caught.value.problems] == [2, 4]
    with pytest.raises(zc.InputError, match="recognised by its columns"):
        zc.list_factors(factors=write(tmp_path / "odd.csv", "a,b", "1,2"))


def test_a_method_is_a_file_of_the_same_form(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.toml", 'basis = "equivalent"', "[equivalent]", 'electricity = "0.3 kgce/kWh"')
    account = zc.account(zc.Zone(zone="A", province="全国", energy=(use("electricity", 100.0),)), path)
    assert account.total("energy")[0, 0] == pytest.approx(30.0)
    assert (account.method.name, account.method.fuels) == ("mine", "ncsc-2025")
