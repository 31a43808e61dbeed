"""What changes of the words, columns and readings of a check no other test noticed: whole texts, and cells by kind."""

import math
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import zonecarbon as zc
from zonecarbon.errors import Problem, Where
from zonecarbon.records import Target
from zonecarbon.targets import Block, TargetCheck, printed
from zonecarbon.targets.evidence import from_columns
from zonecarbon.targets.result import one_row
from zonecarbon.targets.wording import level_text, margin_text, with_unit

NAN = math.nan
LIMIT: dict[str, Any] = {
    "id": "own:t", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=", "threshold": "0.4",
    "unit": "tce/10^4 CNY", "year": 2025,
}  # fmt: skip
SHARE: dict[str, Any] = {
    "statistic": "share_of_zones", "operator": ">=", "threshold": "0.7", "unit": "fraction of zones",
    "inner_operator": "<", "inner_threshold": "0.5", "inner_unit": "tce/10^4 CNY",
}  # fmt: skip
RATE: dict[str, Any] = {
    "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=", "threshold": "0.0334",
    "unit": "fraction per year", "base_year": 2020,
}  # fmt: skip
PEAK: dict[str, Any] = {
    "indicator": "co2_peak", "statistic": "status", "operator": "some", "threshold": "", "unit": "zones",
}  # fmt: skip
CLASS: dict[str, Any] = {"statistic": "zone", "applies_indicator": "value_added"}


def goals(*rows: dict[str, Any], **of: Any) -> zc.TargetSet:
    return zc.TargetSet.model_validate({"name": "own", "target": [{**LIMIT, **row} for row in rows], **of})


def checked(source: Any, judgement: Any = "full", **fields: Any) -> TargetCheck:
    return zc.check(source, goals(fields), judgement=judgement)


def zones(*levels: float, **more: Any) -> dict[str, list[Any]]:
    """Zones A, B ... of 2023 with value added of 10, 20 ..."""
    n = len(levels)
    columns = {"energy_intensity": list(levels), "value_added": [10.0 * (i + 1) for i in range(n)], **more}
    return {"zone": list("ABCDEFGHIJKLMN"[:n]), "year": [2023] * n, **columns}


def record(name: str, *years: int) -> zc.Zone:
    energy = [zc.EnergyUse(carrier="electricity", quantity=100.0, unit="MWh", year=year) for year in years]
    money = [zc.ValueAdded(value_added=1000.0, year=year, price_year=2020) for year in years]
    return zc.Zone(zone=name, province="江苏", energy=energy, value_added=money)


def told(problems: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(problem.code, problem.values) for problem in problems]


def refused(source: Any, **fields: Any) -> list[Problem]:
    with pytest.raises(zc.InputError) as caught:
        checked(source, **fields)
    return list(caught.value.problems)


def needed(level: float) -> str:
    """Return the yearly cut from a level of 2023 to 0.4 in 2025."""
    return f"{1 - math.sqrt(0.4 / level):.2%}"


