"""Ids in sentences: Chinese texts say them in words, English ones keep them, problems hold them as data."""

import csv
import json
import re
import string
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import zonecarbon as zc
from zonecarbon import messages
from zonecarbon.catalog import list_targets
from zonecarbon.cli import main
from zonecarbon.errors import Problem
from zonecarbon.records.method import ELECTRICITY_KINDS
from zonecarbon.terms import kinds, said, term
from zonecarbon.vocabulary import SUPPLIES, USES, carriers, provinces

ROWS = list(csv.DictReader(files("zonecarbon").joinpath("data/vocabulary/terms.csv").read_text("utf-8").splitlines()))
WORD = re.compile("[A-Za-z_]{4,}")
CHINESE = re.compile("[\u3400-\u9fff]")
DEMO = str(Path(__file__).parents[1] / "examples" / "china_industry_2019_2020")
# What a sentence gives as ids because people type them, or as they came: by field.
AS_TYPED = {
    "known", "names", "name", "have", "got", "value", "text", "columns", "column", "by", "keys", "level", "only", "of",
    "allowed", "fields", "driver", "drivers", "pair", "target", "targets", "item", "rows", "what", "kind", "indicator",
    "basis", "taken", "old", "new", "expected", "path", "package", "extra", "detail", "rule", "status", "judgement",
    "flows", "series", "set", "sets", "table", "method", "fuels", "edition", "group", "bases", "carrier",
}  # fmt: skip


def fields_of(code: str) -> list[tuple[str, str]]:
    parsed = string.Formatter().parse(messages.TEXTS[code][1])
    return [(name, spec or "") for _, name, spec, _ in parsed if name]


SAID = [code for code in messages.TEXTS if any(spec in kinds() for _, spec in fields_of(code))]
SAMPLES = {
    "carrier": "raw_coal -> bituminous_coal, coke_oven_gas: NBS-yearbook",
    "grid": "electricity of zones without a province (provincial_average), 西藏 national_residual 2020",
    "bracketed": "甲 (peaked -> plateau), 乙 (insufficient -2.7% -> rising +0.2%)",
    "dimension": "energy/mass",
    "basis": "calorific, not stated",
    "judgement": "rounded",
    "status": "recalled",
    "vintage": "same_year",
    "what": "energy_intensity",
    "price": "nominal, 2020",
    "driver": "value_added, grid_factor",
    "indicator": "energy_per_iva",
    "sampling": "antithetic",
    "unit": "fraction per year",
    "rule": "a function of (done, todo)",
    "system": "No such file or directory",
    "part": "projection",
    "operator": "meets",
    "share": "fraction of zones",
    "column": "quantity, value_added",
}
KEPT = {"NBS", "yearbook", "done", "todo", "quantity", "value_added"}  # a column with the id that people type


def test_there_are_many() -> None:
    assert len(SAID) > 60


@pytest.mark.parametrize("code", SAID)
def test_no_id_is_left_in_a_chinese_sentence(code: str) -> None:
    specs = dict(fields_of(code)) | {name: spec for name, spec in fields_of(code) if spec in kinds()}
    values: dict[str, Any] = {
        name: SAMPLES[spec] if spec in kinds() else (1.5 if spec else "7") for name, spec in specs.items()
    }
    text = messages.render(code, values, "zh")
    literal = set(WORD.findall("".join(part for part, *_ in string.Formatter().parse(messages.TEXTS[code][1]))))
    quoted = set(WORD.findall(" ".join(re.findall("'[^']*'", text))))
    assert set(WORD.findall(text)) - literal - quoted <= KEPT, text
    english = messages.render(code, values, "en")
    for name, spec in specs.items():
        if spec in kinds() and spec != "grid":
            assert values[name] in english  # ids are what people type and search for


@pytest.mark.parametrize("code", messages.TEXTS)
def test_a_carrier_is_named_and_never_an_id(code: str) -> None:
    """A new sentence must say whether a carrier is named, or is an id to be typed and so stands in quotes."""
    chinese = messages.TEXTS[code][1]
    for found in re.finditer(r"(.?)\{(carrier|flows|drivers)\}", chinese):
        assert found[1] in {"'", "."} or found[2] == "drivers", chinese
    assert {name for name, spec in fields_of(code) if spec in kinds()} <= AS_TYPED | {
        "other", "items", "pairs", "told", "zones", "prices", "cell", "region", "sampling", "wanted", "want", "part",
        "operator", "missing",
    }  # fmt: skip


def test_every_shipped_id_has_words() -> None:
    """What may come into a sentence has a Chinese name: uses, supplies, kinds of grid factors, indicators, units."""
    targets = list_targets().columns()
    for kind, names in {
        "use": USES,
        "supply": SUPPLIES,
        "grid": ELECTRICITY_KINDS,
        "unit": {name for name in targets["unit"].tolist() if name},
        "status": {name for name in targets["status"].tolist() if name},
    }.items():
        for name in names:
            assert CHINESE.search(term(name, "zh", kind)), (kind, name)
    for name, carrier in carriers().items():
        assert term(name, "zh", "carrier") == carrier.name_zh
        assert term(name, "en", "carrier") == carrier.name_en
    for name, province in provinces().items():
        assert term(name, "zh", "grid") == province.name_zh
        assert said(province.name_zh, "en", "grid") == province.name_en


