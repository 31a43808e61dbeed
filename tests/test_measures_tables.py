"""Measures in a workbook: every record comes back equal, people's sheets are read, mistakes are told by their cell."""

import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

import zonecarbon as zc
from zonecarbon.catalog import measure_set
from zonecarbon.messages import Language
from zonecarbon.records import Path as PricePath
from zonecarbon.records import Site, Uncertainty
from zonecarbon.tabular.measure_form import FORMS
from zonecarbon.vocabulary import carriers

MINE: dict[str, Any] = {
    "name": "mine",
    "price_year": 2025,
    "discount_rate": "6.5 %",
    "price": [
        {"carrier": "coal", "price": "800 元/吨", "path": {"kind": "constant", "rate": -0.01}},
        {"carrier": "co2", "price": "90 CNY/tCO2", "path": {
            "kind": "piecewise", "rates": [{"rate": "5 %", "until": 2028}, {"rate": 0.03}], "status": "assumption"}},
        {"carrier": "电力", "supply": "绿电直供", "price": "0.68 CNY/kWh", "note_zh": "合同 =A1"},
    ],
    "measure": [
        {"name": "LED; 照明", "kind": "save", "source": "电力", "source_supply": "电网", "potential": 0.1 + 0.2,
         "capital": "3500 元/MWh", "sectors": ["化工、医药", "纺织"], "whole": True,
         "uncertainty": [{"shape": "triangular", "low": -0.3, "high": 0.1, "rho": 0.5}]},
        {"name": "=1+1", "kind": "switch", "source": ["煤", "fuel_oil"], "target": "天然气", "ratio": 0.85,
         "extra": {"电力": "0.01 MWh/tce", "heat": "1 GJ/tce"}, "excludes": "LED; 照明", "ramp": 2.5, "start": 2026,
         "end": 2030, "zones": {"甲": {"limit": "200 tce"}, "乙; 园": {"potential": 0.07, "start": 2027}, "丙": {}}},
        {"name": " kiln\x0b", "kind": "capture", "product": "水泥熟料", "potential": "12.345 %", "lifetime": 20,
         "extra": {"electricity": "0.25 MWh/tCO2"}, "running": "-5 CNY/tCO2", "requires": ["LED; 照明"],
         "capital_rate": -0.02, "zones": {"甲": {"limit": ""}}, "note_en": "a\r\nb _x0041_"},
    ],
}  # fmt: skip


Sheets = dict[str, list[list[Any]]]


def book(path: Path, sheets: Sheets) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def told(path: Path) -> list[tuple[str, str, str]]:
    """Return code, sheet and cell of each problem of a workbook."""
    with pytest.raises(zc.MeasureError) as caught:
        zc.read_measures(path)
    for language in get_args(Language):
        assert caught.value.text(language)
    return [(item.code, item.where.sheet, item.where.cell) for item in caught.value.problems]


# -- there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("given_set", ["starter", MINE], ids=["starter", "mine"])
def test_a_set_comes_back_equal(given_set: Any, language: Any, tmp_path: Path) -> None:
    record = measure_set(given_set)
    path = zc.write_measures(record, tmp_path / "a.xlsx", language=language)
    assert path == tmp_path / "a.xlsx"
    assert zc.read_measures(path) == record
    assert zc.read_measures(str(path)) == record


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_carrier_and_supply_comes_back(language: Any, tmp_path: Path) -> None:
    supplies = ("grid", "direct_nonfossil", "certificate", "onsite_nonfossil", "onsite_fossil")
    priced = [name for name in carriers() if name not in {"electricity", "reported"}]
    record = zc.MeasureSet.from_dict(
        {
            "name": "all",
            "price_year": 2025,
            "price": [{"carrier": name, "price": "1 CNY/tce"} for name in priced]
            + [{"carrier": "electricity", "supply": name, "price": "1 CNY/kWh"} for name in supplies],
            "measure": [
                {"name": f"to {name}", "kind": "switch", "source": "coke", "target": name}
                for name in carriers() if name not in {"reported", "coke"}
            ],
        }
    )  # fmt: skip
    assert zc.read_measures(zc.write_measures(record, tmp_path / "a.xlsx", language=language)) == record


