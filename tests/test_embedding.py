"""Everything that goes in and comes out as data: schemas, the way back, pickles, threads, Arrow, a real web host."""

import base64
import contextlib
import copy
import functools
import importlib
import importlib.util
import inspect
import json
import pickle
import pkgutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon import cli, schemas
from zonecarbon._table import Table
from zonecarbon._table.state import digest_of, from_state, to_state
from zonecarbon.catalog import measure_set, names, scenario, target_set
from zonecarbon.records.base import Record
from zonecarbon.records.docstrings import parameters

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests/data/schemas"
NAN = float("nan")

SCENARIO: dict[str, Any] = {
    "name": "mine",
    "value_added": {"kind": "constant", "rate": 0.03, "uncertainty": {"shape": "normal", "sd": 0.02}},
    "energy_intensity": {
        "kind": "constant", "rate": -0.02, "uncertainty": {"shape": "normal", "sd": 0.01, "shared": True},
    },
}  # fmt: skip
TABLES: dict[str, Any] = {
    "zones": {"zone": ["甲", "<b>B</b>", "C"], "province": ["江苏", "西藏", "全国"]},
    "economy": {
        "zone": ["甲"] * 3 + ["<b>B</b>"] * 3 + ["C", "C", "C"],
        "year": [2020, 2021, 2022] * 3,
        "value_added": [10, 11, 12, 5, 5, 6, 7, 8, 9],
        "unit": ["亿元"] * 9,
        "price_year": [2020] * 9,
        "boundary": ["a", "a", "b"] * 3,
    },
    "energy": {
        "zone": ["甲"] * 7 + ["<b>B</b>"] * 3 + ["C", "C"],
        "year": [2020, 2021, 2022, 2020, 2021, 2022, 2022, 2020, 2021, 2022, 2020, 2021],
        "carrier": ["电力"] * 3 + ["原煤"] * 3 + ["天然气", "电力", "电力", "电力", "电力", "no such carrier"],
        "quantity": [2, 2.1, 2.2, 3, 2, 1, None, 1, 1.1, 1.2, 0.1, 3],
        "unit": ["亿千瓦时"] * 3 + ["万吨"] * 3 + ["万立方米"] + ["亿千瓦时"] * 4 + ["t"],
    },
    "process": {"zone": ["甲"], "year": [2022], "product": ["cement_clinker"], "output": [100.0], "unit": ["t"]},
    "indicators": {
        "zone": ["C"], "year": [2022], "indicator": ["综合能耗"],
        "value": [5], "unit": ["万吨标准煤"], "basis": ["当量值"],
    },
}  # fmt: skip


MEASURES: dict[str, Any] = {
    "name": "mine", "price_year": 2024, "discount_rate": "6 %",
    "price": [
        {"carrier": "fuels", "price": "900 CNY/tce", "path": {"kind": "constant", "rate": 0.01}},
        {"carrier": "电力", "price": "0.6 元/kWh"}, {"carrier": "热力", "price": "70 CNY/GJ"},
        {"carrier": "co2", "price": "50 CNY/tCO2"},
    ],
    "measure": [
        {"name": "<b>tuning</b>", "kind": "save", "source": "fuels", "potential": "20 %", "capital": "700 CNY/tce",
         "ramp": 3, "uncertainty": {"shape": "normal", "sd": 0.1}},
        {"name": "电气化", "kind": "switch", "source": "coke", "target": "电力", "ratio": 0.5,
         "extra": {"heat": "1 GJ/tce"}, "potential": 0.5, "zones": {"A": {"limit": "3 tce"}}, "excludes": "idle"},
        {"name": "idle", "kind": "save", "source": "lpg"},
    ],
}  # fmt: skip
GOALS: dict[str, Any] = {
    "name": "goals", "target": [
        {"id": "intensity", "indicator": "energy_per_iva", "statistic": "aggregate", "operator": "<=",
         "threshold": 0.47, "unit": "tce/10^4 CNY", "year": 2026},
        {"id": "late", "indicator": "co2", "statistic": "aggregate", "operator": "<=", "threshold": 1, "unit": "tCO2",
         "year": 2050},
    ],
}  # fmt: skip


def odd() -> zc.Activity:
    """Return an activity in which one figure stands a unit away."""
    return zc.Activity.from_arrays([[[5.0, 5.1, 5.2e3, 5.3]]], flows=["coke"], zones=["A"], years=range(2019, 2023))


