"""What looks odd: unit slips by series and by zones, changes of unit, swapped figures, doubled carriers; measured."""

import dataclasses
import functools
import importlib.util
import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon import cli, messages, quality
from zonecarbon.quality.words import likely_unit

ROOT = Path(__file__).resolve().parents[1]
NAN = math.nan
STEADY = (100.0, 110.0, 105.0, 120.0, 130.0, 128.0)


def activity(*series: Any, years: Any = None, **more: Any) -> zc.Activity:
    """Return one zone a series of coke, or (zone, flow, year) as given."""
    array = np.array(series, dtype=float)
    array = array[:, None] if array.ndim == 2 else array
    flows = more.pop("flows", ["coke", "diesel", "electricity"][: array.shape[1]])
    return zc.Activity.from_arrays(
        array, flows=flows, zones=[f"Z{i}" for i in range(len(array))],
        years=range(2001, 2001 + array.shape[2]) if years is None else years, **more,
    )  # fmt: skip


def told(of: zc.Activity) -> list[tuple[str, int, str, float]]:
    """Return zone, year, kind and log10 of the factor of each finding."""
    rows = zc.find_slips(of).to_records()
    return [(row["zone"], row["year"], row["kind"], round(math.log10(row["ratio"]))) for row in rows]


def with_factor(series: Any, at: Any, power: float) -> Any:
    array = np.array(series, dtype=float)
    array[at] *= 10.0**power
    return array


# -- years against years ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [3, -3, 4, -4, 8, -8])
@pytest.mark.parametrize("at", range(6))
def test_a_slip_is_told_in_any_year(at: int, power: int) -> None:
    found = zc.find_slips(activity(with_factor(STEADY, at, power)))
    assert told(found.activity) == [("Z0", 2001 + at, "slip", power)]
    row = found.to_records()[0]
    assert row["likely_value"] == pytest.approx(STEADY[at])
    assert row["ratio"] == pytest.approx(10.0**power, rel=0.3)


@pytest.mark.parametrize("factor", [0.1, 10, 100, 0.01, 1e6])
def test_other_factors_are_no_units(factor: float) -> None:
    assert told(activity(with_factor(STEADY, 2, math.log10(factor)))) == []


def test_two_slips_in_a_series_are_both_told() -> None:
    both = with_factor(with_factor(STEADY, 1, 3), 4, -4)
    assert told(activity(both)) == [("Z0", 2002, "slip", 3), ("Z0", 2005, "slip", -4)]
    assert told(activity(with_factor(STEADY, [2, 3], 4))) == [("Z0", 2003, "slip", 4), ("Z0", 2004, "slip", 4)]


@pytest.mark.parametrize("first", range(2, 5))
@pytest.mark.parametrize("power", [3, -4])
def test_a_change_of_unit_is_told_once_at_the_change(first: int, power: int) -> None:
    changed = with_factor(STEADY, slice(first, None), power)
    assert told(activity(changed)) == [("Z0", 2001 + first, "change", power)]


def test_a_series_that_grows_is_judged_by_its_neighbours() -> None:
    """The median of fifteen years that double every other year is a hundred times away from either end."""
    grown = 2.0 ** (np.arange(15) / 2)
    assert told(activity(grown)) == []
    for at in (0, 7, 14):
        for power in (3, 4):
            assert told(activity(with_factor(grown, at, power))) == [("Z0", 2001 + at, "slip", power)]


@pytest.mark.parametrize(
    "series",
    [
        (0, 0, 0.1, 120, 130, 128),  # starts, after years without
        (120, 130, 128, 0.1, 0, 0),  # ends
        (0, 3, 60, 900, 1000, 1100),  # grows into use
        (0.5, 40, 700, 3, 9000, 80),  # varies by decades
        (NAN, 100, NAN, 110, 0, 105),
        (0, 0, 0, 0, 0, 0),
        (NAN,) * 6,
        (100, 90, 0, 80, 0, 70),
    ],
)
def test_real_changes_are_not_told(series: Any) -> None:
    assert told(activity(series)) == []


def test_gaps_and_irregular_years_are_no_matter() -> None:
    series = with_factor((100, NAN, 112, 120, 0, 130, 150), 3, 4)
    assert told(activity(series, years=[1995, 2000, 2001, 2003, 2004, 2010, 2011])) == [("Z0", 2003, "slip", 4)]


