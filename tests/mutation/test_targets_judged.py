"""What changes of the figures behind a verdict no other test noticed: one class for each module of the targets."""

import math
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.errors import Problem, Where
from zonecarbon.records import Target
from zonecarbon.targets import Block, Evidence, TargetCheck
from zonecarbon.targets.comparing import IncomparableError, compare_with, goal, incomplete, portfolio
from zonecarbon.targets.evidence import from_account, from_columns, own_unit
from zonecarbon.targets.judging import _money_note, judge
from zonecarbon.targets.parts import _merged, _provenance, _remains_of, _require_alike, _Spread, _used, from_parts
from zonecarbon.targets.rates import _grid_note, _over_the_known

NAN = math.nan
LIMIT: dict[str, Any] = {
    "id": "own:t", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=", "threshold": "0.4",
    "unit": "tce/10^4 CNY", "year": 2025,
}  # fmt: skip
SHARE: dict[str, Any] = {
    "statistic": "share_of_zones", "operator": ">=", "threshold": "0.5", "unit": "fraction of zones",
    "inner_operator": "<", "inner_threshold": "0.5", "inner_unit": "tce/10^4 CNY",
}  # fmt: skip
RATE: dict[str, Any] = {
    "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": "0.04",
    "unit": "fraction per year", "base_year": 2020,
}  # fmt: skip
BASED: dict[str, Any] = {
    **RATE, "statistic": "change_vs_base", "operator": "<=", "threshold": "-0.5", "unit": "fraction",
}  # fmt: skip
PEAK: dict[str, Any] = {"indicator": "co2_peak", "statistic": "status", "operator": "some", "threshold": "",
                        "unit": "zones"}  # fmt: skip
GREEN: dict[str, Any] = {
    "indicator": "green_power_direct_supply_share", "statistic": "zone", "operator": ">=", "threshold": "0.5",
    "unit": "fraction",
}  # fmt: skip
WASTE: dict[str, Any] = {"indicator": "solid_waste_use_rate", "statistic": "zone", "operator": ">=",
                         "threshold": "0.9", "unit": "fraction"}  # fmt: skip


def checked(source: Any, when: int | None = None, judgement: Any = "full", executor: Any = None,
            **fields: Any) -> TargetCheck:  # fmt: skip
    goals = zc.TargetSet.model_validate({"name": "own", "target": [{**LIMIT, **fields}]})
    return zc.check(source, goals, year=when, judgement=judgement, executor=executor)


def judged(source: Any, when: int | None = None, judgement: Any = "full", **fields: Any) -> Block:
    return checked(source, when, judgement, **fields).blocks[0]


def told(problems: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(problem.code, problem.values) for problem in problems]


def zones(*levels: float, year: int = 2023, **more: Any) -> dict[str, list[Any]]:
    """Zones A, B ... with value added of 10, 20, 30 ..."""
    n = len(levels)
    columns = {"energy_intensity": list(levels), "value_added": [10.0 * (i + 1) for i in range(n)], **more}
    return {"zone": list("ABCDEFGHIJKLMN"[:n]), "year": [year] * n, **columns}


def series(years: list[int], levels: list[float], name: str = "A", **more: Any) -> dict[str, list[Any]]:
    """One zone over some years."""
    n = len(years)
    return {"zone": [name] * n, "year": years, "co2_intensity": levels, "value_added": [10.0] * n, **more}


def evidence(**arrays: Any) -> Evidence:
    """Evidence of hand-made sums, (zone, year) each."""
    arrays = {name: np.array(array) if isinstance(array, list) else array for name, array in arrays.items()}
    shape = next(array.shape for array in arrays.values() if isinstance(array, np.ndarray))
    names = np.array([f"Z{i}" for i in range(shape[0])], dtype=object)
    return Evidence(names, np.arange(2022, 2022 + shape[1]), "calorific", {}, **arrays)


def target(**fields: Any) -> Target:
    return Target.model_validate({**LIMIT, **fields})


def zone(name: str, uses: dict[int, dict[str, float]], **more: Any) -> zc.Zone:
    """A zone that uses carriers in some years: ``{2022: {"electricity": 100.0}}``, with value added of 1000."""
    units = {"electricity": "MWh", "coke": "t"}
    money = more.pop("money", {year: {"value_added": 1000.0} for year in uses})
    return zc.Zone(
        zone=name,
        province="江苏",
        energy=[
            zc.EnergyUse(carrier=carrier, quantity=amount, unit=units[carrier], year=year)
            for year, own in uses.items()
            for carrier, amount in own.items()
        ],
        value_added=[zc.ValueAdded(year=year, **{"price_year": 2020, **own}) for year, own in money.items()],
        **more,
    )


def printed(indicator: str, value: float | None, year: int = 2023, **more: Any) -> zc.ReportedValue:
    return zc.ReportedValue(indicator=indicator, value=value, year=year, **more)


