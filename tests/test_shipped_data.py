"""The shipped tables are the transcribed ones, agree with each other and with physics; a broken copy is found."""

import csv
import hashlib
import importlib.util
import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "src/zonecarbon/data"
TRANSCRIPTION = ROOT / "tests/transcription"
DEMO = ROOT / "examples/china_industry_2019_2020"

Change = Callable[[str], str]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_tool_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load(ROOT / "tools/check_factors.py")
TABLES: dict[str, list[dict[str, str]]] = tool.read_shipped()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_no_findings() -> None:
    assert tool.check() == []


def test_every_table_is_checked() -> None:
    named = {DATA / place for place in (tool.SHIPPED | tool.OWN).values()}
    shipped = {path for path in DATA.rglob("*.csv") if path.parent.name != "example"}
    # Tables of other parts (scenarios, measures) are checked by their own tests.
    assert named <= shipped
    assert {path for path in shipped if path.parent.name in {"factors", "vocabulary", "data"}} == named


def replace(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def flip_first_number(text: str) -> str:
    """Change the last digit of the first number below the header that stands alone in a cell."""
    head, body = text.split("\n", 1)

    def other(match: re.Match[str]) -> str:
        digits = match.group(1)
        return f",{digits[:-1]}{(int(digits[-1]) + 1) % 10},"

    changed, count = re.subn(r",(\d+\.?\d*),", other, body, count=1)
    assert count == 1
    return f"{head}\n{changed}"


def swap_years(kind: str, region: str) -> Change:
    """Exchange the values of 2021 and 2022 of one region."""

    def change(text: str) -> str:
        pattern = rf"(?m)^({kind},{region},[^\n]*?,{{year}},,)([\d.]+)(,.*)$"
        first, second = (re.search(pattern.format(year=year), text) for year in (2021, 2022))
        assert first is not None
        assert second is not None
        assert first.end() < second.start()
        one = f"{first[1]}{second[2]}{first[3]}"
        two = f"{second[1]}{first[2]}{second[3]}"
        return text[: first.start()] + one + text[first.end() : second.start()] + two + text[second.end() :]

    return change


def broken(folder: Path, name: str, change: Change, *, both: bool) -> list[str]:
    """Return the findings for copies of the tables with ``change`` made in the shipped one, or in both."""
    data, transcription = folder / "data", folder / "transcription"
    shutil.copytree(DATA, data)
    shutil.copytree(TRANSCRIPTION, transcription)
    places = [data / tool.SHIPPED[name], *([transcription / name] if both else [])]
    for place in places:
        text = place.read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text
        place.write_text(changed, encoding="utf-8", newline="\n")
    if both:
        sums = "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
            for path in sorted(transcription.glob("*.csv"))
        )
        (transcription / "SHA256SUMS").write_text(sums, encoding="utf-8")
    findings: list[str] = tool.check(data, transcription)
    return findings


@pytest.mark.parametrize("name", [name for name in tool.SHIPPED if name not in {"sources.csv", "proxies.csv"}])
def test_a_flipped_digit_in_any_table_is_found(tmp_path: Path, name: str) -> None:
    findings = broken(tmp_path, name, flip_first_number, both=False)
    assert any(finding.startswith(f"{name}: row ") for finding in findings)


@pytest.mark.parametrize("region", ["北京", "陕西", "山西", "云南"])
def test_swapped_years_of_a_province_are_found(tmp_path: Path, region: str) -> None:
    findings = broken(tmp_path, "grid_electricity.csv", swap_years("provincial_average", region), both=False)
    assert sum("value" in finding for finding in findings) >= 2


