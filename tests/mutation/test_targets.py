"""What changes of the targets no other test noticed: each kind of target with figures that can be done by hand."""

import math
from typing import Any, ClassVar

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.errors import Problem
from zonecarbon.targets import Block, TargetCheck
from zonecarbon.targets.turning import turning_point
from zonecarbon.targets.wording import level_text, margin_text, with_unit

NAN = math.nan
LIMIT: dict[str, Any] = {
    "statistic": "aggregate",
    "operator": "<=",
    "threshold": "0.4",
    "unit": "tce/10^4 CNY",
    "year": 2025,
}
SHARE: dict[str, Any] = {
        "statistic": "share_of_zones", "operator": ">=", "threshold": "0.7", "unit": "fraction of zones",
         "inner_operator": "<", "inner_threshold": "0.5", "inner_unit": "tce/10^4 CNY"}  # fmt: skip
RATE: dict[str, Any] = {"indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": "0.04",
        "unit": "fraction per year", "base_year": 2020}  # fmt: skip

PEAK: dict[str, Any] = {
    "indicator": "co2_peak",
    "statistic": "status",
    "operator": "some",
    "threshold": "",
    "unit": "zones",
}


def checked(source: Any, when: int | None = None, judgement: Any = "full", **fields: Any) -> TargetCheck:
    row = {"id": "own:t", "indicator": "energy_per_iva", **LIMIT, **fields}
    return zc.check(
        source, zc.TargetSet.model_validate({"name": "own", "target": [row]}), year=when, judgement=judgement
    )


def judged(source: Any, when: int | None = None, judgement: Any = "full", **fields: Any) -> Block:
    return checked(source, when, judgement, **fields).blocks[0]


def zones(*levels: float, year: int = 2023, **more: Any) -> dict[str, list[Any]]:
    """Zones A, B ... with value added of 10, 20, 30 ..."""
    n = len(levels)
    columns = {"energy_intensity": list(levels), "value_added": [10.0 * (i + 1) for i in range(n)], **more}
    return {"zone": list("ABCDEFGHIJKLMN"[:n]), "year": [year] * n, **columns}


def series(
    years: list[int], levels: list[float], money: list[float] | None = None, **more: Any
) -> dict[str, list[Any]]:
    """One zone over some years."""
    money = [10.0] * len(years) if money is None else money
    return {"zone": ["A"] * len(years), "year": years, "co2_intensity": levels, "value_added": money, **more}


def told(problems: tuple[Problem, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(problem.code, problem.values) for problem in problems]


class TestAllZonesTogether:
    """A sum over a sum, what is missing of it, and what is still needed."""

    def test_missed_on_all_digits(self) -> None:
        """(0.5 x 10 + 0.2 x 20 + 0.8 x 30) / 60 = 0.55; to 0.4 in two years."""
        block = judged(zones(0.5, 0.2, 0.8))
        assert block.value[0] == block.compared[0] == pytest.approx(33 / 60)
        assert block.margin[0] == pytest.approx(0.4 - 0.55)
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(0.4 / 0.55))
        assert (block.year, block.base_year, told(block.notes), told(block.reasons)) == (2023, None, [], [])

    def test_rounded_it_is_led_past_the_value_that_rounds_up(self) -> None:
        """0.425 is 0.4 as printed, which is not below 0.4; 0.35 would round away from it."""
        block = judged(zones(0.425), judgement="rounded", operator="<")
        assert (block.value[0], block.compared[0], block.verdict[0], block.margin[0]) == (0.425, 0.4, 0, 0.0)
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(0.35 / 0.425))
        assert judged(zones(0.425), judgement="rounded").verdict[0] == 1

    def test_on_a_strict_limit_a_little_is_still_needed(self) -> None:
        block = judged(zones(0.4), operator="<")
        assert block.verdict[0] == 0
        assert 0 < block.required_rate[0] < 1e-9
        assert judged(zones(0.4)).required_rate[0] == 0.0

    def test_no_time_left_no_rate(self) -> None:
        assert math.isnan(judged(zones(0.5, year=2025)).required_rate[0])
        assert math.isnan(judged(zones(0.5), year=None).required_rate[0])
        assert judged(zones(0.5, year=2024)).required_rate[0] == pytest.approx(0.2)

    def test_what_is_missing_is_named(self) -> None:
        block = judged(zones(0.5, NAN, 0.8))
        values = {"known": 2, "n": 3, "zones": "B", "year": 2023, "missing": "energy"}
        assert told(block.reasons) == [("reason.incomplete", values)]
        assert block.value[0] == pytest.approx((5 + 24) / 40)
        assert (block.verdict[0], block.reason.tolist()) == (-1, [0])
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(0.4 / (29 / 40)))
        none = judged(zones(0.5, value_added=[0.0]))
        values = {"n": 1, "zones": "A", "year": 2023, "missing": "energy"}
        assert told(none.reasons) == [("reason.none_known", values)]

    def test_ten_names_and_then_dots(self) -> None:
        names = ", ".join("ABCDEFGHIJ")
        assert judged(zones(*[NAN] * 10)).reasons[0].values["zones"] == names
        assert judged(zones(*[NAN] * 11)).reasons[0].values["zones"] == names + ", ..."

    def test_without_value_added_one_zone_is_all_zones(self) -> None:
        alone = {"zone": ["A"], "year": [2023], "energy_intensity": [0.3]}
        assert judged(alone).value[0] == 0.3
        two = {"zone": ["A", "B"], "year": [2023] * 2, "energy_intensity": [0.3, 0.3]}
        assert told(judged(two).reasons) == [("reason.no_weights", {"indicator": "energy_per_iva"})]
        empty = {"zone": ["A"], "year": [2023], "energy_intensity": [NAN]}
        assert told(judged(empty).reasons) == [("reason.no_data", {})]
        assert told(judged(alone, indicator="co2_per_iva", unit="tCO2/万元").reasons) == [
            ("reason.no_indicator", {"indicator": "co2_per_iva"})
        ]

    def test_a_published_row_is_the_aggregate(self) -> None:
        columns = {
            "zone": ["A", "合计"],
            "year": [2023] * 2,
            "energy_intensity": [0.5, 0.35],
            "value_added": [1.0, 9.0],
        }
        block = judged(columns)
        assert (block.value[0], block.verdict[0]) == (0.35, 1)
        assert told(block.notes) == [("note.published", {"name": "合计"})]
        assert checked(columns).zones.tolist() == ["A"]

    def test_different_prices_are_not_summed(self) -> None:
        block = judged(zones(0.5, 0.2, price_year=["2015", "2020"]))
        assert told(block.reasons) == [("reason.prices_mixed", {"prices": "2015, 2020"})]
        assert math.isnan(block.value[0])
        same = judged(zones(0.5, 0.2, price_year=["2020", "2020"]))
        assert told(same.notes) == [("note.price", {"prices": "2020"})]
        nominal = judged(zones(0.5, 0.2, price_year=["现价", "当年价"]))
        assert told(nominal.notes) == [("note.price_nominal", {})]

    def test_what_is_better_the_higher(self) -> None:
        """2 to 2.5 in two years is a cut of the inverse from 0.5 to 0.4."""
        fields: dict[str, Any] = {
            "indicator": "energy_output_rate",
            "operator": ">=",
            "threshold": "2.5",
            "unit": "10^4 CNY/tce",
        }
        block = judged(zones(0.5), **fields)
        assert (block.value[0], block.margin[0], block.verdict[0]) == (2.0, -0.5, 0)
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(2 / 2.5))

    def test_reported_and_not_judged(self) -> None:
        block = judged(zones(0.5), operator="about")
        assert (block.value[0], block.verdict[0], block.judged) == (0.5, -1, False)
        assert told(block.reasons) == [("reason.no_rule", {"operator": "about"})]
        aim = judged(zones(0.5), role="direction")
        assert told(aim.reasons) == [("reason.direction", {"operator": "<="})]
        assert math.isnan(aim.value[0])


