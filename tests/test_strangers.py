"""What strangers who embedded the library stumbled over: constructors, places, comparisons, tables in memory, lists."""

import copy
import math
import pickle
import warnings
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pint
import pydantic
import pytest

import zonecarbon as zc
from zonecarbon import messages, notation
from zonecarbon._table import Table
from zonecarbon.cli import main
from zonecarbon.projection.wording import conditional
from zonecarbon.tabular.template import wide_heading
from zonecarbon.terms import term
from zonecarbon.vocabulary import find_indicator

REGISTRY: Any = pint.UnitRegistry()
zc.define_into(REGISTRY)
Q: Any = REGISTRY.Quantity
ANY: Any = zc  # what a type checker would refuse
ROW: dict[str, Any] = {
    "factor_set": "ncsc-2025", "carrier_id": "焦炭", "co2_per_energy": 100.0, "co2_per_energy_unit": "kgCO2/GJ",
    "ncv": None, "source_id": "certificate 7",
}  # fmt: skip


def a_zone() -> zc.Zone:
    uses = [
        zc.EnergyUse(carrier="焦炭", quantity="100 t", year=2022),
        zc.EnergyUse(carrier="电力", quantity="1 GWh", year=2022),
    ]
    money = zc.ValueAdded(value_added="1 亿元", year=2022, price_year=2020)
    return zc.Zone(zone="A", province="江苏", energy=uses, value_added=money)


def account() -> zc.Account:
    activity = zc.Activity.from_arrays(
        [[[100.0, 90.0]]], flows=["coke"], zones=["A"], years=[2020, 2025], value_added=[[200.0, 240.0]],
        price_year=2020,
    )  # fmt: skip
    return zc.account(activity)


def problems(call: Callable[[], Any]) -> list[tuple[str, str]]:
    """Return code and field of each problem."""
    with pytest.raises(zc.ZoneCarbonError) as caught:
        call()
    assert all("Input should" not in problem.text("zh") for problem in caught.value.problems)
    return [(problem.code, problem.where.column) for problem in caught.value.problems]


# -- records -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: ANY.EnergyUse(carrier="煤炭粉", year=2022), zc.InputError),
        (lambda: ANY.Zone(zone="A", energy=3), zc.InputError),
        (lambda: ANY.Method(basis="both"), zc.MethodError),
        (lambda: ANY.Target(id="a"), zc.TargetError),
        (lambda: ANY.TargetSet(name="a", target=[]), zc.TargetError),
        (lambda: ANY.Scenario(level="x"), zc.ScenarioError),
        (lambda: ANY.records.Uncertainty(shape="normal"), zc.ScenarioError),
        (lambda: ANY.records.Correlation(drivers=3, matrix=[]), zc.ScenarioError),
        (lambda: ANY.Price(carrier="coke"), zc.MeasureError),
    ],
)
def test_a_constructor_raises_what_everything_else_raises(make: Callable[[], Any], kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        make()
    assert type(caught.value) is kind
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value.__cause__, pydantic.ValidationError)
    assert pickle.loads(pickle.dumps(caught.value)).to_dict() == caught.value.to_dict()  # type: ignore[attr-defined]


def test_within_a_model_of_the_host_pydantic_raises_its_own() -> None:
    class Order(pydantic.BaseModel):
        zone: zc.Zone

    bad = {"zone": "A", "energy": [{"carrier": "煤炭粉", "year": 3}, {"year": 2022, "quantity": "3 t"}]}
    with pytest.raises(pydantic.ValidationError) as caught:
        Order.model_validate({"zone": bad})
    found = [(problem.code, problem.where.column) for problem in zc.records.problems_of(caught.value)]
    assert found == [
        ("carrier.unknown", "zone.energy.0.carrier"),
        ("year.range", "zone.energy.0.year"),
        ("field.required", "zone.energy.1.carrier"),
    ]
    assert Order.model_validate({"zone": {"zone": "A"}}).zone == zc.Zone(zone="A")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("carrier", "煤炭粉", "carrier.unknown"),
        ("quantity", True, "number.bool"),
        ("quantity", math.nan, "number.finite"),
        ("quantity", [1.0, 2.0], "number.scalar"),
        ("quantity", {"a": 1}, "unit.figure"),
        ("quantity", "3 foo", "unit.unknown"),
        ("quantity", -1.0, "number.negative"),
        ("unit", "foo", "unit.unknown"),
        ("use", 3, "field.text"),
        ("supply", "sun", "supply.unknown"),
        ("basis", "both", "basis.unknown"),
        ("sector", 3, "field.text"),
        ("year", 3, "year.range"),
        ("colour", 1, "field.extra"),
    ],
)
def test_an_error_names_the_field(field: str, value: Any, code: str) -> None:
    use = {"carrier": "焦炭", "quantity": 1.0, "year": 2022, field: value}
    assert problems(lambda: zc.Zone.from_dict({"zone": "A", "energy": [use]})) == [(code, f"energy.0.{field}")]
    assert problems(lambda: ANY.EnergyUse(**use)) == [(code, field)]


