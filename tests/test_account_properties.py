"""What must hold of every account, whatever the figures; and the rules of netting, supplies, feedstock and unknowns.

The slow oracle is written from the formulas of the design (energy is net of what leaves; all electricity of one account
takes one coefficient; CO2 = quantity x heat value x factor) in loops over records, with coefficients typed in from
GB/T 2589-2020, the national factor database of 2025 and 公告2024年第33号, not read from the library.
"""

import math
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zonecarbon as zc

YEAR = 2022
GRID = 0.5366  # tCO2/MWh, national average of data year 2022
KWH = 0.1229  # tce/MWh
FACTS = {  # carrier: tce per own unit, tCO2 per own unit
    "raw_coal": (0.7143, 20.934 * 94.6e-3),  # bituminous coal stands in
    "coke": (0.9714, 28.470 * 107.1e-3),
    "diesel": (1.4571, 42.705 * 74.1e-3),
    "natural_gas": (1.33e-3, 1.33e-3 * 29.3076 * 56.1e-3),
    "electricity": (KWH, GRID),
    "heat": (0.03412, 0.11),
}
# Sums of up to a dozen products, in another order: a few rounding errors of 1e-16 each.
CLOSE = 1e-12

profile = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def use(carrier: str, quantity: Any, *, year: int = YEAR, **fields: Any) -> zc.EnergyUse:
    return zc.EnergyUse(carrier=carrier, quantity=quantity, year=year, **fields)


def zone(*uses: zc.EnergyUse, name: str = "A", province: str = "全国", **fields: Any) -> zc.Zone:
    return zc.Zone(zone=name, province=province, energy=uses, **fields)