class TestYears:
    """Which year is judged, and what is said where there is none."""

    TABLE = series([2022, 2024, 2026], [1.0, 2.0, 3.0], energy_intensity=[0.1, 0.2, 0.3])

    @pytest.mark.parametrize(
        ("own", "asked", "year"), [(2025, None, 2024), (None, None, 2026), (2024, None, 2024), (2025, 2022, 2022)]
    )
    def test_the_last_one_before(self, own: int | None, asked: int | None, year: int) -> None:
        block = judged(self.TABLE, asked, year=own)
        assert (block.year, block.value[0]) == (year, {2022: 0.1, 2024: 0.2, 2026: 0.3}[year])

    def test_a_year_without_figures_is_passed_over(self) -> None:
        block = judged({**self.TABLE, "energy_intensity": [0.1, NAN, 0.3]})
        assert (block.year, block.value[0]) == (2022, 0.1)

    def test_there_is_none(self) -> None:
        block = judged(self.TABLE, year=2021)
        assert (block.year, told(block.reasons)) == (None, [("reason.no_year", {"year": 2021})])
        block = judged(self.TABLE, 2023)
        assert (block.year, told(block.reasons)) == (2023, [("reason.no_year", {"year": 2023})])

    def test_a_milestone_is_of_its_own_year(self) -> None:
        assert judged(self.TABLE, role="milestone").reasons[0].values == {"year": 2025}
        assert judged(self.TABLE, role="milestone", year=2024).value[0] == 0.2


class TestShare:
    """Each zone once: what is known bounds it, and the nearest zones decide what is needed."""

    def test_two_more_zones_are_needed(self) -> None:
        """1 of 3 passes, 70 % are 3 of 3: the last of them stands at 0.8 and has two years."""
        block = judged(zones(0.5, 0.2, 0.8), **SHARE)
        assert (block.value[0], block.margin[0]) == (pytest.approx(1 / 3), pytest.approx(1 / 3 - 0.7))
        assert (block.lower[0], block.upper[0]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(0.5 / 0.8), abs=1e-9)
        half = judged(zones(0.5, 0.2, 0.8), **{**SHARE, "threshold": "0.5"})
        assert half.required_rate[0] == pytest.approx(0.0, abs=1e-9)
        assert half.required_rate[0] > 0
        assert told(block.notes) == [
            ("note.count", {"met": 1, "n": 3, "test": "< 0.5", "operator": "<", "limit": "0.5"}),
            ("note.money", {"share": "33.3%"}),
        ]

    def test_in_per_cent_and_rounded(self) -> None:
        """0.54 rounds to 0.5, which is at most 0.5; 0.56 does not. Past 0.55 it would."""
        fields: dict[str, Any] = {**SHARE, "threshold": "70", "unit": "%", "inner_operator": "<="}
        block = judged(zones(0.54, 0.2, 0.56), judgement="rounded", **fields)
        assert (block.value[0], block.lower[0], block.upper[0]) == (pytest.approx(200 / 3),) * 3
        assert block.margin[0] == pytest.approx(200 / 3 - 70)
        assert block.required_rate[0] == pytest.approx(1 - math.sqrt(0.55 / 0.56), abs=1e-9)
        assert block.inner is not None
        assert block.inner.tolist() == [0.54, 0.2, 0.56]

    def test_unknown_zones_are_bounds(self) -> None:
        block = judged(zones(0.5, NAN, 0.2, 0.1), **SHARE)
        assert (block.value[0], block.lower[0], block.upper[0]) == (pytest.approx(2 / 3), 0.5, 0.75)
        assert block.verdict[0] == -1
        values = {"known": 3, "n": 4, "zones": "B", "year": 2023, "missing": "energy"}
        assert told(block.reasons) == [("reason.incomplete", values)]
        assert block.notes[0].values == {
            "met": 2, "known": 3, "n": 4, "test": "< 0.5", "operator": "<", "limit": "0.5"
        }  # fmt: skip
        assert block.notes[1].values == {"share": "87.5%"}  # 30 + 40 of 10 + 30 + 40

    def test_nothing_known(self) -> None:
        block = judged(zones(NAN, NAN), **SHARE)
        assert (block.lower[0], block.upper[0], block.notes) == (0.0, 1.0, ())
        assert math.isnan(block.value[0])
        assert told(judged(zones(0.5), **{**SHARE, "indicator": "co2_per_iva"}).reasons) == [
            ("reason.no_indicator", {"indicator": "co2_per_iva"})
        ]

    def test_met_needs_nothing_and_a_share_of_more_than_all_is_never_reached(self) -> None:
        assert judged(zones(0.2), **SHARE).required_rate[0] == 0.0
        assert math.isnan(judged(zones(0.6), **{**SHARE, "threshold": "1.5"}).required_rate[0])
        assert math.isnan(judged(zones(0.6, year=2025), **SHARE).required_rate[0])
        assert math.isnan(judged(zones(0.1), **{**SHARE, "inner_operator": ">"}).required_rate[0])

    def test_money_is_said_where_all_of_it_is_known(self) -> None:
        block = judged(zones(0.5, 0.2, value_added=[0.0, 0.0]), **SHARE)
        assert [note.code for note in block.notes] == ["note.count"]

    def test_the_nearest_to_flipping(self) -> None:
        found = checked(zones(0.5, 0.2, 0.8, NAN, 0.45, 0.0, 0.55), **SHARE)
        nearest = found.nearest("t")
        assert [row["zone"] for row in nearest] == ["A", "G", "E", "C", "B"]
        assert [row["below"] for row in nearest] == [False, False, True, False, True]
        assert [row["change"] for row in nearest] == pytest.approx([0.0, 0.5 / 0.55 - 1, 0.5 / 0.45 - 1, -0.375, 1.5])
        assert [row["value"] for row in nearest] == [0.5, 0.55, 0.45, 0.8, 0.2]
        assert len(found.nearest("own:t", 2)) == 2
        rounded = checked(zones(0.5), judgement="rounded", **SHARE).nearest("t")
        assert rounded[0]["change"] == pytest.approx(0.45 / 0.5 - 1)
        assert checked(zones(0.5)).nearest("t") == []