@functools.cache
def results() -> dict[str, Any]:
    """Return at least one of every kind of result, with what is hard to write: NaN, texts, ties between objects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        activity = zc.read(TABLES, on_error="set_aside")
        account = zc.account(activity, process={"cement_clinker": "0.53 tCO2/t"})
        bare = zc.Activity.from_arrays(
            np.asfortranarray(np.linspace(1.0, 60.0, 2 * 2 * 6).reshape(2, 2, 6)), flows=["coke", "raw_coal"],
            zones=["A", "B"], years=range(2019, 2025), value_added=np.full((2, 6), 200.0), price_year=2020,
        )  # fmt: skip
        plain = zc.account(bare)
        paths = zc.project(plain, SCENARIO, until=2030, draws=64, rng=7, keep="draws", budget="1000 tCO2")
        table = {"year": [2020, 2021], "gdp": [1.0, 2.0], "energy": [3.0, 4.0], "co2": [5.0, 7.0]}
        known = zc.account(bare, electricity="0.5 kgCO2/kWh")
        plan = zc.plan(
            known, MEASURES, GOALS, [2025, 2026], scenario=SCENARIO, budget={"": "9 MtCO2", "A": 1e9}, capital=1e6
        )
        chained = zc.decompose(account, chained=True, missing="leave_out", undefined="separate")
        return {
            "activity": activity,
            "activity of arrays": bare,
            "account": account,
            "account of arrays": plain,
            "explanation": account.explain("甲", 2022),
            "check": zc.check(account),
            "check of a table": zc.check(
                {"zone": ["A", "B"], "year": [2025] * 2, "energy_intensity": [0.2, NAN], "value_added": [1.0, 1.0]}
            ),
            "decomposition": zc.decompose(account, base=2020, end=2021, missing="leave_out"),
            "decomposition, chained": chained,
            "decomposition, multiplicative": zc.decompose(plain, of="energy", form="multiplicative", lmdi="II"),
            "decomposition of a table": zc.decompose(table, identity="co2 = gdp * energy/gdp * co2/energy"),
            "decoupling": zc.tapio(account),
            "decoupling by factor": zc.tapio(zc.decompose(plain, chained=True)),
            "ensemble": paths,
            "peaks": zc.find_peaks(account),
            "peaks of values": zc.find_peaks([[1.0, 3, 2, 2, 1, 1, 0.5]], years=range(2010, 2017)),
            "outlook": zc.find_peaks(paths),
            "trend": zc.mann_kendall([9.0, 8.0, 6.0, 5.0, 1.0]),
            "trends": zc.mann_kendall([[1.0, 2.0, 3.0], [4.0, NAN, 4.0]]),
            "requirement": zc.required(plain, "energy-intensity-aggregate", 2030),
            "requirement, scenario": zc.required(plain, "peak", 2026, scenario=SCENARIO, until=2030, draws=64),
            "tornado": zc.tornado(plain, SCENARIO, until=2030, of="co2"),
            "indices": zc.sobol_indices(plain, SCENARIO, until=2026, of="co2", draws=16),
            "plan": plan,
            "plan, not reached": zc.plan(known, MEASURES, None, [2025], scenario=SCENARIO, budget="1 tCO2"),
            "assurance": zc.assure(plan, draws=64, rng=7),
            "curve": zc.abatement_curve(known, MEASURES),
            "slips": zc.find_slips(odd()),
            "factors": zc.list_factors("heat"),
            "measures": zc.list_measures(),
            "methods": zc.list_methods(),
            "targets": zc.list_targets("torch-2025"),
            "scenarios": zc.list_scenarios(),
            "schemas": zc.list_schemas(),
            "carriers": zc.list_carriers(),
            "provinces": zc.list_provinces(),
        }


RESULTS = tuple(
    """activity|activity of arrays|account|account of arrays|explanation|check|check of a table|decomposition|