class Pool(ThreadPoolExecutor):
    """An executor that counts what it is given, by the name of the function."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[str] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        self.given.append(function.__name__)
        return super().submit(function, *args, **more)


class TestEvidence:
    """Rows count in an account, printed figures in a table; the other where there is nothing else."""

    def test_what_is_not_given_is_not_there(self) -> None:
        place: Any = np.array(["A"], dtype=object), np.array([2023]), "calorific", {}
        empty: Any = Evidence(*place)
        nothing = (empty.energy, empty.co2, empty.value_added, empty.total_price, empty.price, empty.boundary)
        assert nothing == (None,) * 6
        assert (empty.changes, empty.totals, empty.total_changes, empty.price_names, empty.units) == ({},) * 5
        assert (empty.total_name, empty.provenance.choices, empty.account) == ("", {}, None)
        assert "_prices" not in repr(empty)
        assert "_levels" not in repr(empty)
        evidence_of: Any = Evidence
        for name in ("_prices", "_levels"):
            with pytest.raises(TypeError):
                evidence_of(*place, **{name: {}})

    def test_a_printed_rate_stands_before_that_of_the_sums(self) -> None:
        """Printed 3 beside 1 / 0.5 = 2; nothing printed beside 1 / 0.25 = 4."""
        fields: dict[str, Any] = {"statistic": "zone", "indicator": "energy_output_rate", "operator": ">=",
                                  "threshold": "2", "unit": "10^4 CNY/tce"}  # fmt: skip
        both = judged(zones(0.5, 0.25, energy_output_rate=[3.0, NAN]), **fields)
        assert both.value.tolist() == [3.0, 4.0]
        alone = {"zone": ["A"], "year": [2023], "energy_intensity": [0.25]}
        assert judged(alone, **fields).value.tolist() == [4.0]

    def test_none_at_all_is_a_figure(self) -> None:
        fields: dict[str, Any] = {"statistic": "zone", "indicator": "co2_per_energy", "unit": "tCO2/tce"}
        block = judged(zones(0.5, co2_intensity=[0.0]), **fields)
        assert (block.value[0], block.verdict[0]) == (0.0, 1)

    def test_printed_intensities_count_where_an_account_has_no_rows(self) -> None:
        """A: 100 t of coke and 1000; B: 0.3 tce and 0.7 tCO2 a unit of 500, printed, and no rows."""
        a = zone("A", {2023: {"coke": 100.0}})
        figures = [printed("energy_intensity", 0.3, basis="calorific"), printed("co2_intensity", 0.7)]
        b = zone("B", {}, money={2023: {"value_added": 500.0}}, indicators=figures)
        whole = zc.account([a, b])
        alone = zc.account(a)
        energy, co2 = alone.total("energy")[0, 0], alone.total("co2")[0, 0]
        assert judged(whole).value[0] == pytest.approx((energy + 150.0) / 1500.0)
        of_co2: dict[str, Any] = {"indicator": "co2_per_iva", "unit": "tCO2/10^4 CNY"}
        assert judged(whole, **of_co2).value[0] == pytest.approx((co2 + 350.0) / 1500.0)
        assert judged(whole, statistic="zone").value[1] == pytest.approx(0.3)
        assert judged(whole, statistic="zone", **of_co2).value[1] == pytest.approx(0.7)

    def test_printed_intensities_without_value_added(self) -> None:
        figures = [printed("energy_intensity", 0.3, basis="calorific"), printed("co2_intensity", 0.7)]
        levels = from_account(zc.account([zone("A", {2023: {"coke": 1.0}}), zc.Zone(zone="B", indicators=figures)]))
        for indicator, value in (("energy_per_iva", 0.3), ("co2_per_iva", 0.7)):
            found = levels.level(indicator, 0)
            assert found is not None
            assert found[1] == pytest.approx(value)
            assert found[0] > 0

    def test_printed_on_another_basis_or_beside_rows_says_nothing(self) -> None:
        other = zc.Zone(zone="B", indicators=[printed("energy_intensity", 0.3, basis="equivalent")])
        rows = zone("C", {2023: {"coke": 1.0}}, money={}, indicators=[
            printed("energy_intensity", 0.3, basis="calorific"), printed("co2_intensity", 0.7)])  # fmt: skip
        found = from_account(zc.account([zone("A", {2023: {"coke": 1.0}}), other, rows]))
        for indicator in ("energy_per_iva", "co2_per_iva"):
            level = found.level(indicator, 0)
            assert level is not None
            assert np.isnan(level).tolist() == [False, True, True]

    def test_labels_of_an_account(self) -> None:
        money = {2022: {"value_added": 1000.0, "boundary": "x"}, 2023: {"value_added": 1000.0, "boundary": "y"}}
        account = zc.account(zone("A", {2022: {"coke": 9.0}, 2023: {"coke": 8.0}}, money=money))
        expected = [("reason.boundary", {"zones": "A", "base": 2022, "year": 2023})]
        for source in (account, [account]):
            assert told(judged(source, **{**RATE, "base_year": 2022}).reasons) == expected
        money = {year: {"value_added": 1000.0, "price_year": "nominal"} for year in (2022, 2023)}
        account = zc.account(zone("A", {2022: {"coke": 9.0}, 2023: {"coke": 8.0}}, money=money))
        for source in (account, [account]):
            assert told(judged(source).notes) == [("note.price_nominal", {})]
            reasons = judged(source, **{**RATE, "base_year": 2022}).reasons
            assert told(reasons) == [("reason.nominal", {"base": 2022, "year": 2023})]

    def test_without_electricity_there_is_no_share_of_it(self) -> None:
        block = judged(zc.account(zone("A", {2023: {"coke": 9.0}})), **GREEN)
        assert told(block.reasons)[0] == ("reason.no_indicator", {"indicator": GREEN["indicator"]})

    def test_what_a_table_lacks(self) -> None:
        for columns, lacking, have in (({}, "zone", "-"), ({"zone": ["A"], "energy": [1]}, "year", "zone, energy")):
            with pytest.raises(zc.InputError) as caught:
                judged(columns)
            [problem] = caught.value.problems
            assert (problem.code, problem.where) == ("columns.missing", Where("indicators"))
            assert problem.values == {"names": lacking, "have": have}
        with pytest.raises(zc.InputError) as caught:
            judged(zones(0.1, 0.2, value_added=[1.0, "some"]))
        assert caught.value.problems[0].where.column == "value_added"
        with pytest.raises(zc.InputError) as caught:
            judged(zones(0.1, 0.2, basis=["equivalent", "calorific"]))
        [problem] = caught.value.problems
        assert (problem.where, problem.values) == (Where("indicators"), {"bases": "'calorific', 'equivalent'"})

    def test_names_of_zones_are_input(self) -> None:
        one, other = zones(0.1, 0.2), {**zones(0.1, 0.2), "zone": ["A", "C"]}
        assert checked(one).provenance.input_hash != checked(other).provenance.input_hash

    def test_a_name_without_a_unit(self) -> None:
        assert (own_unit("energy_per_iva"), own_unit("recycled")) == ("tce/万元", "")

    def test_an_executor_is_used(self) -> None:
        account = zc.account(zone("A", {2023: {"coke": 9.0}}))
        with Pool() as pool:
            assert checked(account, executor=pool).blocks[0].value[0] == judged(account).value[0]
        assert pool.given != []


class TestComparing:
    """Figures beside their limits, all zones together, and what is missing."""

    def test_a_fraction_of_two_and_a_half_is_no_fraction(self) -> None:
        columns = {"zone": ["A"], "year": [2023], "solid_waste_use_rate": [2.5]}
        block = judged(columns, **WASTE, base_year=2020)
        assert told(block.reasons) == [("reason.unit", {"have": "", "want": "fraction"})]
        assert (block.year, block.base_year) == (2023, 2020)

    @pytest.mark.parametrize(
        ("fields", "values"),
        [
            ({"unit": "t"}, {"own": "tce/万元", "unit": "t", "example": "tce/万元"}),
            ({"indicator": "co2", "unit": "tce"},
             {"own": "tCO2", "unit": "tce", "example": "万吨二氧化碳 (10^4 tCO2)"}),
            ({"indicator": "energy_tce", "unit": ""}, {"own": "tce", "unit": "", "example": "万吨标准煤 (10^4 tce)"}),
            ({**GREEN, "unit": "MWh"}, {"own": "fraction", "unit": "MWh", "example": "fraction / %"}),
        ],
    )  # fmt: skip
    def test_a_unit_of_another_kind(self, fields: dict[str, Any], values: dict[str, str]) -> None:
        account = zc.account(zone("A", {2023: {"electricity": 100.0}}))
        with pytest.raises(zc.TargetError) as caught:
            judged(account, **fields)
        assert told(caught.value.problems) == [("target.unit_kind", {"target": "own:t", **values})]

    def test_a_unit_that_is_none(self) -> None:
        with pytest.raises(zc.TargetError) as caught:
            judged(zones(0.5), unit="florins")
        assert told(caught.value.problems) == [("unit.unknown", {"unit": "florins"})]

    def test_a_printed_share_has_no_tonnes(self) -> None:
        """85 % of an account is a fraction; in a target in tonnes it says nothing."""
        a = zone("A", {2023: {"coke": 1.0}}, indicators=[printed("solid_waste_use_rate", "85%")])  # type: ignore[arg-type]
        account = zc.account(a)
        assert judged(account, **WASTE).value.tolist() == [0.85]
        assert judged(account, **{**WASTE, "unit": "%"}).value.tolist() == [85.0]
        block = judged(account, **{**WASTE, "unit": "t"})
        assert told(block.reasons) == [("reason.unit", {"have": "fraction", "want": "t"})]

    def test_sums_of_an_account_have_a_unit_and_those_of_a_table_that_of_the_target(self) -> None:
        """An account counts tCO2; a table says 3 and the target what of. Value added is 10^4 yuan in both."""
        of_co2: dict[str, Any] = {"indicator": "co2", "unit": "10^4 tCO2", "threshold": "9", "statistic": "level"}
        of_money: dict[str, Any] = {**of_co2, "indicator": "value_added", "unit": "亿元"}
        table = {"zone": ["A"], "year": [2023], "co2": [3.0], "value_added": [20_000.0]}
        assert judged(table, **of_co2).value.tolist() == [3.0]
        assert judged(table, **of_money).value.tolist() == [2.0]
        account = zc.account(zone("A", {2023: {"coke": 5000.0}}, money={2023: {"value_added": 20_000.0}}))
        assert judged(account, **of_co2).value[0] == pytest.approx(float(account.total("co2")[0, 0]) / 10_000)
        assert judged(account, **of_money).value.tolist() == [2.0]

    @pytest.mark.parametrize(
        ("indicator", "unit", "has_prices"),
        [
            ("energy_per_iva", "tce/10^4 CNY", True), ("energy_output_rate", "10^4 CNY/tce", True),
            ("value_added", "10^4 CNY", True), ("energy_tce", "tce", False), ("co2_per_energy", "tCO2/tce", False),
        ],
    )  # fmt: skip
    def test_prices_are_told_where_money_counts(self, indicator: str, unit: str, has_prices: bool) -> None:
        account = zc.account(zone("A", {2023: {"coke": 5.0}}))
        notes = judged(account, indicator=indicator, unit=unit, statistic="zone").notes
        assert told(notes) == ([("note.price", {"prices": "2020"})] if has_prices else [])

    @pytest.mark.parametrize(("labels", "said"), [(("规上", "规上"), []), (("规上", "全口径"), ["全口径, 规上"])])
    def test_coverages_are_told_where_they_differ(self, labels: tuple[str, str], said: list[str]) -> None:
        records = [
            zone(name, {2023: {"coke": 5.0}}, money={2023: {"value_added": 9.0, "coverage": label}})
            for name, label in zip("AB", labels, strict=True)
        ]
        found = dict(told(judged(zc.account(records)).notes))
        assert [values["labels"] for code, values in found.items() if code == "note.coverage"] == said

    def test_what_stops_a_rate_lies_between_its_years(self) -> None:
        """Nominal at the first year is enough; a boundary that changes after the last year is not."""
        nominal = series([2020, 2022], [1.0, 0.9], price_year=["nominal", "2020"])
        assert told(judged(nominal, **RATE).reasons) == [("reason.nominal", {"base": 2020, "year": 2022})]
        later = series([2020, 2022, 2023, 2024], [1.0, 0.81, 0.5, 0.4], boundary=["x", "x", "y", "y"])
        assert judged(later, 2022, **RATE).value[0] == pytest.approx(0.1)
        assert told(judged(later, 2023, **RATE).reasons) == [
            ("reason.boundary", {"zones": "A", "base": 2020, "year": 2023})
        ]

    def test_the_error_says_what_its_problem_says(self) -> None:
        problem = Problem("reason.unit", {"have": "t", "want": "%"})
        assert str(IncomparableError(problem)) == problem.text()

    def test_what_is_not_compared(self) -> None:
        compared, codes, margin = compare_with([1, 2], target(operator="about"), "full")
        assert [array.dtype.name for array in (compared, codes, margin)] == ["float64", "int8", "float64"]
        assert (compared.tolist(), codes.tolist(), np.isnan(margin).tolist()) == ([1.0, 2.0], [-1, -1], [True, True])

    def test_where_to_go(self) -> None:
        """Onto a limit that includes itself, and twice what counts as equal past one that does not."""
        assert goal(target(), "full") == (0.4, 1.0)
        assert goal(target(operator="<"), "full") == (0.4, 1.0 - 2e-12)

    def test_what_has_no_way_has_no_rate(self) -> None:
        columns = {"zone": ["A"], "year": [2023], "solid_waste_use_rate": [0.5]}
        assert np.isnan(judged(columns, **WASTE).required_rate).all()  # only of an intensity is it known
        # 0.4 is known of the zones that are known; it needs nothing, and is not met.
        block = judged(zones(0.4, NAN))
        assert (block.value[0], block.verdict[0]) == (0.4, -1)
        assert math.isnan(block.required_rate[0])
        output: dict[str, Any] = {"indicator": "energy_output_rate", "operator": ">=", "threshold": "2.5",
                                  "unit": "10^4 CNY/tce"}  # fmt: skip
        assert judged(zones(0.5, year=2024), **output).required_rate[0] == pytest.approx(1 - 2 / 2.5)

    def test_a_sum_is_no_mean(self) -> None:
        """0.5 x 10 + 0.2 x 20 = 9 tce; with the second unknown 5 + 0.2 x 30 = 11."""
        fields: dict[str, Any] = {"indicator": "energy_tce", "unit": "tce", "threshold": "10"}
        block = judged(zones(0.5, 0.2), **fields)
        assert (block.value[0], block.verdict[0], block.margin[0]) == (pytest.approx(9.0), 1, pytest.approx(1.0))
        block = judged(zones(0.5, NAN, 0.2), **fields)
        assert (block.value[0], block.verdict[0]) == (pytest.approx(11.0), -1)
        values = {"known": 2, "n": 3, "zones": "B", "year": 2023, "missing": "energy_tce"}
        assert told(block.reasons) == [("reason.incomplete", values)]

    def test_ratios_that_say_nothing(self) -> None:
        for energy, money, reason in ((-1.0, 2.0, "reason.negative"), (1.0, 0.0, "reason.value_added")):
            value, problem, notes = portfolio(evidence(energy=[[energy]], value_added=[[money]]), "energy_per_iva", 0)
            assert problem is not None
            assert (math.isnan(value), problem.code, problem.values, notes) == (True, reason, {}, [])

    def test_one_zone_is_all_zones(self) -> None:
        block = judged({"zone": ["A"], "year": [2023], "energy_intensity": [0.3]})
        assert (block.value[0], block.verdict[0], block.reasons) == (0.3, 1, ())

    def test_a_known_name_without_figures(self) -> None:
        block = judged(zc.account(zone("A", {2023: {"coke": 9.0}})), **WASTE)
        assert told(block.reasons)[0] == ("reason.no_indicator", {"indicator": "solid_waste_use_rate"})

    def test_only_what_is_missing_in_that_year(self) -> None:
        columns = {"zone": ["A", "B"] * 2, "year": [2022] * 2 + [2023] * 2, "energy_intensity": [0.1, 0.1, 0.1, NAN],
                   "value_added": [1.0, NAN, 1.0, 1.0]}  # fmt: skip
        assert judged(columns).reasons[0].values["missing"] == "energy"
        assert judged(columns, 2022).reasons[0].values["missing"] == "value_added, energy"

    def test_all_is_known_and_cannot_be_divided(self) -> None:
        own = evidence(energy=[[0.0]], co2=[[1.0]], value_added=[[0.0]])
        for indicator, missing in (("energy_per_iva", "positive_value_added"), ("co2_per_energy", "co2_per_energy")):
            problem = incomplete(own, indicator, 0, np.array([True]), 0)
            values = {"n": 1, "zones": "Z0", "year": 2022, "missing": missing}
            assert told([problem]) == [("reason.none_known", values)]


class TestJudging:
    """Which year, which zones, and what is said of what is not judged."""

    @pytest.mark.parametrize(
        ("fields", "years", "code"),
        [
            ({"role": "direction"}, (2023, 2020), "reason.direction"),
            ({"year": 2021}, (None, 2020), "reason.no_year"),
            ({"energy_basis": "equivalent"}, (2023, 2020), "reason.basis_printed"),
            ({**SHARE, "indicator": "co2_per_iva", "inner_unit": "tCO2/10^4 CNY"}, (2023, 2020), "reason.no_indicator"),
            (PEAK, (2023, 2020), "reason.no_indicator"),
            ({**PEAK, "indicator": "fuel_peak", "operator": "<=", "threshold": "1"}, (2023, 2020),
             "reason.no_indicator"),
        ],
    )  # fmt: skip
    def test_a_reason_keeps_the_years(self, fields: dict[str, Any], years: Any, code: str) -> None:
        block = judged(zones(0.5), base_year=2020, **fields)
        assert ((block.year, block.base_year), [p.code for p in block.reasons]) == (years, [code])
        assert block.verdict.tolist() == [-1]

    def test_projects_are_reported(self) -> None:
        block = judged(zones(0.5), base_year=2020, statistic="project")
        assert (block.year, block.base_year, block.target.statistic) == (2023, 2020, "project")
        assert told(block.reasons) == [("reason.no_rule", {"operator": "<="})]

    def test_a_statistic_that_nobody_judges_is_reported(self) -> None:
        other = target(base_year=2020).model_copy(update={"statistic": "other"})
        block = judge(other, from_columns(zones(0.5)), None, None, "full")
        assert block is not None
        assert (block.target, block.year, block.base_year) == (other, 2023, 2020)
        assert told(block.reasons) == [("reason.no_rule", {"operator": "<="})]

    def test_the_basis_of_an_account_can_be_chosen_again(self) -> None:
        account = zc.account(zone("A", {2023: {"coke": 9.0}}))
        [problem] = judged(account, energy_basis="equivalent").reasons
        assert problem.code == "reason.basis"
        assert (problem.values["wanted"], problem.values["have"]) == ("equivalent", "calorific")
        [problem] = judged(zones(0.5), energy_basis="equivalent").reasons
        assert told([problem]) == [("reason.basis_printed", {"wanted": "equivalent", "have": "not stated"})]
        assert judged(account, energy_basis="calorific").reasons == ()

    def test_a_share_keeps_its_base_year(self) -> None:
        assert judged(zones(0.2), **SHARE, base_year=2020).base_year == 2020

    def test_the_last_year_with_co2_is_that_of_peaks(self) -> None:
        table = series([2023, 2024, 2025], [1.0, 2.0, NAN])
        assert (judged(table, **PEAK).year, judged(table, **PEAK, base_year=2020).base_year) == (2024, 2020)

    def test_steady_growth_is_no_peak(self) -> None:
        """Ten rising years: nothing is open, so the target is missed."""
        years = list(range(2016, 2026))
        block = judged(series(years, [float(i) for i in range(1, 11)]), **PEAK)
        assert (block.verdict[0], block.value[0], block.upper[0], block.reasons) == (0, 0.0, 0.0, ())

    def test_trend_tests_are_done_by_the_executor(self) -> None:
        with Pool() as pool:
            checked(series([2023, 2024], [1.0, 2.0]), executor=pool, **PEAK)
        assert pool.given == ["peak_status"]

    def test_a_published_figure_makes_a_year(self) -> None:
        table = {"zone": ["A", "A", "Total", "Total"], "year": [2022, 2023] * 2,
                 "energy_intensity": [0.5, NAN, NAN, 0.35]}  # fmt: skip
        block = judged(table)
        assert (block.year, block.value[0], block.verdict[0]) == (2023, 0.35, 1)

    def test_money_that_is_too_much_or_little(self) -> None:
        assert judged(zones(0.2, value_added=[0.5]), **SHARE).notes[1].values == {"share": "100.0%"}
        met = np.ones(16, dtype=np.int8)
        # pairs eight places apart are added first: infinity, and infinity less infinity
        for start in ([1e308] * 16, [1e308, -1e308, *[0.0] * 6] * 2):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert _money_note(evidence(value_added=[[money] for money in start]), met, 0) == []

    def test_what_a_share_still_needs(self) -> None:
        """One of two zones is wanted: the nearer, at 0.6, to 0.5 or, rounded, to the 0.45 that rounds below it."""
        table = zones(0.6, 0.9)
        assert judged(table, **SHARE).required_rate[0] == pytest.approx(1 - math.sqrt(0.5 / 0.6))
        rounded = judged(table, judgement="rounded", **SHARE)
        assert rounded.required_rate[0] == pytest.approx(1 - math.sqrt(0.45 / 0.6))
        assert judged(zones(0.6, year=2024), **SHARE).required_rate[0] == pytest.approx(1 - 0.5 / 0.6)
        assert math.isnan(judged(table, **{**SHARE, "year": None}).required_rate[0])
        inclusive = judged(table, **{**SHARE, "inner_operator": "<="}).required_rate[0]
        assert inclusive == pytest.approx(1 - math.sqrt(0.5 / 0.6), abs=1e-14)
        strict = judged(zones(0.5, year=2024), **SHARE).required_rate[0]
        assert strict == pytest.approx(2e-12, rel=1e-3)  # twice what counts as equal

    def test_a_level_that_is_only_reported_keeps_its_years_and_notes(self) -> None:
        table = zones(0.5) | {"zone": ["Total"]}
        block = judged(table, operator="about", base_year=2020)
        assert (block.value[0], block.year, block.base_year) == (0.5, 2023, 2020)
        assert (told(block.reasons), told(block.notes)) == (
            [("reason.no_rule", {"operator": "about"})], [("note.published", {"name": "Total"})]
        )  # fmt: skip

    def test_a_year_that_nobody_wrote_may_hold_the_peak(self) -> None:
        years = [*range(2013, 2020), *range(2021, 2025)]
        block = judged(series(years, [float(level) for level in (7, 9, 11, 10, 9, 8, 7, 5, 4, 3, 2)]), **PEAK)
        assert told(block.reasons) == [("reason.peak_absent", {"year": 2020})]
        assert (block.verdict[0], block.lower[0], block.upper[0]) == (-1, 0.0, 1.0)

    def test_zones_keep_the_base_year_and_are_coded_in_bytes(self) -> None:
        block = judged(zones(0.3, 0.5), statistic="zone", base_year=2020)
        assert (block.year, block.base_year, block.verdict.dtype.name) == (2023, 2020, "int8")

    def test_what_each_zone_still_needs(self) -> None:
        """From 0.6 to 0.4 in two years or, rounded, to the 0.45 that rounds to it; of zones outside nothing is said."""
        table = zones(0.6, 0.6, region=[1.0, 5.0])
        fields: dict[str, Any] = {"statistic": "zone", **TestClassesTogether.OF_CLASS}
        for judgement, aim in (("full", 0.4), ("rounded", 0.45)):
            need = judged(table, judgement=judgement, **fields).required_rate
            assert need.tolist() == pytest.approx([1 - math.sqrt(aim / 0.6), NAN], nan_ok=True)

    def test_a_level_keeps_its_base_year(self) -> None:
        block = judged(zones(0.5), base_year=2020)
        assert (block.year, block.base_year) == (2023, 2020)

    def test_a_share_of_zones_counts_figures_in_their_own_unit(self) -> None:
        """85 % and 95 % printed as fractions, and 90 wanted in %."""
        records = [
            zone(name, {2023: {"coke": 1.0}}, indicators=[printed("solid_waste_use_rate", value)])  # type: ignore[arg-type]
            for name, value in (("A", "85%"), ("B", "95%"))
        ]
        share = {**SHARE, "indicator": "solid_waste_use_rate", "inner_operator": ">=", "inner_threshold": "90"}
        block = judged(zc.account(records), **{**share, "inner_unit": "%"})
        assert (block.value[0], block.inner_verdict.tolist()) == (0.5, [0, 1])  # type: ignore[union-attr]
        assert block.inner.tolist() == [85.0, 95.0]  # type: ignore[union-attr]

    GROWTH: ClassVar[dict[str, Any]] = {
        "zone": ["A"] * 3, "year": [2021, 2022, 2023], "energy_intensity": [1.0, 1.2, 1.0],
        "value_added": [100.0, 250.0, 200.0],
    }  # fmt: skip

    def test_growth_is_since_the_base_year(self) -> None:
        """Energy 100, 300, 200; value added 100, 250, 200: both double from 2021, and fall from 2022."""
        fields: dict[str, Any] = {"statistic": "zone", "indicator": "energy_elasticity", "unit": "", "threshold": "2"}
        assert judged(self.GROWTH, **fields, base_year=2021).value[0] == pytest.approx(1.0)
        assert judged(self.GROWTH, **fields).value[0] == pytest.approx((-1 / 3) / -0.2)
        fields = {"statistic": "zone", "applies_indicator": "value_added_growth", "applies_min": "0"}
        assert judged(self.GROWTH, **fields, threshold="2", base_year=2021).verdict.tolist() == [1]
        assert judged(self.GROWTH, **fields, threshold="2").verdict.tolist() == [-1]

    def test_no_growth_is_not_above_none(self) -> None:
        table = {"zone": ["A"] * 2, "year": [2022, 2023], "energy_intensity": [0.5, 0.3], "value_added": [10.0, 10.0]}
        fields: dict[str, Any] = {"statistic": "zone", "applies_indicator": "value_added_growth", "applies_min": "0"}
        block = judged(table, **fields)
        assert (block.verdict.tolist(), block.reason.tolist()) == ([-1], [1])


class TestClassesTogether:
    """What all zones of a class have together is told of them alone: their prices, boundaries and printed changes."""

    OF_CLASS: ClassVar[dict[str, Any]] = {"applies_indicator": "region", "applies_min": "1", "applies_max": "2"}

    def _table(self, **more: Any) -> dict[str, list[Any]]:
        """A, outside, and B, in the class, in 2020 and 2022."""
        return {
            "zone": ["A", "A", "B", "B"], "year": [2020, 2022] * 2, "co2_intensity": [1.0, 0.5, 1.0, 0.81],
            "value_added": [10.0] * 4, "region": [5.0, 5.0, 1.0, 1.0], **more,
        }  # fmt: skip

    def _rate(self, table: Any, **fields: Any) -> Block:
        return judged(table, **{**RATE, **self.OF_CLASS, **fields})

    def test_prices(self) -> None:
        block = self._rate(self._table(price_year=["nominal", "nominal", "2020", "2020"]))
        assert block.value[0] == pytest.approx(0.1)
        assert ("note.price", {"prices": "2020"}) in told(block.notes)
        block = self._rate(self._table(price_year=["2020", "2020", "2015", "2020"]))
        assert told(block.reasons) == [("reason.price", {"old": "2015", "new": "2020", "base": 2020, "year": 2022})]

    def test_boundaries(self) -> None:
        assert self._rate(self._table(boundary=["x", "y", "x", "x"])).value[0] == pytest.approx(0.1)
        block = self._rate(self._table(boundary=["x", "x", "x", "y"]))
        assert told(block.reasons) == [("reason.boundary", {"zones": "B", "base": 2020, "year": 2022})]

    def test_printed_changes(self) -> None:
        """Across new prices the class of one zone is bridged by its own change of -20 %."""
        table = self._table(year=[2020, 2021] * 2, price_year=["2015", "2020"] * 2,
                            co2_intensity_change=[NAN, -0.5, NAN, -0.2])  # fmt: skip
        assert self._rate(table).value[0] == pytest.approx(0.2)

    @pytest.mark.parametrize("fields", [{}, {"statistic": "zone"}])
    def test_the_class_is_that_of_the_year_judged(self, fields: dict[str, Any]) -> None:
        """A comes into the class as B leaves it."""
        table = self._table(region=[5.0, 1.0, 1.0, 5.0])
        level = {"indicator": "co2_per_iva", "unit": "tCO2/10^4 CNY", "threshold": "0.6", **self.OF_CLASS, **fields}
        for when, value in ((2020, 1.0), (2022, 0.5)):
            block = judged(table, when, **level, base_year=2020)
            assert (block.year, block.base_year) == (when, 2020)
            assert block.value[block.verdict >= 0].tolist() == [value]

    def test_growth_is_since_the_base_year(self) -> None:
        """100, 250, 200: it doubled since 2021, and fell since 2022."""
        table = {"zone": ["A"] * 3, "year": [2021, 2022, 2023], "energy_intensity": [1.0, 1.2, 1.0],
                 "value_added": [100.0, 250.0, 200.0]}  # fmt: skip
        grown: dict[str, Any] = {"applies_indicator": "value_added_growth", "applies_min": "0", "threshold": "2"}
        assert judged(table, **grown, base_year=2021).verdict.tolist() == [1]
        assert judged(table, **grown).verdict.tolist() == []

    @pytest.mark.parametrize(("region", "rows"), [(NAN, 1), (7.0, 0)])
    def test_the_years_are_kept_where_nothing_is_judged(self, region: float, rows: int) -> None:
        block = judged(zones(0.3, region=[region]), **self.OF_CLASS, base_year=2020)
        assert (block.year, block.base_year, len(block.zone)) == (2023, 2020, rows)

    def test_coverages(self) -> None:
        """Of the zones of the class alone, in an account and in accounts of parts."""
        records = [
            zone(name, {2023: {"coke": 5.0}}, money={2023: {"value_added": 9.0, "coverage": label}},
                 indicators=[printed("region", region)])
            for name, label, region in (("A", "规上", 1.0), ("B", "全口径", 1.0), ("C", "其他", 5.0))
        ]  # fmt: skip
        for source in (zc.account(records), [zc.account(record) for record in records]):
            notes = dict(told(judged(source, **self.OF_CLASS).notes))
            assert notes["note.coverage"] == {"labels": "全口径, 规上"}

    def test_growth_is_that_of_energy_too(self) -> None:
        """Without energy nothing is said of growth, so nobody knows the class."""
        table = {"zone": ["A"] * 2, "year": [2022, 2023], "co2_intensity": [0.5, 0.3], "value_added": [10.0, 12.0]}
        block = judged(table, indicator="co2_per_iva", unit="tCO2/10^4 CNY", applies_indicator="value_added_growth",
                       applies_min="0")  # fmt: skip
        assert [reason.code for reason in block.reasons] == ["reason.class_unknown"]


class TestRates:
    """Between two years: what is left to do, what is bridged, and what the grid's part of it is."""

    def test_a_base_that_is_not_there_is_named(self) -> None:
        block = judged(series([2020, 2022], [1.0, 0.9]), **{**RATE, "base_year": 2019})
        assert (block.year, block.base_year) == (2022, 2019)

    def test_a_rate_without_a_rule_is_reported(self) -> None:
        block = judged(series([2020, 2022], [1.0, 0.98**2]), **{**RATE, "operator": "about"})
        assert (block.year, block.base_year, block.value[0]) == (2022, 2020, pytest.approx(0.02))
        assert (told(block.reasons), told(block.notes)) == (
            [("reason.no_rule", {"operator": "about"})], [("note.no_price", {})]
        )  # fmt: skip

    def test_rounded_the_path_leads_to_what_rounds_up(self) -> None:
        """3.5 % a year over five years rounds to 4 %; 2 % a year were done in two."""
        block = judged(series([2020, 2022], [1.0, 0.98**2]), judgement="rounded", **RATE)
        assert block.required_rate[0] == pytest.approx(1 - (0.965**5 / 0.98**2) ** (1 / 3), abs=1e-9)

    def test_a_strict_rate_needs_a_little_more(self) -> None:
        block = judged(series([2020, 2022], [1.0, 0.96**2]), **{**RATE, "operator": ">"})
        assert block.verdict[0] == 0
        assert block.required_rate[0] - 0.04 == pytest.approx(0.96 * 2e-12 / 3, rel=1e-2)

    def test_what_has_no_path(self) -> None:
        falling = series([2020, 2022], [1.0, 0.64])  # 20 % a year
        low = judged(falling, **{**RATE, "operator": "<=", "threshold": "0.1"})
        assert (low.verdict[0], low.value[0]) == (0, pytest.approx(0.2))
        assert math.isnan(low.required_rate[0])
        slow = series([2020, 2022], [1.0, 0.98**2])
        assert math.isnan(judged(slow, **{**RATE, "year": None}).required_rate[0])
        past = judged(slow, 2022, **{**RATE, "threshold": "1", "year": 2019})  # all of it, before it began
        assert math.isnan(past.required_rate[0])
        # halved as far as it is known, of which half is wanted: nothing is needed, and it is not met
        columns = {"zone": ["A", "B"] * 2, "year": [2020] * 2 + [2022] * 2, "co2_intensity": [1.0, 1.0, 0.5, NAN],
                   "value_added": [10.0] * 4}  # fmt: skip
        block = judged(columns, **BASED)
        assert (block.value[0], block.verdict[0]) == (-0.5, -1)
        assert math.isnan(block.required_rate[0])

    def test_an_output_rate_that_came_to_nothing_has_no_rate(self) -> None:
        """The yearly rise of value added per energy; where nothing is added there is no inverse."""
        rate = {**RATE, "indicator": "energy_output_rate", "base_year": 2022}
        for money, value, codes in ((810.0, 1 - 1 / 0.81, []), (1000.0, 0.0, []), (0.0, NAN, ["reason.no_data"])):
            uses = {2022: {"coke": 100.0}, 2023: {"coke": 100.0}}
            a = zone("A", uses, money={2022: {"value_added": 1000.0}, 2023: {"value_added": money}})
            block = judged(zc.account(a), **rate)
            assert block.value[0] == pytest.approx(value, nan_ok=True, abs=1e-15)
            assert [reason.code for reason in block.reasons] == codes

    def test_a_published_level_of_nothing_has_no_rate(self) -> None:
        columns = {"zone": ["A", "A", "Total", "Total"], "year": [2020, 2021] * 2,
                   "co2_intensity": [1.0, 1.0, 0.0, 0.4]}  # fmt: skip
        assert told(judged(columns, **RATE).reasons) == [("reason.no_data", {})]
        columns |= {"price_year": ["2015", "2020"] * 2, "co2_intensity_change": [NAN, NAN, NAN, -0.1]}
        block = judged(columns, **RATE)
        assert block.value[0] == pytest.approx(0.1)
        note = {"naive": "?", "chained": "-10.00%", "old": "2015", "new": "2020"}
        assert ("note.price_switch", note) in told(block.notes)

    def test_a_rise_beyond_the_floats_warns_of_nothing(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            block = judged(series([2020, 2022], [1e-300, 1e300]), **BASED)
            assert (block.value[0], block.verdict[0]) == (math.inf, 0)
            beyond = judged(zones(1e300, value_added=[1e300]), indicator="energy_tce", unit="tce")
            assert (beyond.value[0], beyond.verdict[0]) == (math.inf, 0)

    def test_what_has_no_rate_has_a_reason(self) -> None:
        """A rise beyond the floats, and what falls below nothing: removals of CO2 are more than what was emitted."""
        beyond = judged(series([2020, 2022], [1e-300, 1e300]), **RATE)
        columns = {"zone": ["A", "A", "Total", "Total"], "year": [2020, 2021] * 2, "net_co2": [1.0, 1.0, 5.0, -1.0]}
        below = judged(columns, **{**RATE, "indicator": "net_co2"})
        for block in (beyond, below):
            assert (math.isnan(block.value[0]), block.verdict[0]) == (True, -1)
            assert told(block.reasons) == [("reason.no_data", {})]
        assert judged(columns, **{**BASED, "indicator": "net_co2"}).value[0] == pytest.approx(-1.2)

    def test_from_nothing_or_less_there_is_no_change(self) -> None:
        """CO2 of 0 at first; and a zone that sells more heat than it buys, 10 GJ and then 5 GJ."""
        nothing = judged(series([2020, 2022], [0.0, 0.4]), **BASED)
        energy = [
            zc.EnergyUse(carrier="heat", quantity=amount, unit="GJ", year=year, use=purpose)
            for year, sold in ((2020, 11.0), (2022, 6.0))
            for purpose, amount in (("final", 1.0), ("export", sold))
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
            seller = zc.account(zc.Zone(zone="A", province="江苏", energy=energy))
        assert seller.total("energy")[0].tolist() == pytest.approx([-10 * 0.03412, -5 * 0.03412])
        for block in (nothing, judged(seller, **{**BASED, "indicator": "energy_tce"})):
            assert (math.isnan(block.value[0]), block.verdict[0]) == (True, -1)
            assert told(block.reasons) == [("reason.no_data", {})]

    def test_over_the_known_from_another_level_than_one(self) -> None:
        columns = {"zone": ["A", "B"] * 2, "year": [2020, 2020, 2022, 2022], "co2_intensity": [0.5, 5.0, 0.405, NAN],
                   "value_added": [10.0] * 4}  # fmt: skip
        assert judged(columns, **RATE).value[0] == pytest.approx(0.1)

    @pytest.mark.parametrize(
        ("energy", "ratio"),
        [([[1e-300, 1e300]], math.inf), ([[1e308, 1e308]] * 2, NAN), ([[0.0, 1.0]], NAN), ([[NAN, 1.0]], NAN),
         ([[2.0, 1.0], [NAN, 9.0]], 0.5)],
    )  # fmt: skip
    def test_sums_that_say_nothing(self, energy: Any, ratio: float) -> None:
        own = evidence(energy=energy, value_added=[[0.5, 0.5]] * len(energy))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            np.testing.assert_equal(_over_the_known(own, "energy_per_iva", 0, 1), ratio)

    def test_published_levels_and_changes(self) -> None:
        """From 0.5 to 0.405; across new prices 0.9 x 0.95, and not what comes after, nor what a later gap says."""
        columns = {"zone": ["A", "A", "Total", "Total"], "year": [2020, 2022] * 2,
                   "co2_intensity": [1.0, 1.0, 0.5, 0.405]}  # fmt: skip
        assert judged(columns, **RATE).value[0] == pytest.approx(0.1)
        columns |= {"year": [2020, 2021] * 2, "price_year": ["2015", "2020"] * 2}
        values = {"old": "2015", "new": "2020", "base": 2020, "year": 2021}
        assert told(judged(columns, **RATE).reasons) == [("reason.price", values)]
        for last in (2023, 2024):
            switched = series([2020, 2021, 2022, last], [0.5, 0.45, 0.4, 0.3], price_year=["2015", *["2020"] * 3],
                              co2_intensity_change=[0.5, -0.1, -0.05, -0.5])  # fmt: skip
            block = judged(switched, 2022, **RATE)
            assert block.value[0] == pytest.approx(1 - math.sqrt(0.9 * 0.95))
            note = {"naive": "-20.00%", "chained": "-14.50%", "old": "2015", "new": "2020"}
            assert told(block.notes) == [("note.price_switch", note)]

    @staticmethod
    def split(first: float, last: float, own: float, seen: Any = None) -> dict[str, dict[str, Any]]:
        """The notes of one zone, two years apart: CO2 of both years, and of the last at the factors of the first."""
        seen = seen or {2022: (2022,), 2024: (2023, 2024)}
        kept: Any = SimpleNamespace(
            coefficients=SimpleNamespace(vintages=seen),
            method=SimpleNamespace(vintage="latest"),
            co2_at_factors_of=lambda year, of: np.array([[own]]),
        )
        known = evidence(co2=[[first, NAN, last]], value_added=[[10.0, 10.0, 10.0]], account=kept)
        return dict(told(_grid_note(target(**RATE), known, (2022, 2024))))

    def test_the_grids_part_is_the_rest(self) -> None:
        """100 to 64 in two years is 20 % a year; to 81 at the old factors is 10 %."""
        notes = self.split(100.0, 64.0, 81.0)
        assert notes["note.vintage"] == {
            "base": 2022, "year": 2024, "first": "2022", "last": "2023, 2024", "rule": "latest"
        }  # fmt: skip
        assert notes["note.grid"] == {"whole": "20.00%", "zones": "10.00%", "grid": "10.00%"}

    @pytest.mark.parametrize("sums", [(0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0), (NAN, 1.0, 1.0)])
    def test_of_nothing_there_is_no_part(self, sums: tuple[float, float, float]) -> None:
        assert list(self.split(*sums)) == ["note.vintage"]

    def test_the_grids_part_is_that_of_the_zones_known_in_both_years(self) -> None:
        """A uses as much electricity in both years, so all of its fall is the grid's; B is only known in the second."""
        records = [zone("A", {2022: {"electricity": 100.0}, 2023: {"electricity": 100.0}}),
                   zone("B", {2023: {"coke": 500.0}})]  # fmt: skip
        account = zc.account(records, vintage="same_year")
        first, last = zc.account(records[0], vintage="same_year").total("co2")[0]
        fall = f"{1 - last / first:.2%}"
        for source in (account, [zc.account(record, vintage="same_year") for record in reversed(records)]):
            block = judged(source, **{**RATE, "base_year": 2022})
            assert block.value[0] == pytest.approx(1 - last / first)
            assert dict(told(block.notes))["note.grid"] == {"whole": fall, "zones": "0.00%", "grid": fall}

    def test_one_factor_has_no_part(self) -> None:
        uses = {2022: {"electricity": 100.0}, 2023: {"electricity": 90.0}}
        account = zc.account(zone("A", uses), vintage="fixed", electricity_year=2022)
        for source in (account, [account]):
            block = judged(source, **{**RATE, "base_year": 2022})
            assert block.value[0] == pytest.approx(0.1)
            values = {"base": 2022, "year": 2023, "first": "2022", "last": "2022", "rule": "fixed"}
            assert told(block.notes)[1:] == [("note.vintage", values)]

    def test_a_year_without_a_factor(self) -> None:
        note = self.split(1.0, 1.0, NAN, {2024: (2023,)})["note.vintage"]
        assert (note["first"], note["last"]) == ("", "2023")


class TestParts:
    """What is kept of each part, put under each other, and what must be alike."""

    USES: ClassVar[dict[int, dict[str, float]]] = {2022: {"electricity": 100.0}, 2023: {"electricity": 80.0}}

    @classmethod
    def part(cls, *names: str, **more: Any) -> zc.Account:
        return zc.account([zone(name, cls.USES, **more) for name in names])

    def test_none_at_all(self) -> None:
        with pytest.raises(zc.InputError) as caught:
            from_parts([], [])
        assert told(caught.value.problems) == [("check.source", {"got": "nothing"})]

    def test_ten_zones_that_come_twice_are_named(self) -> None:
        names = "ABCDEFGHIJKL"
        with pytest.raises(zc.InputError) as caught:
            from_parts([self.part(*names), self.part(*names, "A0")], [])
        assert told(caught.value.problems) == [("parts.twice", {"zones": ", ".join(names[:10])})]

    def test_the_third_is_none(self) -> None:
        others: Any = [self.part("A"), self.part("B"), 3]
        with pytest.raises(zc.InputError) as caught:
            from_parts(others, [])
        assert told(caught.value.problems) == [("parts.kind", {"got": "int", "n": 2})]

    def test_an_executor_is_used(self) -> None:
        with Pool() as pool:
            from_parts([self.part("A"), self.part("B")], [2022], pool)
        assert pool.given == ["_remains_of"] * 2

    def test_what_is_kept_of_a_part(self) -> None:
        account = zc.account([zone(name, {2022: {"coke": 1.0, "electricity": 5.0}, 2023: {"coke": 2.0}})
                              for name in "AB"])  # fmt: skip
        kept: Any = _remains_of(account, [2022, 2019]).account
        assert [flow.carrier for flow in kept.flows] == ["electricity"]
        assert (kept.basis, kept.years.tolist(), kept.input_hash) == (
            "calorific", [2022, 2023], account.provenance.input_hash
        )  # fmt: skip
        assert list(kept.fixed) == [2022]
        np.testing.assert_allclose(kept.fixed[2022], account.total("co2"))
        other = next(flow for flow in account.flows if flow.carrier == "coke")
        assert _used(kept, other).tolist() == [[0.0, 0.0]] * 2
        assert _used(kept, kept.flows[0]).tolist() == [[5.0, 0.0]] * 2

    def test_labels_are_there_if_one_part_has_them(self) -> None:
        labelled = {year: {"value_added": 1.0, "boundary": "x"} for year in self.USES}
        found = from_parts([self.part("A", money=labelled), self.part("B")], [])
        assert found.boundary is not None
        assert found.boundary.tolist() == [["x", "x"], ["", ""]]
        plain = from_parts([self.part("A"), self.part("B")], [])
        assert plain.boundary is None
        kept: Any = plain.account
        assert (kept.activity.deflator, kept.activity.coverage) == (None, None)
        assert plain.price is not None
        assert _Spread([plain], plain.years).codes([None]) is None

    def test_parts_without_electricity(self) -> None:
        coke = zc.account(zone("A", {2023: {"coke": 9.0}}))
        kept: Any = from_parts([coke], []).account
        assert (kept.flows, kept.quantity.shape[2]) == ((), 0)
        block = judged([coke, zc.account(zone("B", {2023: {"electricity": 9.0}}))], **GREEN)
        np.testing.assert_array_equal(block.value, [NAN, 0.0])

    def test_one_basis(self) -> None:
        part = _remains_of(self.part("A"), [])
        kept: Any = part.account
        with pytest.raises(zc.InputError) as caught:
            _require_alike(part, replace(part, account=replace(kept, basis="equivalent")), {})
        values = {"name": "basis", "first": "calorific", "other": "equivalent"}
        assert told(caught.value.problems) == [("parts.choices", values)]

    def test_one_set_of_factors(self, tmp_path: Path) -> None:
        lines = ("carrier_id,edition,coefficient,coefficient_unit,source_id,status",
                 "coke,GB/T 2589-2020,0.6,kgce/kg,lab-7,verified")  # fmt: skip
        table = tmp_path / "mine.csv"
        table.write_text("\n".join(lines), encoding="utf-8")
        records = [zone(name, {2023: {"coke": 9.0}}) for name in "AB"]
        own = zc.account(records[1], factors=[table])
        [name] = own.provenance.choices["factor_tables_added"]
        with pytest.raises(zc.InputError) as caught:
            from_parts([zc.account(records[0]), own], [])
        values = {"name": "factors", "first": "-", "other": name}
        assert told(caught.value.problems) == [("parts.choices", values)]
        assert from_parts([zc.account(records[0], factors=[table]), own], []).zones.tolist() == ["A", "B"]

    def test_units_of_printed_figures(self) -> None:
        intensity = printed("energy_intensity", 0.3, basis="calorific")
        assert from_parts([zc.account(zc.Zone(zone="A", indicators=[intensity]))], []).units == {"energy_per_iva": ""}
        names = ("fresh_water_share", "recycled")  # of the first nothing is known
        parts = [
            zc.account(zc.Zone(zone=name, indicators=[printed(names[0], None, unit=unit), printed(names[1], 0.5,
                                                                                                  unit=unit)]))
            for name, unit in (("A", "%"), ("B", "t"))
        ]  # fmt: skip
        with pytest.raises(zc.InputError) as caught:
            from_parts(parts, [])
        assert [problem.values["name"] for problem in caught.value.problems] == ["recycled"]

    def test_choices_of_all_parts(self) -> None:
        assert _merged([{1: [2021]}, {1: [2020], 2: [3], "x": "y"}]) == {1: [2020, 2021], 2: [3], "x": "y"}
        kept: Any = _remains_of(self.part("A"), []).account
        method = {"order": [2, 1]}
        one = replace(kept, choices={"method": method, "note": "x", "years": {1: [2021]}, "all": [1, 2]},
                      input_hash="a", warnings=(Problem("reason.no_data"),))  # fmt: skip
        two = replace(one, choices={**one.choices, "years": {1: [2020]}, "all": [2, 3]}, input_hash="b",
                      warnings=(Problem("reason.no_data"), Problem("reason.base_needed")))  # fmt: skip
        found = _provenance([one, two])
        assert found.choices == {"method": method, "note": "x", "years": {1: [2020, 2021]}, "all": [1, 2, 3]}
        assert [problem.code for problem in found.warnings] == ["reason.no_data", "reason.base_needed"]
        hashes = [_provenance(parts).input_hash for parts in ([one, two], [one, two], [one], [one, one])]
        assert hashes[0] == hashes[1]
        assert len(set(hashes)) == 3
        assert all(isinstance(told, str) for told in hashes)