WORDS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["=1", "a;b", "a、b", " a", '"a"', "[1]", "{", "_x0041_", "1", "5%", "\x00", "\r", "是", "\ufffe"]),
)
SHARES = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.07, 1.0, 0.1 + 0.2]))
MONEY = st.builds(lambda x, unit: f"{x!r} CNY/{unit}", st.integers(-50, 10**6), st.sampled_from(["tce", "kWh", "t"]))
AMOUNTS = st.builds(lambda x: f"{x!r} MWh", st.floats(0, 1e6))
YEARS = st.one_of(st.none(), st.integers(2000, 2060))
UNCERTAIN = st.builds(
    Uncertainty, shape=st.just("normal"), sd=st.floats(1e-6, 1), rho=SHARES, shared=st.booleans(), note_zh=WORDS
)
PATHS = st.one_of(
    st.none(),
    st.builds(PricePath, kind=st.just("constant"), rate=st.floats(-0.5, 2), note_en=st.sampled_from(["", "x;"])),
    st.builds(PricePath, kind=st.just("table"), values=st.dictionaries(st.integers(2000, 2050), SHARES, min_size=1)),
    st.builds(PricePath, kind=st.just("linear"), goal=SHARES, year=st.integers(2026, 2040)),
)
STATUS = st.sampled_from(["verified", "recalled", "assumption", "user"])


def some_zone(name: str) -> bool:
    try:
        zc.Zone(zone=name)
    except zc.ZoneCarbonError:
        return False
    return name == name.strip() != ""


SITES = st.dictionaries(
    WORDS.filter(some_zone),
    st.builds(
        Site, potential=st.one_of(st.none(), SHARES), limit=st.one_of(st.none(), st.just(""), AMOUNTS), start=YEARS
    ),
    max_size=3,
)


@st.composite
def sets(draw: st.DrawFn) -> zc.MeasureSet:
    names = draw(st.lists(WORDS.filter(bool), min_size=1, max_size=4, unique=True))
    measures: list[dict[str, Any]] = []
    for name in names:
        kind = draw(st.sampled_from(["save", "switch", "capture"]))
        acts: dict[str, Any] = {"source": draw(st.sampled_from(["电力", ["coal", "柴油"], "fuels"]))}
        if kind != "switch" and draw(st.booleans()):
            acts = {"product": draw(st.lists(WORDS, min_size=1, max_size=3))}
        if kind == "switch":
            acts |= {"target": "electricity", "target_supply": draw(st.sampled_from(["绿电直供", "onsite_nonfossil"]))}
        others = st.lists(st.sampled_from([other for other in names if other != name] or [""]), max_size=2)
        start, end = sorted([draw(st.integers(2000, 2030)), draw(st.integers(2000, 2030))])
        measures.append(
            {
                "name": name, "kind": kind, **acts, "title_zh": draw(WORDS), "note_en": draw(WORDS), "whole": True,
                "sectors": [word for word in draw(st.lists(WORDS, max_size=3)) if some_zone(word)],
                "excludes": [word for word in draw(others) if word],
                "requires": [word for word in draw(others) if word], "lifetime": draw(st.integers(1, 99)),
                "potential": draw(SHARES), "limit": draw(st.just("") | AMOUNTS), "capital": draw(st.just("") | MONEY),
                "start": start, "end": end, "ramp": draw(st.floats(1, 100)), "running": draw(st.just("") | MONEY),
                "capital_rate": draw(st.floats(-0.99, 1)),
                "extra": draw(st.dictionaries(st.sampled_from(["电力", "heat", "coke"]), st.just("") | AMOUNTS)),
                "zones": draw(SITES), "uncertainty": draw(st.lists(UNCERTAIN, max_size=1)), "status": draw(STATUS),
                "ratio": draw(st.floats(1e-9, 1e9)),
            }
        )  # fmt: skip
    priced = draw(st.lists(st.sampled_from(["煤", "fuels", "coke", "co2", "heat", "电力"]), unique=True))
    prices = [{"carrier": name, "price": draw(MONEY), "path": draw(PATHS), "status": draw(STATUS)} for name in priced]
    return zc.MeasureSet.from_dict(
        {"name": draw(WORDS), "note_zh": draw(WORDS), "price_year": 2025, "discount_rate": draw(st.floats(0, 0.99)),
         "price": prices, "measure": measures}
    )  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data(), language=st.sampled_from(["en", "zh"]))