class TestEachZone:
    """Rows of zones, and of the zones of a class."""

    def test_rows(self) -> None:
        block = judged(zones(0.5, 0.2, NAN), statistic="zone")
        assert block.zone.tolist() == ["A", "B", "C"]
        assert (block.verdict.tolist(), block.reason.tolist()) == ([0, 1, -1], [-1, -1, 0])
        np.testing.assert_allclose(block.margin, [-0.1, 0.2, NAN])
        np.testing.assert_allclose(block.required_rate, [1 - math.sqrt(0.8), 0.0, NAN])
        assert block.reasons[0] == Problem("reason.no_data", {})
        assert np.isnan([block.lower, block.upper]).all()

    def test_a_class_holds_its_least_and_not_its_most(self) -> None:
        fields: dict[str, Any] = {
            "statistic": "zone",
            "applies_indicator": "value_added",
            "applies_min": "20",
            "applies_max": "30",
        }
        columns = zones(0.5, 0.6, 0.7, 0.2, value_added=[10.0, 20.0, 30.0, NAN])
        block = judged(columns, **fields)
        assert block.verdict.tolist() == [-1, 0, -1, -1]
        assert block.reason.tolist() == [1, -1, 1, 2]
        assert block.reasons[1].values == {"indicator": "value_added", "low": "20", "high": "30"}
        assert np.isnan(block.margin).tolist() == [True, False, True, True]
        only = judged(columns, **{**fields, "applies_max": ""})
        assert (only.verdict.tolist(), only.reasons[1].values["high"]) == ([-1, 0, 0, -1], "-")
        only = judged(columns, **{**fields, "applies_min": ""})
        assert (only.verdict.tolist(), only.reasons[1].values["low"]) == ([0, 0, -1, -1], "-")

    def test_a_class_of_growth_is_above_its_least(self) -> None:
        """Value added grows by 0 and by 10 %, energy by half and by 5 %: the elasticity of the second is 0.5."""
        columns = {"zone": ["A", "B"] * 2, "year": [2022] * 2 + [2023] * 2,
                   "energy_intensity": [1, 1, 1.5, 1.05 / 1.1], "value_added": [100, 100, 100, 110]}  # fmt: skip
        fields: dict[str, Any] = {
                  "statistic": "zone", "indicator": "energy_elasticity", "threshold": "0.6", "unit": "",
                  "applies_indicator": "value_added_growth", "applies_min": "0"}  # fmt: skip
        block = judged(columns, **fields)
        assert block.verdict.tolist() == [-1, 1]
        assert block.value[1] == pytest.approx(0.5)
        fields["base_year"] = 2021
        assert judged(columns, **fields).verdict.tolist() == [-1, -1]

    def test_elasticity_where_value_added_falls_is_negative(self) -> None:
        """Energy rises by 10 % while value added falls by 20 %."""
        columns = {
            "zone": ["A"] * 2,
            "year": [2022, 2023],
            "energy_intensity": [1.0, 110 / 80],
            "value_added": [100, 80],
        }
        block = judged(columns, statistic="zone", indicator="energy_elasticity", threshold="0.6", unit="")
        assert block.value[0] == pytest.approx(-0.5)
        assert np.isnan(judged({**columns, "boundary": ["x", "y"]}, statistic="zone", indicator="energy_elasticity",
                               threshold="0.6", unit="").value).all()  # fmt: skip