def test_value_added_totals_and_indicators_are_checked() -> None:
    quantity = np.full((2, 2, 1, 6), 5.0)
    money = np.broadcast_to(np.array(STEADY), (2, 2, 6)).copy()
    money[1, 0, 3] *= 1e4
    base = zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=["A", "B"], years=range(2001, 2007), value_added=money, sectors=["s", "t"]
    )
    rows = zc.find_slips(base).to_records()
    assert [(r["zone"], r["sector"], r["year"], r["what"], r["written_in"]) for r in rows] == [
        ("B", "s", 2004, "value_added", "元")
    ]
    total = zc.Activity.from_arrays(
        quantity, flows=["coke"], zones=["A", "B"], years=range(2001, 2007), value_added=money[:, 0], sectors=["s", "t"]
    )
    assert [(r["sector"], r["what"]) for r in zc.find_slips(total).to_records()] == [("", "value_added")]
    intensity = np.tile([0.3, 0.31, 300.0, 0.29, 0.28, 0.27], (2, 1))
    named = dataclasses.replace(
        activity(STEADY, STEADY),
        indicators={"energy_intensity": intensity},
        indicator_units={"energy_intensity": "tce/万元"},
    )
    rows = zc.find_slips(named).to_records()
    assert [(r["zone"], r["year"], r["what"], r["written_in"]) for r in rows] == [
        (zone, 2003, "energy_intensity", "kgce/万元") for zone in ("Z0", "Z1")
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-0.1, 0.1), min_size=4, max_size=12),
    st.floats(-6, 9),
    st.sampled_from([3, -3, 4, -4]),
    st.data(),
)
def test_quiet_series_have_no_slip_but_the_planted_one(steps: list[float], level: float, power: int, data: Any) -> None:
    series = 10.0 ** (level + np.cumsum(steps))
    assert told(activity(series)) == []
    at = data.draw(st.integers(0, len(series) - 1))
    assert told(activity(with_factor(series, at, power))) == [("Z0", 2001 + at, "slip", power)]


def test_many_zones_say_what_each_says_alone() -> None:
    """Blocks, chunks and the order of zones change nothing."""
    rng = np.random.default_rng(3)
    wide = 10.0 ** rng.normal(0, 2, (3000, 1, 1)) * np.exp(np.cumsum(rng.normal(0, 0.15, (3000, 2, 9)), axis=2))
    at = rng.permutation(3000)[:300]
    wide[at, rng.integers(0, 2, 300), rng.integers(0, 9, 300)] *= 10.0 ** rng.choice([3, -3, 4, -4], 300)
    whole = told(activity(*wide))
    alone = [(f"Z{i}", *row[1:]) for i in range(0, 3000, 40) for row in told(activity(wide[i]))]
    assert [row for row in whole if int(row[0][1:]) % 40 == 0] == alone
    turned = told(activity(*wide[::-1]))
    assert sorted((f"Z{2999 - int(zone[1:])}", *row) for zone, *row in turned) == sorted(whole)
    assert len(whole) >= 0.9 * 300


# -- zones against zones ---------------------------------------------------------------------------------------------


@functools.cache
def portfolio() -> Any:
    rng = np.random.default_rng(5)
    size = 10.0 ** rng.normal(3, 0.7, (40, 1, 1))
    return size * [[[1.0], [0.2], [40.0]]] * 10.0 ** rng.normal(0, 0.1, (40, 3, 1)) * np.full((40, 3, 3), 1.0)


@pytest.mark.parametrize("power", [3, -4])
@pytest.mark.parametrize("flow", [0, 2])
def test_a_whole_series_in_another_unit_is_told_by_the_other_zones(flow: int, power: int) -> None:
    array = with_factor(portfolio(), (7, flow), power)
    found = zc.find_slips(activity(*array))
    assert told(found.activity) == [("Z7", 2001, "level", power)]
    assert "other zones" in found.problems()[0].text()


def test_value_added_in_another_unit_blames_itself() -> None:
    money = portfolio()[:, 2] * 2.0
    money[4] *= 1e-4
    rows = zc.find_slips(activity(*portfolio(), value_added=money)).to_records()
    assert [(r["zone"], r["what"], r["kind"]) for r in rows] == [("Z4", "value_added", "level")]
    rows = zc.find_slips(activity(*portfolio()[:, 2:], flows=["electricity"], value_added=money)).to_records()
    assert [r["zone"] for r in rows] == ["Z4"]


def test_few_or_unlike_zones_say_nothing() -> None:
    assert told(activity(*with_factor(portfolio(), (7, 0), 3)[:9])) == []
    unlike = portfolio() * 10.0 ** np.random.default_rng(1).normal(0, 1.2, (40, 3, 1))
    assert told(activity(*unlike)) == []


def test_two_years_are_settled_by_the_other_zones() -> None:
    array = portfolio()[:, :, :2].copy()
    for at in (0, 1):
        assert told(activity(*with_factor(array, (9, 1, at), 3))) == [("Z9", 2001 + at, "slip", 3)]