def accounted(
    zones: "zc.Zone | Iterable[zc.Zone] | zc.Activity", method: Any = "inventory", **choices: Any
) -> zc.Account:
    """Account without the expected warnings; tests about warnings call ``zc.account`` themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(zones, method, **choices)


def totals(zones: Any, method: Any = "inventory", **choices: Any) -> tuple[float, float]:
    account = accounted(zones, method, **choices)
    return float(account.total("energy", by=())), float(account.total("co2", by=()))


# -- records at random -------------------------------------------------------------------------------------------------

amounts = st.floats(min_value=0.0, max_value=1e7, allow_nan=False).map(lambda x: round(x, 3))
secondary = [
    ("electricity", "final", "grid"),
    ("electricity", "final", "onsite_fossil"),
    ("electricity", "final", "direct_nonfossil"),
    ("electricity", "final", "onsite_nonfossil"),
    ("electricity", "final", "certificate"),
    ("electricity", "transformation_out", ""),
    ("electricity", "export", ""),
    ("heat", "final", "grid"),
    ("heat", "final", "onsite_fossil"),
    ("heat", "final", "nonfossil_heat"),
    ("heat", "transformation_out", ""),
    ("heat", "export", ""),
]
fuels = [
    ("raw_coal", "final", ""),
    ("raw_coal", "transformation_in", ""),
    ("raw_coal", "feedstock", ""),
    ("coke", "final", ""),
    ("coke", "transformation_out", ""),
    ("coke", "export", ""),
    ("diesel", "final", ""),
    ("natural_gas", "final", ""),
    ("natural_gas", "transformation_in", ""),
    ("natural_gas", "feedstock", ""),
]


@st.composite
def any_use(draw: st.DrawFn, years: Sequence[int] = (YEAR,)) -> zc.EnergyUse:
    carrier, what, supply = draw(st.sampled_from([*fuels, *secondary]))
    return use(
        carrier,
        draw(amounts),
        year=draw(st.sampled_from(list(years))),
        use=what,
        supply=supply,
        sector=draw(st.sampled_from(["", "chemicals"])),
    )


def some_uses(years: Sequence[int] = (YEAR,), least: int = 1) -> st.SearchStrategy[list[zc.EnergyUse]]:
    return st.lists(any_use(years), min_size=least, max_size=8)


@st.composite
def some_zones(draw: st.DrawFn) -> list[zc.Zone]:
    places = ["全国", "江苏", "陕西", "山西", "广东"]
    return [
        zone(*draw(some_uses((2021, 2022))), name=f"Z{i}", province=draw(st.sampled_from(places)))
        for i in range(draw(st.integers(1, 4)))
    ]


def oracle(records: Sequence[zc.EnergyUse]) -> tuple[float, float]:
    """Return energy and CO2 of one zone and year: for each carrier what comes in, less what leaves, once.

    With P output of transformation, U own use of on-site fossil generation, X exports: ``in + U - max(P, U + X)``.
    """
    energy = co2 = 0.0
    for carrier, (tce, tonnes) in FACTS.items():
        mine = [r for r in records if r.carrier == carrier]
        come_in = fossil_in = made = own = sold = 0.0
        for record in mine:
            amount = record.quantity or 0.0
            clean = record.supply in {"direct_nonfossil", "onsite_nonfossil", "nonfossil_heat"}
            if record.use == "transformation_out":
                made += amount
            elif record.use == "export":
                sold += amount
            elif record.use == "final" and record.supply == "onsite_fossil":
                own += amount
            else:
                come_in += amount
                fossil_in += 0.0 if clean or record.use == "feedstock" else amount
        left = max(made, own + sold)
        energy += tce * (come_in + own - left)
        co2 += tonnes * (fossil_in + own - left)
    return energy, co2


def scale_of(records: Sequence[zc.EnergyUse]) -> float:
    return 1.0 + sum((r.quantity or 0.0) * max(FACTS[r.carrier]) for r in records)


@profile
@given(some_uses())
def test_the_account_is_what_the_formulas_say(records: list[zc.EnergyUse]) -> None:
    energy, co2 = totals(zone(*records))
    expected = oracle(records)
    assert energy == pytest.approx(expected[0], abs=CLOSE * scale_of(records))
    assert co2 == pytest.approx(expected[1], abs=CLOSE * scale_of(records))


@profile
@given(some_uses(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(records: list[zc.EnergyUse], random: Any) -> None:
    mixed = list(records)
    random.shuffle(mixed)
    assert totals(zone(*mixed)) == pytest.approx(totals(zone(*records)), abs=CLOSE * scale_of(records))


@profile
@given(some_uses(), st.integers(0, 7), st.floats(0.0, 1.0))
def test_splitting_a_use_changes_nothing(records: list[zc.EnergyUse], which: int, share: float) -> None:
    """Over two records, over two sectors; netting looks at the whole zone."""
    record = records[which % len(records)]
    quantity = record.quantity or 0.0
    parts = [
        use(record.carrier, quantity * share, use=record.use, supply=record.supply, sector=record.sector),
        use(record.carrier, quantity * (1 - share), use=record.use, supply=record.supply, sector="steel"),
    ]
    rest = [r for i, r in enumerate(records) if i != which % len(records)]
    assert totals(zone(*rest, *parts)) == pytest.approx(totals(zone(*records)), abs=CLOSE * scale_of(records))


@profile
@given(some_uses(), st.floats(1e-3, 1e3))
def test_scaling_quantities_scales_both(records: list[zc.EnergyUse], factor: float) -> None:
    scaled = [
        use(r.carrier, (r.quantity or 0.0) * factor, use=r.use, supply=r.supply, sector=r.sector) for r in records
    ]
    first, second = totals(zone(*records)), totals(zone(*scaled))
    assert second == pytest.approx([x * factor for x in first], abs=CLOSE * scale_of(records) * factor)


@profile
@given(some_zones())
def test_energy_and_co2_add_up_over_every_axis(zones: list[zc.Zone]) -> None:
    account = accounted(zones)
    for what, detail in (("energy", account.energy), ("co2", account.co2)):
        whole = account.total(what)
        size = CLOSE * (1.0 + float(np.abs(np.nan_to_num(detail)).sum()))
        assert detail.sum(axis=(1, 2)) == pytest.approx(whole, abs=size, nan_ok=True)
        for axis in ("sector", "flow", "carrier", "use", "supply", "scope"):
            parts = account.total(what, by=("zone", axis, "year"))
            assert parts.shape == (len(zones), len(account.labels(axis)), len(account.years))
            assert parts.sum(axis=1) == pytest.approx(whole, abs=size, nan_ok=True)
        rows = account.columns()
        column = {"energy": "energy_tce", "co2": "co2_t"}[what]
        known = whole[~np.isnan(whole)].sum()
        assert np.nansum(rows[column]) == pytest.approx(known, abs=size)


def test_a_year_without_a_row_is_unknown_in_every_detail() -> None:
    """Green power has no CO2, whatever its quantity; but of a year about which nothing is known, not even that is."""
    green = {"supply": "direct_nonfossil"}
    zones = [zone(use("electricity", 1.0, year=year, **green), name=name) for name, year in (("A", 2021), ("B", 2022))]
    account = accounted(zones)
    for figures in (account.total("co2"), account.co2[:, 0, 0], account.total("co2", by=("zone", "year"))):
        assert np.array_equal(figures, [[0.0, np.nan], [np.nan, 0.0]], equal_nan=True)


@profile
@given(some_zones())
def test_each_flow_has_one_scope(zones: list[zc.Zone]) -> None:
    account = accounted(zones)
    energy = dict(zip(account.scopes.tolist(), account.total("energy", by=("scope",)), strict=True))
    assert set(energy) <= {"1", "2", ""}
    for carrier, what, scope in {
        (c, u, s) for c, u, s in zip(*(account.columns()[n] for n in ("carrier", "use", "scope")), strict=True)
    }:
        expected = "" if what == "feedstock" else "2" if carrier in {"electricity", "heat"} else "1"
        assert scope == expected


def row_of(account: zc.Account, name: str, years: Iterable[int]) -> list[bytes]:
    at = account.activity.zone_index(name)
    columns = [account.activity.year_index(year) for year in years]
    return [np.ascontiguousarray(account.total(what)[at, columns]).tobytes() for what in ("energy", "co2")]


PROVINCES = st.sampled_from(["全国", "江苏", "西藏", ""])


@profile
@given(some_zones(), some_uses((2020, 2021, 2022, 2023)), PROVINCES)
def test_adding_a_zone_changes_nothing_of_another(
    zones: list[zc.Zone], records: list[zc.EnergyUse], province: str
) -> None:
    """With carriers, years, sectors and a province of its own; sums of another length differ in the last digit."""
    alone = accounted(zones)
    years = alone.years.tolist()
    together = accounted([*zones, zone(*records, name="new", province=province)])
    for item in zones:
        for what in ("energy", "co2"):
            own = alone.total(what)[alone.activity.zone_index(item.zone)]
            at = [together.activity.year_index(year) for year in years]
            found = together.total(what)[together.activity.zone_index(item.zone), at]
            assert found == pytest.approx(own, abs=1e-15 * scale_of(item.energy), rel=1e-14, nan_ok=True)


@profile
@given(some_zones(), st.integers(0, 5), PROVINCES)
def test_adding_a_zone_of_the_same_kind_changes_no_bit_of_another(zones: list[zc.Zone], at: int, province: str) -> None:
    """With the carriers, sectors and years of one that is there, in a province of its own."""
    alone = accounted(zones)
    years = alone.years.tolist()
    together = accounted([*zones, zone(*zones[at % len(zones)].energy, name="new", province=province)])
    for item in zones:
        assert row_of(together, item.zone, years) == row_of(alone, item.zone, years)


@profile
@given(some_zones(), some_uses((2020, 2021, 2022, 2023)), PROVINCES)
def test_order_of_zones_does_not_matter(zones: list[zc.Zone], records: list[zc.EnergyUse], province: str) -> None:
    """Not to the bit: flows and sectors stand in the order in which they first occur, and sums follow that order."""
    zones = [zone(*records, name="new", province=province), *zones]
    first, second = accounted(zones), accounted(zones[::-1])
    for item in zones:
        size = CLOSE * scale_of(item.energy)
        for what in ("energy", "co2"):
            rows = [account.total(what)[account.activity.zone_index(item.zone)] for account in (first, second)]
            assert rows[0] == pytest.approx(rows[1], abs=size, nan_ok=True)


@profile
@given(some_zones())
def test_order_of_zones_changes_no_bit_where_flows_keep_theirs(zones: list[zc.Zone]) -> None:
    """The same arrays with the zones turned round: nothing of a zone depends on its neighbours."""
    first = zc.Activity.from_records(zones)
    turn = slice(None, None, -1)
    second = replace(
        first,
        **{name: getattr(first, name)[turn] for name in ("zones", "names", "provinces", "quantity", "has_energy")},
    )
    years = first.years.tolist()
    for item in zones:
        assert row_of(accounted(first), item.zone, years) == row_of(accounted(second), item.zone, years)


@profile
@given(some_zones())
def test_explain_gives_the_account_line_by_line(zones: list[zc.Zone]) -> None:
    """Lines sum to the account, and each printed line recomputes from its own printed digits.

    Twelve digits are printed, so each figure is good to 5e-12; a product of three and its result are four of them.
    """
    account = accounted(zones)
    for item in zones:
        for year in account.years.tolist():
            explanation = account.explain(item.zone, year)
            at = account.activity.zone_index(item.zone), account.activity.year_index(year)
            lines = explanation.lines
            size = CLOSE * (1.0 + sum(abs(line.energy) + abs(line.co2) for line in lines if line.energy == line.energy))
            if not np.isnan(account.total("energy")[at]):
                assert sum(line.energy for line in lines) == pytest.approx(account.total("energy")[at], abs=size)
                assert sum(line.co2 for line in lines) == pytest.approx(account.total("co2")[at], abs=size)
            for left, right in printed_products(explanation.text()):
                assert left == pytest.approx(right, rel=2.1e-11, abs=1e-9)


def printed_products(text: str) -> list[tuple[float, float]]:
    """Return (product of the figures, printed result) of each line ``a unit × b unit [× c unit] = d unit``."""
    found = []
    for line in text.splitlines():
        if "×" not in line or "?" in line.split("   [")[0]:
            continue
        left, right = line.split("   [")[0].split(" = ")
        figures = [float(part.split()[0]) for part in left.strip().split(" × ")]
        found.append((math.prod(figures), float(right.split()[0])))
    return found


def test_explain_prints_every_step() -> None:
    """The printed products are there at all: two for coal and for power (energy, CO2), heat value included."""
    account = accounted(
        zone(use("raw_coal", 1000.0), use("electricity", 200.0), use("electricity", 50.0, use="export"))
    )
    text = account.explain("A", YEAR).text()
    products = printed_products(text)
    assert [right for _, right in products] == [714.3, 1980.3564, 24.58, 107.32, -6.145, -26.83]
    for left, right in products:
        assert left == pytest.approx(right, rel=1e-12)
    assert re.search(r"sum: 732\.735 tce, 2060\.8464 tCO2", text)


# -- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("carrier", "spellings"),
    [
        ("原煤", ["12000 t", "1.2 万吨", "12000吨", "12000000 kg", "1.2e7 千克", "12 kt", "1.2 10^4 t"]),
        ("天然气", ["30000 m3", "3 万立方米", "0.0003 亿立方米", "30000 立方米", "30000 m**3"]),
        ("电力", ["12000 MWh", "1200 万千瓦时", "0.12 亿千瓦时", "12000000 kWh", "12 GWh", "12000000 度"]),
        ("热力", ["5000 GJ", "5000 百万千焦", "0.5 百亿千焦", "5 TJ", "5000000 MJ"]),
    ],
)
def test_the_spelling_of_a_unit_does_not_matter(carrier: str, spellings: list[str]) -> None:
    """Tolerance 4e-16: one multiplication may round, nothing more."""
    found = [totals(zone(use(carrier, text))) for text in spellings]
    for other in found[1:]:
        assert other == pytest.approx(found[0], rel=4.5e-16)


def test_a_number_with_a_unit_column_equals_the_text() -> None:
    assert (
        totals(zone(use("coke", 3.0, unit="万吨")))
        == totals(zone(use("coke", "3 万吨")))
        == totals(zone(use("焦炭", 30000.0)))
    )


def test_standard_coal_and_joules_of_a_fuel() -> None:
    """By tce and by GJ a fuel has the same energy and CO2: 1 tce is 29.3076 GJ."""
    by_coal, by_heat = totals(zone(use("coke", "100 tce"))), totals(zone(use("coke", "2930.76 GJ")))
    assert by_coal == pytest.approx(by_heat, rel=1e-15)
    assert by_coal == pytest.approx((100.0, 2930.76 * 0.1071), rel=1e-15)


# -- netting (DESIGN 4.5) ------------------------------------------------------------------------------------------

PLANT = use("raw_coal", 1000.0, use="transformation_in")
COAL = (714.3, 1000 * 20.934 * 0.0946)


def book(bought: float, own: float, made: float, sold: float) -> list[zc.EnergyUse]:
    rows: list[tuple[float, dict[str, Any]]] = [
        (bought, {}),
        (own, {"supply": "onsite_fossil"}),
        (made, {"use": "transformation_out"}),
        (sold, {"use": "export"}),
    ]
    return [use("electricity", amount, **fields) for amount, fields in rows if amount]


# A plant makes 2000 MWh, 1500 are used inside, 500 are sold; 300 are bought. However the rows are written: 300 - 500.
BOOKS = {
    "complete": book(300, 1500, 2000, 500),
    "generation is implied": book(300, 1500, 0, 500),
    "purchases and sales alone": book(300, 0, 0, 500),
    "sales are implied by surplus": book(300, 1500, 2000, 0),
    "all use in one row, and generation": book(1800, 0, 2000, 0),
    "all use in one row, generation and its sale": book(1800, 0, 2000, 500),
}


@pytest.mark.parametrize("name", BOOKS)
def test_a_power_plant_counts_once_however_the_rows_are_written(name: str) -> None:
    for rows in permutations([PLANT, *BOOKS[name]]):
        energy, co2 = totals(zone(*rows))
        assert energy == pytest.approx(COAL[0] - 200 * KWH, rel=CLOSE)
        assert co2 == pytest.approx(COAL[1] - 200 * GRID, rel=CLOSE)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (book(300, 1500, 0, 500), "the missing transformation_out is implied"),
        (book(2500, 0, 2000, 500), "already covered by transformation_out"),
        (book(300, 0, 0, 500), "its net energy is negative"),
    ],
)
def test_netting_says_what_it_did(rows: list[zc.EnergyUse], words: str) -> None:
    with pytest.warns(zc.DataWarning, match=words):
        zc.account([zone(*rows)])


def test_complete_books_need_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        zc.account([zone(use("diesel", 1.0), *book(800, 1500, 2000, 500))])


def test_netting_is_of_one_zone_and_year_and_of_all_its_sectors() -> None:
    """Generation in the energy sector meets use in another; the neighbour and the other year are not touched."""
    rows = [
        use("electricity", 2000.0, use="transformation_out", sector="power"),
        use("electricity", 2000.0, supply="onsite_fossil", sector="steel"),
        use("electricity", 70.0, supply="onsite_fossil", year=2021),
        use("electricity", 100.0, year=2021),
    ]
    account = accounted(
        [zone(*rows), zone(use("electricity", 500.0, use="export"), use("electricity", 600.0), name="B")]
    )
    assert account.total("energy") == pytest.approx(
        np.array([[100 * KWH, 0.0], [np.nan, 100 * KWH]]), abs=1e-9, nan_ok=True
    )


@profile
@given(*(st.floats(0, 1e6) for _ in range(4)))
def test_netting_on_the_equivalent_basis_too(bought: float, own: float, made: float, sold: float) -> None:
    """One coefficient for all electricity of an account, so the same formula holds with 0.302."""
    method = zc.Method(basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"})
    rows = book(bought, own, made, sold)
    if rows:
        energy, co2 = totals(zone(*rows), method)
        net = bought + own - max(made, own + sold)
        size = CLOSE * (1 + bought + own + made + sold)
        assert (energy, co2) == pytest.approx((net * 0.302, net * GRID), abs=size)


def test_an_unknown_sale_makes_the_zone_unknown_and_only_it() -> None:
    rows = [use("electricity", 100.0), use("electricity", None, use="export")]
    account = accounted([zone(*rows), zone(use("electricity", 100.0), name="B")])
    assert np.isnan(account.total("energy")[0, 0])
    assert account.total("energy")[1, 0] == pytest.approx(100 * KWH)


def test_heat_bought_and_sold() -> None:
    """Net 60 GJ: 34.12 kgce/GJ and 0.11 tCO2/GJ; sold more than bought it is negative, and warned."""
    found = totals(zone(use("heat", 100.0), use("heat", 40.0, use="export")))
    assert found == pytest.approx((60 * 0.03412, 60 * 0.11), rel=CLOSE)
    with pytest.warns(zc.DataWarning, match="more heat leaves than comes in: A 2022"):
        account = zc.account([zone(use("heat", 40.0), use("heat", 100.0, use="export"))])
    assert account.total("energy")[0, 0] == pytest.approx(-60 * 0.03412, rel=CLOSE)


def test_a_heat_plant_counts_once() -> None:
    """Coal into a heat plant whose heat is used inside: the coal, however the rows are written."""
    plant = use("raw_coal", 1000.0, use="transformation_in")
    ways = [
        [use("heat", 9000.0, use="transformation_out"), use("heat", 9000.0, supply="onsite_fossil")],
        [use("heat", 9000.0, supply="onsite_fossil")],
        [use("heat", 9000.0, use="transformation_out"), use("heat", 9000.0)],
        [],
    ]
    for rows in ways:
        assert totals(zone(plant, *rows)) == pytest.approx(COAL, rel=CLOSE)


def test_coke_made_inside_and_sold_leaves_once() -> None:
    """A coking plant: cleaned coal in, coke out, part burnt here, part sold (its export is covered by the output)."""
    base = [use("diesel", 10.0), use("coke", 300.0, use="transformation_out"), use("coke", 100.0)]
    without, with_row = totals(zone(*base)), totals(zone(*base, use("coke", 200.0, use="export")))
    assert without == pytest.approx(with_row, rel=CLOSE)
    assert without[0] == pytest.approx(14.571 - 200 * 0.9714, rel=CLOSE)


# -- supplies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "certificate", "rest"),
    [
        ({}, GRID, GRID),  # an average already contains the green power
        ({"electricity": "national_residual"}, 0.0, 0.5856),
        ({"electricity": "national_residual", "certificates": "zero"}, 0.0, 0.5856),
        ({"certificates": "zero"}, 0.0, GRID),
        ({"electricity": "0.6101 kgCO2/kWh"}, 0.6101, 0.6101),
    ],
)
def test_certificates(choices: dict[str, Any], certificate: float, rest: float) -> None:
    """Energy is the same whatever the paper says."""
    green, grey = zone(use("electricity", 100.0, supply="certificate")), zone(use("electricity", 100.0))
    assert totals(green, **choices) == pytest.approx((100 * KWH, 100 * certificate), rel=CLOSE)
    assert totals(grey, **choices) == pytest.approx((100 * KWH, 100 * rest), rel=CLOSE)


def test_certificates_under_910() -> None:
    method = {"equivalent": {"electricity": "0.302 kgce/kWh"}}
    uses = [use("electricity", 100.0, supply=s) for s in ("certificate", "direct_nonfossil", "grid")]
    found = [totals(zone(item), "zero-carbon-park-910", **method) for item in uses]
    for pair, co2 in zip(found, (0.0, 0.0, 83.25), strict=True):
        assert pair == pytest.approx((30.2, co2), rel=CLOSE)


def test_direct_supply_and_on_site_non_fossil() -> None:
    """Both are CO2 0; on the equivalent basis what the zone itself makes without fuel counts its calorific value."""
    method = {"basis": "equivalent", "equivalent": {"electricity": "0.302 kgce/kWh"}}
    direct = zone(use("electricity", 100.0, supply="direct_nonfossil"))
    onsite = zone(use("electricity", 100.0, supply="onsite_nonfossil"))
    assert totals(direct) == pytest.approx((12.29, 0.0), rel=CLOSE)
    assert totals(onsite) == pytest.approx((12.29, 0.0), rel=CLOSE)
    assert totals(direct, **method) == pytest.approx((30.2, 0.0), rel=CLOSE)
    assert totals(onsite, **method) == pytest.approx((12.29, 0.0), rel=CLOSE)


def test_on_site_solar_that_is_sold_was_never_counted() -> None:
    own = use("electricity", 100.0, supply="onsite_nonfossil")
    sold = use("electricity", 60.0, supply="onsite_nonfossil", use="export")
    assert totals(zone(own, sold)) == totals(zone(own)) == pytest.approx((12.29, 0.0), rel=CLOSE)


def test_heat_supplies() -> None:
    assert totals(zone(use("heat", 100.0, supply="nonfossil_heat"))) == pytest.approx((3.412, 0.0), rel=CLOSE)
    assert totals(zone(use("heat", 100.0, supply="fossil_heat"))) == pytest.approx((3.412, 11.0), rel=CLOSE)


# -- feedstock, process, media, biogenic -----------------------------------------------------------------------------


def test_feedstock_is_energy_and_no_combustion() -> None:
    """Counted unless the method deducts it; never CO2; beside the same carrier burnt."""
    burnt, raw = use("natural_gas", 1e4), use("natural_gas", 5e4, use="feedstock")
    fuel = 1e4 * 1.33e-3 * 29.3076 * 56.1e-3
    assert totals(zone(burnt, raw)) == pytest.approx((79.8, fuel), rel=CLOSE)
    assert totals(zone(burnt, raw), feedstock="deduct") == pytest.approx((13.3, fuel), rel=CLOSE)
    assert accounted(zone(burnt, raw)).scopes.tolist() == ["1", ""]


def test_unknown_feedstock_does_not_hide_what_does_not_depend_on_it() -> None:
    record = zone(use("coke", 100.0), use("coke", None, use="feedstock"))
    energy, co2 = totals(record)
    assert np.isnan(energy)
    assert co2 == pytest.approx(100 * 28.47 * 0.1071, rel=CLOSE)
    assert totals(record, feedstock="deduct")[0] == pytest.approx(97.14, rel=CLOSE)


def test_process_co2_is_scope_1_without_energy() -> None:
    clinker = zc.ProcessOutput(product="cement_clinker", output="2 万吨", year=YEAR, factor="0.53 tCO2/t")
    account = accounted(zone(use("diesel", 10.0), process=(clinker,)))
    assert account.total("energy")[0, 0] == pytest.approx(14.571, rel=CLOSE)
    assert account.total("co2")[0, 0] == pytest.approx(10 * FACTS["diesel"][1] + 10600, rel=CLOSE)
    assert account.scopes.tolist() == ["1"]
    bare = zc.ProcessOutput(product="lime", output=100.0, year=YEAR)
    with pytest.warns(zc.FactorWarning, match=r"lime \(process\)"):
        account = zc.account([zone(use("diesel", 10.0), process=(bare,))])
    assert np.isnan(account.total("co2")[0, 0])
    assert account.total("energy")[0, 0] == pytest.approx(14.571, rel=CLOSE)
    chosen = accounted(zone(use("diesel", 10.0), process=(bare,)), process={"lime": "0.7 tCO2/t"})
    assert chosen.total("co2")[0, 0] == pytest.approx(10 * FACTS["diesel"][1] + 70, rel=CLOSE)


def test_two_processes_with_their_own_factors() -> None:
    """Two zones may give different factors for the same product: each keeps its own."""
    zones = [
        zone(
            use("diesel", 0.0),
            name=name,
            process=(zc.ProcessOutput(product="lime", output=100.0, year=YEAR, factor=factor),),
        )
        for name, factor in (("A", "0.7 tCO2/t"), ("B", "0.5 tCO2/t"))
    ]
    assert accounted(zones).total("co2")[:, 0] == pytest.approx([70.0, 50.0], rel=CLOSE)


def test_media_are_off_and_can_be_put_on() -> None:
    """2571 kgce per 10^4 t of new water (edition 2020); unknown water hides nothing while it is off."""
    record = zone(use("electricity", 100.0), use("新水", 1e4))
    assert totals(record)[0] == pytest.approx(12.29, rel=CLOSE)
    assert totals(record, media=True)[0] == pytest.approx(12.29 + 2.571, rel=CLOSE)
    assert totals(zone(use("electricity", 100.0), use("新水", None)))[0] == pytest.approx(12.29, rel=CLOSE)


def test_biogenic_co2_stands_apart() -> None:
    account = accounted(
        zone(use("coke", 100.0), use("firewood", 1000.0)),
        editions=("GB/T 2589-2020", "NBS-yearbook", "NBS-scheme"),
        coefficients={"firewood": "0.571 kgce/kg"},
        fuels="ipcc-2006",
    )
    assert account.total("co2")[0, 0] == pytest.approx(
        accounted(zone(use("coke", 100.0)), fuels="ipcc-2006").total("co2")[0, 0]
    )
    biogenic = float(account.total("biogenic_co2")[0, 0])
    # IPCC 2006: 112 kgCO2/GJ of wood; 15.6 GJ/t there.
    assert biogenic == pytest.approx(1000 * 15.6 * 0.112, rel=0.02)


# -- what is not known -------------------------------------------------------------------------------------------------


def test_tibet_has_energy_and_unknown_co2_with_one_warning() -> None:
    rows = (
        use("electricity", 100.0),
        use("electricity", 50.0, year=2021),
        use("electricity", 9.0, supply="certificate"),
    )
    with pytest.warns(zc.FactorWarning) as caught:
        account = zc.account([zone(*rows, province="西藏"), zone(*rows, name="B", province="青海")])
    assert len(caught) == 1
    assert str(caught[0].message).count("Tibet") == 1
    assert np.isnan(account.total("co2")[0]).all()
    assert np.isfinite(account.total("co2")[1]).all()
    assert account.total("energy")[0] == pytest.approx([50 * KWH, 109 * KWH], rel=CLOSE)


def test_tibet_without_electricity_has_known_co2() -> None:
    """Also beside zones that use electricity, and with green power alone."""
    zones = [
        zone(use("diesel", 10.0), province="西藏"),
        zone(use("diesel", 10.0), use("electricity", 5.0, supply="direct_nonfossil"), name="B", province="西藏"),
        zone(use("electricity", 100.0), name="C"),
    ]
    account = accounted(zones)
    assert account.total("co2")[:, 0] == pytest.approx([10 * FACTS["diesel"][1]] * 2 + [100 * GRID], rel=CLOSE)
    detail = account.total("co2", by=("zone", "carrier"))
    assert np.isfinite(detail).all()


def test_a_zone_without_a_province_has_no_grid_factor() -> None:
    with pytest.warns(zc.FactorWarning, match="no CO2 factor"):
        account = zc.account([zone(use("electricity", 100.0), province="")])
    assert np.isnan(account.total("co2")[0, 0])
    assert account.total("energy")[0, 0] == pytest.approx(12.29)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert zc.account([zone(use("electricity", 100.0), province="")], electricity="national_average").total("co2")[
            0, 0
        ] == pytest.approx(100 * GRID)


def test_carriers_printed_as_ranges_are_refused_all_at_once() -> None:
    """Three carriers have a range in GB/T 2589-2020; one error lists them, each with its range and the ways out."""
    rows = [use("coke_oven_gas", 1.0), use("coal_slime", 1.0), use("biogas", 1.0), use("coke", 1.0)]
    with pytest.raises(zc.MethodError) as caught:
        zc.account([zone(*rows)])
    problems = caught.value.problems
    assert {p.code for p in problems} == {"factor.range"}
    assert {p.values["carrier"] for p in problems} == {"coke_oven_gas", "coal_slime", "biogas"}
    text = str(caught.value)
    assert "0.5714 to 0.6143 kgce/m3" in text
    assert text.count("ncv and ncv_unit") == 3
    choices = {"coke_oven_gas": "0.6 kgce/m3", "coal_slime": "0.3 kgce/kg", "biogas": "0.75 kgce/m3"}
    energy, _ = totals(zone(*rows), coefficients=choices)
    assert energy == pytest.approx((0.6 + 300 + 0.75 + 971.4) / 1000, rel=CLOSE)


def test_a_measured_heat_value_needs_no_choice() -> None:
    """17000 kJ/m3 of coke oven gas is 17000/29307.6 kgce."""
    row = use("coke_oven_gas", 1000.0, ncv=17000.0, ncv_unit="kJ/m3")
    assert totals(zone(row))[0] == pytest.approx(17000 / 29307.6, rel=CLOSE)


@profile
@given(some_uses(least=2), st.integers(0, 7))
def test_unknown_stays_unknown(records: list[zc.EnergyUse], which: int) -> None:
    """A blank quantity makes the zone's energy NaN, never smaller; CO2 too unless the flow has none."""
    at = which % len(records)
    hole = records[at]
    blank = use(hole.carrier, None, use=hole.use, supply=hole.supply, sector=hole.sector)
    rest = [blank if i == at else r for i, r in enumerate(records)]
    energy, co2 = totals(zone(*rest))
    assert np.isnan(energy)
    clean = hole.supply in {"direct_nonfossil", "onsite_nonfossil", "nonfossil_heat"} or hole.use == "feedstock"
    if not clean:
        assert np.isnan(co2)
    else:
        known = [r for i, r in enumerate(records) if i != at]
        assert co2 == pytest.approx(oracle(known)[1], abs=CLOSE * scale_of(known))


