"""What hosts do to the library: data that were changed, odd requests, odd arguments, captions, templates, names."""

import copy
import importlib.util
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pint
import pytest

import zonecarbon as zc
from zonecarbon._table.state import digest_of
from zonecarbon.cli import main
from zonecarbon.messages import Language
from zonecarbon.tabular.headings import heading
from zonecarbon.vocabulary import find_carrier

ROOT = Path(__file__).resolve().parents[1]
REGISTRY: Any = pint.UnitRegistry()
zc.define_into(REGISTRY)
Q: Any = REGISTRY.Quantity
XR: Any = pytest.importorskip("xarray")


def account() -> zc.Account:
    activity = zc.Activity.from_arrays(
        [[[9.0, 8.0], [3.0, 2.0]]], flows=["coke", "raw_coal"], zones=["A"], years=[2021, 2022],
        value_added=[[1.0, 1.0]], price_year=2020,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.FactorWarning)
        return zc.account(activity)


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(zc.ZoneCarbonError) as caught:
        call()
    return caught.value.problems[0].code


def data_of(result: Any) -> Any:
    return json.loads(json.dumps(result.to_dict()))


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    for key in data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from places(data[key])


# -- the digest ----------------------------------------------------------------------------------------------------


def test_any_part_that_was_changed_is_noticed() -> None:
    """Coefficients too, which the input hash says nothing of."""
    data = data_of(account())
    seen = 0
    for at in range(0, len(list(places(data))), 7):
        changed = copy.deepcopy(data)
        place, key = list(places(changed))[at]
        if place is changed and key in {"schema", "digest"}:
            continue
        place[key] = "changed"
        assert code_of(lambda changed=changed: zc.from_dict(changed)) == "schema.digest"  # type: ignore[misc]
        seen += 1
    assert seen > 20


def test_a_state_without_a_digest_is_refused() -> None:
    data = data_of(account())
    del data["digest"]
    assert code_of(lambda: zc.from_dict(data)) == "schema.no_digest"


def test_other_writers_of_json_change_nothing() -> None:
    """Names in another order, whole numbers without a point, names of the host beside ours."""
    data = data_of(account())

    def other(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: other(part[name]) for name in sorted(part, reverse=True)}
        if isinstance(part, list):
            return [other(item) for item in part]
        return int(part) if isinstance(part, float) and part.is_integer() else part

    assert zc.from_dict({**other(data), "stored": "today"}).to_csv() == account().to_csv()


@pytest.mark.parametrize("change", [{"code": "no.such"}, {"values": {"map": []}}], ids=["code", "values"])
def test_warnings_that_cannot_be_said_are_refused_on_reading(change: dict[str, Any]) -> None:
    data = data_of(account())
    problem = next(place[key] for place, key in places(data["state"]) if key == "Problem")
    problem.update(change)
    data["digest"] = digest_of({name: part for name, part in data.items() if name != "digest"})
    assert code_of(lambda: zc.from_dict(data)) == "schema.state"


def test_errors_name_what_came_and_what_is_expected() -> None:
    data = data_of(account())
    for call in (
        lambda: zc.from_dict({**data, "schema": "zonecarbon:account:9"}),
        lambda: zc.Account.from_dict({**data, "schema": "zonecarbon:account:9"}),
    ):
        with pytest.raises(zc.InputError, match=r"zonecarbon:account:1.*'zonecarbon:account:9'"):
            call()
    with pytest.raises(zc.InputError, match=r"zonecarbon\.Zone\.from_dict"):
        zc.from_dict({"zone": "A", "energy": []})
    with pytest.raises(zc.InputError, match=r"zonecarbon\.EnergyUse\.from_dict"):
        zc.from_dict({"carrier": "coke", "quantity": 3, "year": 2020})
    assert code_of(lambda: zc.json_schema(5)) == "schema.unknown"  # type: ignore[arg-type]