class TestTexts:
    """Whole texts, in both languages."""

    def test_zones(self) -> None:
        found = zc.check(
            zones(0.5, 0.9, 0.7, 0.1, 0.6, 0.8, NAN, basis=["calorific"] * 7),
            goals({"statistic": "zone", "wording_zh": "不超过", "wording_en": "at most", "status": "recalled"},
                  title_en="Own targets", title_zh="自定目标", document="No. 1"),
        )  # fmt: skip
        rows = [("B", 0.9), ("F", 0.8), ("C", 0.7), ("E", 0.6), ("A", 0.5)]
        assert found.text().splitlines() == [
            "Own targets No. 1; calorific basis (当量值); judgement full",
            "[missed] own:t  energy per industrial value added",
            "    at most",
            "    the threshold is recalled: from memory, check before relying on it",
            "    7 zones: 1 met, 5 missed, 1 unknown; lowest margins:",
        ] + [
            f"    {name}: {level:.3f} tce/10^4 CNY (2023); limit ≤ 0.4; margin −{level - 0.4:.3f} tce/10^4 CNY; "
            f"still needed {needed(level)} a year"
            for name, level in rows
        ]  # fmt: skip
        assert found.text("zh").splitlines() == [
            "自定目标 No. 1；当量值；判定方式：全数值比较（全部位数）",
            "[未达标] own:t  单位工业增加值综合能耗",
            "    不超过",
            "    阈值状态：凭记忆，使用前请核对",
            "    7 个园区：1 达标，5 未达标，1 未知；裕度最小者：",
        ] + [
            f"    {name}：{level:.3f} 吨标准煤/万元（2023 年）；限值 ≤ 0.4；裕度 −{level - 0.4:.3f} 吨标准煤/万元；"
            f"每年尚需下降 {needed(level)}"
            for name, level in rows
        ]  # fmt: skip

    def test_a_share_and_its_bounds(self) -> None:
        found = checked(zones(0.5, NAN, 0.8), **SHARE)
        assert found.text().splitlines() == [
            "own; basis not stated; judgement full",
            "[missed] own:t  energy per industrial value added",
            "    0.0% of zones (2023); limit ≥ 70%; margin −70.0 percentage points; "
            "between 0.0% and 33.3% whatever the unknown zones are",
            "    0 of the 2 known zones (3 in all) are < 0.5",
            "    for information: zones that pass have 0.0% of value added",
        ]
        assert found.text("zh").splitlines() == [
            "own；未注明口径；判定方式：全数值比较（全部位数）",
            "[未达标] own:t  单位工业增加值综合能耗",
            "    0.0% 的园区（2023 年）；限值 ≥ 70%；裕度 −70.0 个百分点；视未知园区的实际情况，在 0.0% 至 33.3% 之间",
            "    已知的 2 个园区中有 0 个低于 0.5（共 3 个）",
            "    供参考：达到该限值的园区占增加值的 0.0%",
        ]

    def test_a_rate(self) -> None:
        """0.9 after three years is 3.45 % a year, 0.11 points more than the limit."""
        table = {"zone": ["A"] * 2, "year": [2020, 2023], "co2_intensity": [1.0, 0.9], "value_added": [10.0] * 2}
        found = checked(table, **RATE)
        assert "    3.45% a year (2023); limit ≥ 3.34%; margin +0.11 percentage points" in found.text().splitlines()
        assert "    年均 3.45%（2023 年）；限值 ≥ 3.34%；裕度 +0.11 个百分点" in found.text("zh").splitlines()

    def test_what_is_needed_is_not_rounded_to_nothing(self) -> None:
        line = checked(zones(0.4), operator="<").text().splitlines()[2]
        start = "    0.400 tce/10^4 CNY (2023); limit < 0.4; margin 0 tce/10^4 CNY; still needed 0.00"
        assert line.startswith(start)
        assert line.strip("0.% ayer").endswith("1")

    def test_what_falls_as_its_inverse_rises(self) -> None:
        """From 2 to 2.5 in a year is a rise of a quarter."""
        table = {"zone": ["A"], "year": [2024], "energy_intensity": [0.5], "value_added": [10.0]}
        output = {"indicator": "energy_output_rate", "operator": ">=", "threshold": "2.5", "unit": "10^4 CNY/tce"}
        found = checked(table, **output)
        assert found.text().splitlines()[2].endswith("; still needed: a rise of 25.00% a year")
        assert found.text("zh").splitlines()[2].endswith("；每年尚需上升 25.00%")
        (need,) = found.columns()["required_rate"].tolist()
        assert need == pytest.approx(0.2)

    def test_what_would_have_to_rise_from_nearly_nothing(self) -> None:
        table = {"zone": ["A"], "year": [2024], "energy_output_rate": [1e-30]}
        output = {"indicator": "energy_output_rate", "operator": ">=", "threshold": "2.5", "unit": "10^4 CNY/tce"}
        found = checked(table, statistic="zone", **output)
        assert "still needed" not in found.text()
        assert "尚需" not in found.text("zh")

    def test_an_indicator_in_the_words_of_its_document(self) -> None:
        words = {"indicator_zh": "每万元能耗", "indicator_en": "energy of 10^4 yuan"}
        for of, english, chinese in (
            (words, "energy of 10^4 yuan", "每万元能耗"),
            ({"indicator": "co2", "unit": "tCO2"}, "CO2 emissions", "二氧化碳排放量"),
        ):
            found = checked(zones(0.3), **of)
            assert found.text().splitlines()[1].endswith(english)
            assert found.text("zh").splitlines()[1].endswith(chinese)

    def test_what_is_only_reported_is_not_judged(self) -> None:
        found = checked(zones(0.3), operator="about")
        assert found.text().splitlines()[1].startswith("[not judged] own:t")
        assert found.text("zh").splitlines()[1].startswith("[不判定] own:t")

    def test_how_sure_a_limit_is(self) -> None:
        line = "the status of the threshold is assumption: check it before relying on it"
        assert line in checked(zones(0.3), status="assumption").text()
        assert "阈值状态：假设，使用前请核对" in checked(zones(0.3), status="assumption").text("zh")

    def test_a_zone_in_no_class_is_counted_where_there_is_no_other(self) -> None:
        found = checked(zones(0.3), statistic="zone", applies_indicator="value_added", applies_min="50")
        assert found.text().splitlines()[2] == "    1 zones: 0 met, 0 missed, 1 unknown"

    def test_a_limit_beyond_all_decimals_is_shown_as_printed(self) -> None:
        limit = {"statistic": "zone", "indicator": "recycled", "unit": "fraction", "threshold": "1e999999"}
        table = {"zone": ["A"], "year": [2023], "recycled": [0.5]}
        assert "limit ≤ 1e999999" in checked(table, **limit).text()

    def test_nothing_known_and_no_zone(self) -> None:
        unknown = checked(zones(NAN, NAN), statistic="zone")
        assert unknown.text().splitlines()[2:] == ["    2 zones: 0 met, 0 missed, 2 unknown", "    not known"]
        assert unknown.text("zh").splitlines()[2:] == ["    2 个园区：0 达标，0 未达标，2 未知", "    数据未知"]
        small, large = {"id": "own:a", "applies_max": "20"}, {"id": "own:b", "applies_min": "20"}
        found = zc.check(zones(0.3), goals({**CLASS, **small}, {**CLASS, **large}))
        assert found.text().splitlines()[-2:] == [
            "[not applicable] own:b  energy per industrial value added", "    no zone is in this class"
        ]  # fmt: skip
        assert found.text("zh").splitlines()[-2:] == [
            "[不适用] own:b  单位工业增加值综合能耗",
            "    没有属于此类的园区",
        ]
        assert "    A: 0.300 tce/10^4 CNY (2023); limit ≤ 0.4; margin +0.100 tce/10^4 CNY" in found.text().splitlines()

    def test_equal_margins_stand_in_the_order_of_the_zones(self) -> None:
        names = [f"Z{i:02}" for i in range(60)]
        table = {"zone": names, "year": [2023] * 60, "energy_intensity": [0.5, 0.4] * 30, "value_added": [1.0] * 60}
        lines = checked(table, statistic="zone").text().splitlines()[-5:]
        assert [line.strip()[:3] for line in lines] == names[:10:2]
        nearest = checked(table, **{**SHARE, "inner_threshold": "0.6"}).nearest("t", 60)
        assert [row["zone"] for row in nearest] == names[::2] + names[1::2]

    def test_a_short_text(self) -> None:
        assert repr(checked(zones(0.5))) == "<TargetCheck: own, t missed>"
        assert repr(checked(zones(0.5), id="own:a:b")) == "<TargetCheck: own, a:b missed>"
        assert repr(checked(zones(0.5), id="t", threshold="0.6")) == "<TargetCheck: own, t met>"
        bare = zc.TargetSet(name="own", target=(Target.model_validate({**LIMIT, "id": "t"}),))
        assert repr(zc.check(zones(0.5), bare)) == "<TargetCheck: own, t missed>"
        assert repr(checked(zones(0.5), role="direction")) == "<TargetCheck: own, nothing judged>"