decomposition, chained|decomposition, multiplicative|decomposition of a table|decoupling|decoupling by factor|ensemble|
peaks|peaks of values|outlook|trend|trends|requirement|requirement, scenario|tornado|indices|plan|plan, not reached|
assurance|curve|slips|factors|measures|methods|targets|scenarios|schemas|carriers|provinces""".replace("\n", "").split(
        "|"
    )
)


Zone_: Any = zc.Zone  # takes other names of its fields too


def records() -> list[Record]:
    """Return records of every kind."""
    return [
        Zone_(
            name="示例", province="江苏",
            energy={"carrier": "原煤", "quantity": "1.2 万吨", "year": "2020年", "ncv": 20.9, "ncv_unit": "GJ/t"},
            economy=[{"amount": "12 亿元", "year": 2020, "price_year": "现价"}],
            process=[{"product": "lime", "output": 3, "unit": "万吨", "year": 2020, "factor": "0.7 tCO2/t"}],
            indicators=[{"indicator": "综合能耗", "value": "3 万吨标准煤", "year": 2020, "basis": "当量值"}],
        ),
        zc.EnergyUse(carrier="electricity", quantity=None, year=2020),
        zc.EnergyUse(carrier="电力", quantity="3 tce", basis="等价值", year=2020),
        zc.ValueAdded(value_added=0.1 + 0.2, year=2020, price_year=2020),
        zc.ProcessOutput(product="lime", year=2020),
        zc.ReportedValue(indicator="share", value="12 %", year=2020),
        zc.Method(basis="等价值", equivalent={"electricity": {2019: "0.3 kgce/kWh"}}, editions="GB/T 2589-2008"),
        zc.Scenario(**SCENARIO),
        zc.Scenario(name="other", base="policy", shift=()),
        *zc.list_methods().methods,
        measure_set("starter"),
        zc.MeasureSet.from_dict(MEASURES),
        *zc.MeasureSet.from_dict(MEASURES).measure,
        *zc.MeasureSet.from_dict(MEASURES).price,
        *(target_set(name) for name in names("targets")),
        *(scenario(name) for name in names("scenarios")),
        target_set("torch-2025").target[0],
    ]  # fmt: skip


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data, allow_nan=False, ensure_ascii=False))


def validator(name: str) -> Any:
    schema = zc.json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def same(one: Any, other: Any) -> bool:
    """Return whether two figures are the same to the bit, NaN and layout included."""
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        if one.dtype == object:
            return bool(alike and one.tolist() == other.tolist())
        return bool(alike and one.tobytes() == other.tobytes())
    if isinstance(one, float):
        return type(one) is type(other) and np.float64(one).tobytes() == np.float64(other).tobytes()
    return bool(one == other)


# -- the way there and back ----------------------------------------------------------------------------------------


def test_the_cases_are_all_the_kinds_there_are() -> None:
    assert tuple(results()) == RESULTS
    assert {type(result) for result in results().values()} == {*schemas.RESULTS, schemas.SchemaList}
    assert {type(record) for record in records()} == set(schemas.RECORDS)


def test_no_result_is_forgotten() -> None:
    """Every table of the library that is not of the command line alone has columns, a schema, and a place in a list."""
    for module in pkgutil.walk_packages(zc.__path__, "zonecarbon."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, todo = set(), [Table]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if getattr(sys.modules[kind.__module__], kind.__name__, None) is kind and kind is not Table:
            found.add(kind)
    shown = {kind for kind in found if not kind.__module__.startswith("zonecarbon.cli")}
    assert {kind.__name__ for kind in shown} == {kind.__name__ for kind in (*schemas.RESULTS, schemas.SchemaList)}
    public = {getattr(zc, name) for name in zc.__all__ if inspect.isclass(getattr(zc, name))}
    assert {kind for kind in public if issubclass(kind, Record)} == set(schemas.RECORDS)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_comes_back_the_same_to_the_bit(name: str) -> None:
    result = results()[name]
    data = through_json(result.to_dict())
    for twin in (type(result).from_dict(data), zc.from_dict(data)):
        assert type(twin) is type(result)
        assert repr(twin) == repr(result)
        columns, again = result.columns(), twin.columns()
        assert list(columns) == list(again)
        for column in columns:
            assert same(columns[column], again[column]), column
        assert through_json(twin.to_dict()) == data
        for word in ("en", "zh"):
            if hasattr(result, "text"):
                assert twin.text(word) == result.text(word)
    assert through_json(result.to_dict()) == data, "writing changes nothing"


def figures(result: Any) -> dict[str, Any]:
    """Return every public figure that is not in the columns."""
    if isinstance(result, zc.Account):
        axes = [("zone", "year"), ("sector", "year"), ("zone", "carrier"), ("scope",), ()]
        found = {f"{what} {by}": result.total(what, by=by) for what in ("energy", "co2", "biogenic_co2") for by in axes}
        return {**found, "energy": result.energy, "co2": result.co2, "money": result.value_added}
    if isinstance(result, zc.Decomposition) and isinstance(result.source, zc.Account):
        levels = ("portfolio", "zone", "sector")
        return {f"{level} {what}": getattr(result, what)(level) for level in levels for what in ("values", "effects")}
    if isinstance(result, zc.Ensemble):
        found = {what: result.path(what) for what in ("co2", "energy", "value_added", "co2_intensity")}
        draws = {f"draws {name}": array for name, array in result.trajectories.items()}
        return {**found, **draws, "quantile": result.quantile(0.5), "peak": result.peak_probability(2025, None)}
    if isinstance(result, zc.TargetCheck):
        return {block.target.id: block.verdict for block in result.blocks} | {"exit": result.exit_code}
    if isinstance(result, zc.Trend):
        return {"slope": result.slope, "s": result.s, "p": result.p_value}
    return {}


@pytest.mark.parametrize("name", RESULTS)
def test_figures_beyond_the_columns_come_back_too(name: str) -> None:
    result = results()[name]
    twin = zc.from_dict(through_json(result.to_dict()))
    told, again = figures(result), figures(twin)
    assert list(told) == list(again)
    for what in told:
        assert same(told[what], again[what]), what


def test_arrays_come_back_read_only_and_in_their_order_of_axes() -> None:
    """Sums over an axis depend on it in the last digit."""
    cube = np.arange(24.0).reshape(2, 3, 4)
    for array in (cube, np.asfortranarray(cube), cube.transpose(1, 2, 0), cube[:, ::-1], cube.astype(">f8"), cube[:0]):
        twin = from_state(through_json(to_state(array)), np.ndarray)
        np.testing.assert_array_equal(twin, array)
        assert twin.dtype == array.dtype.newbyteorder("=")
        assert np.argsort(twin.strides).tolist() == np.argsort(np.abs(array.strides)).tolist() or not array.size
        assert not twin.flags.writeable
    odd = np.array([NAN, -0.0, 5e-324, np.inf])
    assert same(odd, from_state(through_json(to_state(odd)), np.ndarray))


def test_what_comes_back_goes_on() -> None:
    """A result made of data is as good as any: it is explained, checked, decomposed and projected to the same bits."""
    account = results()["account of arrays"]
    twin = zc.Account.from_dict(through_json(account.to_dict()))
    assert twin.explain("A", 2020).text() == account.explain("A", 2020).text()
    assert zc.check(twin).text() == zc.check(account).text()
    assert zc.decompose(twin).to_csv() == zc.decompose(account).to_csv()
    assert zc.project(twin, "policy", until=2030, draws=64, rng=1).to_csv() == (
        zc.project(account, "policy", until=2030, draws=64, rng=1).to_csv()
    )
    activity = zc.Activity.from_dict(through_json(results()["activity"].to_dict()))
    assert activity.set_aside_rows["energy"].to_csv() == results()["activity"].set_aside_rows["energy"].to_csv()


def test_a_users_factors_come_back_and_the_shipped_ones_are_not_copied(tmp_path: Path) -> None:
    own = tmp_path / "mine.csv"
    head, row = "carrier_id,edition,coefficient,coefficient_unit,source_id", "coke,GB/T 2589-2020,0.9,kgce/kg,lab"
    own.write_text(f"{head}\n{row}\n", "utf-8")
    activity = zc.Activity.from_arrays([[[1.0]]], flows=["coke"], zones=["A"], years=[2020])
    account = zc.account(activity, factors=own)
    twin = zc.Account.from_dict(through_json(account.to_dict()))
    assert twin.catalog is not None
    assert account.catalog is not None
    assert [repr(row) for row in twin.catalog.rows()] == [repr(row) for row in account.catalog.rows()]
    assert len(json.dumps(account.to_dict()["state"])) < 10_000


def test_a_result_without_a_state_says_so_and_shows_the_same() -> None:
    account = results()["account"]
    whole, shown = account.to_dict(), account.to_dict(state=False)
    assert {**shown, "state": whole["state"], "digest": whole["digest"]} == whole
    with pytest.raises(zc.InputError) as caught:
        zc.Account.from_dict(shown)
    assert [problem.code for problem in caught.value.problems] == ["schema.no_state"]


def test_unknown_is_null_in_rows_and_nan_in_the_result() -> None:
    account = results()["account"]
    nulls = [row for row in account.to_dict()["rows"] if row["co2_t"] is None]
    assert nulls
    twin = zc.from_dict(through_json(account.to_dict()))
    assert np.isnan(twin.columns()["co2_t"]).sum() == len(nulls)


@pytest.mark.parametrize("name", RESULTS)
def test_results_survive_pickle_and_copy(name: str) -> None:
    result = results()[name]
    for twin in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert through_json(twin.to_dict(state=False)) == through_json(result.to_dict(state=False))


@pytest.mark.parametrize("record", records(), ids=lambda record: type(record).__name__)
def test_records_come_back(record: Record) -> None:
    data = through_json(record.to_dict())
    identified = {"schema": zc.json_schema(type(record).__name__)["$id"], **data}
    twins = [type(record).from_dict(data), zc.from_dict(identified), type(record)(**data)]
    for twin in [*twins, pickle.loads(pickle.dumps(record)), copy.deepcopy(record)]:
        assert twin == record
        assert twin.model_fields_set == record.model_fields_set, "what is not given stays for the base"
        assert twin.to_dict() == record.to_dict()


def test_errors_of_records_are_of_their_kind_and_name_the_field() -> None:
    for kind, data, error, place in (
        (zc.Zone, {"zone": "A", "energy": [{"carrier": "x?", "year": 2020}]}, zc.InputError, "energy.0.carrier"),
        (zc.Method, {"feedstock": "maybe"}, zc.MethodError, "feedstock"),
        (zc.TargetSet, {"name": "x", "target": []}, zc.TargetError, "target"),
        (zc.Scenario, {"name": "x", "level": "up"}, zc.ScenarioError, "level"),
        (zc.MeasureSet, {**MEASURES, "price_year": "soon"}, zc.MeasureError, "price_year"),
        (zc.Measure, {**MEASURES["measure"][0], "capital": "7"}, zc.MeasureError, "capital"),
        (zc.Price, {"carrier": "coke", "price": "7 t"}, zc.MeasureError, "price"),
    ):
        with pytest.raises(error) as caught:
            kind.from_dict(data)
        assert caught.value.problems[0].where.column == place
    with pytest.raises(zc.InputError, match="a record must be an object"):
        zc.Zone.from_dict([])  # type: ignore[arg-type]


# -- data from strangers -------------------------------------------------------------------------------------------


def signed(data: Any) -> Any:
    """Return data with the digest that a forger would give them."""
    if not isinstance(data, dict) or (not data.get("state") and data.get("state") != {}):
        return data
    whole = {"result": "", "rows": [], "provenance": {}, **{name: data[name] for name in data if name != "digest"}}
    return {**whole, "digest": digest_of(whole)}


EVIL = {"__reduce__": ["os.system", ["true"]]}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "schema.other"),
        ({}, "schema.unnamed"),
        ({"schema": "zonecarbon:account:2", "state": {}}, "schema.other"),
        ({"schema": ["zonecarbon:account:1"]}, "schema.other"),
        ({"schema": "zonecarbon:account:1", "state": None}, "schema.no_state"),
        ({"schema": "zonecarbon:account:1", "state": 3}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": [3]}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {}}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": EVIL}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {"Account": {}}}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {"Flow": {"carrier": "coke"}}}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {"Popen": {"args": ["true"]}}}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {"same": 0}}, "schema.state"),
        ({"schema": "zonecarbon:account:1", "state": {"same": -1}}, "schema.state"),
        ({"schema": "zonecarbon:trend:1", "state": {"int": "9" * 5000}}, "schema.state"),
    ],
)
def test_what_is_no_data_of_ours_is_one_error(data: Any, code: str) -> None:
    with pytest.raises(zc.InputError) as caught:
        zc.from_dict(signed(data))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_data_nested_without_end_are_refused() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(zc.InputError):
        zc.from_dict({"schema": "zonecarbon:account:1", "state": deep})


def test_figures_that_were_changed_are_noticed() -> None:
    data = through_json(results()["account of arrays"].to_dict())
    arrays = [node for node in nodes(data["state"]) if isinstance(node, dict) and node.get("dtype") == "<f8"]
    raw = bytearray(base64.b64decode(arrays[0]["array"]))
    raw[7] ^= 1
    arrays[0]["array"] = base64.b64encode(bytes(raw)).decode()
    for changed, code in ((data, "schema.digest"), (signed(data), "schema.hash")):
        with pytest.raises(zc.InputError) as caught:
            zc.from_dict(changed)
        assert caught.value.problems[0].code == code


def nodes(data: Any) -> Iterator[Any]:
    yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from nodes(part)


NODES: list[Any] = [
    [], {}, EVIL, {"same": 3}, {"same": 10**6}, {"tuple": 3}, {"map": [[1]]}, {"set": [[]]}, {"Method": {}},
    {"float": "nan"}, {"moment": "x"}, {"frame": [["a", 1]]}, {"array": "AAAA", "dtype": "<f8", "shape": [2]},
    {"array": "", "dtype": "O", "shape": [10**9]}, {"array": "AAAAAAAAAAA=", "dtype": "i4,i4", "shape": [1]},
]  # fmt: skip
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(NODES),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=st.sampled_from(["account of arrays", "check of a table", "decoupling by factor", "trend"]), draw=st.data())
def test_damaged_data_give_a_result_or_an_input_error(case: str, draw: st.DataObject) -> None:
    """Whatever is put in the place of any part, nothing else than an error of ours comes out of it."""
    data = through_json(results()[case].to_dict())
    places = [node for node in nodes(data["state"]) if isinstance(node, (dict, list)) and node]
    place: Any = draw.draw(st.sampled_from(places))
    key = draw.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    if draw.draw(st.booleans()):
        place[key] = draw.draw(JUNK)
    else:
        del place[key]
    with contextlib.suppress(zc.ZoneCarbonError):
        zc.from_dict(signed(data))


def test_reading_data_imports_nothing_and_calls_nothing() -> None:
    """A name in the data is looked up among the classes that may stand there, and nowhere else."""
    for name in ("subprocess.Popen", "os.system", "Table", "zonecarbon.account", "InputError", "Path", "object"):
        with pytest.raises(zc.InputError) as caught:
            from_state({name: {"args": ["false"]}}, zc.Account)
        assert caught.value.problems[0].code == "schema.state"

    class Flow(zc.Flow):  # of a host, by the name of one of ours
        def __init__(self, **_: Any) -> None:
            raise AssertionError("made")

    assert Flow.__name__ == "Flow"
    account = results()["account of arrays"]
    assert type(from_state(to_state(account), zc.Account).flows[0]) is zc.Flow


# -- schemas -------------------------------------------------------------------------------------------------------


def test_every_schema_is_the_one_that_was_promised() -> None:
    """Change a golden file (tools/write_schemas.py) only with docs/embedding.md in hand."""
    there = {path.stem for path in GOLDEN.glob("*.json")}
    assert there == set(zc.list_schemas().names)
    stale = [
        name
        for name in sorted(there)
        if json.loads((GOLDEN / f"{name}.json").read_text("utf-8")) != zc.json_schema(name)
    ]
    assert stale == []


def test_schemas_are_sound_and_name_each_other_apart() -> None:
    ids = []
    for name in zc.list_schemas().names:
        schema = zc.json_schema(name)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("2020-12/schema")
        assert schema["description"]
        assert zc.json_schema(schema["$id"]) == schema
        ids.append(schema["$id"])
    assert len(set(ids)) == len(ids)
    assert all(part.split(":")[0] == "zonecarbon" and part.split(":")[2].isdigit() for part in ids)
    with pytest.raises(zc.InputError, match="'Account'"):
        zc.json_schema("Acount")


@pytest.mark.parametrize("name", RESULTS)
def test_data_of_results_fit_their_schema(name: str) -> None:
    result = results()[name]
    for data in (result.to_dict(), result.to_dict(state=False)):
        validator(type(result).__name__).validate(through_json(data))
    told = zc.json_schema(type(result).__name__)["properties"]["rows"]["items"]["properties"]
    assert set(told) == set(result.columns())
    for column, unit in result.units().items():
        assert told[column].get("unit", unit) == unit
    for column, part in told.items():
        assert part["description"], column
        values = result.columns()[column]
        is_number = values.dtype.kind in "fiu" or set(map(type, values)) <= {int, type(None)} - {bool}
        assert is_number == (part.get("type", [""])[0] in {"number", "integer"}) or not part.get("type"), column


def test_a_schema_refuses_what_is_no_such_result() -> None:
    data = results()["account"].to_dict(state=False)
    for broken in (
        {**data, "schema": "zonecarbon:account:2"},
        {**data, "rows": [{**data["rows"][0], "energy_tce": "1"}]},
        {**data, "rows": [{"zone": "A"}]},
        {name: part for name, part in data.items() if name != "provenance"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            validator("Account").validate(broken)


@pytest.mark.parametrize("record", records(), ids=lambda record: type(record).__name__)
def test_records_fit_their_schema(record: Record) -> None:
    validator(type(record).__name__).validate(through_json(record.to_dict()))
    validator(type(record).__name__).validate(through_json(record.model_dump(mode="json")))


WRITTEN: dict[str, dict[str, Any]] = {
    "EnergyUse": {
        "carrier": "原煤", "quantity": "3 万吨", "unit": None, "year": "2020年", "use": None, "supply": None,
        "basis": "", "sector": "化工", "given": None, "ncv": "20.9 GJ/t", "ncv_unit": None,
    },
    "ValueAdded": {"amount": "12 亿元", "year": 2020.0, "price_year": "现价", "unit": None, "boundary": "x"},
    "ProcessOutput": {"product": "lime", "output": "3 万吨", "unit": None, "year": 2020, "factor": "0.7 tCO2/t"},
    "ReportedValue": {"indicator": "综合能耗", "value": "3 万吨标准煤", "unit": None, "year": 2020, "basis": "当量值"},
    "Zone": {
        "name": "示例", "province": "江苏", "energy": {"carrier": "电力", "quantity": 3, "year": 2020},
        "economy": [{"value": 3, "year": 2020, "price_year": 2020}], "process": [], "indicators": [],
    },
    "Method": {
        "basis": "等价值", "editions": "GB/T 2589-2020", "equivalent": {"electricity": {"2019": "0.3 kgce/kWh"}},
        "media": "false", "electricity_year": "2022", "coefficients": {"natural_gas": "1.21 kgce/m3"},
    },
    "Target": {"id": "a:b", "indicator": "co2", "statistic": "level", "operator": "<", "threshold": 3, "year": "2025"},
    "TargetSet": {
        "name": "mine", "target": [{"indicator": "co2", "statistic": "level", "operator": "<=", "threshold": "3"}],
    },
    "Scenario": {
        **SCENARIO, "level": "carriers", "grid_factor": {"kind": "linear", "goal": "50 %", "year": "2030"},
        "shift": [{"name": "s", "source": "煤", "target": "电力", "path": {"kind": "linear", "goal": 1, "year": 2030}}],
        "structure": {"2030": {"a": "60 %", "其他": 0.4}},
        "zones": {"A": {"value_added": {"kind": "constant", "rate": 0}}},
    },
    "Price": {
        "carrier": "电力", "supply": "绿电直供", "price": "0.7 元/kWh", "path": {"kind": "constant", "rate": "2 %"},
    },
    "Measure": {
        **MEASURES["measure"][1], "requires": ["x"], "sectors": "化工", "start": "2026年", "whole": "true",
        "lifetime": "15", "uncertainty": {"shape": "normal", "sd": "10 %"}, "potential": "5 %", "capital_rate": "-2 %",
    },
    "MeasureSet": MEASURES,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_the_schema_allows_what_the_constructor_takes(name: str) -> None:
    """Texts with units, Chinese words, one item for a list, other names of a field, blanks: as people write them."""
    getattr(zc, name).from_dict(WRITTEN[name])
    validator(name).validate(WRITTEN[name])


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3000), st.floats(-10, 3000),
    st.sampled_from(["", "3", "x", "2020", "现价"]),
    st.just([]), st.just({}), st.just(["a"]), st.just({"a": 1}), st.just([{}]),
)  # fmt: skip


def spots(data: Any) -> Iterator[tuple[Any, Any]]:
    """Return every place in data: its container and its key."""
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from spots(data[key])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(WRITTEN)), draw=st.data())
def test_what_the_schema_refuses_the_constructor_refuses(name: str, draw: st.DataObject) -> None:
    data = copy.deepcopy(WRITTEN[name])
    place, key = draw.draw(st.sampled_from(list(spots(data))))
    how = draw.draw(st.sampled_from(["value", "value", "value", "gone", "extra"]))
    if how == "value":
        place[key] = draw.draw(VALUES)
    elif how == "gone":
        del place[key]
    else:
        data["no such field"] = 1
    assume(not checked(name).is_valid(data))
    with pytest.raises(zc.ZoneCarbonError):
        getattr(zc, name)(**data)


@functools.cache
def checked(name: str) -> Any:
    return validator(name)


@settings(max_examples=60, deadline=None)
@given(
    quantity=st.one_of(st.none(), st.floats(0, 1e12), st.integers(0, 10**6).map(lambda n: f"{n} 万吨")),
    year=st.integers(1949, 2100),
    money=st.one_of(st.none(), st.floats(-1e9, 1e12)),
    zone=st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8),
)
def test_made_records_fit_their_schema_and_come_back(quantity: Any, year: int, money: Any, zone: str) -> None:
    try:
        record = zc.Zone(
            zone=zone,
            energy=[zc.EnergyUse(carrier="raw_coal", quantity=quantity, year=year)],
            value_added=[zc.ValueAdded(value_added=money, year=year, price_year=year)],
        )
    except zc.InputError:  # a word for a sum of zones
        assume(False)
    data = through_json(record.to_dict())
    checked("Zone").validate(data)
    assert zc.Zone.from_dict(data) == record


def test_fields_of_records_are_described_and_have_units() -> None:
    schema = zc.json_schema("EnergyUse")["properties"]
    assert "MWh" in schema["quantity"]["unit"]
    assert schema["ncv"]["description"] == schema["ncv_unit"]["description"] != ""
    assert parameters(
        "A thing.\n\nParameters\n----------\na, b\n    Words\n    of both.\n\nReturns\n-------\nx\n    No."
    ) == {
        "a": "Words of both.",
        "b": "Words of both.",
    }


def test_the_command_prints_schemas_and_its_json_holds_no_state(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["schema", "Zone"]) == 0
    assert json.loads(capsys.readouterr().out) == zc.json_schema("Zone")
    assert cli.main(["schema", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == zc.list_schemas().to_records()
    assert cli.main(["schema", "Zoen"]) == 2
    assert "'Zone'" in capsys.readouterr().err
    assert cli.main(["factors", "list", "heat", "--format", "json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["result", "rows", "provenance"]


# -- errors as data ------------------------------------------------------------------------------------------------


def test_errors_fit_their_schema_and_name_the_cell() -> None:
    where = zc.Problem("zone.blank").where._replace(source="a.xlsx", sheet="energy", row=17, column="zone", cell="D17")
    error = zc.InputError([zc.Problem("zone.blank", {"x": np.float64("nan"), "y": (1, 2)}, where)])
    data = through_json(error.to_dict())
    validator("Error").validate(data)
    (problem,) = data["problems"]
    assert problem["cell"] == "D17"
    assert problem["code"] == "zone.blank"
    assert set(problem) == {"code", "values", "source", "sheet", "row", "column", "cell", "en", "zh"}
    assert "D17" in problem["en"]
    assert "D17" in problem["zh"]


# -- Arrow ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_arrow_streams(name: str) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="an extra")
    result = results()[name]
    table = pyarrow.table(result)
    assert table.column_names == list(result.columns())
    for column, values in result.columns().items():
        if values.dtype.kind == "f":
            np.testing.assert_array_equal(table[column].to_numpy(zero_copy_only=False), values)


def test_without_pyarrow_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(zc.MissingOptionalDependencyError, match="parquet"):
        results()["factors"].__arrow_c_stream__()


# -- in a host -----------------------------------------------------------------------------------------------------

THREADS = """
import json, sys, warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
warnings.simplefilter("ignore")
import zonecarbon as zc

