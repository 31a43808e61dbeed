"""What a notebook shows: a short table of every result, escaped, nothing from outside; and one that runs."""

import ast
import contextlib
import functools
import html
import html.parser
import io
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon._table import Table

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "docs/notebook.ipynb"
NASTY = "<img src=x onerror='alert(1)'>\"&"


class Reader(html.parser.HTMLParser):
    """Collects cells, and notes every tag and attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.head: list[str] = []
        self.caption: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= set(attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            (self.rows[-1] if tag == "td" else self.head).append("")
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "caption" in self._open:
            self.caption.append(data)
        elif self._open[-1] == "th":
            self.head[-1] += data
        elif self._open[-1] == "td":
            self.rows[-1][-1] += data


@functools.cache
def results() -> tuple[Any, ...]:
    """Return results with names that a person typed to do harm."""
    zones = [NASTY, "B"]
    activity = zc.Activity.from_arrays(
        np.linspace(900.0, 100.0, 24).reshape(2, 2, 6), flows=["coke", "diesel"], zones=zones, years=range(2019, 2025),
        value_added=np.full((2, 6), 200.0), price_year=2020,
    )  # fmt: skip
    account = zc.account(activity)
    path = {"kind": "constant", "rate": 0.03, "uncertainty": {"shape": "normal", "sd": 0.02}}
    scenario = {"name": NASTY, "value_added": path}
    paths = zc.project(account, scenario, until=2030, draws=64, rng=7)
    measure = {"name": NASTY, "kind": "save", "source": "coke", "potential": 0.2}
    measures = {"name": NASTY, "price_year": 2024, "price": [{"carrier": "coke", "price": "900 CNY/t"}],
                "measure": [measure]}  # fmt: skip
    plan = zc.plan(account, measures, scenario=scenario, budget="1 MtCO2")
    table = {"year": [2020, 2021], "gdp": [1.0, 2.0], "co2": [5.0, 7.0], NASTY: ["x", "x"]}
    return (
        activity, account, account.explain(NASTY, 2020), zc.check(account), zc.decompose(account), zc.tapio(account),
        zc.decompose(table, identity="co2 = gdp * co2/gdp", by=[NASTY], unit=NASTY), zc.find_peaks(account), paths,
        zc.find_peaks(paths), zc.mann_kendall([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]]), zc.tornado(account, scenario),
        zc.required(account, "energy-intensity-aggregate", 2030), zc.find_slips(activity), zc.list_factors(),
        zc.sobol_indices(account, scenario, draws=16), zc.list_methods(), zc.list_targets(), zc.list_scenarios(),
        zc.list_schemas(), zc.list_measures(), zc.abatement_curve(account, measures), plan, zc.assure(plan, draws=64),
        zc.list_carriers(), zc.list_provinces(),
    )  # fmt: skip


def test_the_cases_are_all_the_results_there_are() -> None:
    from zonecarbon import schemas

    assert {type(result) for result in results()} == {*schemas.RESULTS, schemas.SchemaList}


@pytest.mark.parametrize("at", range(26))
def test_a_result_shows_itself(at: int) -> None:
    result = results()[at]
    shown = Reader(result._repr_html_())
    columns, units = result.columns(), result.units()
    length = len(next(iter(columns.values())))
    assert shown.head == [f"{name} [{units[name]}]" if name in units else name for name in columns]
    body = [row for row in shown.rows if row]
    assert len(body) == min(length, 20)
    assert any(part == f"{min(length, 20)} of {length} rows" for part in shown.caption)
    title = " ".join(repr(result).split()).removeprefix("<").removesuffix(">")
    assert shown.caption[0] == title.partition("; warnings: ")[0][:200]
    for number, row in enumerate(body):
        for cell, (name, column) in zip(row, columns.items(), strict=True):
            value = column[number]
            if isinstance(value, (float, np.floating)):
                assert (cell == "") == np.isnan(value)
                assert cell == "" or float(cell) == pytest.approx(value, rel=1e-5), name
            else:
                assert cell == str(value)


@pytest.mark.parametrize("at", range(24))
def test_nothing_comes_from_outside_and_nothing_runs(at: int) -> None:
    text = results()[at]._repr_html_()
    shown = Reader(text)
    assert set(shown.tags) <= {"table", "caption", "b", "br", "thead", "tbody", "tr", "th", "td"}
    assert shown.attributes <= {("style", "text-align:right"), ("style", "text-align:left")}
    assert NASTY not in text
    assert "<img" not in text


def test_numbers_stand_right_and_words_left() -> None:
    text = results()[1]._repr_html_()
    assert f"<td>{html.escape(NASTY)}</td>" in text
    assert '<th style="text-align:right">energy_tce [tce]</th>' in text


def test_captions_name_method_basis_and_more() -> None:
    _, account, _, check, *_ = results()
    assert "method inventory, calorific basis" in account._repr_html_()
    assert "price years: 2020" in account._repr_html_()
    assert "method: inventory; basis: calorific" in check._repr_html_()
    assert "judgement: full" in check._repr_html_()
    tornado = next(result for result in results() if isinstance(result, zc.Tornado))
    assert f"scenario: {html.escape(NASTY)}" in tornado._repr_html_()
    assert "共 24 行，显示 3 行" in account.to_html(rows=3, language="zh")


def test_units_are_those_of_the_result() -> None:
    peaks = zc.find_peaks([[1.0, 3, 2, 2, 1, 1, 0.5]], years=range(2010, 2017))
    assert "peak_value" not in peaks.units()
    of_account = next(result for result in results() if isinstance(result, zc.Peaks))
    assert of_account.units()["peak_value"] == "tCO2"
    assert of_account.units()["slope"] == "tCO2/a"
    decomposition = zc.decompose(results()[1], of="energy", form="multiplicative")
    assert decomposition.units() == {"effect": "1"}
    assert zc.decompose(results()[1], of="energy").units() == {"effect": "tce"}
    path = {"kind": "constant", "rate": 0.03, "uncertainty": {"shape": "normal", "sd": 0.02}}
    bars = {of: zc.tornado(results()[1], {"name": "x", "value_added": path}, of=of) for of in ("co2", "peak_year")}
    assert {of: found.units()["low"] for of, found in bars.items()} == {"co2": "tCO2", "peak_year": "a"}


def test_a_large_account_is_shown_without_making_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first zones are worked out; the rest is counted."""
    n = 20_000
    quantity = np.ones((n, 2, 3))
    quantity[::2, 1] = 0.0
    quantity[1, 0, 0] = np.nan
    activity = zc.Activity.from_arrays(
        quantity, flows=["coke", "diesel"], zones=[f"z{i}" for i in range(n)], years=[2020, 2021, 2022],
        value_added=np.ones((n, 3)), price_year=2020,
    )  # fmt: skip
    account = zc.account(activity)
    check = zc.check(account, "zero-carbon-park-910")
    for result in (activity, account, check):
        whole = result.columns()
        head, count = result._head(20)
        assert count == len(whole["zone"])
        for name, column in head.items():
            np.testing.assert_array_equal(column, whole[name][:20])
        assert list(head) == list(whole)

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("made in full")

    size = len(check.columns()["zone"])
    monkeypatch.setattr(zc.Account, "columns", never)
    monkeypatch.setattr(zc.Account, "energy", property(never))
    monkeypatch.setattr(zc.Activity, "columns", never)
    monkeypatch.setattr(zc.Activity, "input_hash", property(never))
    assert f"20 of {n * 3 + n // 2 * 3} rows" in account._repr_html_()
    assert f"20 of {n * 3 + n // 2 * 3} rows" in activity._repr_html_()
    assert f"20 of {size} rows" in check._repr_html_()