def test_the_words_are_whole() -> None:
    assert len({(row["kind"], row["id"]) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["en"].strip(), row
        assert not CHINESE.search(row["en"]), row
        assert CHINESE.search(row["zh"]) or row["kind"] in {"level", "rule"}, row
    assert set(SAMPLES) <= kinds()


@pytest.mark.parametrize(
    "text", ["'raw_coal'", "raw_coal.csv", "--final", "charcoal_x", "“coke”", "x/raw_coal.csv", ""]
)
def test_what_is_no_id_stays(text: str) -> None:
    assert term(text, "zh", "carrier") == text


def test_names_of_zones_beside_states_stay() -> None:
    assert term("rising (peaked -> rising)", "zh", "bracketed") == "rising (已达峰 → 上升)"


def test_the_problem_keeps_its_ids() -> None:
    problem = Problem("account.net_seller", {"carrier": "raw_coal", "places": "A 2020"})
    data = json.loads(json.dumps(problem.to_dict(), ensure_ascii=False))
    assert data["values"]["carrier"] == "raw_coal"
    assert "raw_coal" in data["en"]
    assert "原煤净外供" in data["zh"]


def test_a_problem_within_a_problem_is_said_in_its_language() -> None:
    inner = Problem("cli.one_year", {"years": "2024"})
    problem = Problem("cli.left_out", {"part": "change", "reason": inner})
    assert inner.text("zh") in problem.text("zh")
    assert inner.text("en") in problem.text("en")
    assert json.loads(json.dumps(problem.to_dict()))["values"]["part"] == "change"


# -- what the command line prints --------------------------------------------------------------------------------------


def test_a_check_in_chinese_has_no_english_units(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", DEMO, "--lang", "zh"])
    said = capsys.readouterr()
    for text in (said.out, said.err):
        left = re.sub(r"torch-2025:[a-z0-9-]+|ncsc-2025|china_industry_2019_2020|proxies='refuse'|inventory", "", text)
        left = re.sub(r"--set \S+=\w+|--base-year|base_year=", "", left)  # options, as they are typed
        left = left.replace("GDP deflator (current-price series)", "")  # the user's own label
        assert not WORD.search(left), WORD.findall(left)
    assert "的园区（2020 年）；限值 ≥ 50%" in said.out


@pytest.mark.parametrize("words", [("--by", "use,year"), ("--by", "carrier,year"), ()])
def test_headings_are_chinese_and_data_keep_their_names(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main(["account", DEMO, "--lang", "zh", *words]) == 0
    out = capsys.readouterr().out
    assert not WORD.search(out.splitlines()[0])
    if words:
        assert ("原煤" if "carrier" in words[1] else "终端消费") in out
    assert main(["account", DEMO, "--lang", "zh", "--format", "csv", *words]) == 0
    out = capsys.readouterr().out
    assert "energy_tce" in out.splitlines()[0]
    if words:
        assert re.search("^(raw_coal|final),2019,", out, re.MULTILINE)
    assert main(["account", DEMO, *words]) == 0
    assert "energy_tce" in capsys.readouterr().out.splitlines()[0]


def test_effects_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    main(["decompose", DEMO, "--lang", "zh", "--level", "portfolio", "--leave-out"])
    out = capsys.readouterr().out
    assert "电网排放因子" in out
    assert not WORD.search(out.replace("tCO", ""))


def test_lists_have_chinese_headings(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["factors", "list"], ["targets", "list"], ["scenarios", "list"], ["methods", "list"], ["carriers"]):
        assert main([*words, "--lang", "zh"]) == 0
        head = capsys.readouterr().out.splitlines()[0]
        assert CHINESE.search(head)
        assert not WORD.search(head), head


def test_an_explanation_says_its_labels() -> None:
    record = zc.Zone(
        zone="甲",
        province="江苏",
        energy=[
            zc.EnergyUse(year=2022, carrier="raw_coal", quantity=10.0, unit="t"),
            zc.EnergyUse(year=2022, carrier="natural_gas", quantity=1000.0, unit="m3"),
            zc.EnergyUse(year=2022, carrier="electricity", quantity=5.0, unit="MWh", supply="onsite_nonfossil"),
            zc.EnergyUse(year=2022, carrier="electricity", quantity=50.0, unit="MWh"),
        ],
    )
    with pytest.warns(zc.FactorWarning):
        account = zc.account([record])
    text = account.explain("甲", 2022).text("zh")
    left = re.sub(
        r"\[(.*?)\]", lambda found: re.sub(r"[a-z]+-[a-z0-9-]+|NBS-\w+|inventory|\bkgce\b", "", found[0]), text
    )
    left = re.sub(r"records|kgce|GB/T|'[^']*'|inventory|ncsc-\d+|coefficients=|--set proxies=refuse|proxies=", "", left)
    assert not WORD.search(left), WORD.findall(left)
    assert "江苏 省级平均、数据年份 2022" in text
    assert "电力、自发非化石" in text
    english = account.explain("甲", 2022).text("en")
    assert "Jiangsu provincial_average, data year 2022" in english