TABLES = json.loads(sys.argv[1])
SCENARIO = json.loads(sys.argv[2])
WORKERS = int(sys.argv[3])
barrier = Barrier(WORKERS)

def work(_):
    barrier.wait()
    account = zc.account(zc.read(TABLES, on_error="set_aside"))
    whole = zc.account(zc.Activity.from_arrays([[[9.0, 8.0]]], flows=["coke"], zones=["A"], years=[2021, 2022],
                                               value_added=[[1.0, 1.0]], price_year=2020))
    told = (account, zc.check(account), zc.decompose(whole), zc.find_peaks(account), zc.list_targets(),
            zc.project(whole, SCENARIO, until=2026, draws=64, rng=7), zc.Zone.from_dict({"zone": "A"}))
    again = zc.from_dict(told[0].to_dict())
    return json.dumps([part.to_dict() for part in told] + [zc.json_schema("Zone"), again._repr_html_()])

with ThreadPoolExecutor(WORKERS) as pool:
    answers = set(pool.map(work, range(WORKERS)))
assert len(answers) == 1
print(answers.pop())
"""


def test_eight_threads_at_once_on_first_use_answer_as_one() -> None:
    told = json.dumps(TABLES), json.dumps(SCENARIO)
    alone, together = (
        subprocess.run(
            [sys.executable, "-c", THREADS, *told, str(n)], capture_output=True, text=True, check=True
        ).stdout
        for n in (1, 8)
    )
    assert alone == together
    assert len(alone) > 10_000


def test_schemas_and_data_change_nothing_in_the_host() -> None:
    code = """