def test_any_set_comes_back_equal_through_the_file(
    draw: st.DataObject, language: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        record = draw.draw(sets())
    except zc.ZoneCarbonError:  # what the record itself refuses
        assume(False)
    path = tmp_path_factory.mktemp("sets") / "a.xlsx"
    assert zc.read_measures(zc.write_measures(record, path, language=language)) == record


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    words = ["=1+1", "+1", "-1", "@x", "#x", "'x", "=HYPERLINK(1)"]
    measures = [{"name": word, "title_en": word, "kind": "save", "source": "coke", "note_zh": word} for word in words]
    record = zc.MeasureSet.from_dict({"name": "=x", "price_year": 2025, "measure": measures})
    path = zc.write_measures(record, tmp_path / "a.xlsx")
    cells = [cell for sheet in load_workbook(path).worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert all(cell.quotePrefix for cell in cells if str(cell.value) in words)
    assert zc.read_measures(path) == record


def test_shares_are_shown_as_percent(tmp_path: Path) -> None:
    sheet = load_workbook(zc.write_measures("starter", tmp_path / "a.xlsx"))["measures"]
    heads = [cell.value for cell in sheet[1]]
    found = sheet.cell(2, heads.index("potential") + 1)
    assert (found.value, found.number_format) == (0.08, "0%")
    assert sheet.cell(2, heads.index("lifetime") + 1).number_format == "General"
    assert "uncertainty" not in heads, "a column for programs stands there only where it holds something"


def test_writing_is_refused_where_it_would_lose_something(tmp_path: Path) -> None:
    path = zc.write_measures("starter", tmp_path / "a.xlsx")
    with pytest.raises(zc.InputError, match="overwritten"):
        zc.write_measures("starter", path)
    assert zc.write_measures(MINE, path, overwrite=True) == path
    assert zc.read_measures(path).name == "mine"
    with pytest.raises(zc.InputError, match=r"\.xlsx"):
        zc.write_measures("starter", tmp_path / "a.csv")
    with pytest.raises(zc.InputError, match="language"):
        zc.write_measures("starter", tmp_path / "b.xlsx", language="fr")  # type: ignore[arg-type]
    with pytest.raises(zc.MeasureError, match="starter"):
        zc.write_measures("startr", tmp_path / "b.xlsx")
    long = {"name": "x", "price_year": 2025, "measure": [{"name": "n" * 40_000, "kind": "save", "source": "coke"}]}
    with pytest.raises(zc.InputError, match="40000"):
        zc.write_measures(long, tmp_path / "b.xlsx")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.xlsx"]


# -- what people type --------------------------------------------------------------------------------------------------

TYPED: Sheets = {
    "说明": [["随便写的"]],
    "措施": [
        ["示范园区措施表"],
        [],
        ["序号", "名称", "方式", "作用对象", "潜力", "使用年限", "单位投资", "替代能源", "替代比", "整体实施",
         "附加用能", "行业", "备注"],
        [1, "照明", "节能", "电力", 0.08, 12, "2200 元/MWh", None, None, "否"],
        [None] * 13,
        [2, "热泵", "替代", "煤、柴油；焦炭", "25 %", 15.0, "5000 CNY/tce", "电力", "0.35", "是",
         "电力：0.1 MWh/tce；热力: 2 GJ/tce", "化工；纺织"],
    ],
    "价格": [["品种", "价格", "价格年变化率"], ["电力", "0.65 CNY/kWh", "2 %"], ["煤", "800 元/吨"]],
    "设置": [["项目", "值"], ["价格年", "2025年"], ["折现率", 0.06]],
    "分园区": [["措施", "园区", "潜力", "上限", "最早年份"], ["热泵", "甲", None, "20 tce", 2027]],
}  # fmt: skip


def test_a_sheet_as_planners_fill_it(tmp_path: Path) -> None:
    path = book(tmp_path / "园区.xlsx", TYPED)
    made = load_workbook(path)
    made["措施"]["E4"].number_format = "0%"
    made["设置"]["B3"].number_format = "0.0%"
    made.save(path)
    found = zc.read_measures(path)
    assert (found.name, found.price_year, found.discount_rate) == ("园区", 2025, 0.06)
    lamps, pumps = found.measure
    assert (lamps.kind, lamps.potential, lamps.lifetime, lamps.whole) == ("save", 0.08, 12, False)
    assert pumps.source == ("煤", "柴油", "焦炭")
    assert (pumps.target, pumps.ratio, pumps.potential, pumps.whole) == ("electricity", 0.35, 0.25, True)
    assert pumps.extra == {"electricity": "0.1 MWh/tce", "heat": "2 GJ/tce"}
    assert pumps.sectors == ("化工", "纺织")
    assert pumps.zones == {"甲": Site(limit="20 tce", start=2027)}
    power, coal = found.price
    assert power.path == PricePath(kind="constant", rate=0.02)
    assert (coal.carrier, coal.path) == ("煤", None)


def test_every_bad_cell_is_told_in_one_error(tmp_path: Path) -> None:
    sheets: Sheets = {
        "measures": [
            [
                "name",
                "kind",
                "source",
                "potential",
                "capital",
                "extra",
                "colour",
                "uncertainty",
                "lifetime",
                "start",
                "end",
            ],
            ["a", "saving", "coke", 0.1, "1 CNY/tce", None, None, None, 10],
            ["b", "save", "no such", 8, 1800, "electricity", None, "{", 10.5],
            ["c", "save", "coke", True, None, None, None, None, None, datetime.date(2026, 1, 1), 1],
            [None, "save", "coke"],
        ],
        "prices": [
            ["carrier", "price", "price_change", "path"],
            ["coke", "1 CNY", 0.1, '{"kind": "constant", "rate": 0}'],
            ["coal", None],
        ],
        "settings": [["item", "value"], ["price_year", "soon"], ["discount", 1]],
        "sites": [["measure", "zone", "potential"], ["z", "A", 1], ["a", "A", "x"], ["a", "A", 0.5], ["c", "全国", 1]],
    }  # fmt: skip
    found = told(book(tmp_path / "a.xlsx", sheets))
    assert set(found) == {
        ("measure.heading", "measures", "G1"),
        ("field.choice", "measures", "B2"),
        ("carrier.unknown", "measures", "C3"),
        ("measure.money", "measures", "E3"),
        ("measure.extra_text", "measures", "F3"),
        ("measure.json", "measures", "H3"),
        ("field.whole", "measures", "I3"),
        ("number.bool", "measures", "D4"),
        ("year.range", "measures", "K4"),
        ("field.required", "measures", "A5"),
        ("measure.money", "prices", "B2"),
        ("measure.price_paths", "prices", "C2"),
        ("field.required", "prices", "B3"),
        ("year.range", "settings", "B2"),
        ("measure.setting", "settings", "A3"),
        ("measure.site", "sites", "A2"),
        ("number.text", "sites", "C3"),
        ("measure.site_twice", "sites", "B4"),
        ("zone.sum", "sites", "B5"),
    }  # fmt: skip


def test_what_the_record_finds_as_a_whole_has_its_cell(tmp_path: Path) -> None:
    head = ["name", "kind", "source", "target", "potential", "requires", "start", "end"]
    sheets: Sheets = {"settings": [["item", "value"], ["price_year", 2025], ["discount_rate", 2]]}
    one: Sheets = {
        **sheets,
        "measures": [head, ["a", "save", "coke", None, 1.5, None, 2030, 2026], ["b", "switch", "coke"]],
    }
    assert set(told(book(tmp_path / "a.xlsx", one))) == {
        ("measure.share", "measures", "E2"),
        ("measure.years", "measures", "H2"),
        ("measure.target", "measures", "D3"),
    }
    two: Sheets = {**sheets, "measures": [head, ["a", "save", "coke", None, None, "x"], ["a", "save", "coke"]]}
    two["prices"] = [["carrier", "price"], ["coke", "1 CNY/t"], ["焦炭", "2 CNY/t"]]
    assert set(told(book(tmp_path / "b.xlsx", two))) == {
        ("measure.discount", "settings", "B3"),
        ("measure.other", "measures", "F2"),
        ("measure.name", "measures", "A2"),
        ("measure.name", "measures", "A3"),
        ("measure.price_twice", "prices", ""),
    }
    three: Sheets = {
        "settings": sheets["settings"][:2],
        "measures": [head, ["a", "save", "coke"]],
        "sites": [["measure", "zone", "potential"], ["a", "甲", 3]],
    }
    assert told(book(tmp_path / "c.xlsx", three)) == [("measure.share", "sites", "C2")]


def test_workbooks_of_another_kind_are_refused(tmp_path: Path) -> None:
    codes = [code for code, *_ in told(book(tmp_path / "a.xlsx", {"zones": [["zone"], ["A"]]}))]
    assert codes[0] == "measure.sheet"
    twice: Sheets = {
        "measures": [["name", "名称", "kind", "source"], ["a", "b", "save", "coke"]],
        "settings": TYPED["设置"],
    }
    assert told(book(tmp_path / "b.xlsx", twice)) == [("measure.heading_twice", "measures", "B1")]
    formula: Sheets = {"measures": [["name", "kind", "source"], ["a", "save", "=A1"]], "settings": TYPED["设置"]}
    assert ("workbook.formula", "measures", "C2") in told(book(tmp_path / "c.xlsx", formula))
    (tmp_path / "d.xlsx").write_text("name", "utf-8")
    with pytest.raises(zc.InputError, match=r"d\.xlsx"):
        zc.read_measures(tmp_path / "d.xlsx")


def test_a_workbook_is_read_before_it_is_planned_with(tmp_path: Path) -> None:
    path = zc.write_measures("starter", tmp_path / "a.xlsx")
    account = zc.account(zc.Activity.from_arrays([[[1.0]]], flows=["coke"], zones=["A"], years=[2025]))
    for given_path in (path, str(path)):
        with pytest.raises(zc.MeasureError, match="read_measures"):
            zc.abatement_curve(account, given_path)


def test_headings_are_told_apart() -> None:
    for own in FORMS.values():
        words = [word.casefold() for known in own.words.values() for word in known]
        assert len(set(words)) == len(words), own.key
        assert all(len(known) > 1 for known in own.words.values())
    fields = set(zc.Measure.model_fields) - {"zones"}
    assert fields == set(FORMS["measures"].words)
    assert set(zc.Price.model_fields) | {"price_change"} == set(FORMS["prices"].words)
    assert set(Site.model_fields) | {"measure", "zone"} == set(FORMS["sites"].words)