# The same error in both copies, with new hashes: only what the numbers say of themselves can find it.
COAL, FUELS, GRID = "standard_coal.csv", "fuel_co2.csv", "grid_electricity.csv"
NBS = "NBS-yearbook"
BOTH = {
    "digit of a coefficient": (COAL, replace("raw_coal,GB/T 2589-2020,0.7143", "raw_coal,GB/T 2589-2020,0.7134")),
    "digit of a heat value": (COAL, replace("1.4571,kgce/kg,,,42705", "1.4571,kgce/kg,,,42652")),
    "calorie of the other edition": (COAL, replace("0.7143,kgce/kg,,,20908", "0.7143,kgce/kg,,,20934")),
    "leading digit of LPG": (COAL, replace(f"lpg,{NBS},1.7143", f"lpg,{NBS},0.7143")),
    "leading digit of refinery gas": (COAL, replace(f"refinery_gas,{NBS},1.5714", f"refinery_gas,{NBS},0.5714")),
    "leading digit of natural gas": (COAL, replace(f"natural_gas,{NBS},1.2150", f"natural_gas,{NBS},0.2150")),
    "kerosene of another fuel": (COAL, replace(f"kerosene,{NBS},1.4714", f"kerosene,{NBS},1.4286")),
    "range turned round": (COAL, replace("1.1000,1.3300,,32238,38979", "1.3300,1.1000,,38979,32238")),
    "row twice": (COAL, lambda text: text + text.splitlines()[1] + "\n"),
    "equivalent value tenfold": ("electricity_equivalent.csv", replace(",404,0.4040,", ",4040,4.0400,")),
    "carbon of another gas": (FUELS, replace("0.07080,tC/GJ,0.99,257.0040", "0.01220,tC/GJ,0.99,44.2860")),
    "oxidation twice": (FUELS, replace("0.94,94.7489", "0.8836,89.0640")),
    "digit of a product": (FUELS, replace("2.322768,tCO2/t", "2.322786,tCO2/t")),
    "upper bound as heat value": (FUELS, replace("Petroleum Coke,32.5,", "Petroleum Coke,41.9,")),
    "national years swapped": (GRID, swap_years("national_average", "全国")),
    "leading digit of a province": (GRID, replace(",2023,,0.6191,", ",2023,,0.0619,")),
    "province rose, not fell": (GRID, replace(",2023,,0.5554,", ",2023,,0.5654,")),
    "province left out": (GRID, lambda text: re.sub(r"(?m)^provincial_average,海南,.*,2022,.*\n", "", text)),
    "unknown source": ("heat.csv", replace("heat-default", "heat-defualt")),
    "unknown carrier": ("proxies.csv", replace("raw_coal,bituminous_coal", "raw_coal,bituminous")),
    "unknown status": ("energy_media.csv", replace("verified", "checked")),
    "water with a shifted point": ("energy_media.csv", replace("0.2571", "2.5710")),
    "heat in another unit": ("heat.csv", replace(",34.12,", ",0.03412,")),
}


@pytest.mark.parametrize("error", BOTH)
def test_an_error_in_both_copies_is_found(tmp_path: Path, error: str) -> None:
    name, change = BOTH[error]
    findings = broken(tmp_path, name, change, both=True)
    assert any(finding.startswith(f"{name}: ") for finding in findings)
    assert not any("transcription" in finding for finding in findings)


def test_a_changed_transcription_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "transcription"
    shutil.copytree(TRANSCRIPTION, folder)
    (folder / "targets.csv").write_bytes((folder / "targets.csv").read_bytes().replace(b"0.4,", b"0.5,", 1))
    assert tool.check_hashes(folder) == ["transcription/targets.csv: missing or changed"]


def test_line_ends_and_mark(tmp_path: Path) -> None:
    changes: list[Change] = [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text]
    for change in changes:
        data = tmp_path / str(len(list(tmp_path.iterdir())))
        shutil.copytree(DATA, data)
        place = data / "factors/heat.csv"
        place.write_bytes(change(place.read_text(encoding="utf-8")).encode())
        assert "heat.csv: must be UTF-8 without a byte order mark, with LF line ends" in tool.check_copies(data)


def test_no_spelling_stands_for_two_provinces() -> None:
    table = TABLES["provinces.csv"]
    for one, two in itertools.combinations(table, 2):
        assert not tool.spellings(one) & tool.spellings(two)
    # The check itself sees a collision.
    wrong = [{**row, "aliases": f"{row['aliases']}|SHANXI"} if row["code"] == "61" else row for row in table]
    assert tool.check_provinces(wrong, TABLES["grid_electricity.csv"])