def test_no_row_blank_and_zero_are_three_things() -> None:
    """No row beside other rows: not used. A blank: not known. No row at all in a year: not known. Zero: zero."""
    rows = (use("coke", 100.0), use("diesel", 0.0), use("coke", 1.0, year=2023))
    other = (use("coke", 100.0), use("diesel", None))
    account = accounted([zone(*rows), zone(*other, name="B")])
    assert account.total("energy") == pytest.approx(
        np.array([[97.14, 0.9714], [np.nan, np.nan]]), rel=CLOSE, nan_ok=True
    )


# -- known only by a reported total ------------------------------------------------------------------------------------


def reported(name: str, value: Any, year: int = YEAR, basis: Any = "") -> zc.ReportedValue:
    return zc.ReportedValue(indicator=name, value=value, year=year, basis=basis)


def test_a_reported_total_is_one_unsplit_flow() -> None:
    bulletin = (reported("total_energy", "12.5 万吨标准煤", basis="calorific"), reported("co2", 3e5))
    account = accounted([zc.Zone(zone="A", indicators=bulletin), zone(use("coke", 100.0), name="B")])
    assert account.total("energy")[:, 0] == pytest.approx([125000.0, 97.14], rel=CLOSE)
    assert account.total("co2")[:, 0] == pytest.approx([3e5, 100 * 28.47 * 0.1071], rel=CLOSE)
    frame = account.columns()
    of_a = frame["zone"] == "A"
    assert set(frame["carrier"][of_a]) == {"reported"}
    assert set(frame["scope"][of_a]) == {"unsplit"}
    assert account.total("energy", by=("scope",)).sum() == pytest.approx(125097.14)