def test_of_two_years_that_disagree_both_are_named_once() -> None:
    """Nothing says which of the two is wrong: the table has both, each as if it were; the warning is one."""
    alone = activity((100.0, 1.1e5))
    assert told(alone) == [("Z0", 2001, "pair", -3), ("Z0", 2002, "pair", 3)]
    slips = zc.find_slips(alone)
    first, second = slips.to_records()
    assert (first["likely_value"], second["likely_value"]) == (1e5, 110.0)
    (text,) = [problem.text() for problem in slips.problems()]
    assert "in 2002 is 1100 times that in 2001" in text
    assert "look at both" in text
    (text_zh,) = [problem.text("zh") for problem in slips.problems()]
    assert "请核对这两年" in text_zh


# -- swapped, doubled ------------------------------------------------------------------------------------------------


def test_swapped_figures_are_told_as_a_pair() -> None:
    coke, diesel = np.array(STEADY) * 50, np.array(STEADY)[::-1] * 1.1
    array = np.stack([coke, diesel])
    assert told(activity(array)) == []
    array[:, 3] = array[::-1, 3]
    found = zc.find_slips(activity(array))
    rows = found.to_records()
    assert [(r["what"], r["year"], r["kind"]) for r in rows] == [("coke", 2004, "swap"), ("diesel oil", 2004, "swap")]
    assert rows[0]["likely_value"] == pytest.approx(coke[3], rel=0.2)
    assert [p.code for p in found.problems()] == ["quality.swap"]
    money = zc.find_slips(activity(array[:1], value_added=[array[1]]))
    assert [r["what"] for r in money.to_records()] == ["coke", "value_added"]


def test_swapped_figures_are_compared_as_they_were_written() -> None:
    """Gas in 万m3 and coal in t, swapped between columns: in m3 and t nothing would fit."""
    gas, coal = [900.0, 910, 930, 940], [20.0, 21, 20, 22]
    gas[2], coal[2] = coal[2], gas[2]
    rows = [
        ("A", 2001 + i, name, q, unit)
        for name, s, unit in (("天然气", gas, "万m3"), ("焦炭", coal, "t"))
        for i, q in enumerate(s)
    ]
    with pytest.warns(zc.DataWarning, match="each fit the other's years"):
        read = zc.read(
            {"energy": dict(zip(("zone", "year", "carrier", "quantity", "unit"), zip(*rows, strict=True), strict=True))}
        )
    rows_ = zc.find_slips(read).to_records()
    assert [(r["value"], r["unit"], r["kind"], r["row"]) for r in rows_] == [
        (930.0, "t", "swap", 6),
        (20.0, "万m3", "swap", 2),
    ]


def test_a_carrier_beside_its_own_parts_is_told() -> None:
    array = [[[100.0, 50], [60, 20], [40, 10]]]
    found = zc.find_slips(activity(*array, flows=["raw_coal", "anthracite", "lignite"]))
    assert told(found.activity) == [("Z0", 2001, "parts", 0)]
    assert "anthracite + lignite" in found.text()
    used = [("raw_coal", "final", ""), ("anthracite", "feedstock", "")]
    assert told(activity([[100.0], [100.0]], flows=used)) == []


# -- places and words ------------------------------------------------------------------------------------------------


def tables(**more: Any) -> dict[str, Any]:
    rows = [("A", 2020 + i, "电力", q, unit) for i, (q, unit) in enumerate(
        [(500, "万千瓦时"), ("5,200,000", "万千瓦时"), (530, "万千瓦时"), (0.054, "亿千瓦时")])]  # fmt: skip
    names = ("zone", "year", "carrier", "quantity", "unit")
    return {"energy": dict(zip(names, zip(*rows, strict=True), strict=True)), **more}


def test_a_finding_has_the_row_and_the_figure_as_given() -> None:
    with pytest.warns(zc.DataWarning, match=r"frames|energy, row 1, column quantity: electricity of A in 2021"):
        read = zc.read(tables())
    row = zc.find_slips(read).to_records()[0]
    wanted = {
        "value": 5.2e6,
        "unit": "万千瓦时",
        "written_in": "kWh",
        "likely_value": 520.0,
        "row": 1,
        "column": "quantity",
    }
    assert {name: row[name] for name in wanted} == wanted
    assert [p.code for p in read.warnings] == ["quality.jump"]
    assert "(kWh for 万千瓦时)" in read.warnings[0].text()


def test_of_several_rows_of_a_figure_the_largest_is_named() -> None:
    energy = {name: [*column] for name, column in tables()["energy"].items()}
    for name, value in (("zone", "A"), ("year", 2021), ("carrier", "电力"), ("quantity", 3), ("unit", "万千瓦时")):
        energy[name].insert(0, value)
    energy["meter"] = ["m", *[""] * 4]
    with pytest.warns(zc.DataWarning):
        read = zc.read({"energy": energy})
    assert [row["row"] for row in zc.find_slips(read).to_records()] == [2]