@pytest.mark.parametrize(
    ("record", "data", "found"),
    [
        ("ValueAdded", {"value_added": "x", "year": 2020, "price_year": 2020}, ("unit.text", "value_added")),
        ("ValueAdded", {"value_added": 1, "unit": "t", "year": 2020, "price_year": 2020}, ("unit.dimension", "unit")),
        ("ProcessOutput", {"product": "lime", "output": True, "year": 2020}, ("number.bool", "output")),
        ("ProcessOutput", {"product": "lime", "output": "1 GJ", "year": 2020}, ("unit.dimension", "output")),
        ("ReportedValue", {"indicator": 3, "value": 1, "year": 2020}, ("field.text", "indicator")),
        ("ReportedValue", {"indicator": "co2", "value": "1 GJ", "year": 2020}, ("unit.dimension", "value")),
        ("ReportedValue", {"value": "1 GJ", "year": 2020}, ("field.required", "indicator")),
        ("Zone", {"zone": 3}, ("field.text", "zone")),
        ("Zone", {"zone": "A", "energy": 5}, ("field.list", "energy")),
        ("Zone", {"zone": "A", "energy": [5]}, ("field.record", "energy.0")),
        ("Method", {"media": "perhaps"}, ("field.flag", "media")),
        ("Method", {"electricity_year": "x"}, ("field.whole", "electricity_year")),
        ("TargetSet", {"name": "a", "target": []}, ("field.length", "target")),
    ],
)
def test_the_other_records_name_the_field_too(record: str, data: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems(lambda: getattr(zc, record).from_dict(data)) == [found]


def test_choices_take_quantities() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        found = zc.account(a_zone(), electricity=Q(0.5, "kgCO2/kWh"), coefficients={"coke": Q(1.0, "tce/t")})
        worded = zc.account(a_zone(), electricity="0.5 kgCO2/kWh", coefficients={"coke": "1 tce/t"})
    assert found.equals(worded) or found.total("co2")[0, 0] == worded.total("co2")[0, 0]
    assert found.method.electricity == "0.5 kgCO2/kWh"
    assert ANY.Method(heat=Q(0.1, "tCO2/GJ"), process={"lime": Q(0.7, "tCO2/t")}).process == {"lime": "0.7 tCO2/t"}
    assert problems(lambda: ANY.account(a_zone(), electricity=0.5)) == [("method.bare_number", "electricity")]


# -- results -------------------------------------------------------------------------------------------------------


def test_a_result_that_came_back_equals_the_one_that_went() -> None:
    first = account()
    results = (first.activity, first, zc.check(first), zc.find_peaks(first), zc.decompose(first), zc.list_carriers())
    for result in results:
        again = type(result).from_dict(result.to_dict())
        for other in (again, copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
            assert result.equals(other)
            assert result != other
        assert not result.equals(account() if result is not first else first.activity)
        assert not result.equals(3)
    other = zc.Activity.from_arrays(
        [[[100.0, 90.5]]], flows=["coke"], zones=["A"], years=[2020, 2025], value_added=[[200.0, 240.0]],
        price_year=2020,
    )  # fmt: skip
    assert not first.equals(zc.account(other))
    assert not first.equals(zc.account(first.activity, coefficients={"coke": "1 tce/t"}))


def test_nothing_can_be_set_on_a_result() -> None:
    first = account()
    for thing in (first.activity, first, zc.check(first), zc.find_peaks(first), zc.decompose(first),
                  first.provenance, zc.Flow("coke"), zc.Problem("x"), zc.list_methods()):  # fmt: skip
        known = fields(ANY.Problem if isinstance(thing, zc.Problem) else thing)[0].name
        for name in ("anything", known):
            with pytest.raises(FrozenInstanceError):
                setattr(thing, name, 1)
            with pytest.raises(FrozenInstanceError):
                delattr(thing, name)


def test_an_account_of_nothing_is_refused() -> None:
    for nothing in ([zc.Zone(zone="A")], zc.Zone(zone="A")):
        assert problems(lambda nothing=nothing: zc.account(nothing)) == [("records.nothing", "")]  # type: ignore[misc]
    assert len(zc.account([]).zones) == 0  # no zone, no figure: an empty portfolio is one


# -- factor tables in memory ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "factors",
    [
        ROW,
        [ROW],
        {name: [value] for name, value in ROW.items()},
        pd.DataFrame([ROW]),
        [pd.DataFrame([ROW])],
        (row for row in [ROW]),
    ],
    ids=["row", "rows", "columns", "frame", "frames", "generator"],
)
def test_a_table_in_memory_is_the_table_of_a_file(factors: Any, tmp_path: Path) -> None:
    pd.DataFrame([ROW]).to_csv(tmp_path / "mine.csv", index=False)
    expected = zc.account(a_zone(), factors=tmp_path / "mine.csv")
    found = zc.account(a_zone(), factors=factors)
    assert found.total("co2")[0, 0] == expected.total("co2")[0, 0] != zc.account(a_zone()).total("co2")[0, 0]
    assert found.catalog is not None
    (added,) = found.catalog.added
    assert added.startswith("fuel_co2: factors[0] (sha256 ")
    assert type(found).from_dict(found.to_dict()).equals(found)
    assert "certificate 7" in found.explain("A", 2022).text()


def test_a_year_that_a_frame_made_a_float_still_replaces_the_row() -> None:
    shipped = next(row for row in zc.list_factors("grid_electricity").rows if row.item == "32-jiangsu")
    row = {**shipped.fields, "data_year": float(shipped.fields["data_year"]), "value": 9.0}
    found = [row.value for row in zc.list_factors("grid_electricity", factors=row).rows if row.item == "32-jiangsu"]
    assert found.count(9.0) == 1
    assert len(found) == sum(row.item == "32-jiangsu" for row in zc.list_factors("grid_electricity").rows)


@pytest.mark.parametrize(
    ("factors", "codes"),
    [
        (3, ["table.kind"]),
        ([None], ["table.kind"]),
        ({"a": [1, 2], "b": [1]}, ["table.lengths"]),
        ({"carrier_id": ["coke"]}, ["table.unknown"]),
        ([{**ROW, "carrier_id": "x"}, {**ROW, "co2_per_energy": -1}], ["carrier.unknown", "table.negative"]),
        ([{**ROW, "co2_per_energy": True}], ["table.number"]),
        (["no\0file.csv"], ["file.unreadable"]),
    ],
)
def test_a_bad_table_in_memory_is_an_error_of_ours(factors: Any, codes: list[str]) -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.account(a_zone(), factors=factors)
    assert [problem.code for problem in caught.value.problems] == codes
    assert all(problem.where.source for problem in caught.value.problems)


def test_a_set_that_nothing_uses_is_told_whatever_the_data_hold() -> None:
    with pytest.warns(zc.FactorWarning, match="nothing uses ncsc2025"):
        zc.account(a_zone(), factors={**ROW, "factor_set": "ncsc2025", "carrier_id": "柴油"})
    with pytest.warns(zc.FactorWarning, match="these do not, though their carrier occurs"):
        found = zc.account(a_zone(), factors={**ROW, "factor_set": "ncsc2025"})
    assert [problem.code for problem in found.warnings] == ["account.rows_idle"]


# -- names ---------------------------------------------------------------------------------------------------------


def test_every_spelling_that_is_listed_is_taken() -> None:
    for row in zc.list_carriers().to_records():
        for name in {row["id"], row["name_zh"], row["name_en"], *row["aliases"].split("|")} - {""}:
            assert zc.EnergyUse(carrier=name, year=2022).carrier == row["id"]
    for row in zc.list_provinces().to_records():
        for name in {row["id"], row["name_zh"], row["name_en"], *row["aliases"].split("|")} - {""}:
            assert zc.Zone(zone="A", province=name).province == row["id"]


def test_the_command_line_shows_one_carrier(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["carriers", "show", "焦炭", "--format", "json"]) == 0
    assert '"coke"' in capsys.readouterr().out
    assert main(["carriers", "show", "焦谈"]) == 2
    assert "焦炭" in capsys.readouterr().err


def test_an_example_without_a_folder_goes_to_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["example"]) == 0
    assert (tmp_path / "zones" / "energy.csv").exists()