import logging, os, warnings, contextlib, io, numpy, pydantic, pint
def state():
    own = list(logging.root.handlers), list(warnings.filters), dict(os.environ)
    return *own, numpy.geterr(), numpy.get_printoptions()
before, out = state(), io.StringIO()
import zonecarbon as zc
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
    for name in zc.list_schemas().names:
        zc.json_schema(name)
    zc.from_dict(zc.list_methods().to_dict())._repr_html_()
assert state() == before
assert out.getvalue() == ""
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_a_result_as_data_needs_no_pandas() -> None:
    code = """
import sys, zonecarbon as zc
account = zc.account(zc.Activity.from_arrays([[[1.0]]], flows=["coke"], zones=["A"], years=[2020]))
zc.Account.from_dict(account.to_dict())._repr_html_()
assert not {"pandas", "pyarrow", "scipy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """Run the host of the documentation with a real server on a free port of the loopback; return its address."""
    uvicorn = pytest.importorskip("uvicorn", reason="only the host needs it")
    pytest.importorskip("fastapi", reason="only the host needs it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of third parties, while they are imported
        spec = importlib.util.spec_from_file_location("zonecarbon_host", ROOT / "docs/host.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(module.app, log_level="warning", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    yield f"http://127.0.0.1:{place.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


GOOD = {
    "zone": "甲", "province": "江苏", "energy": [{"carrier": "焦炭", "quantity": "3 万吨", "year": 2022}],
    "value_added": [{"value_added": "12 亿元", "year": 2022, "price_year": 2020}],
}  # fmt: skip


def test_the_host_accounts_zones(host: str) -> None:
    httpx = pytest.importorskip("httpx", reason="the client of this test")
    reply = httpx.post(f"{host}/zones", json=[GOOD], timeout=20)
    assert reply.status_code == 200, reply.text
    data = reply.json()
    for name, kind in (("account", "Account"), ("check", "TargetCheck")):
        validator(kind).validate(data[name])
    own = zc.account(zc.Zone.from_dict(GOOD))
    assert data["account"]["rows"] == own.to_dict()["rows"]
    assert "state" not in data["account"]


def test_the_host_reads_csv_text_and_shows_schemas(host: str) -> None:
    httpx = pytest.importorskip("httpx", reason="the client of this test")
    tables = {
        "zones": "园区,省份\n甲,江苏\n",
        "economy": "园区,年份,工业增加值,单位,价格基期\n甲,2022,12,亿元,2020\n",
        "energy": "园区,年份,能源品种,数量,单位\n甲,2022,焦炭,3,万吨\n",
    }
    reply = httpx.post(f"{host}/tables", json=tables, timeout=20)
    assert reply.status_code == 200, reply.text
    assert reply.json()["account"]["rows"] == zc.account(zc.Zone.from_dict(GOOD)).to_dict()["rows"]
    assert httpx.get(f"{host}/schemas/Zone", timeout=20).json() == zc.json_schema("Zone")
    bad = httpx.post(
        f"{host}/tables", json={**tables, "energy": tables["energy"].replace("焦炭", "煤炭粉")}, timeout=20
    )
    assert bad.status_code == 422
    (problem,) = bad.json()["problems"]
    told = [problem[name] for name in ("code", "source", "row", "column")]
    assert told == ["carrier.unknown", "energy.csv", 2, "carrier"]
    assert httpx.post(f"{host}/tables", json={"../../evil": "a"}, timeout=20).status_code == 422


def test_the_host_returns_every_problem_with_its_place(host: str) -> None:
    httpx = pytest.importorskip("httpx", reason="the client of this test")
    bad = [
        GOOD,
        {"zone": "B", "energy": [{"carrier": "煤炭粉", "year": 2022}, {"carrier": "焦炭", "year": 3}]},
        {"zone": ""},
    ]
    reply = httpx.post(f"{host}/zones", json=bad, timeout=20)
    assert reply.status_code == 422
    validator("Error").validate(reply.json())
    told = [(p["code"], p["source"], p["column"]) for p in reply.json()["problems"]]
    assert told == [
        ("carrier.unknown", "zone 1", "energy.0.carrier"),
        ("year.range", "zone 1", "energy.1.year"),
        ("zone.blank", "zone 2", "zone"),
    ]
    assert "能源品种" in reply.json()["problems"][0]["zh"]
    assert httpx.get(f"{host}/schemas/nix", timeout=20).status_code == 422
    assert httpx.post(f"{host}/zones?targets=/etc/passwd", json=[GOOD], timeout=20).status_code == 422


def test_the_host_answers_many_at_once(host: str) -> None:
    httpx = pytest.importorskip("httpx", reason="the client of this test")
    from concurrent.futures import ThreadPoolExecutor

    with httpx.Client(timeout=30) as client, ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: client.post(f"{host}/zones", json=[GOOD]).text, range(24)))
    assert len(set(replies)) == 1


def test_the_host_is_short() -> None:
    assert len((ROOT / "docs/host.py").read_text("utf-8").splitlines()) < 60