class TestRates:
    """Between two years, at one price base and boundary."""

    def test_a_rate(self) -> None:
        block = judged(series([2020, 2022], [1.0, 0.98**2], price_year=["2020", "2020"]), **RATE)
        assert block.value[0] == block.compared[0] == pytest.approx(0.02)
        assert block.margin[0] == pytest.approx(-0.02)
        assert block.required_rate[0] == pytest.approx(1 - (0.96**5 / 0.98**2) ** (1 / 3))
        assert (block.year, block.base_year) == (2022, 2020)
        assert told(block.notes) == [("note.price", {"prices": "2020"})]
        percent = judged(series([2020, 2022], [1.0, 0.98**2]), **{**RATE, "unit": "%", "threshold": "4"})
        assert percent.value[0] == pytest.approx(2.0)
        assert percent.required_rate[0] == pytest.approx(block.required_rate[0])
        assert told(percent.notes) == [("note.no_price", {})]

    def test_a_rate_of_what_is_better_the_higher_is_its_rise(self) -> None:
        columns = series([2020, 2022], [1.0, 1.0], energy_intensity=[0.5, 0.5 * 0.9**2])
        block = judged(columns, **{**RATE, "indicator": "energy_output_rate", "threshold": "0.05"})
        assert (block.value[0], block.verdict[0]) == (pytest.approx(0.1), 1)

    def test_a_change_against_a_base(self) -> None:
        """-10 % after two of five years; -18 % is wanted: 0.82 / 0.9 in three years."""
        fields: dict[str, Any] = {
            **RATE,
            "statistic": "change_vs_base",
            "operator": "<=",
            "threshold": "-0.18",
            "unit": "fraction",
        }
        block = judged(series([2020, 2022], [1.0, 0.9]), **fields)
        assert (block.value[0], block.margin[0]) == (pytest.approx(-0.1), pytest.approx(-0.08))
        assert block.required_rate[0] == pytest.approx(1 - (0.82 / 0.9) ** (1 / 3))
        assert judged(series([2020, 2025], [1.0, 0.82]), **fields).required_rate[0] == 0.0
        assert math.isnan(judged(series([2020, 2025], [1.0, 0.9]), **fields).required_rate[0])
        assert math.isnan(
            judged(series([2020, 2022], [1.0, 0.9]), **{**fields, "operator": ">=", "threshold": "0.1"}).required_rate[
                0
            ]
        )

    def test_a_yearly_change_is_that_of_one_year(self) -> None:
        fields: dict[str, Any] = {
            **RATE,
            "statistic": "annual_change",
            "operator": "<=",
            "threshold": "-0.04",
            "unit": "fraction",
        }
        block = judged(series([2020, 2021, 2022], [1.0, 0.5, 0.45]), **fields)
        assert (block.value[0], block.base_year) == (pytest.approx(-0.1), 2021)
        block = judged(series([2020, 2022], [1.0, 0.45]), **fields)
        assert told(block.reasons) == [("reason.no_base", {"year": 2021})]

    def test_what_is_ahead_of_its_path_needs_nothing(self) -> None:
        """Rounded to 0.04 and met; on all digits 3.96 % is missed, and 4.03 % a year remain."""
        columns = series([2020, 2022], [1.0, (1 - 0.0396) ** 2])
        assert judged(columns, judgement="rounded", **RATE).required_rate[0] == 0.0
        assert judged(columns, **RATE).required_rate[0] == pytest.approx(1 - (0.96**5 / 0.9604**2) ** (1 / 3))
        rise = {**RATE, "operator": "<=", "threshold": "0.01"}  # a rate that must stay low is no path to reduce on
        assert math.isnan(judged(columns, **rise).required_rate[0])

    def test_what_a_rate_cannot_start_from(self) -> None:
        columns = series([2020, 2022], [1.0, 0.9])
        assert told(judged(columns, **{**RATE, "base_year": None}).reasons) == [("reason.base_needed", {})]
        assert told(judged(columns, **{**RATE, "base_year": 2019}).reasons) == [("reason.no_base", {"year": 2019})]
        block = judged(columns, **{**RATE, "base_year": 2022})
        assert told(block.reasons) == [("reason.base_late", {"year": 2022, "base": 2022})]
        assert (block.year, block.base_year) == (2022, 2022)

    def test_one_without_figures_in_the_base_year(self) -> None:
        block = judged(series([2020, 2022], [NAN, 0.9]), **RATE)
        values = {"n": 1, "zones": "A", "year": 2020, "missing": "co2"}
        assert told(block.reasons) == [("reason.none_known", values)]
        assert math.isnan(block.value[0])
        zero = judged(series([2020, 2022], [0.0, 0.9]), **RATE)
        assert told(zero.reasons) == [("reason.no_data", {})]

    def test_the_rate_shown_is_over_those_known_in_both_years(self) -> None:
        columns = {"zone": ["A", "B"] * 2, "year": [2020, 2020, 2022, 2022], "co2_intensity": [1.0, 5.0, 0.81, NAN],
                   "value_added": [10.0] * 4}  # fmt: skip
        block = judged(columns, **RATE)
        assert (block.value[0], block.verdict[0]) == (pytest.approx(0.1), -1)
        assert block.reasons[0].values == {"known": 1, "n": 2, "zones": "B", "year": 2022, "missing": "co2"}

    def test_prices_boundary_and_current_prices(self) -> None:
        years = {"base": 2020, "year": 2022}
        cases: tuple[tuple[Any, Any], ...] = (
            ({"price_year": ["2015", "2020"]}, ("reason.price", {"old": "2015", "new": "2020", **years})),
            ({"price_year": ["2015", "现价"]}, ("reason.nominal", years)),
            ({"boundary": ["x", "y"]}, ("reason.boundary", {"zones": "A", **years})),
        )
        for more, expected in cases:
            block = judged(series([2020, 2022], [1.0, 0.9], **more), **RATE)
            assert told(block.reasons) == [expected]
            assert math.isnan(block.value[0])
        assert judged(series([2020, 2021, 2022], [1.0, 1.0, 0.9], boundary=["x", "", "x"]), **RATE).verdict[0] == 1
        assert judged(series([2019, 2020, 2022], [1.0, 1.0, 0.9], boundary=["w", "x", "x"]), **RATE).verdict[0] == 1

    def test_printed_changes_bridge_a_change_of_the_price_base(self) -> None:
        """0.9 x 0.95 from the changes; 0.8 / 1.0 from the levels, which stand at two bases."""
        columns = series([2020, 2021, 2022], [1.0, 0.9, 0.8], price_year=["2015", "2020", "2020"],
                         co2_intensity_change=[0.5, -0.1, -0.05])  # fmt: skip
        block = judged(columns, **RATE)
        assert block.value[0] == pytest.approx(1 - math.sqrt(0.9 * 0.95))
        assert told(block.notes) == [
            ("note.price_switch", {"naive": "-20.00%", "chained": "-14.50%", "old": "2015", "new": "2020"})
        ]
        missing = {**columns, "co2_intensity_change": [0.5, NAN, -0.05]}
        values = {"old": "2015", "new": "2020", "base": 2020, "year": 2022}
        assert told(judged(missing, **RATE).reasons) == [("reason.price", values)]
        holed = series([2020, 2022], [1.0, 0.8], price_year=["2015", "2020"], co2_intensity_change=[0.5, -0.05])
        assert told(judged(holed, **RATE).reasons) == [("reason.price", values)]

    def test_the_published_row_has_rates_too(self) -> None:
        columns = {"zone": ["A", "A", "A", "Total", "Total", "Total"], "year": [2020, 2021, 2022] * 2,
                   "co2_intensity": [1.0, 2.0, 3.0, 1.0, 0.9, 0.81], "value_added": [1.0] * 6}  # fmt: skip
        block = judged(columns, **RATE)
        assert (block.value[0], block.verdict[0]) == (pytest.approx(0.1), 1)
        assert told(block.notes) == [("note.published", {"name": "Total"})]
        columns |= {
            "price_year": ["2020"] * 3 + ["2015", "2020", "2020"],
            "co2_intensity_change": [0.0] * 3 + [0.0, -0.1, -0.2],
        }
        block = judged(columns, **RATE)
        assert block.value[0] == pytest.approx(1 - math.sqrt(0.9 * 0.8))
        assert [note.code for note in block.notes] == ["note.published", "note.price_switch"]