def test_flows_that_are_one_line_count_once() -> None:
    """Two flows of one carrier in different units are one line of the account."""
    flows = [zc.Flow("coke", unit="t"), zc.Flow("coke", unit="tce", basis="calorific"), zc.Flow("diesel", unit="t")]
    activity = zc.Activity.from_arrays(
        [[[1.0, 0.0], [2.0, 0.0], [0.0, 3.0]]], flows=flows, zones=["A"], years=[2020, 2021]
    )
    account = zc.account(activity)
    assert account._head(20)[1] == len(account.columns()["zone"]) == 2
    assert activity._head(20)[1] == len(activity.columns()["zone"]) == 3


def test_an_empty_result_shows_itself() -> None:
    activity = zc.Activity.from_arrays(np.zeros((1, 1, 1)), flows=["coke"], zones=["A"], years=[2020])
    for result in (activity, zc.account(activity)):
        assert "0 of 0 rows" in result._repr_html_()


def test_a_table_without_described_columns_shows_itself_too() -> None:
    class Bare(Table):
        def columns(self) -> dict[str, Any]:
            return {"<a>": np.array([1.0])}

    assert "&lt;a&gt;" in Bare()._repr_html_()
    assert Bare().to_dict() == {"result": "Bare", "rows": [{"<a>": 1.0}], "provenance": Bare().provenance.to_dict()}


# -- the notebook --------------------------------------------------------------------------------------------------


def cells() -> list[dict[str, Any]]:
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    return list(notebook["cells"])


def test_the_notebook_is_valid_and_holds_no_outputs() -> None:
    """Outputs are made where it runs: kept ones would grow stale, and hold times and places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import nbformat
        except ImportError:
            pass
        else:
            notebook: Any = nbformat
            notebook.validate(notebook.read(NOTEBOOK, as_version=4))
    code = [cell for cell in cells() if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len({cell["id"] for cell in cells()}) == len(cells())


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run its cells in order in an empty folder; what each ends with is a result that shows itself."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    shown = []
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        for cell in cells():
            if cell["cell_type"] == "code":
                *body, last = ast.parse("".join(cell["source"])).body
                exec(compile(ast.Module(body, []), cell["id"], "exec"), names)
                assert isinstance(last, ast.Expr), f"{cell['id']} ends with something to show"
                shown.append(eval(compile(ast.Expression(last.value), cell["id"], "eval"), names))
    assert printed.getvalue() == ""
    kinds = [type(value) for value in shown]
    assert kinds == [
        zc.Activity, zc.Account, zc.Explanation, zc.TargetCheck, zc.Decomposition, zc.Peaks, zc.Outlook, zc.Account,
    ]  # fmt: skip
    for value in shown:
        assert Reader(value._repr_html_()).rows
    assert list(tmp_path.iterdir()) == []
    assert shown[5].status[0] == "peaked"


def test_the_notebook_needs_nothing_but_the_library() -> None:
    code = f"""
import ast, json, sys, warnings
warnings.simplefilter("ignore")
names = {{}}
for cell in json.load(open({str(NOTEBOOK)!r}, encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
assert not {{"IPython", "jupyter_client", "matplotlib", "fastapi"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