# -- the web host --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Return a client that speaks HTTP with the host of the documentation; an error that escapes is a status 500."""
    pytest.importorskip("fastapi", reason="only the host needs it")
    pytest.importorskip("httpx", reason="only the host needs it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of third parties, while they are imported
        from fastapi.testclient import TestClient

        spec = importlib.util.spec_from_file_location("delicate_host", ROOT / "docs/host.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with TestClient(module.app, raise_server_exceptions=False) as found:
            yield found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/zones", "[]", 200),
        ("/zones", '[{"zone": "A"}]', 422),
        ("/zones", '[{"zone": "\\ud800", "energy": []}]', 422),
        ("/zones", '[{"zone": "A", "\\ud800": 1}]', 422),
        ("/zones", '[{"zone": "A", "province": "\\udfff"}]', 422),
        ("/zones", '[{"zone": "A", "energy": [{"carrier": "\\ud800", "year": 2020}]}]', 422),
        ("/zones", '[{"zone": "A", "energy": [{"carrier": "coke", "year": 2020, "quantity": "3 \\ud800"}]}]', 422),
        ("/zones", "{", 422),
        ("/zones", "[3]", 422),
        ("/zones?targets=%ED%A0%80", "[]", 422),
        ("/tables", '{"zones": "zone\\n\\ud800"}', 422),
        ("/tables", '{"\\ud800": ""}', 422),
        ("/tables", "{}", 422),
    ],
)
def test_odd_requests_have_an_answer(client: Any, path: str, body: str, status: int) -> None:
    reply = client.post(path, content=body.encode("ascii"), headers={"content-type": "application/json"})
    assert reply.status_code == status, reply.text
    if status == 422:
        assert set(reply.json()) == {"error", "problems"}
        assert all(problem["code"] and problem["zh"] for problem in reply.json()["problems"])


@pytest.mark.filterwarnings("ignore")
def test_no_folder_of_the_host_is_shown(client: Any) -> None:
    tables = {"energy": "zone,year,carrier,quantity,unit\nA,2020,coke,3,t\n", "zones": "zone,province\nA,江苏\n"}
    reply = client.post("/tables", json=tables)
    assert reply.status_code == 200, reply.text
    assert reply.json()["account"]["provenance"]["choices"]
    assert "tmp" not in reply.text
    assert "tmp" not in client.post("/tables", json={}).text


# -- arguments of formulas -----------------------------------------------------------------------------------------

ANY: Any = zc  # what a type checker would refuse


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: ANY.standard_coal(1.0, 5), "formula.text"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", unit=5), "formula.text"),
        (lambda: ANY.co2(1.0, "electricity", province=5, year=2020), "formula.text"),
        (lambda: ANY.co2(1.0, "coke", fuels=None), "formula.text"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", edition=5), "formula.text"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", edition=()), "formula.text"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", edition=["a", 3]), "formula.text"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", ncv=["20 GJ/t", "20 MJ/t"]), "formula.ncv"),
        (lambda: ANY.standard_coal(1.0, "raw_coal", ncv=np.array([20.0]), ncv_unit="GJ/t"), "formula.ncv"),
        (lambda: ANY.co2(1.0, "raw_coal", ncv=pd.Series([20.0]), ncv_unit="GJ/t"), "formula.ncv"),
        (lambda: ANY.co2(1.0, "raw_coal", ncv=Q(np.array([20.0]), "GJ/t")), "formula.ncv"),
        (lambda: ANY.annual_reduction(Q(20.0, "degC"), Q(10.0, "degC"), 5), "formula.offset"),
        (lambda: ANY.annual_reduction(Q(20.0, "kelvin"), Q(10.0, "degC"), 5), "formula.offset"),
        (lambda: ANY.required_rate([Q(20.0, "degC")], [Q(10.0, "kelvin")], 5), "formula.offset"),
        (lambda: ANY.annual_reduction(Q(20.0, "dBm"), Q(10.0, "dBm"), 5), "formula.offset"),
    ],
)
def test_odd_arguments_are_errors_of_ours(call: Callable[[], Any], code: str) -> None:
    assert code_of(call) == code


def test_a_heat_value_does_not_decide_the_kind() -> None:
    expected = zc.standard_coal(100.0, "raw_coal", ncv="20 GJ/t")
    heat: Any
    for heat in (Q(20.0, "GJ/t"), Q(20.0, "MJ/kg"), Q(np.array(20.0), "GJ/t")):
        found = zc.standard_coal(100.0, "raw_coal", ncv=heat)
        assert type(found) is float
        assert found == pytest.approx(expected, rel=1e-14)
    assert type(zc.standard_coal(100.0, "raw_coal", ncv=np.float32(20), ncv_unit="GJ/t")) is float
    assert np.isnan(zc.standard_coal(100.0, "raw_coal", ncv=float("nan"), ncv_unit="GJ/t"))
    assert zc.annual_reduction(Q(20.0, "delta_degC"), Q(20.0, "delta_degC"), 5).magnitude == 0.0