class TestUnits:
    """Figures are brought to the unit of the target, or it is said why not."""

    def test_a_unit_of_another_size(self) -> None:
        assert judged(zones(0.5), unit="kgce/万元").value[0] == pytest.approx(500.0)
        with pytest.raises(zc.TargetError) as caught:
            judged(zones(0.5), unit="tCO2/万元")
        assert [p.code for p in caught.value.problems] == ["target.unit_kind"]
        assert caught.value.problems[0].values["target"] == "own:t"

    def test_a_fraction_above_two_is_no_fraction(self) -> None:
        columns = {"zone": ["A"], "year": [2023], "recycled": [75.0]}
        fields: dict[str, Any] = {
            "statistic": "zone",
            "indicator": "recycled",
            "threshold": "0.9",
            "operator": ">=",
            "unit": "fraction",
        }
        assert told(judged(columns, **fields).reasons) == [("reason.unit", {"have": "", "want": "fraction"})]
        block = judged({**columns, "recycled": [2.0]}, **fields)
        assert (block.value[0], block.verdict[0]) == (2.0, 1)
        assert judged(columns, **{**fields, "unit": "%", "threshold": "70"}).verdict[0] == 1


class TestClasses:
    """Of targets for classes of zones, each zone keeps the row of its class."""

    @staticmethod
    def rows(*levels: float) -> TargetCheck:
        row = {"indicator": "energy_per_iva", **LIMIT, "statistic": "zone", "applies_indicator": "value_added"}
        small = {**row, "id": "own:small", "applies_min": "10", "applies_max": "20"}
        large = {**row, "id": "own:large", "applies_min": "20", "applies_max": "40", "threshold": "0.1"}
        return zc.check(zones(*levels), zc.TargetSet.model_validate({"name": "own", "target": [small, large]}))

    def test_each_zone_once(self) -> None:
        found = self.rows(0.3, 0.3, 0.05, 0.05)
        assert [block.zone.tolist() for block in found.blocks] == [["A", "D"], ["B", "C"]]
        assert [block.verdict.tolist() for block in found.blocks] == [[1, -1], [0, 1]]
        assert [found.verdict(name) for name in ("small", "large")] == ["met", "missed"]
        assert found.exit_code == 1

    def test_a_class_without_zones_counts_in_nothing(self) -> None:
        found = self.rows(0.3)
        assert [block.zone.tolist() for block in found.blocks] == [["A"], []]
        assert found.blocks[1].is_empty
        assert found.exit_code == 0
        assert found.columns()["target"].tolist() == ["own:small"]
        for language in ("en", "zh"):
            lines = found.text(language).splitlines()
            at = next(i for i, line in enumerate(lines) if "own:large" in line)
            assert lines[at].split("]")[0] != lines[at - 2].split("]")[0]
            assert len(lines[at + 1].strip()) > 3

    def test_a_target_without_a_set_in_its_id(self) -> None:
        found = checked(zones(0.3), id="t", status="recalled")
        assert found.verdict("t") == "met"
        assert "recalled" in found.text()
        assert "recalled" not in checked(zones(0.3), status="verified").text()
        assert "calorific" in checked(zones(0.3, basis=["calorific"])).text().splitlines()[0]


class TestPeaks:
    """Some zones have peaked: one is enough; none only if all are known."""

    @staticmethod
    def table(*paths: list[float]) -> dict[str, list[Any]]:
        n = len(paths[0])
        return {"zone": [name for name, _ in zip("ABC", paths, strict=False) for _ in range(n)],
                "year": list(range(2025 - n + 1, 2026)) * len(paths), "co2_intensity": [v for p in paths for v in p],
                "value_added": [1.0] * n * len(paths)}  # fmt: skip

    def test_one_is_enough(self) -> None:
        falls, rises = [9.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0], [float(i) for i in range(1, 11)]
        block = judged(self.table(falls, rises), **PEAK)
        assert (block.value[0], block.verdict[0], block.lower[0], block.required_rate[0]) == (1.0, 1, 1.0, 0.0)
        assert block.notes[0].code == "note.peaks"
        assert sum(block.notes[0].values.values()) == 2
        block = judged(self.table(rises, rises), **PEAK)
        assert block.value[0] == 0.0
        assert block.verdict[0] != 1

    def test_too_few_years_are_unknown(self) -> None:
        block = judged(self.table([2.0, 1.0], [2.0, 1.0]), **PEAK)
        assert told(block.reasons) == [("reason.peak", {"n": 2, "years": 2})]
        assert (block.lower[0], block.upper[0], block.verdict[0]) == (0.0, 2.0, -1)
        assert math.isnan(block.required_rate[0])
        nothing = judged(zones(0.5, year=2025), 2025, **PEAK)
        assert nothing.verdict[0] == -1