class TestFigures:
    """A figure, its margin and its unit, each with the digits it deserves."""

    @pytest.mark.parametrize(
        ("margin", "unit", "text"),
        [
            (-50.0, "%", "−50.0 percentage points"),
            (0.1234, "fraction of zones", "+12.3 percentage points"),
            (0.0, "fraction", "0 percentage points"),
            (1.0, "fraction", "+100.0 percentage points"),
            (0.00001, "fraction", "+0.001 percentage points"),
            (-0.000001, "fraction per year", "−0.0001 percentage points"),
            (0.0, "tce/10^4 CNY", "0 tce/10^4 CNY"),
            (0.999_99, "tce/10^4 CNY", "+1.00 tce/10^4 CNY"),
            (1.0, "t", "+1.000 t"),
            (1234.0, "t", "+1,234 t"),
        ],
    )
    def test_margins(self, margin: float, unit: str, text: str) -> None:
        assert margin_text(margin, unit, "en") == text

    @pytest.mark.parametrize(
        ("value", "limit", "unit", "text"),
        [
            (1234.0, 1000.0, "t", "1,234"),
            (0.039_99, 0.04, "fraction per year", "3.999%"),
            (0.1236, NAN, "fraction per year", "12.36%"),
            (0.1236, NAN, "fraction", "12.4%"),
            (0.299_96, 0.3, "tce/10^4 CNY", "0.29996"),
        ],
    )
    def test_levels(self, value: float, limit: float, unit: str, text: str) -> None:
        assert level_text(value, limit, unit, "en") == text

    @pytest.mark.parametrize("unit", ["fraction", "fraction per year", "t"])
    def test_what_is_not_known_is_said(self, unit: str) -> None:
        assert (level_text(NAN, 0.4, unit, "en"), level_text(NAN, 0.4, unit, "zh")) == ("unknown", "未知")

    def test_figures_above_a_thousand_are_grouped_in_english(self) -> None:
        fields: dict[str, Any] = {"statistic": "zone", "indicator": "own", "threshold": "1000", "unit": "t"}
        found = checked({"zone": ["A"], "year": [2023], "own": [1234.0]}, **fields)
        assert "    A: 1,234 t (2023); limit ≤ 1000; margin −234.0 t" in found.text()
        assert "    A：1234 t（2023 年）；限值 ≤ 1000；裕度 −234.0 t" in found.text("zh")

    @pytest.mark.parametrize(
        ("unit", "english", "chinese"),
        [
            ("fraction of land", "3% of land", None),
            ("fraction of zones", "3% of zones", "3% 的园区"),
            ("fraction per year", "3% a year", "年均 3%"),
            ("count", "3% count", "3% 个"),
            ("zones", "3% zones", "3% 个园区"),
            ("ratio", "3% ratio", "3%（比值）"),
            ("", "3%", "3%"),
        ],
    )
    def test_units(self, unit: str, english: str, chinese: str | None) -> None:
        assert with_unit("3%", unit, "en") == english
        if chinese is not None:
            assert with_unit("3%", unit, "zh") == chinese

    def test_a_rounded_fraction_keeps_the_digits_of_its_limit(self) -> None:
        """0.4567 to three digits is 45.7 %."""
        fields: dict[str, Any] = {"indicator": "own", "statistic": "zone", "threshold": "0.334", "unit": "fraction"}
        found = checked({"zone": ["A"], "year": [2023], "own": [0.4567]}, "rounded", **fields)
        assert "A: 45.7% → 45.7% (2023); limit ≤ 33.4%" in found.text()