def test_a_family_of_functions_shows_its_public_names_alone() -> None:
    assert dir(zc.plots) == sorted(zc.plots.__all__)


# -- what a reader of printed tables stumbled over -----------------------------------------------------------------


def two_years(folder: Path) -> str:
    """Write a zone of two years, large enough that a float would be printed as a power of ten."""
    folder.mkdir(exist_ok=True)
    (folder / "zones.csv").write_text("zone,province\nA,江苏\n", "utf-8")
    money = "".join(f"A,{year},{amount},万元,2020\n" for year, amount in ((2024, 8_000_000), (2025, 9_000_000)))
    (folder / "economy.csv").write_text("zone,year,value_added,unit,price_year\n" + money, "utf-8")
    rows = "A,2024,焦炭,2000000,吨标准煤,\nA,2025,焦炭,403431.25,吨标准煤,\nA,2025,电力,1000,MWh,绿证\n"
    (folder / "energy.csv").write_text("zone,year,carrier,quantity,unit,supply\n" + rows, "utf-8")
    return str(folder)


def test_a_sum_of_years_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the year a row is the sum of all years: said above the table, not in data."""
    data = two_years(tmp_path / "d")
    for by, is_sum in (("zone", True), ("园区", True), ("zone,year", False), ("年份", False)):
        assert main(["account", data, "--by", by]) == 0
        assert ("sums of 2024-2025, 2 years" in capsys.readouterr().out) == is_sum
        assert main(["account", data, "--by", by, "--lang", "zh"]) == 0
        assert ("2024—2025 年（共 2 年）合计" in capsys.readouterr().out) == is_sum
        assert main(["account", data, "--by", by, "--format", "csv"]) == 0
        assert capsys.readouterr().out.startswith(("zone", "year"))


@pytest.mark.parametrize(
    ("by", "code", "says"),
    [
        (("carrier", "supply", "year"), "account.axes", "got carrier, supply together; use flow"),
        (("zone", "yaer"), "account.axis", "got 'yaer' ('year'?)"),
        (("园区", "年度份"), "account.axis", "got '年度份'"),
        (("zone", "园区"), "account.axis_twice", "got zone twice"),
        ((7,), "account.axis", "got 7"),
        ((["zone"],), "account.axis", "got ['zone']"),
    ],
)
def test_an_axis_that_is_wrong_is_named(by: Any, code: str, says: str) -> None:
    with pytest.raises(zc.InputError) as caught:
        account().total("energy", by=by)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert says in str(caught.value)


def test_an_axis_may_be_written_as_tables_head_it() -> None:
    own = account()
    for by, english in ((("园区", "年份"), ("zone", "year")), (("能源流",), ("flow",)), ("年份", "year")):
        assert own.total("co2", by).tolist() == own.total("co2", english).tolist()
    assert own.labels("能源品种").tolist() == own.labels("carrier").tolist()


def test_printed_numbers_are_digits_and_flows_are_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2403431.25 tce and 0 in one column: no power of ten, no six zeros; JSON keeps what the figure is."""
    data = two_years(tmp_path / "d")
    assert main(["account", data, "--by", "flow,year", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "2000000" in out
    assert "403431" in out
    assert "e+" not in out
    assert "电力、绿证" in out
    assert not any(word in out for word in ("coke", "electricity", "certificate"))
    assert main(["account", data, "--by", "flow,year", "--format", "csv"]) == 0
    assert "403431.25" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([621886.56856, 2403431.2], ["621887", "2403431"]),
        ([4.673447e6, 5.8e14], ["4673447", "580000000000000"]),
        ([2.5, 0.25], ["2.50", "0.25"]),
        ([2020.0, math.nan], ["2020", ""]),
        ([0.0, 0.0], ["0", "0"]),
        ([3e15, 12.0], ["3e+15", "12"]),
        ([1e-9, 2e6], ["1e-09", "2000000"]),
        ([math.inf, -1.5], ["inf", "-1.5"]),
    ],
)
def test_a_column_of_a_printed_table(numbers: list[float], texts: list[str]) -> None:
    class Shown(Table):
        def columns(self) -> dict[str, Any]:
            return {"x": np.array(numbers)}

    assert [line.strip() for line in Shown().to_text().splitlines()[1:]] == texts


def test_a_message_has_no_power_of_ten() -> None:
    values = {"what": "co2", "zone": "A", "year": 2025, "reported": 1.87075e9, "own": 5.0}
    code = next(code for code, texts in messages.TEXTS.items() if "{reported:.6g}" in texts[0])
    for language in ("en", "zh"):
        assert "1870750000" in messages.render(code, values, language)