class TestAccounts:
    """What only an account knows: electricity supplied directly, and what its parts were made of."""

    @staticmethod
    def zone(name: str, grid: float, direct: float, **more: Any) -> zc.Zone:
        energy = [
            zc.EnergyUse(carrier="electricity", quantity=grid, unit="MWh", year=2023),
            zc.EnergyUse(carrier="electricity", quantity=direct, unit="MWh", year=2023, supply="direct_nonfossil"),
            zc.EnergyUse(carrier="coke", quantity=50.0, year=2023),
        ]
        money = [zc.ValueAdded(value_added=1000.0, year=2023, price_year=2020, **more)]
        return zc.Zone(zone=name, province="江苏", energy=energy, value_added=money)

    GREEN: ClassVar[dict[str, Any]] = {
        "indicator": "green_power_direct_supply_share", "statistic": "zone", "operator": ">=", "threshold": "0.5",
        "unit": "fraction",
    }  # fmt: skip

    def test_electricity_supplied_directly_is_a_share_of_the_zones_own(self) -> None:
        records = [self.zone("A", 25.0, 75.0), self.zone("B", 300.0, 100.0)]
        assert judged(zc.account(records), **self.GREEN).value.tolist() == [0.75, 0.25]
        parts = [zc.account(record) for record in records]
        assert judged(parts, **self.GREEN).value.tolist() == [0.75, 0.25]
        assert judged(iter(parts), **self.GREEN).verdict.tolist() == [1, 0]

    def test_parts_keep_what_their_value_added_covers(self) -> None:
        records = [
            self.zone("A", 1.0, 1.0, coverage="above scale", deflator="PPI"),
            self.zone("B", 1.0, 1.0, coverage="all", deflator="GDP"),
        ]
        whole = told(judged(zc.account(records)).notes)
        assert whole == [
            ("note.price", {"prices": "2020 (GDP, PPI)"}), ("note.coverage", {"labels": "above scale, all"})
        ]  # fmt: skip
        assert told(judged([zc.account(record) for record in records]).notes) == whole

    def test_parts_have_each_zone_once_and_are_accounts(self) -> None:
        part = zc.account(self.zone("A", 1.0, 1.0))
        for source, expected in (
            ([part, part], ("parts.twice", {"zones": "A"})),
            ([part, 3], ("parts.kind", {"got": "int", "n": 1})),
            ([part.activity], ("parts.kind", {"got": "Activity", "n": 0})),
        ):
            with pytest.raises(zc.InputError) as caught:
                judged(source)
            assert told(tuple(caught.value.problems)) == [expected]

    def test_parts_are_made_by_one_method(self) -> None:
        one = zc.account(self.zone("A", 1.0, 1.0))
        other = zc.account(self.zone("B", 1.0, 1.0), basis="equivalent", equivalent={"electricity": "0.302 kgce/kWh"})
        with pytest.raises(zc.InputError) as caught:
            judged([one, other])
        assert caught.value.problems[0].code == "parts.choices"
        assert caught.value.problems[0].values == {"name": "method", "first": "inventory", "other": "inventory*"}

    def test_parts_print_their_figures_in_one_unit(self) -> None:
        def part(name: str, unit: str) -> zc.Account:
            own = zc.ReportedValue(indicator="recycled", value=75.0, unit=unit, year=2023)
            return zc.account(zc.Zone(zone=name, indicators=[own]))

        fields: dict[str, Any] = {
            "statistic": "zone",
            "indicator": "recycled",
            "threshold": "60",
            "operator": ">=",
            "unit": "%",
        }
        assert judged([part("A", "%"), part("B", "%")], **fields).verdict.tolist() == [1, 1]
        for units, shown in ((("%", "t"), ("1", "t")), (("", "%"), ("-", "1")), (("%", ""), ("1", "-"))):
            with pytest.raises(zc.InputError) as caught:
                judged([part("A", units[0]), part("B", units[1])], **fields)
            values = {"name": "recycled", "first": shown[0], "other": shown[1]}
            assert told(tuple(caught.value.problems)) == [("parts.units", values)]

    def test_parts_of_other_years_and_flows(self) -> None:
        """What a part does not have is not known there; a year without a flow has none of it."""

        def part(name: str, year: int, **more: Any) -> zc.Account:
            energy = [zc.EnergyUse(carrier="electricity", quantity=100.0, unit="MWh", year=year, **more)]
            money = [zc.ValueAdded(value_added=1000.0, year=year, price_year=2020)]
            return zc.account(zc.Zone(zone=name, province="江苏", energy=energy, value_added=money))

        parts = [part("A", 2022), part("B", 2023, supply="direct_nonfossil")]
        np.testing.assert_array_equal(judged(parts, 2023, **self.GREEN).value, [NAN, 1.0])
        found = judged(parts, 2022)
        assert found.reasons[0].values == {
            "known": 1,
            "n": 2,
            "zones": "B",
            "year": 2022,
            "missing": "value_added, energy",
        }
        same = [part("A", 2023), part("B", 2023, supply="direct_nonfossil")]
        assert judged(same, **self.GREEN).value.tolist() == [0.0, 1.0]
        choices = checked(same).provenance.choices
        assert choices["judgement"] == "full"

    def test_the_grids_part_of_a_rate(self) -> None:
        """One zone on electricity alone: at equal use and value added, all of the fall is the grid's."""
        records = zc.Zone(
            zone="A",
            province="江苏",
            energy=[
                zc.EnergyUse(carrier="electricity", quantity=use, unit="MWh", year=year)
                for year, use in ((2021, 50.0), (2022, 100.0), (2023, 100.0))
            ],
            value_added=[zc.ValueAdded(value_added=1000.0, year=year, price_year=2020) for year in (2021, 2022, 2023)],
        )
        account = zc.account(records, vintage="same_year")
        first, last = account.total("co2")[0, 1:]
        assert first != last
        fall = f"{1 - last / first:.2%}"
        for source in (account, [account]):
            block = judged(source, **{**RATE, "base_year": 2022})
            assert block.value[0] == pytest.approx(1 - last / first)
            notes = dict(told(block.notes))
            assert notes["note.vintage"] == {
                "base": 2022, "year": 2023, "first": "2022", "last": "2023", "rule": "same_year"
            }  # fmt: skip
            assert notes["note.grid"] == {"whole": fall, "zones": "0.00%", "grid": fall}
        energy = judged(account, **{**RATE, "indicator": "energy_per_iva", "base_year": 2022})
        assert [note.code for note in energy.notes] == ["note.price"]

    def test_what_stands_behind_the_figures(self) -> None:
        found = checked(zc.account(self.zone("A", 1.0, 1.0)))
        assert (found.name, found.title_en, found.judgement, found.basis) == ("own", "", "full", "calorific")
        assert found.zones.tolist() == ["A"]
        tables = [checked(zones(0.5)), checked(zones(0.5)), checked(zones(0.6)), checked(zones(0.5, year=2024))]
        hashes = [table.provenance.input_hash for table in tables]
        assert hashes[0] == hashes[1]
        assert len(set(hashes)) == 3

    def test_a_misspelt_indicator_is_told_what_there_is(self) -> None:
        block = judged(zc.account(self.zone("A", 1.0, 1.0)), indicator="enery_per_iva", unit="")
        [(code, values)] = told(block.reasons)
        assert (code, values["name"]) == ("reason.indicator_unknown", "enery_per_iva")
        assert "energy_per_iva" in values["known"].split(", ")

    def test_a_class_that_nobody_can_tell(self) -> None:
        fields: dict[str, Any] = {**LIMIT, "statistic": "zone", "applies_indicator": "nothing", "applies_min": "1"}
        block = judged(zones(0.1), **fields)
        assert (block.verdict.tolist(), block.reason.tolist()) == ([-1], [2])
        assert np.isnan(block.margin[0])
        about = judged(zones(0.1, 0.2), statistic="zone", operator="about")
        assert about.reason.tolist() == [0, 0]
        assert told(about.reasons)[0] == ("reason.no_rule", {"operator": "about"})