def test_sequences_and_what_has_no_axes() -> None:
    np.testing.assert_array_equal(zc.energy_intensity(range(3), 2.0), [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(zc.energy_intensity(["3 tce", None], 2.0), [1.5, np.nan])
    alone = zc.energy_intensity(XR.DataArray(3.0), 2.0)
    assert (type(alone), alone.shape, float(alone)) == (XR.DataArray, (), 1.5)
    held = zc.energy_intensity(XR.DataArray(3.0), Q(1.0, "亿元"))
    assert type(held) is XR.DataArray
    series = pd.Series([3.0, 4.0], ["a", "b"])
    for one in (np.array(2.0), XR.DataArray(2.0), Q(np.array(2.0), "万元").magnitude):
        assert zc.energy_intensity(series, one).tolist() == [1.5, 2.0]
    assert type(zc.energy_intensity(series, Q(np.array(2.0), "万元"))) is pd.Series
    assert type(zc.energy_intensity(np.array([3.0]), XR.DataArray(2.0))) is np.ndarray


def test_what_is_below_the_threshold_needs_no_years() -> None:
    assert zc.required_rate(1.0, 2.0, float("nan")) == 0.0
    assert np.isnan(zc.required_rate(3.0, 2.0, float("nan")))
    assert np.isnan(zc.required_rate(float("nan"), 2.0, 5))


# -- captions ------------------------------------------------------------------------------------------------------


def test_captions_speak_the_language_and_name_no_codes() -> None:
    found = zc.check(account())
    shown = found.to_html(language="zh")
    for words in ("核算方法：inventory", "口径：当量值", "价格基期：2020", "判定方式：全数值"):
        assert words in shown
    for word in ("method:", "basis:", "judgement:", "price years:"):
        assert word not in shown
        assert word in found.to_html() or word == "method:"
    assert "口径：当量值" in account().to_html(language="zh")
    years = list(range(2015, 2023))
    tables: dict[str, Any] = {
        "economy": {"zone": ["A"] * 8, "year": years, "value_added": [1.0] * 8, "unit": ["亿元"] * 8,
                    "price_year": [2020] * 8, "boundary": ["a"] * 4 + ["b"] * 4},
        "energy": {"zone": ["A"] * 8, "year": years, "carrier": ["coke"] * 8, "quantity": [9.0 - n for n in range(8)],
                   "unit": ["t"] * 8},
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        peaks = zc.find_peaks(zc.account(zc.read(tables)))
    assert "peak.boundary" in repr(peaks)
    language: Language
    for language in ("en", "zh"):
        told = peaks.to_html(language=language).partition("</caption>")[0]
        assert "peak.boundary" not in told
        assert peaks.warnings[0].text(language) in told


# -- the template --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_carrier_of_the_wide_template_can_be_accounted(tmp_path: Path, language: Language) -> None:
    import openpyxl

    path = zc.write_template(tmp_path / "wide.xlsx", wide=True, language=language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    found = [heading(str(cell.value)) for cell in sheet[1]]
    row: dict[str, Any] = {"zone": "A", "province": "江苏", "year": 2022, "value_added": 1, "price_year": 2020}
    cells = [1 if item.kind == "carrier" else row.get(item.name) for item in found]
    sheet.append(cells)
    book.save(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        whole = zc.account(zc.read(path))
    frame = whole.to_frame()
    assert set(frame["carrier"]) == {find_carrier(item.name).id for item in found if item.kind == "carrier"}
    assert frame["energy_tce"].notna().all()
    # Of energy that is called other nobody knows the CO2.
    assert set(frame["carrier"][frame["co2_t"].isna()]) == {"other_energy"}
    notes = {str(cell.value): str(cell.comment.text) for cell in sheet[1] if cell.comment}
    word = "not included in the column electricity" if language == "en" else "不含在“电力”列之内"
    assert sum(word in text for text in notes.values()) == 2
    assert not any("全国" in text for text in notes.values()) or language == "zh"


# -- names of files ------------------------------------------------------------------------------------------------


def test_an_activity_makes_no_folder_that_looks_like_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    activity = account().activity
    for name in ("res.txt", "res.xls", "res.csv.gz"):
        assert code_of(lambda name=name: zc.write(activity, tmp_path / name)) == "write.folder"  # type: ignore[misc]
        assert code_of(lambda name=name: zc.write(activity, tmp_path / name, format="parquet")) == "write.folder"  # type: ignore[misc]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "there.d").mkdir()
    for name in ("res", "2024.12", "there.d", ".res"):
        assert zc.read(zc.write(activity, tmp_path / name)).quantity.sum() == activity.quantity.sum()
    assert main(["convert", str(tmp_path / "res"), str(tmp_path / "out.parquet")]) == 2
    assert "--format parquet" in capsys.readouterr().err