def test_slips_and_goals_are_told_in_one_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"A,{year},电力,{1e3 if year == 2022 else 1e7},千瓦时\n" for year in range(2017, 2026))
    (tmp_path / "zones.csv").write_text("zone,province\nA,江苏\n", "utf-8")
    (tmp_path / "energy.csv").write_text("zone,year,carrier,quantity,unit\n" + rows, "utf-8")
    assert main(["slips", str(tmp_path), "--lang", "zh"]) == 1
    out = capsys.readouterr().out
    assert "电力" in out
    assert "万千瓦时" in out
    assert "10000000" in out
    assert not any(word in out for word in ("electricity", "kWh", "slip", "e+"))
    assert main(["slips", str(tmp_path), "--format", "csv"]) == 1  # data keep the ids
    assert "electricity" in capsys.readouterr().out
    found = zc.required(account(), "energy-intensity-aggregate", 2030)
    head, *lines = found.text("zh").splitlines()
    assert head.startswith("单位工业增加值综合能耗（torch-2025:energy-intensity-aggregate）")
    assert "torch" not in "".join(lines)
    saving = {"name": "s", "kind": "save", "source": "coke", "potential": 0.5, "capital": "1 万元/t", "lifetime": 10}
    price = {"carrier": "coke", "price": "0 CNY/t"}
    measures = {"name": "m", "price_year": 2025, "measure": [saving], "price": [price]}
    goals = {"name": "g", "target": [{
        "id": "e", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=", "threshold": "0.3",
        "unit": "tce/10^4 CNY", "year": 2026}]}  # fmt: skip
    text = zc.plan(account(), measures, goals, years=[2026]).text("zh")
    assert "（g:e）" in text
    assert "≤ 0.3 吨标准煤/万元" in text
    assert "CNY" not in text


def test_a_price_base_is_told_where_value_added_counts() -> None:
    goals = {"name": "g", "target": [
        {"id": name, "indicator": indicator, "statistic": "aggregate", "operator": "<=", "threshold": "900",
         "unit": unit, "year": 2025}
        for name, indicator, unit in (("sum", "total_energy", "tce"), ("per", "energy_per_iva", "tce/10^4 CNY"))
    ]}  # fmt: skip
    blocks = {block.target.id: [note.code for note in block.notes] for block in zc.check(account(), goals).blocks}
    assert blocks == {"g:sum": [], "g:per": ["note.price"]}


def test_a_limit_below_zero_has_the_minus_of_its_value() -> None:
    table = {"zone": ["A"], "year": [2025], "growth": [-5.249], "value_added": [1.0]}
    goals = {"name": "g", "target": [{
        "id": "x", "indicator": "growth", "statistic": "aggregate", "operator": "<=", "threshold": "-3", "unit": "%",
        "year": 2025}]}  # fmt: skip
    for language in ("en", "zh"):
        text = zc.check(table, goals).text(language)
        assert "≤ −3%" in text
        assert "-3" not in text


def test_an_explanation_names_the_cell_and_what_the_factor_is(tmp_path: Path) -> None:
    """As slips do: file, sheet and cell; the heat factor is no name of a column; the choice is of the library."""
    rows: list[list[Any]] = [["zone", "province", "year", "carrier", "quantity", "unit"]]
    rows += [
        ["A", "江苏", 2025, carrier, 5, unit] for carrier, unit in (("焦炭", "t"), ("天然气", "m3"), ("热力", "GJ"))
    ]
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        pd.DataFrame(rows).to_excel(book, sheet_name="energy", index=False, header=False)
    activity = zc.read(tmp_path / "book.xlsx")
    for method in ("inventory", "zero-carbon-park-910"):
        own: dict[str, Any] = {} if method == "inventory" else {"equivalent": {"electricity": "0.3 kgce/kWh"}}
        made = zc.account(activity, method, **own)
        text = made.explain("A", 2025).text("zh")
        assert "book.xlsx energy!E2: 5 t" in text
        assert "[热力排放因子、" in text
        assert "单位能耗碳排放" not in text
        assert "本库自行选定" in text
        assert "inventory" not in text
    folder = two_years(tmp_path / "d")
    assert "energy.csv 2: 2000000 吨标准煤" in zc.account(zc.read(folder)).explain("A", 2024).text()


def test_levels_and_their_change_add_up_as_printed() -> None:
    """A level in a sentence and the bar of a chart are the same figure: 1094 + 135 = 1229, not 1090 and 1230."""
    scale = notation.Scale(1e4, "万吨")
    shown = [notation.figure(value * 1e4, "co2", "zh", scale) for value in (1094.2, 135.0, 1229.2)]
    assert shown == ["1094", "135", "1229"]
    assert notation.figure(99.96e4, "co2", "zh", scale) == "100"


def test_what_is_assumed_counts_the_paths_of_zones_and_not_the_spread_of_a_user() -> None:
    spread = {"shape": "normal", "sd": "2 %"}
    own = {"kind": "constant", "rate": "5 %", "status": "user", "uncertainty": spread}
    zones = {"A": {"value_added": {"kind": "constant", "rate": "3 %", "status": "assumption"}}}
    found = zc.Scenario(name="m", value_added=own, zones=zones)
    assert found.value_added is not None
    assert [one.status for one in found.value_added.uncertainty] == ["user"]
    assert "1 of its 3 paths and spreads are assumptions" in conditional(found, "en")
    assert zc.Scenario(**found.model_dump(exclude_defaults=True)) == found
    assert "status" not in spread
    for status in ("verified", "assumption"):  # that a path is verified does not make its spread so
        path = zc.Scenario(name="m", value_added={**own, "status": status}).value_added
        assert path is not None
        assert [one.status for one in path.uncertainty] == ["assumption"]


# -- units of targets ----------------------------------------------------------------------------------------------