class TestFaces:
    """What a reader sees: signs, digits and units; the words are looked after elsewhere."""

    @pytest.mark.parametrize(
        ("operator", "limit", "digits", "judgement", "point"),
        [
            ("<", 0.3, 1, "rounded", (0.25, False)),
            ("<=", 0.3, 1, "rounded", (0.35, False)),
            (">", 0.3, 1, "rounded", (0.35, False)),
            (">=", 0.3, 1, "rounded", (0.25, False)),
            ("<=", 0.35, 1, "rounded", (0.35, False)),
            (">", 0.35, 1, "rounded", (0.35, False)),
            ("<", 0.35, 1, "rounded", (0.35, False)),
            ("<", 0.24, 1, "rounded", (0.25, False)),  # 0.2499 rounds to 0.2, which is below 0.24
            (">=", 0.24, 1, "rounded", (0.25, False)),
            (">=", 0.3, 1, "full", (0.3, True)),
            (">", 0.3, 1, "full", (0.3, False)),
            ("<=", math.inf, 1, "rounded", (math.inf, True)),
        ],
    )
    def test_where_a_verdict_turns(
        self, operator: str, limit: float, digits: int, judgement: str, point: tuple[float, bool]
    ) -> None:
        assert turning_point(operator, limit, digits, judgement) == point

    @pytest.mark.parametrize(
        ("margin", "unit", "text"),
        [
            (0.0, "%", "0"), (-1.5, "%", "−1.5"), (0.0, "fraction", "0"), (0.1234, "fraction of zones", "+12.3"),
            (-0.01234, "fraction per year", "−1.23"), (0.0, "tce/10^4 CNY", "0"), (-0.1, "tce/10^4 CNY", "−0.100"),
            (2.0, "t", "+2"),
        ],
    )  # fmt: skip
    def test_margins(self, margin: float, unit: str, text: str) -> None:
        said = margin_text(margin, unit, "en")
        assert said.startswith(text)
        points = unit == "%" or unit.startswith("fraction")
        assert said.endswith(" percentage points" if points else f" {unit}")
        assert ("个百分点" in margin_text(margin, unit, "zh")) == points

    def test_rounded_both_are_shown(self) -> None:
        text = checked(zones(0.425), judgement="rounded", operator="<").text()
        assert "0.425 → 0.4 tce/10^4 CNY (2023)" in text
        assert "< 0.4" in text
        fields = {**RATE, "statistic": "change_vs_base", "threshold": "-0.18", "operator": "<=", "unit": "fraction"}
        found = checked(series([2020, 2023], [1.0, 0.8249]), judgement="rounded", **fields)
        assert "−17.5% → −18% (2023)" in found.text()
        assert "≤ −18%" in found.text("zh")
        assert "（2023 年）" in found.text("zh")
        assert "margin" not in found.text("zh")

    def test_a_row_has_what_is_known_of_it(self) -> None:
        lines = checked(zones(0.5, 0.2, NAN), statistic="zone").text().splitlines()
        assert [line.strip().split(":")[0] for line in lines[-3:]] == ["A", "B", "C"]
        assert "0.500 tce/10^4 CNY (2023)" in lines[-3]
        assert "≤ 0.4" in lines[-3]
        assert "10.56%" in lines[-3]
        assert "−0.1000" in lines[-3] or "−0.100 " in lines[-3]
        assert "%" not in lines[-2]
        assert lines[-1].count(";") == 1

    def test_bounds_are_shown_where_they_differ(self) -> None:
        assert "0.0% and 33.3%" in checked(zones(0.5, NAN, 0.8), **SHARE).text()
        known = checked(zones(0.5, 0.2, 0.8), **SHARE).text()
        assert known.count("33.3%") == 1 + known.count("have 33.3%")
        percent = checked(zones(0.5, NAN, 0.8), **{**SHARE, "threshold": "70", "unit": "%"}).text()
        assert "0% and 33.33%" in percent or "0.00% and 33.33%" in percent
        assert "≥ 70%" in percent

    def test_units_in_words(self) -> None:
        assert with_unit("3", "fraction of zones", "en") == "3 of zones"
        assert with_unit("3%", "%", "zh") == with_unit("3%", "fraction", "zh") == "3%"
        assert level_text(3.0, 2.0, "zones", "en") == "3"
        assert level_text(2.5, NAN, "zones", "en").startswith("2.5")
        assert level_text(0.29996, 0.3, "tce/10^4 CNY", "en") != "0.300"

    def test_the_first_five_zones_by_margin(self) -> None:
        text = checked(zones(0.5, 0.9, 0.7, 0.1, 0.6, 0.8, 0.2), statistic="zone").text()
        order = [line.strip()[0] for line in text.splitlines()[-5:]]
        assert order == ["B", "F", "C", "E", "A"]
        assert "7 zones: 2 met, 5 missed, 0 unknown" in text
        nothing = checked(zones(NAN, NAN), statistic="zone").text().splitlines()
        assert len(nothing) == 4

    def test_a_table_of_all_targets(self) -> None:
        found = zc.check(zones(0.5, 0.2), "torch-2025")
        data = found.to_dict()
        rows = {row["id"].split(":")[1]: row for row in data["targets"]}
        assert rows["energy-intensity-share"]["verdict"] == "met"
        assert [row["zone"] for row in rows["energy-intensity-share"]["nearest"]] == ["A", "B"]
        assert rows["energy-intensity-aggregate"] | {"notes": [], "nearest": []} == {
            "id": "torch-2025:energy-intensity-aggregate", "judged": True, "year": 2023, "base_year": None,
            "verdict": "met", "notes": [], "nearest": [], "status": "verified", "source_id": "most-2021-28",
            **{key: getattr(found.blocks[0].target, key) for key in ("wording_zh", "wording_en", "interpretation")},
        }  # fmt: skip
        assert rows["overall-direction"]["judged"] is False
        columns = found.columns()
        assert columns["operator"].tolist() == ["<=", ">=", ">=", "some", "some"]
        assert columns["threshold"].tolist()[:3] == [0.4, 0.5, 0.04]
        assert columns["judged"].tolist() == [True, True, True, True, False]
        assert columns["verdict"].tolist() == ["met", "met", "unknown", "unknown", "unknown"]
        assert found.exit_code == 3
        assert found.provenance.choices["targets"] == "torch-2025"
        assert found.provenance.choices["judgement"] == "full"
        with pytest.raises(zc.InputError, match="energy-intensity-aggregate"):
            found.block("energy")