@pytest.mark.parametrize(
    ("unit", "power", "meant"),
    [
        ("tce", 3, "kgce"), ("kgce", -3, "tce"), ("万kWh", 4, "kWh"), ("MWh", 3, "kWh"), ("m3", -4, "万m3"),
        ("亿元", 4, "万元"), ("万元", -4, "亿元"), ("t", -4, "万t"), ("t", -3, "kt"), ("m3", -8, "亿m3"),
        ("亿m3", 4, "万m3"), ("tce/万元", 4, "tce/亿元"), ("parsec", 3, ""), ("万kWh", 3, ""),
    ],
)  # fmt: skip
def test_the_unit_that_was_meant(unit: str, power: int, meant: str) -> None:
    assert likely_unit(unit, power) == meant


def test_words_are_in_both_languages_and_limited() -> None:
    many = activity(*[with_factor(STEADY, 2, 3)] * 60)
    slips = zc.find_slips(many)
    assert len(slips) == slips.counts["slip"] == 60
    assert repr(slips) == "<Slips: slip: 60>"
    assert [p.code for p in quality.inspect(many)][-1] == "and_more"
    assert len(slips.text("zh").splitlines()) == 60
    none = zc.find_slips(activity(STEADY))
    assert none.text("zh") == messages.TEXTS["note.slips_none"][1]
    assert none.to_frame().columns.tolist() == list(zc.Slips.COLUMNS)
    assert none.provenance.input_hash == none.activity.input_hash


def test_nothing_is_changed_and_empty_is_no_matter() -> None:
    array = with_factor(STEADY, 2, 3)
    kept = array.copy()
    zc.find_slips(activity(array))
    np.testing.assert_array_equal(array, kept)
    for shape in ((0, 1, 6), (2, 0, 6), (2, 1, 0)):
        empty = zc.Activity.from_arrays(
            np.zeros(shape),
            flows=["coke"][: shape[1]],
            zones=["A", "B"][: shape[0]],
            years=range(2001, 2001 + shape[2]),
        )
        assert len(zc.find_slips(empty)) == 0


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = "zone,year,carrier,quantity,unit\n"
    lines = [f"A,{2020 + i},焦炭,{q},t\n" for i, q in enumerate((100, 110, 1.05e5, 120))]
    (tmp_path / "energy.csv").write_text(head + "".join(lines), encoding="utf-8")
    assert cli.main(["slips", str(tmp_path)]) == 1
    assert "105000" in capsys.readouterr().out
    assert cli.main(["slips", str(tmp_path), "--format", "json"]) == 1
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["year"], row["row"], row["written_in"], row["kind"]) == (2022, 4, "kg", "slip")
    (tmp_path / "energy.csv").write_text(head + lines[0] + lines[1] + lines[3], encoding="utf-8")
    assert cli.main(["slips", str(tmp_path), "--lang", "zh"]) == 0
    assert "未发现" in capsys.readouterr().out


# -- measured --------------------------------------------------------------------------------------------------------


def bench() -> Any:
    name = "_bench_slips"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks/bench_slips.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@functools.cache
def scores(cells: int = 24) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [bench().score(table, cells) for table in bench().tables()]


def test_recall_and_false_alarms_on_real_tables() -> None:
    """95 % of planted slips over all tables of three years and more; under one false alarm in 1000 clean figures."""
    long = [one for one in scores() if one.years >= 3]
    assert len(long) == 8
    for power in bench().POWERS:
        planted = [one.found[power] for one in long]
        assert sum(hit for hit, _ in planted) >= 0.95 * sum(count for _, count in planted), power
    assert min(one.recall for one in long) >= 0.9
    assert sum(one.alarms for one in long) / sum(one.cells for one in long) < 1e-3
    assert sum(one.alarms for one in scores()) / sum(one.cells for one in scores()) < 1e-3
    assert sum(one.known for one in long) >= 0.9 * 41


def test_the_page_has_the_false_alarms_that_are_found() -> None:
    """The recall of the page is that of more cells than a test can plant; figures and false alarms are all of them."""
    page = (ROOT / "docs/slips.md").read_text(encoding="utf-8")
    lines = {line.split(" | ")[0].lstrip("| "): line for line in page.splitlines() if line.startswith("| ")}
    for one in scores():
        shown = lines[one.table].strip("| ").split(" | ")
        assert shown[1:3] == [str(one.years), str(one.cells)]
        assert shown[-2:] == [str(one.alarms), str(one.known)]
        told = [float(share.rstrip("%")) / 100 for share in shown[3:7]]
        assert abs(sum(told) / 4 - one.recall) < 0.15, one.table