@pytest.mark.parametrize(
    ("spelling", "province"),
    [
        ("陕西", "61-shaanxi"),
        ("陕西省", "61-shaanxi"),
        ("Shaanxi", "61-shaanxi"),
        ("Shensi", "61-shaanxi"),
        ("Shǎnxī", "61-shaanxi"),
        ("CN-SN", "61-shaanxi"),
        ("山西", "14-shanxi"),
        ("山西省", "14-shanxi"),
        ("Shanxi", "14-shanxi"),
        ("Shānxī", "14-shanxi"),
        ("CN-SX", "14-shanxi"),
        ("内蒙", "15-neimenggu"),
        ("Inner Mongolia", "15-neimenggu"),
        ("nei mongol", "15-neimenggu"),
        ("IM", "15-neimenggu"),
        ("Xizang", "54-xizang"),
        ("全国", "00-quanguo"),
    ],
)
def test_spellings_of_provinces(spelling: str, province: str) -> None:
    owners = [row["province_id"] for row in TABLES["provinces.csv"] if tool.fold(spelling) in tool.spellings(row)]
    assert owners == [province]


def test_provinces_are_complete() -> None:
    table = TABLES["provinces.csv"]
    assert len(table) == 35
    regions = {row["region_id"] for row in TABLES["grid_electricity.csv"] if row["region_id"].startswith("grid-")}
    assert {row["region_id"] for row in table} - {""} == regions
    assert {row["code"] for row in table if not row["region_id"]} == {"00", "71", "81", "82"}


def test_sum_words() -> None:
    words = {(tool.fold(row["word"]), row["kind"]) for row in TABLES["sums.csv"]}
    assert len(words) <= len(TABLES["sums.csv"])
    for word in (
        "煤合计",
        "油品合计",
        "coal_total",
        "Coal Total",
        "Petroleum Products Total",
        "petroleum_total",
        "合计",
    ):
        assert (tool.fold(word), "carrier") in words
    for word in ("全国", "全省", "合计", "Total", "小计"):
        assert (tool.fold(word), "zone") in words


def test_sources_give_only_addresses_that_may_be_followed() -> None:
    hosts = {
        "climatechange.cn", "data.ncsc.org.cn", "doi.org", "github.com", "hjkx.ac.cn", "ipcc-nggip.iges.or.jp",
        "gov.cn", "mee.gov.cn", "ndrc.gov.cn", "xuebao.sjtu.edu.cn",
    }  # fmt: skip
    text = (DATA / "sources.csv").read_text(encoding="utf-8")
    assert {host.removeprefix("www.") for host in re.findall(r"https?://([^/\s]+)", text)} <= hosts
    assert text.count("http") == sum(row["address"].count("http") for row in TABLES["sources.csv"])


def test_synthetic_example_is_up_to_date_and_says_what_it_is() -> None:
    builder = load(ROOT / "tools/build_example.py")
    files = builder.build()
    folder = DATA / "example"
    assert {path.name for path in folder.glob("*.csv")} == set(files)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in files} == files
    assert sum(path.stat().st_size for path in folder.iterdir()) < 400_000
    zones = rows(folder / "zones.csv")
    assert len(zones) == 169
    assert len({row["province"] for row in zones}) == 30
    for row in zones:
        assert row["name"].startswith("Synthetic zone ")
        assert "示例园区" in row["name"]
    assert all(row["zone"].startswith("synthetic-") for name in files for row in rows(folder / name))
    lines = builder.describe(files)
    assert lines[0].startswith("2020: 0.4100")
    assert lines[-1].startswith("2024: 0.3710")


def test_synthetic_energy_has_no_gap_and_no_zero() -> None:
    table = rows(DATA / "example/energy.csv")
    assert all(float(row["quantity"]) > 0 for row in table)
    years: dict[tuple[str, str, str], list[int]] = {}
    for row in table:
        years.setdefault((row["zone"], row["carrier"], row["supply"]), []).append(int(row["year"]))
    assert all(found == list(range(found[0], 2025)) for found in years.values())


def test_demo_closes_and_has_the_known_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("__pycache__"))
    demo = load(tmp_path / "demo/build.py")
    assert demo.main() == 0
    printed = capsys.readouterr().out
    for name in ("zones.csv", "economy.csv", "energy.csv", "published.csv"):
        assert (tmp_path / "demo" / name).read_bytes() == (DEMO / name).read_bytes()
    for line in ("2019  calorific .* 0.7278 .* 24 ", "2019  equivalent .* 0.9937 .* 16 "):
        assert re.search(line, printed)
    carriers = {row["carrier_id"] for row in TABLES["carriers.csv"]}
    assert {row["carrier"] for row in rows(DEMO / "energy.csv")} <= carriers