def test_a_reported_total_without_co2_has_unknown_co2() -> None:
    account = accounted([zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis="calorific"),))])
    assert account.total("energy")[0, 0] == 10.0
    assert np.isnan(account.total("co2")[0, 0])


@pytest.mark.parametrize("basis", ["equivalent", ""])
def test_a_reported_total_on_another_basis_is_unknown(basis: Any) -> None:
    record = zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis=basis), reported("co2", 5.0)))
    with pytest.warns(zc.DataWarning, match="counts only on the basis of the method"):
        account = zc.account([record])
    assert np.isnan(account.total("energy")[0, 0])
    assert account.total("co2")[0, 0] == 5.0


@pytest.mark.parametrize(("value", "warned"), [(98.0, False), (99.0, True), (97.14, False), (96.0, True)])
def test_beside_rows_a_reported_total_is_compared(value: float, warned: bool) -> None:
    """97.14 from the rows; over 1 % apart is a warning, and the rows count."""
    record = zone(use("coke", 100.0), indicators=(reported("total_energy", value, basis="calorific"),))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        account = zc.account([record])
    assert account.total("energy")[0, 0] == pytest.approx(97.14)
    assert any("reported_differs" in p.code for p in account.warnings) is warned
    assert any(issubclass(w.category, zc.DataWarning) for w in caught) is warned


@profile
@given(some_zones())
def test_the_account_is_frozen_and_its_input_untouched(zones: list[zc.Zone]) -> None:
    activity = zc.Activity.from_records(zones)
    before = activity.quantity.tobytes()
    account = accounted(activity)
    for array in (account.quantity, account.energy, account.co2, activity.quantity):
        assert not array.flags.writeable
    assert activity.quantity.tobytes() == before
    assert accounted(activity).total("energy").tobytes() == account.total("energy").tobytes()