class TestColumns:
    """Cells, by kind."""

    @staticmethod
    def found() -> TargetCheck:
        return zc.check(zones(0.5, 0.2), goals({}, {"id": "own:z", "statistic": "zone"}))

    def test_cells(self) -> None:
        columns = self.found().columns()
        assert columns["target"].tolist() == ["own:t", "own:z", "own:z"]
        assert columns["zone"].tolist() == ["", "A", "B"]
        assert columns["year"].tolist() == [2023] * 3
        assert columns["value"].tolist() == columns["compared"].tolist() == pytest.approx([0.3, 0.5, 0.2])
        assert columns["verdict"].tolist() == ["met", "missed", "met"]
        kinds = {"f": {"value", "threshold", "margin", "required_rate", "lower", "upper", "compared"},
                 "i": {"year"}, "b": {"judged"}}  # fmt: skip
        assert {name: column.dtype.kind for name, column in columns.items()} == {
            name: next((kind for kind, names in kinds.items() if name in names), "O") for name in columns
        }
        assert self.found().zones.dtype == object

    def test_a_year_that_is_not_there_is_not_a_number(self) -> None:
        found = zc.check(zones(0.5), goals({"id": "own:past", "year": 2020}, {}))
        assert found.columns()["year"].dtype == np.float64
        np.testing.assert_array_equal(found.columns()["year"], [NAN, 2023.0])

    def test_the_first_rows_are_enough_to_show(self) -> None:
        found = self.found()
        head, count = found._head(2)
        assert count == 3
        assert {name: column.tolist() for name, column in head.items() if name in {"target", "zone"}} == {
            "target": ["own:t", "own:z"], "zone": ["", "A"],
        }  # fmt: skip
        assert len(head) == len(found.columns())
        assert replace(found, blocks=())._head(2) == ({}, 0)
        assert "<td>own:z</td>" in found.to_html()

    def test_a_target_is_found_by_what_follows_the_first_colon(self) -> None:
        found = checked(zones(0.5), id="own:a:b")
        assert found.block("a:b") is found.block("own:a:b")
        for name in ("b", "a"):
            with pytest.raises(zc.InputError) as caught:
                found.block(name)
            assert told(caught.value.problems) == [("option", {"name": "target", "value": name, "known": "own:a:b"})]

    def test_the_five_nearest_zones(self) -> None:
        """From 0.6 a fall of 17 % to 0.5, from 0.4 a rise of 25 %, then -29, -38 and +67 %."""
        found = checked(zones(0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8), **SHARE)
        assert [row["zone"] for row in found.nearest("t")] == ["E", "D", "F", "G", "C"]

    def test_a_check_of_nothing_has_nothing_behind_it(self) -> None:
        empty = TargetCheck("own", "", "", "", "full", "", np.array([], dtype=object), ())
        assert empty.provenance.input_hash == ""
        assert empty.provenance.choices == {"targets": "own", "judgement": "full", "basis": ""}

    def test_data_without_state(self) -> None:
        found = checked(zones(0.5))
        assert found.to_dict(state=False).keys() < found.to_dict().keys()

    def test_no_change_flips_nothing_at_nought(self) -> None:
        """0 / 0 is no change; it is left out, and nothing is warned of."""
        found = checked(zones(0.0, 0.2), **{**SHARE, "inner_threshold": "0"})
        with np.errstate(all="raise"):
            assert [row["zone"] for row in found.nearest("t")] == ["B"]

    def test_warnings_of_the_account_are_kept(self) -> None:
        activity = zc.account(record("A", 2023))
        warned = replace(activity, activity=replace(activity.activity, warnings=(Problem("reason.no_data", {}),)))
        assert warned.provenance.warnings
        assert checked(warned).provenance.warnings == warned.provenance.warnings

    def test_a_block_of_one_row(self) -> None:
        target = goals({}).target[0]
        assert isinstance(target, Target)
        row = one_row(target, 2023, None, value=0.5)
        assert (row.compared.tolist(), row.zone.tolist(), row.verdict.dtype.name) == ([0.5], [""], "int8")
        assert "inner" not in repr(row)
        names = ("zone", "value", "compared", "verdict", "margin", "required_rate", "lower", "upper", "reason")
        columns: dict[str, Any] = {name: getattr(row, name) for name in names}
        block = Block(target, None, None, **columns)
        assert (block.reasons, block.notes, block.inner, block.inner_verdict) == ((), (), None, None)


