"""Long tables: what is done in blocks, in threads, by runs and without quotes gives what a plain look gives."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import zonecarbon as zc
from zonecarbon.activity import assembling
from zonecarbon.tabular import codes, files

HEADING = "zone,year,carrier,quantity,unit"
CARRIERS = (("原煤", "吨"), ("天然气", "万立方米"), ("电力", "万千瓦时"))
pytestmark = pytest.mark.filterwarnings("ignore::zonecarbon.DataWarning")


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a table of a hundred rows a long one."""
    for module, name, value in (
        (assembling, "_BLOCK", 7),
        (codes, "_HEAD", 3),
        (files, "_LARGE", 0),
        (files, "_MANY", 0),
        (files, "_FIRST_LINE", 400),
    ):
        monkeypatch.setattr(module, name, value)


def lines(zones: int = 9, years: int = 4) -> list[list[str]]:
    """Return the rows of a table, zone by zone and year by year."""
    return [
        [f"区{zone}", str(2015 + year), name, f"{100 + zone + year}.5", unit]
        for zone in range(zones)
        for year in range(years)
        for name, unit in CARRIERS
    ]


def write(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    text = "\n".join([HEADING, *(",".join(row) for row in rows)]) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def told(path: Path) -> Any:
    """Return everything that reading a file says, bad rows set aside."""
    activity = zc.read(path, on_error="set_aside")
    assert activity.rows is not None
    return (
        activity.input_hash,
        [problem.text() for problem in (*activity.warnings, *activity.set_aside)],
        [column.tolist() for column in activity.rows.cells[:4]],
        [column.dtype for column in activity.rows.cells[:4]],
        activity.rows.cells.amount.tobytes(),
        activity.rows.number.tolist(),
        list(activity.rows.given),
        {name: frame.astype(str).to_dict() for name, frame in activity.set_aside_rows.items()},
    )


def spoil_nothing(rows: list[list[str]]) -> None:
    pass


def spoil_order(rows: list[list[str]]) -> None:
    rows[:] = rows[::-5] + [row for at, row in enumerate(rows[::-1]) if at % 5]


def spoil_zone(rows: list[list[str]]) -> None:
    rows[50][0] = ""


def spoil_year(rows: list[list[str]]) -> None:
    rows[40][1], rows[41][1], rows[70][1] = "2016年", "", "1800"


def spoil_carrier(rows: list[list[str]]) -> None:
    rows[60][2], rows[90][4] = "不明", "kWh"


def repeat_a_row(rows: list[list[str]]) -> None:
    rows.append(rows[10])


def use_late_quotes(rows: list[list[str]]) -> None:
    rows[80][0], rows[95][3] = '"区,八"', '"1,234.5"'


def use_quotes_in_a_name(rows: list[list[str]]) -> None:
    rows[80][0] = '"区""八"""'


def use_a_bare_quote(rows: list[list[str]]) -> None:
    rows[80][0] = '区"八'


SPOILED: list[Callable[[list[list[str]]], None]] = [
    spoil_nothing, spoil_order, spoil_zone, spoil_year, spoil_carrier, repeat_a_row, use_late_quotes,
    use_quotes_in_a_name, use_a_bare_quote,
]  # fmt: skip


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("spoil", SPOILED)
def test_by_columns_and_by_texts_alike(
    spoil: Callable[[list[list[str]]], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    rows = lines()
    spoil(rows)
    path = write(tmp_path / "energy.csv", rows)
    by_columns = told(path)
    monkeypatch.undo()
    monkeypatch.setattr(files, "_by_columns", lambda *_: None)
    assert by_columns == told(path)


@pytest.mark.usefixtures("small_blocks")
def test_runs_are_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    seen = []
    by_runs = files._run_codes

    def counted(column: Any) -> Any:
        seen.append(len(column))
        return by_runs(column)

    monkeypatch.setattr(files, "_run_codes", counted)
    rows = lines(years=8)
    activity = zc.read(write(tmp_path / "energy.csv", rows))
    assert seen == [len(rows)]  # zones repeat 24 times each, years 3 times
    assert activity.zones.tolist() == [f"区{zone}" for zone in range(9)]


@pytest.mark.usefixtures("small_blocks")
def test_a_late_cell_in_another_encoding(tmp_path: Path) -> None:
    rows = lines(zones=40)
    path = write(tmp_path / "energy.csv", rows)
    path.write_bytes(path.read_bytes().replace("区39".encode(), "区39".encode("gb18030")))
    with pytest.raises(zc.InputError, match=r"energy\.csv"):
        zc.read(path)
    assert told(write(path, rows, "gb18030"))[:2] == told(write(path, rows))[:2]


@pytest.mark.usefixtures("small_blocks")
def test_rows_of_one_place_add_up() -> None:
    rows = lines()
    frame = pd.DataFrame(
        [[*row, meter] for meter in ("a", "b") for row in rows], columns=[*HEADING.split(","), "meter"]
    )
    once, twice = zc.read(frame[: len(rows)]), zc.read(frame)
    assert (twice.quantity == 2 * once.quantity).all()
    zero = zc.read(frame[: len(rows)].assign(quantity=-0.0)).quantity
    assert not np.signbit(zero).any()


@pytest.fixture
def _restored() -> Iterator[None]:
    before = assembling._BLOCK, codes._HEAD, codes._SMALL
    yield
    assembling._BLOCK, codes._HEAD, codes._SMALL = before


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 300)), max_size=60),
    st.sampled_from([np.int8, np.int16, np.int64]),
    st.integers(0, 2),
)
@pytest.mark.usefixtures("_restored")
def test_combinations_are_numbered_as_they_occur(rows: list[tuple[int, int, int]], kind: Any, small: int) -> None:
    assembling._BLOCK, codes._HEAD, codes._SMALL = 4, 2, (1 << 16, 1, 0)[small]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    parts: list[Any] = [table[:, 0].astype(kind), table[:, 1], table[:, 2].astype(np.int32)]
    found, first = codes.combinations(*parts)
    order: dict[tuple[int, ...], int] = {}
    expected = [order.setdefault(row, len(order)) for row in rows]
    assert found.tolist() == expected
    assert first.tolist() == [expected.index(code) for code in range(len(order))]
    assert codes.Keys(parts).differ() in {False, len(order) == len(rows)}


def test_keys_larger_than_a_number_are_told_apart() -> None:
    wide: Any = np.array([0, 2**24, 2**40 - 1, 0], dtype=np.int64)  # 2**24 * 2**40 is 0 in 64 bits
    narrow: Any = np.array([0, 0, 2**40 - 1, 0], dtype=np.int64)
    found, first = codes.combinations(wide, narrow)
    assert found.tolist() == [0, 1, 2, 0]
    assert first.tolist() == [0, 1, 2]
    assert codes.combinations(wide, narrow, wide, narrow)[0].tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("as_file", [False, True])
def test_categories_that_do_not_occur_are_no_zones(as_file: bool, tmp_path: Path) -> None:
    frame = pd.DataFrame(lines(zones=3), columns=HEADING.split(","))
    frame["quantity"] = frame["quantity"].astype(float)
    frame["zone"] = pd.Categorical(frame["zone"], categories=["没有", "区2", "区1", "区0"])
    source: Any = frame[::-1]
    if as_file:
        pytest.importorskip("pyarrow")
        source = tmp_path / "energy.parquet"
        frame[::-1].to_parquet(source)
    assert zc.read(source).zones.tolist() == ["区2", "区1", "区0"]
    frame.loc[0, "zone"] = None
    with pytest.raises(zc.InputError, match="row 0, column zone"):
        zc.read(frame)