class TestTables:
    """Columns of printed indicators: what is wrong with a row is said with its place."""

    @pytest.mark.parametrize(
        ("columns", "code", "row", "column"),
        [
            ({"zone": ["A", ""]}, "zone.blank", 1, "zone"),
            ({"zone": ["A", "A"]}, "indicator.duplicate", 1, ""),
            ({"zone": ["A", "平均"]}, "zone.sum", 1, "zone"),
            ({"year": [2023, "x"]}, "year", 1, "year"),
            ({"energy_intensity": [0.1, -0.1]}, "number.negative", 1, "energy_intensity"),
            ({"energy_intensity": [0.1, "0.1 or so"]}, "number.text", 1, "energy_intensity"),
            ({"energy_intensity": [math.inf, 0.1]}, "number.negative", 0, "energy_intensity"),
            ({"energy_intensity_change": [0.1, -1.5]}, "indicators.change", 1, "energy_intensity_change"),
        ],
    )
    def test_a_bad_cell(self, columns: dict[str, Any], code: str, row: int, column: str) -> None:
        table = {"zone": ["A", "B"], "year": [2023, 2023], "energy_intensity": [0.1, 0.2], **columns}
        with pytest.raises(zc.InputError) as caught:
            judged(table)
        problems = caught.value.problems
        assert len(problems) == 1
        assert problems[0].code.startswith(code)
        assert (problems[0].where.row, problems[0].where.column) == (row, column)

    @pytest.mark.parametrize("lacking", ["zone", "year"])
    def test_a_column_that_is_not_there(self, lacking: str) -> None:
        table = {name: column for name, column in zones(0.5).items() if name != lacking}
        with pytest.raises(zc.InputError) as caught:
            judged(table)
        assert caught.value.problems[0].code == "columns.missing"
        assert caught.value.problems[0].values["names"] == lacking

    def test_one_basis_and_one_row_of_sums(self) -> None:
        for columns, code in (
            ({"basis": ["calorific", "equivalent"]}, "indicators.bases"),
            ({"zone": ["Total", "合计"]}, "indicators.totals"),
        ):
            with pytest.raises(zc.InputError) as caught:
                judged({**zones(0.1, 0.2), **columns})
            assert [p.code for p in caught.value.problems] == [code]
        assert checked({**zones(0.1), "basis": ["当量值"]}).basis == "calorific"

    def test_what_reads_as_a_number(self) -> None:
        fields: dict[str, Any] = {
            "statistic": "zone",
            "indicator": "share",
            "threshold": "0.5",
            "unit": "",
            "operator": ">=",
        }
        for cells, values in (
            ([None, "0.4"], [NAN, 0.4]),
            (["", 1], [NAN, 1.0]),
            ([None, 2], [NAN, 2.0]),
            (np.array([1.0, 0.25], dtype=object), [1.0, 0.25]),
        ):
            table = {"zone": ["A", "B"], "year": [2023] * 2, "share": cells}
            np.testing.assert_array_equal(judged(table, **fields).value, values)
        words = {"zone": ["A", "B"], "year": [2023] * 2, "share": ["x", "y"]}
        assert told(judged(words, **fields).reasons)[0][0] == "reason.no_indicator"

    def test_value_added_may_be_negative_and_no_intensity_is(self) -> None:
        assert judged(zones(0.5, 0.2, value_added=[-1.0, 10.0])).verdict[0] == -1

    def test_labels_of_price_years_are_years(self) -> None:
        columns = zones(0.5, 0.2, price_year=np.array([2020.0, 2020.0]), boundary=[" x", "x "])
        assert told(judged(columns).notes) == [("note.price", {"prices": "2020"})]
        texts = zones(0.5, 0.2, price_year=["2020.0", " 2020"])
        assert told(judged(texts).notes) == [("note.price", {"prices": "2020"})]

    def test_columns_of_arrays_are_columns_of_lists(self) -> None:
        columns = zones(0.5, 0.2)
        arrays = {name: np.array(column, dtype=object) for name, column in columns.items()}
        texts = {**columns, "energy_intensity": np.array(["0.5", "0.2"])}
        for source in (arrays, texts, {**columns, "year": ["2023", "2023年"]}):
            block = judged(source)
            assert (block.value[0], block.year) == (pytest.approx(0.3), 2023)

    def test_the_base_year_asked_for_is_that_of_parts_too(self) -> None:
        found = zc.check(series([2019, 2020, 2022], [1.0, 9.0, 0.729]), "torch-2025", base_year=2019)
        assert found.block("co2-intensity-annual").value[0] == pytest.approx(0.1)
        assert found.block("co2-intensity-annual").base_year == 2019

    def test_options(self) -> None:
        with pytest.raises(zc.InputError) as caught:
            checked(zones(0.5), judgement="half")
        assert caught.value.problems[0].values == {"name": "judgement", "value": "half", "known": "full, rounded"}
        for source, got in ((3, "int"), ("a.csv", "str"), (b"x", "bytes")):
            with pytest.raises(zc.InputError) as caught:
                checked(source)
            assert (caught.value.problems[0].code, caught.value.problems[0].values) == ("check.source", {"got": got})