class Hands(Executor):
    """An executor that does each job at once, and remembers which function it was."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.done.append(fn.__name__)
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class TestSources:
    """What is checked, by whom, and in which class."""

    @pytest.mark.parametrize("kind", ["account", "activity", "zone", "zones", "parts"])
    def test_work_is_handed_to_the_executor(self, kind: str) -> None:
        account = zc.account([record("A", 2023)])
        source: Any = {
            "account": account, "activity": account.activity, "zone": record("A", 2023),
            "zones": iter([record("A", 2023)]), "parts": iter([account]),
        }[kind]  # fmt: skip
        hands = Hands()
        found = zc.check(source, goals({}, {"id": "own:p", **PEAK}), executor=hands)
        assert len(hands.done) == 2
        assert hands.done[-1] == "peak_status"
        assert found.text() == zc.check(account, goals({}, {"id": "own:p", **PEAK})).text()

    def test_what_is_no_executor_is_refused_of_a_table_too(self) -> None:
        with pytest.raises(zc.InputError) as caught:
            zc.check(zones(0.5), goals({}), executor=3)  # type: ignore[arg-type]
        assert told(caught.value.problems) == [("executor.kind", {"got": "int"})]

    def test_nothing_is_made_before_the_first_is_looked_at(self) -> None:
        def made() -> Iterator[Any]:
            yield zc.account(record("A", 2023)).activity
            raise AssertionError("a second one was asked for")

        assert told(refused(made())) == [("parts.kind", {"got": "Activity", "n": 0})]

    def test_parts_keep_the_base_year_that_was_asked_for(self) -> None:
        """The grid's part of a rate needs CO2 at the factors of the base year, which is not the target's own."""
        account = zc.account(record("A", 2021, 2022, 2023), vintage="same_year")
        for source in (account, [account]):
            found = zc.check(source, goals({**RATE, "base_year": 2021}), base_year=2022)
            notes = dict(told(found.blocks[0].notes))
            assert notes["note.grid"]["zones"] == "0.00%"
            assert notes["note.vintage"]["base"] == 2022

    def test_a_zone_of_a_class_stays_there_without_a_figure(self) -> None:
        small, large = {"id": "own:a", "applies_max": "20"}, {"id": "own:b", "applies_min": "20"}
        found = zc.check(zones(0.3, NAN), goals({**CLASS, **small}, {**CLASS, **large}))
        assert [block.zone.tolist() for block in found.blocks] == [["A"], ["B"]]
        columns = found.columns()
        assert columns["verdict"].tolist() == ["met", "unknown"]
        assert columns["reason"].tolist() == ["", "not known"]

    def test_a_class_that_is_not_judged_keeps_its_zones(self) -> None:
        """And no other: a zone in no class has a row in the first, one of which that is not known in each."""
        small = {**CLASS, "id": "own:a", "applies_min": "5", "applies_max": "15", "operator": "about"}
        large = {**CLASS, "id": "own:b", "applies_min": "15", "applies_max": "25", "operator": "about"}
        source = zones(0.3, 0.3, 0.3, 0.3, value_added=[10.0, 20.0, 30.0, NAN])
        found = zc.check(source, goals(small, large))
        assert [block.zone.tolist() for block in found.blocks] == [["A", "C", "D"], ["B", "D"]]
        assert [block.reason.tolist() for block in found.blocks] == [[0, 1, 2], [0, 2]]
        codes = [code for code, _ in told(found.blocks[0].reasons)]
        assert codes == ["reason.no_rule", "reason.no_class", "reason.class_unclear"]
        assert found.columns()["verdict"].tolist() == ["unknown"] * 5

    def test_an_indicator_may_be_called_as_tables_call_it(self) -> None:
        for name in ("energy_intensity", "energy_per_iva", "单位工业增加值综合能耗", "单位工业增加值能耗"):
            found = checked(zones(0.3), indicator=name)
            assert (found.blocks[0].target.indicator, found.verdict("t")) == ("energy_per_iva", "met")
            bounded = checked(zones(0.3, 0.7), statistic="zone", applies_indicator=name, applies_max="0.5")
            assert bounded.blocks[0].zone.tolist() == ["A", "B"]
            assert bounded.blocks[0].reason.tolist() == [-1, 1]

    def test_a_class_without_zones_is_not_listed(self) -> None:
        small, large = {"id": "own:a", "applies_max": "20"}, {"id": "own:b", "applies_min": "20"}
        found = zc.check(zones(0.3), goals({**CLASS, **small}, {**CLASS, **large}))
        assert repr(found) == "<TargetCheck: own, a met>"

    def test_zones_are_counted_against_a_limit_with_its_per_cent(self) -> None:
        share = {**SHARE, "indicator": "non_fossil_share", "inner_operator": ">="}
        for unit, level, limit in (("%", 25.0, "20"), ("fraction", 0.25, "0.2")):
            own = {**share, "inner_unit": unit, "inner_threshold": limit}
            (note,) = [
                n for n in checked(zones(0.3, non_fossil_share=[level]), **own).blocks[0].notes if "met" in n.values
            ]
            assert note.text().endswith(f">= {limit}%" if unit == "%" else f">= {limit}")

    def test_value_added_that_is_not_there_stands_at_no_prices(self) -> None:
        frame = pd.DataFrame({"zone": ["A"], "year": [2025], "province": ["江苏"], "焦炭(t)": [1000.0]})
        for money, codes in ((NAN, []), (3.0, ["note.price_nominal"])):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
                found = checked(zc.account(zc.read(frame.assign(**{"value_added(亿元)": [money]}))))
            assert [note.code for note in found.blocks[0].notes] == codes

    def test_all_zones_together_are_in_no_class(self) -> None:
        whole = {"applies_indicator": "value_added", "applies_min": "5"}
        found = zc.check(zones(0.3, 0.3), goals(whole, {"id": "own:a", **CLASS, "applies_max": "20"}))
        assert [block.zone.tolist() for block in found.blocks] == [[""], ["A", "B"]]

    def test_a_table_of_sums_alone_has_no_zones(self) -> None:
        found = checked({"zone": ["合计"], "year": [2023], "energy_intensity": [0.3]}, statistic="zone")
        assert found.blocks[0].is_empty
        assert found.zones.tolist() == []


class TestReading:
    """Columns of a table, cell by cell where they must be and each distinct cell once where they may."""

    @pytest.mark.parametrize(
        ("columns", "problem"),
        [
            ({"zone": ["A", ""]}, ("zone.blank", {}, 1, "zone")),
            ({"zone": ["A", "A"]}, ("indicator.duplicate", {"zone": "A", "year": 2023, "name": "row"}, 1, "")),
            ({"zone": ["A", "平均"]}, ("zone.sum", {"name": "平均"}, 1, "zone")),
            ({"zone": ["Total", "合计"]}, ("indicators.totals", {"names": "Total, 合计"}, None, "")),
            ({"year": [2023, "x"]}, ("year.range", {"value": "x", "first": 1949, "last": 2100}, 1, "year")),
            ({"year": ["2023", [2023]]}, ("year.range", {"value": [2023], "first": 1949, "last": 2100}, 1, "year")),
            ({"energy_intensity": [0.1, "much"]}, ("number.text", {"text": "much"}, 1, "energy_intensity")),
            ({"own": ["75%"] * 2}, ("number.text", {"text": "75%"}, 0, "own")),
        ],
    )
    def test_what_is_wrong_where(self, columns: dict[str, Any], problem: tuple[str, Any, int | None, str]) -> None:
        code, values, row, column = problem
        found = refused({"zone": ["A", "B"], "year": [2023, 2023], "energy_intensity": [0.1, 0.2], **columns})
        assert found[0] == Problem(code, values, Where("indicators", "", row, column))
        assert len(found) == (2 if code == "number.text" and column == "own" else 1)

    def test_a_bad_year_is_no_place(self) -> None:
        found = refused({"zone": ["A", "B", "A"], "year": [2020, "x", 2023], "energy_intensity": [0.1] * 3})
        assert [problem.code for problem in found] == ["year.range"]

    def test_a_bad_year_is_not_the_year_of_another_zone(self) -> None:
        problems = refused(zones(0.1, 0.2, 0.3) | {"zone": ["A", "B", "A"], "year": [2023, "soon", 2020]})
        assert [problem.where.row for problem in problems] == [1]

    def test_the_later_of_two_rows_is_the_one_too_many(self) -> None:
        names = [f"Z{i:02}" for i in range(40)] * 5
        found = refused({"zone": names, "year": [2023] * 200, "energy_intensity": [0.1] * 200})
        assert [problem.where.row for problem in found] == list(range(40, 200))

    def test_many_zones_in_two_years_are_no_duplicates(self) -> None:
        """Whatever number the place of a row is given, 2,026 zones in years beside each other have one each."""
        n = 2026
        names = [f"Z{i:04}" for i in range(n)]
        table = {"zone": names * 2, "year": [2022] * n + [2023] * n, "energy_intensity": [0.1] * 2 * n}
        assert checked(table, statistic="zone").zones.tolist() == names

    @pytest.mark.parametrize(
        "cells", [[None, None], [NAN, NAN], [np.float32("nan")] * 2, [True, False], [1, True], [[1], "x"], [[1], [2]]]
    )
    def test_what_is_no_figure(self, cells: list[Any]) -> None:
        table = {"zone": ["A", "B"], "year": [2023] * 2, "own": cells}
        block = checked(table, indicator="own", statistic="zone", unit="").blocks[0]
        assert block.reasons[0].code == "reason.no_indicator"

    def test_a_change_may_double_or_end_it(self) -> None:
        columns = zones(0.5, 0.2, energy_intensity_change=[1.0, -1.0])
        assert checked(columns).verdict("t") == "met"

    def test_no_rows(self) -> None:
        nothing: list[Any] = []
        block = checked({"zone": nothing, "year": nothing, "energy_intensity": nothing}).blocks[0]
        assert told(block.reasons) == [("reason.no_year", {"year": 2025})]

    def test_labels_and_codes_by_zone_and_year(self) -> None:
        """B has no row of 2022: its label is empty, and its code that of rows which state nothing."""
        table = {"zone": ["A", "A", "B", "合计"], "year": [2022, 2023, 2023, 2023], "energy_intensity": [0.1] * 4,
                 "boundary": ["administrative", "approved", "approved", ""],
                 "price_year": ["2015", "2020", "2020", "2020"]}  # fmt: skip
        evidence = from_columns(table)
        assert evidence.boundary is not None
        assert evidence.boundary.tolist() == [["administrative", "approved"], ["", "approved"]]
        assert evidence.price is not None
        assert evidence.total_price is not None
        assert (evidence.price.tolist(), evidence.price.dtype.kind) == ([[1, 2], [0, 2]], "i")
        assert (evidence.total_price.tolist(), evidence.total_price.dtype.kind) == ([0, 2], "i")
        assert (evidence.total_name, evidence.zones.dtype.kind) == ("合计", "O")
        assert from_columns(zones(0.1)).total_name == ""

    def test_each_distinct_cell_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[Any] = []

        def spy(name: str) -> None:
            own = getattr(printed, name)

            def seen(cell: Any) -> Any:
                read.append((name, cell))
                return own(cell)

            monkeypatch.setattr(printed, name, seen)

        spy("parse_year")
        spy("_reads_as_number")
        table = {"zone": [f"Z{i:02}" for i in range(60)] * 2, "year": [2022] * 60 + [2023] * 60, "own": ["0.5"] * 120}
        assert checked(table, indicator="own", statistic="zone", unit="").verdict("t") == "missed"
        assert read == [("parse_year", 2022), ("parse_year", 2023), ("_reads_as_number", "0.5")]

    @pytest.mark.parametrize("column", [["x", "y"] * 30, np.array([2020.0, 2015.0] * 30), [2020, 2015] * 30])
    def test_each_distinct_word_is_cleaned_once(self, column: Any) -> None:
        read: list[str] = []

        def clean(word: str) -> str:
            read.append(word)
            return word

        words = printed.read_words(column, clean)
        assert len(read) == len(words.distinct) == 2
        assert words.codes.tolist() == [0, 1] * 30
        assert words.codes.dtype == np.int64