def _account_of_two_years() -> zc.Account:
    """Return one zone with 199.9 亿元, and a fiftieth of its electricity supplied directly, in 2025."""
    flows: list[Any] = ["coke", "electricity", ("electricity", "final", "direct_nonfossil")]
    quantity = np.array([[[100.0, 110.0], [980.0, 1176.0], [20.0, 24.0]]])
    activity = zc.Activity.from_arrays(
        quantity, flows=flows, zones=["A"], years=[2024, 2025], value_added=[[1.9e6, 1.999e6]], price_year=2020,
        provinces="江苏",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def _judged(**fields: Any) -> tuple[float, str]:
    row = {"id": "x", "statistic": "zone", "operator": ">=", "year": 2025, **fields}
    block = zc.check(_account_of_two_years(), {"name": "own", "target": [row]}).block("x")
    return float(block.value[0]), {1: "met", 0: "missed", -1: "unknown"}[int(block.verdict[0])]


@pytest.mark.parametrize(
    ("unit", "threshold", "value", "verdict"),
    [("亿元", "250", 199.9, "missed"), ("万元", "250", 1.999e6, "met"), ("10^6 CNY", "2e4", 19990.0, "missed")],
)
def test_a_target_on_value_added_is_in_its_own_unit(unit: str, threshold: str, value: float, verdict: str) -> None:
    for statistic in ("zone", "aggregate", "level"):
        figure, found = _judged(indicator="value_added", unit=unit, threshold=threshold, statistic=statistic)
        assert figure == pytest.approx(value, rel=1e-12)
        assert found == verdict


@pytest.mark.parametrize("unit", ["tce", "banana", "", "%"])
def test_a_target_on_value_added_in_no_money_is_refused(unit: str) -> None:
    with pytest.raises(zc.TargetError):
        _judged(indicator="value_added", unit=unit, threshold="250")


@pytest.mark.parametrize(("unit", "threshold"), [("%", "1.9"), ("fraction", "0.019"), ("百分数", "1.9")])
def test_a_share_that_an_account_knows_is_a_percentage_where_the_target_is_one(unit: str, threshold: str) -> None:
    figure, found = _judged(indicator="green_power_direct_supply_share", unit=unit, threshold=threshold)
    assert figure == pytest.approx(0.02 if unit == "fraction" else 2.0, rel=1e-12)
    assert found == "met"
    with pytest.raises(zc.TargetError):
        _judged(indicator="green_power_direct_supply_share", unit="个百分点", threshold=threshold)


@pytest.mark.parametrize("statistic", ["annual_rate", "annual_change", "change_vs_base", "share_of_zones"])
@pytest.mark.parametrize("unit", ["banana", "tce", "个百分点"])
def test_rates_and_shares_of_zones_are_fractions(statistic: str, unit: str) -> None:
    inner = {"inner_operator": "<", "inner_threshold": "1", "inner_unit": "tCO2"}
    fields = {"indicator": "co2", "threshold": "0.1", "base_year": 2024, **(inner if "share" in statistic else {})}
    with pytest.raises(zc.TargetError, match="fraction"):
        _judged(statistic=statistic, unit=unit, **fields)


def test_a_printed_percentage_is_not_held_against_another_unit() -> None:
    row = {"id": "x", "indicator": "solid_waste_use_rate", "statistic": "zone", "operator": ">=", "threshold": "80"}
    zone = zc.Zone(
        zone="A", province="江苏", energy=[zc.EnergyUse(carrier="coke", quantity=1.0, unit="t", year=2025)],
        indicators=[zc.ReportedValue(indicator="solid_waste_use_rate", value="85 %", year=2025)],
    )  # fmt: skip
    found = [
        zc.check(zc.account([zone]), {"name": "own", "target": [{**row, "unit": unit}]}).verdict("x")
        for unit in ("%", "banana")
    ]
    assert found == ["met", "unknown"]


def test_a_target_that_is_not_projected_says_so() -> None:
    row = {
        "id": "x",
        "indicator": "value_added",
        "statistic": "level",
        "operator": ">=",
        "threshold": "1",
        "unit": "亿元",
    }
    needed = zc.required(_account_of_two_years(), {**row, "year": 2030}, zone="")
    assert [problem.code for problem in needed.reasons] == ["reason.not_projected"]


# -- tables of an analyst who reads Chinese ------------------------------------------------------------------------

# What a wording means that is no name of the figure itself: a rate of it, another basis, several figures, no figure.
NO_NAMES = {
    "单位工业增加值二氧化碳排放量年均削减率", "单位工业增加值二氧化碳排放量年均消减率", "碳排放强度",
    "单位工业增加值综合能耗(当量值)", "新上高耗能项目的非化石能源消费比例",
    "全国碳排放权交易市场覆盖行业单位产品二氧化碳排放", "园区企业产出产品单位能耗",
}  # fmt: skip
ASKED = [
    (target.indicator, target.indicator_zh, target.indicator_en)
    for found in zc.list_targets().sets
    for target in found.target
    if target.statistic != "status" and target.indicator_zh not in NO_NAMES
]


@pytest.mark.parametrize(("name", "chinese", "english"), sorted(set(ASKED)))
def test_a_figure_may_be_called_as_the_document_calls_it(name: str, chinese: str, english: str) -> None:
    kept = {"energy_per_iva": "energy_intensity", "co2_per_iva": "co2_intensity"}.get(name, name)
    assert [find_indicator(word) for word in (name, chinese, english, term(name, "zh", "indicator"))] == [kept] * 4


def test_a_rate_of_a_figure_is_not_the_figure() -> None:
    assert {find_indicator(word) for word in NO_NAMES} == {""}


def park(indicators: dict[str, Any]) -> zc.Activity:
    rows = len(indicators["indicator"])
    return zc.read(
        {
            "zones": {"zone": ["甲"], "province": ["江苏"]},
            "economy": {"zone": ["甲"], "year": [2022], "value_added": [3.0], "unit": ["亿元"], "price_year": [2020]},
            "energy": {"zone": ["甲"], "year": [2022], "carrier": ["电力"], "quantity": [1200], "unit": ["万千瓦时"]},
            "indicators": {"zone": ["甲"] * rows, "year": [2022] * rows, **indicators},
        }
    )


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.DataWarning")
def test_the_name_that_a_message_asks_for_is_read() -> None:
    """For a missing indicator the check names it in Chinese; that name in the sheet must be the answer."""
    asked = zc.check(zc.account(park({"indicator": ["得分"], "value": [1]})), "zero-carbon-park-910")
    block = next(block for block in asked.blocks if block.target.id.endswith(":solid-waste"))
    said = block.reasons[0].text("zh")
    assert "没有工业固体废物综合利用率的数据" in said
    assert "'solid_waste_use_rate'" in said
    for name in ("工业固体废物综合利用率", "工业固体废弃物综合利用率", "solid_waste_use_rate"):
        activity = park({"indicator": [name], "value": [85], "unit": ["%"]})
        assert [problem.code for problem in activity.warnings] == []
        found = zc.check(zc.account(activity), "zero-carbon-park-910")
        row = next(row for row in found.to_records() if row["target"].endswith(":solid-waste"))
        assert (row["verdict"], row["value"]) == ("met", 0.85)


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.DataWarning")
def test_an_indicator_that_nobody_knows_is_told_with_the_nearest() -> None:
    activity = park({"indicator": ["工业固废利用率", "得分", "energy_intensity_change"], "value": [0.9, 1, -0.05]})
    told = [problem for problem in activity.warnings if problem.code == "indicator.unfamiliar"]
    assert [problem.values["names"] for problem in told] == ["'工业固废利用率' ('工业固体废物综合利用率'?), '得分'"]
    record = zc.ReportedValue(indicator="清洁能源使用率", value="91%", year=2022)
    assert (record.indicator, record.value) == ("clean_energy_share", 0.91)
    zone = zc.Zone(zone="甲", indicators=[zc.ReportedValue(indicator="得分", value=1, year=2022)])
    assert [problem.code for problem in zc.Activity.from_records([zone]).warnings] == ["indicator.unfamiliar"]


def test_wide_tables_and_printed_ones_take_the_names_too() -> None:
    wide = {"园区": ["甲"], "年份": [2022], "电力(万千瓦时)": [1200.0], "工业固体废弃物综合利用率(%)": [85]}
    assert zc.read({"energy": wide}).indicators["solid_waste_use_rate"].tolist() == [[0.85]]
    printed = {"zone": ["甲"], "year": [2022], "工业固体废弃物综合利用率": [0.85]}
    rows = zc.check(printed, "zero-carbon-park-910").to_records()
    assert [row["verdict"] for row in rows if row["target"].endswith(":solid-waste")] == ["met"]


def test_a_carrier_in_two_units_is_not_told_to_lose_one() -> None:
    wide = {"园区": ["甲", "乙"], "年份": [2022] * 2, "原煤(吨)": [1200.0, 0], "原煤(万吨)": [0, 3.0]}
    with pytest.raises(zc.InputError) as caught:
        zc.read({"energy": wide})
    (problem,) = caught.value.problems
    assert problem.code == "columns.two_units"
    assert "保留一列" not in problem.text("zh")
    assert "换算为同一单位" in problem.text("zh")
    # The way out that it names is one: the long form with a meter keeps both.
    rows = {"园区": ["甲"] * 2, "年份": [2022] * 2, "能源品种": ["原煤"] * 2, "数量": [1, 2], "单位": ["吨", "万吨"]}
    assert zc.read({"energy": {**rows, "计量点": ["一", "二"]}}).quantity.sum() == 20_001.0


def test_what_nobody_uses_needs_no_factor_and_no_proxy() -> None:
    """Zeros in a column say that nothing is used, in whatever years other zones have no row at all."""
    wide = {
        "园区": ["甲", "甲", "乙"], "省份": ["江苏"] * 3, "年份": [2021, 2022, 2022], "电力(万千瓦时)": [1200.0] * 3,
        "其他能源(吨标准煤)": [0] * 3, "液化天然气(吨)": [0] * 3,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.DataWarning)
        activity = zc.read({"energy": wide})
    assert zc.account(activity).warnings == ()
    with pytest.warns(zc.FactorWarning, match="other_energy"), pytest.warns(zc.DataWarning):
        used = zc.account(zc.read({"energy": {**wide, "其他能源(吨标准煤)": [0, None, 0]}}))
    assert [problem.code for problem in used.warnings] == ["account.no_co2"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_own_template_says_itself_what_it_counts_apart(language: Any) -> None:
    supplies = ("onsite_nonfossil", "certificate")
    plain, *beside = [wide_heading("electricity", supply, language) for supply in ("", *supplies)]
    wide = {"zone": ["甲"], "year": [2022], plain: [1200.0], **{heading: [50.0] for heading in beside}}
    activity = zc.read({"energy": wide})
    assert [flow.supply for flow in activity.flows] == ["grid", "certificate", "onsite_nonfossil"]
    assert [problem.code for problem in activity.warnings] == []
    foreign = {heading.replace("，另计", "").replace(", in addition", ""): column for heading, column in wide.items()}
    with pytest.warns(zc.DataWarning, match="in addition"):
        told = zc.read({"energy": foreign})
    assert [problem.code for problem in told.warnings] == ["columns.both"] * 2
    assert (told.quantity == activity.quantity).all()


@pytest.mark.filterwarnings("ignore::zonecarbon.errors.DataWarning", "ignore::zonecarbon.errors.FactorWarning")
@pytest.mark.parametrize("form", ["long", "wide"])
def test_a_row_of_a_misspelt_carrier_is_told_as_what_it_is(form: str, tmp_path: Path) -> None:
    """It was told as other energy without a factor, and the carrier that it may be as not used."""
    years = [2022, 2023, 2024]
    long = {
        "园区": ["甲"] * 6, "省份": ["江苏"] * 6, "年份": years * 2, "数量": [1200] * 3 + [300] * 3,
        "能源品种": ["电力"] * 3 + ["天然气", "天燃气", "天然气"], "单位": ["万千瓦时"] * 3 + ["万立方米"] * 3,
    }  # fmt: skip
    wide = {
        "园区": ["甲"] * 3, "省份": ["江苏"] * 3, "年份": years, "电力(万千瓦时)": [1200.0] * 3,
        "天然气(万立方米)": [300.0, 0, 300], "天燃气(万立方米)": [None, 300.0, None],
    }  # fmt: skip
    activity = zc.read({"energy": long if form == "long" else wide}, on_error="set_aside")
    result = zc.account(activity)
    told = {problem.code: problem for problem in result.provenance.warnings}
    assert "甲 2023" in told["account.unread"].text("zh")
    assert not {"quality.gap", "account.no_co2"} & set(told)
    assert [math.isnan(value) for value in result.total("energy")[0]] == [False, True, False]
    assert [math.isnan(value) for value in result.total("co2")[0]] == [False, True, False]
    words = result.explain("甲", 2023).text("zh")
    assert "未识别品种" in words
    assert "已搁置" in words
    assert "其他能源" not in words
    assert "? tce ×" not in words
    # Written and read again, the place stays unknown, beside other energy that is known.
    zc.write(activity, tmp_path / "a")
    again = zc.account(zc.read(tmp_path / "a"))
    assert [math.isnan(value) for value in again.total("energy")[0]] == [False, True, False]


def test_the_targets_show_the_ids_of_their_indicators(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "show", "zero-carbon-park-910", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "指标" in out.splitlines()[0]
    assert "solid_waste_use_rate" in out


def test_the_rate_of_a_total_does_not_ask_for_one_price_base() -> None:
    row = {"id": "x", "statistic": "change_vs_base", "operator": "<=", "threshold": "0.2", "unit": "fraction"}
    zone = zc.Zone(
        zone="A", province="江苏",
        energy=[zc.EnergyUse(carrier="coke", quantity=year - 1924.0, unit="t", year=year) for year in (2024, 2025)],
        value_added=[zc.ValueAdded(value_added=1.0, year=year, price_year=year) for year in (2024, 2025)],
    )  # fmt: skip
    verdicts = {
        name: zc.check(
            zc.account([zone]), {"name": "own", "target": [{**row, "indicator": name, "base_year": 2024, "year": 2025}]}
        ).verdict("x")
        for name in ("co2", "total_energy", "co2_per_energy", "co2_per_iva")
    }
    assert verdicts == {"co2": "met", "total_energy": "met", "co2_per_energy": "met", "co2_per_iva": "unknown"}


def test_what_is_better_the_higher_has_to_rise() -> None:
    row = {"id": "x", "indicator": "energy_output_rate", "statistic": "aggregate", "operator": ">=", "unit": "万元/tce"}
    zone = zc.Zone(
        zone="A", province="江苏", energy=[zc.EnergyUse(carrier="coke", quantity="1 tce", year=2024)],
        value_added=[zc.ValueAdded(value_added=2.0, year=2024, price_year=2020)],
    )  # fmt: skip
    check = zc.check(zc.account([zone]), {"name": "own", "target": [{**row, "threshold": "2.5", "year": 2026}]})
    assert "每年尚需上升 11.80%" in check.text("zh")  # sqrt(2.5 / 2) - 1
    assert "a rise of 11.80% a year" in check.text("en")


def test_a_year_that_cannot_be_read_is_not_twice_the_same() -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.check({"zone": ["A", "A"], "year": ["x", "y"], "energy_intensity": [0.1, 0.2]})
    assert [problem.code for problem in caught.value.problems] == ["year.range", "year.range"]


@pytest.mark.parametrize("statistic", ["annual_rate", "change_vs_base"])
@pytest.mark.parametrize("operator", [">=", "<="])
def test_a_rate_from_or_to_nothing_is_unknown_with_a_reason(statistic: str, operator: str) -> None:
    row = {"id": "x", "statistic": statistic, "operator": operator, "threshold": "0.18", "unit": "fraction"}
    own = {"name": "own", "target": [{**row, "indicator": "energy_per_iva", "base_year": 2020, "year": 2022}]}
    table = {"zone": ["Total"] * 2, "year": [2020, 2022], "energy_intensity": [0.0, 0.9]}
    check = zc.check(table, own)
    assert check.verdict("x") == "unknown"
    assert [problem.code for problem in check.block("x").reasons] == ["reason.no_data"]


def test_a_year_without_value_added_has_no_rate_of_output() -> None:
    row = {
        "id": "x",
        "indicator": "energy_output_rate",
        "statistic": "annual_rate",
        "operator": ">=",
        "unit": "fraction",
    }
    zone = zc.Zone(
        zone="A", province="江苏",
        energy=[zc.EnergyUse(carrier="coke", quantity=1.0, unit="t", year=year) for year in (2020, 2022)],
        value_added=[
            zc.ValueAdded(value_added=money, year=year, price_year=2020) for year, money in ((2020, 2.0), (2022, 0.0))
        ],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        account = zc.account([zone])
    check = zc.check(
        account, {"name": "own", "target": [{**row, "threshold": "0.02", "base_year": 2020, "year": 2022}]}
    )
    assert check.verdict("x") == "unknown"
    assert check.block("x").reasons


# -- what came later -----------------------------------------------------------------------------------------------


def test_tables_of_coefficients_have_a_default_and_refuse_other_names() -> None:
    found = account()
    assert found.tables() is found.tables("energy", "co2")
    with pytest.raises(zc.InputError, match="energy, co2, biogenic_co2"):
        found.tables("steam")


def test_steam_is_heat_in_gj_and_needs_its_enthalpy_by_mass() -> None:
    """``Steam`` is low-pressure steam, counted by mass, in the tables of carriers; 蒸汽 alone may be either."""
    with pytest.raises(zc.InputError, match=r"heat of steam in GJ is the carrier 'heat'"):
        zc.EnergyUse(carrier="Steam", quantity="80000 GJ", year=2022)
    for name in ("蒸汽", "外购蒸汽"):
        with pytest.raises(zc.InputError, match=r"is the group of heat, steam_low_pressure"):
            zc.EnergyUse(carrier=name, quantity="80000 GJ", year=2022)
    with pytest.raises(zc.InputError, match=r"steam by mass needs its enthalpy.*in GJ") as caught:
        zc.EnergyUse(carrier="heat", quantity="100 t", year=2022)
    assert [(p.code, p.where.column) for p in caught.value.problems] == [("carrier.steam", "quantity")]


@pytest.mark.parametrize(
    ("make", "columns"),
    [
        (lambda: ANY.EnergyUse(carrier="cokes", quantity="1 foo", year="x"), ["carrier", "quantity", "year"]),
        (lambda: ANY.EnergyUse(carrier="cokes", quantity="1 t", year=1, foo=2), ["carrier", "year", "foo"]),
        (
            lambda: ANY.EnergyUse(carrier="焦炭", quantity="1 foo", ncv="x", use="?", supply="?", year=2020, sector=3),
            ["use", "supply", "quantity", "sector"],
        ),
        (lambda: ANY.EnergyUse(carrier="焦炭", quantity="1 t", ncv="x", use="?", year=1), ["use", "ncv", "year"]),
        (lambda: ANY.EnergyUse(carrier="焦炭", quantity="1 foo", basis="?", year=0), ["basis", "quantity", "year"]),
        (lambda: ANY.ValueAdded(value_added="x", year="z", price_year="q"), ["value_added", "year", "price_year"]),
        (
            lambda: ANY.ProcessOutput(product="", output="x", factor="3", year=3),
            ["output", "product", "year", "factor"],
        ),
        (lambda: ANY.ReportedValue(indicator="co2", value="1 t", year=3), ["value", "year"]),
        (
            lambda: ANY.Zone(zone="A", province="?", energy={"carrier": "cokes", "quantity": -1, "year": 3}),
            ["province", "energy.0.carrier", "energy.0.year"],
        ),
    ],
)
def test_every_problem_of_a_record_is_told(make: Callable[[], Any], columns: list[str]) -> None:
    assert [column for _, column in problems(make)] == columns


@pytest.mark.parametrize(
    ("record", "names"),
    [(zc.EnergyUse, "ncv, ncv_unit"), (zc.ValueAdded, "deflator, amount, value"), (zc.Zone, "indicators, economy")],
)
def test_the_fields_that_there_are_have_those_that_are_only_given(record: Any, names: str) -> None:
    with pytest.raises(zc.InputError, match=f"{names}; got 'foo'"):
        record(foo=3)


def test_low_pressure_steam_leads_to_heat_and_to_its_edition() -> None:
    with pytest.raises(zc.InputError, match="is the carrier 'heat'"):
        zc.EnergyUse(carrier="蒸汽(低压)", quantity="10 GJ", year=2022)
    steam = zc.Zone(zone="A", energy=zc.EnergyUse(carrier="蒸汽(低压)", quantity="10 t", year=2022))
    with pytest.raises(zc.MethodError, match=r"in GJ as the carrier 'heat', or choose an edition .*: GB/T 2589-2008"):
        zc.account(steam)
    assert zc.account(steam, editions=("GB/T 2589-2008",)).total("energy").item() == pytest.approx(1.286)


def test_no_message_sends_to_a_file_that_only_a_clone_has() -> None:
    assert not [code for code, texts in messages.TEXTS.items() if any(".md" in text for text in texts)]


@pytest.mark.parametrize(
    ("word", "supply"),
    [
        ("solar", "onsite_nonfossil"), ("PV", "onsite_nonfossil"), ("Rooftop solar", "onsite_nonfossil"),
        ("green certificate", "certificate"), ("GEC", "certificate"), ("green power trading", "certificate"),
        ("direct green power", "direct_nonfossil"), ("captive power plant", "onsite_fossil"), ("power grid", "grid"),
    ],
)  # fmt: skip
def test_supplies_have_english_names(word: str, supply: str) -> None:
    assert zc.EnergyUse(carrier="electricity", supply=word, year=2022).supply == supply


@pytest.mark.parametrize("word", ["green power", "绿电", "Renewables", "wind"])
def test_green_power_must_say_how_it_comes(word: str) -> None:
    assert problems(lambda: zc.EnergyUse(carrier="电力", supply=word, year=2022)) == [("supply.green", "supply")]
    assert problems(lambda: zc.EnergyUse(carrier="焦炭", supply=word, year=2022)) == [("supply.unknown", "supply")]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("gas", "'gas' is the group of natural_gas, oilfield_natural_gas"), ("煤炭", r"raw_coal, anthracite.*\(27\)"),
        ("oil", "crude_oil"), ("热", "heat, steam_low_pressure, waste_heat"), ("fuels", "raw_coal"),
        ("power", "got 'power' \\('electricity'\\?\\)"), ("其他", "other_energy"),
    ],
)  # fmt: skip
def test_a_word_for_a_group_is_told_to_be_one(word: str, said: str) -> None:
    with pytest.raises(zc.InputError, match=said) as caught:
        zc.EnergyUse(carrier=word, year=2022)
    assert "power_coal" not in caught.value.text() or word in {"煤炭", "fuels"}
    if word == "gas":
        assert "为类别，包括天然气、油田天然气" in caught.value.text("zh")


def test_an_untaught_registry_is_told_what_the_answer_needs() -> None:
    plain: Any = pint.UnitRegistry()
    with pytest.raises(zc.UnitError, match=r"an answer in tce needs .* no 'tce'; call zonecarbon\.define_into"):
        zc.standard_coal(plain.Quantity(5, "MWh"), "electricity")
    with pytest.raises(zc.UnitError, match=r"an answer in tCO2 needs .* no 'tCO2'"):
        zc.co2(plain.Quantity(5, "t"), "coke")
    use = zc.EnergyUse(carrier="电力", quantity=plain.Quantity(5, "MWh"), year=2022)  # what comes in needs no teaching
    assert use.quantity == 5.0


def test_a_registry_with_a_name_of_its_own_is_told_what_is_in_the_way() -> None:
    other: Any = pint.UnitRegistry()
    other.define("tCO2 = 1 t")
    with pytest.raises(zc.UnitError, match="'tCO2' is there as"):
        zc.define_into(other)
    calls: list[Callable[[], Any]] = [
        lambda: zc.co2(other.Quantity(5, "t"), "coke"),
        lambda: zc.co2_intensity(other.Quantity(5, "tCO2"), 3.0),
        lambda: zc.standard_coal(other.Quantity(5, "t"), "coke"),
    ]
    for call in calls:
        with pytest.raises(zc.UnitError, match=r"'tCO2' is 1000000\.0 gram.*use a registry of its own") as caught:
            call()
        assert "define_into(registry) once" not in caught.value.text()


def test_one_figure_under_two_names_is_told_so() -> None:
    given: Any = {"value_added": 5, "amount": 6, "year": 2020, "price_year": 2020}
    with pytest.raises(zc.InputError, match="'amount' is another name of one that is given"):
        zc.ValueAdded(**given)


def test_green_heat_is_not_sent_to_certificates() -> None:
    with pytest.raises(zc.InputError, match="nonfossil_heat") as caught:
        zc.EnergyUse(carrier="heat", supply="绿电", year=2020)
    assert [problem.code for problem in caught.value.problems] == ["supply.unknown"]
