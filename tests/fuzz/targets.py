"""What is fuzzed: each target takes bytes and lets nothing but an error of ours pass.

Decided here: a target does with its input what a user does: a file is not only read but counted, checked, shown and
written, because a figure that a reader lets through must not fail later. The seeds are the files of ``corpus/<target>``
(each former finding among them, named by what it is), what ships with the library, and small results made at the start.
How many cases of a million a target gets goes by what one costs and by how much it can still do after reading.
"""

import functools
import json
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import zonecarbon as zc
from fuzz import mutating
from fuzz.guarding import Fault, Sandbox, check_refusal
from fuzz.mutating import Mutate
from zonecarbon import catalog, units, vocabulary
from zonecarbon._table.state import digest_of
from zonecarbon.decomposition.identity import parse_identity
from zonecarbon.errors import ZoneCarbonError
from zonecarbon.records import cells
from zonecarbon.tabular.headings import heading, of_parts

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Target:
    """A door of the library, how its input is varied, its share of a million cases, and the time that one may take."""

    name: str
    run: Callable[[bytes, Sandbox], None]
    mutate: Mutate
    share: int
    more: Callable[[], Sequence[bytes]] = tuple
    seconds: float = 5.0

    def seeds(self) -> list[bytes]:
        """Return the corpus and what is added at the start, always in the same order."""
        kept = [path.read_bytes() for path in sorted((CORPUS / self.name).glob("*")) if path.is_file()]
        return [*kept, *self.more()]


def _pick(data: bytes, *choices: Any) -> Any:
    """Return one of several choices, always the same for the same input."""
    return choices[zlib.crc32(data) % len(choices)]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# -- short texts -------------------------------------------------------------------------------------------------------

_UNITS = ("t", "tce", "GJ", "kWh", "m3", "万元", "tCO2", "tce/10^4 CNY", "kgce/kWh", "CNY/tCO2")


def run_units(data: bytes, box: Sandbox) -> None:
    """Read a text as a unit, as a figure with a unit, as a number, and as the quantity of a formula."""
    text = _text(data)
    to = _pick(data, *_UNITS)
    _each(
        lambda: units.factor(text, to),
        lambda: units.magnitude(text, to),
        lambda: units.dimension(text),
        lambda: units.number(text),
        lambda: units.number(text, percent=True),
        lambda: zc.standard_coal(text, _pick(data, "raw_coal", "electricity", "natural_gas", "heat")),
    )


def _each(*calls: Callable[[], Any]) -> None:
    """Call each, look at every refusal, and raise the last one if none was accepted."""
    refused: list[ZoneCarbonError] = []
    for call in calls:
        try:
            call()
        except ZoneCarbonError as error:
            check_refusal(error)
            refused.append(error)
    if len(refused) == len(calls):
        raise refused[-1]


def run_notation(data: bytes, box: Sandbox) -> None:
    """Read a text as the heading of a column, alone and below others."""
    text = _text(data)
    heading(text)
    parts = tuple(text.split("/"))[:4]
    of_parts(parts)
    of_parts(("能源消费", *parts))


def run_names(data: bytes, box: Sandbox) -> None:
    """Look a text up in every vocabulary, and read it as each kind of cell."""
    text = _text(data)
    finders: tuple[Callable[[str], Any], ...] = (
        vocabulary.find_carrier, vocabulary.find_province, vocabulary.find_use, vocabulary.find_basis,
        vocabulary.find_carriers, cells.parse_year, cells.parse_price_year, cells.zone_name, cells.sector_name,
        cells.product_name, cells.process_factor, cells.indicator_name,
    )  # fmt: skip
    first = zlib.crc32(data) % len(finders)
    _each(*(functools.partial(finder, text) for finder in (finders[first], finders[(first + 5) % len(finders)])))


def run_identity(data: bytes, box: Sandbox) -> None:
    """Read a text as an identity; one that is read is decomposed."""
    text = _text(data)
    identity = parse_identity(text)
    if len(identity.variables) > 8 or len(identity.factors) > 8:
        return
    table: dict[str, Any] = {name: [1.0 + at, 2.0 + at] for at, name in enumerate(identity.variables)}
    name = next((name for name in ("year", "time", "t") if name not in table), "")
    if name and zlib.crc32(data) % 8 == 0:
        zc.decompose({name: [2020, 2021], **table}, identity=text, time=name, base=2020, end=2021).to_frame()


_KINDS: dict[str, Callable[[Any], Any]] = {
    "method": catalog.method,
    "targets": catalog.target_set,
    "scenario": catalog.scenario,
    "measures": catalog.measure_set,
}


def run_catalog(data: bytes, box: Sandbox) -> None:
    """Ask the catalogue for a name or a path that is a text."""
    text = _text(data)
    _pick(data, *_KINDS.values(), zc.read, zc.read_measures, zc.json_schema, zc.list_targets)(text)


# -- tables ------------------------------------------------------------------------------------------------------------


def run_csv(data: bytes, box: Sandbox) -> None:
    """Read a CSV file, alone or as a table of a folder; what is read is counted and shown."""
    name = _pick(
        data, *("data.csv",) * 6, "data.txt", "data.tsv", "energy.csv", "economy.csv", "zones.csv", "indicators.csv"
    )
    path = box.put(name, data)
    source: Any = path
    if name not in {"data.csv", "data.txt", "data.tsv"}:
        source = box.work
        for other, text in _FOLDER.items():
            if other != name:
                box.put(other, text)
    elif zlib.crc32(data) % 7 == 0:
        source = {name: path for name in ("energy",)}
        source = path
    on_error, blank = _pick(data[::-1], ("raise", "unknown"), ("set_aside", "unknown"), ("set_aside", "not_used"))
    try:
        activity = zc.read(source, on_error=on_error, blank=blank)
    finally:
        box.clear()
    _use(activity, zlib.crc32(data))


_FOLDER = {
    "zones.csv": "zone,province\nA,江苏\nB,全国\n".encode(),
    "economy.csv": (
        "zone,year,value_added,unit,price_year\nA,2020,3,亿元,2020\nA,2021,4,亿元,2020\nB,2021,5,亿元,2020\n"
    ).encode(),
    "energy.csv": (
        "zone,year,carrier,quantity,unit\nA,2020,原煤,100,t\nA,2021,电力,12,万千瓦时\nB,2021,焦炭,5,t\n"
    ).encode(),
}


def _use(activity: zc.Activity, number: int) -> None:
    """Do with an activity what users do: count it, and one of the questions that it can answer."""
    account = zc.account(activity)
    if not len(activity.zones) or not len(activity.years):
        account.to_frame()
        return
    first, last = int(activity.years[0]), int(activity.years[-1])
    ask: tuple[Callable[[], Any], ...] = (
        lambda: zc.check(account).text("zh"),
        lambda: zc.check(account, "zero-carbon-park-910").to_dict(),
        lambda: zc.decompose(account, base=first, end=last, missing="leave_out", undefined="separate").text("en"),
        lambda: zc.decompose(account, "energy_intensity", base=first, end=last, lmdi="II").to_frame(),
        lambda: zc.tapio(account).text("zh"),
        lambda: zc.find_peaks(account).to_frame(),
        lambda: zc.find_slips(activity).to_frame(),
        lambda: json.dumps(account.to_dict(), allow_nan=False),
        lambda: account.explain(str(activity.zones[0]), last).text("zh"),
        lambda: zc.to_iamc(account, model="m", scenario="s"),
        lambda: zc.required(account, "energy-intensity-aggregate").to_frame(),
        lambda: zc.project(account, "baseline", until=last + 3, draws=8, rng=1).to_frame(),
        lambda: zc.abatement_curve(account, "starter", last).to_frame(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        ask[number % len(ask)]()


def run_xlsx(data: bytes, box: Sandbox) -> None:
    """Read a workbook of tables, or of measures."""
    path = box.put("book.xlsx", data)
    try:
        if b"measures" in data[:4000] or zlib.crc32(data) % 5 == 0:
            _each(lambda: zc.read_measures(path))
        activity = zc.read(path, on_error=_pick(data, "raise", "set_aside"))
    finally:
        box.clear()
    _use(activity, zlib.crc32(data))


def run_measures(data: bytes, box: Sandbox) -> None:
    """Read a workbook of measures; what is read is put on a curve."""
    path = box.put("measures.xlsx", data)
    try:
        found = zc.read_measures(path)
    finally:
        box.clear()
    _use_measures(found)


def run_parquet(data: bytes, box: Sandbox) -> None:
    """Read the bytes of a Parquet file; or, of a JSON document, the Parquet file that has its columns."""
    columns = _columns_of(data)
    path = box.work / "data.parquet"
    if columns is None:
        path.write_bytes(data)
    else:
        import pyarrow as pa
        from pyarrow import parquet

        try:
            parquet.write_table(pa.table({str(name): pa.array(part) for name, part in columns.items()}), path)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            box.clear()
            return
    try:
        activity = zc.read(path, on_error=_pick(data, "raise", "set_aside"))
    finally:
        box.clear()
    _use(activity, zlib.crc32(data))


def _columns_of(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def run_frames(data: bytes, box: Sandbox) -> None:
    """Read a mapping of tables from a JSON document: cells of any kind."""
    document = _columns_of(data)
    if document is not None:
        _use(zc.read(document, on_error=_pick(data, "raise", "set_aside")), zlib.crc32(data))


def run_iamc(data: bytes, box: Sandbox) -> None:
    """Read a table in IAMC form, from text or with its own kinds of cells."""
    import pandas as pd

    columns = _columns_of(data)
    try:
        frame = pd.DataFrame(columns) if columns is not None else pd.read_csv(box.put("iamc.csv", data))
    except Exception:
        return  # pandas' own reader is not under test
    _use(zc.from_pyam(frame, rest=_pick(data, "raise", "leave_out")), zlib.crc32(data))


# -- documents ---------------------------------------------------------------------------------------------------------


def _kind_of(data: bytes) -> str:
    if zlib.crc32(data) % 16 == 0:
        return str(_pick(data[::-1], *_KINDS))
    marks = {"targets": b"target]]", "measures": b"measure]]", "scenario": b"uncertainty"}
    return next((kind for kind, mark in marks.items() if mark in data), "method")


def run_toml(data: bytes, box: Sandbox) -> None:
    """Read a TOML file as a method, a target set, a scenario or a set of measures, and use it."""
    _run_document(box.put("mine.toml", data), _kind_of(data), box)


def run_json(data: bytes, box: Sandbox) -> None:
    """Read a JSON file as a method, a target set, a scenario or a set of measures, and use it."""
    marks = {"targets": b'"target"', "measures": b'"measure"', "scenario": b'"energy_intensity"'}
    kind = next((kind for kind, mark in marks.items() if mark in data), "method")
    _run_document(box.put("mine.json", data), kind, box)


def _run_document(path: Path, kind: str, box: Sandbox) -> None:
    try:
        found = _KINDS[kind](path)
    finally:
        box.clear()
    json.dumps(found.to_dict(), allow_nan=False)
    account = _account()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        if kind == "method":
            zc.account(account.activity, found).to_frame()
        elif kind == "targets":
            zc.check(account, found).text("zh")
        elif kind == "scenario":
            zc.project(account, found, until=2030, draws=8, rng=1, targets=None).to_frame()
        else:
            _use_measures(found)


def _use_measures(found: zc.MeasureSet) -> None:
    account = _account()
    zc.abatement_curve(account, found, 2025).to_frame()
    names = [measure.name for measure in found.measure]
    if names:
        zc.apply_measures(account, found).total("co2")


def run_records(data: bytes, box: Sandbox) -> None:
    """Make a record of plain data, and count a zone."""
    document = _columns_of(data)
    if document is None:
        return
    found = zc.from_dict(document)
    json.dumps(found.to_dict(), allow_nan=False)
    if isinstance(found, zc.Zone):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
            _use(zc.account([found]).activity, zlib.crc32(data))


def run_results(data: bytes, box: Sandbox) -> None:
    """Make a result of plain data whose digest is made anew after every change, and write it again."""
    document = _columns_of(data)
    if document is None:
        return
    if "digest" in document and zlib.crc32(data) % 8:
        try:
            names = ("schema", "result", "rows", "provenance", "state")
            document["digest"] = digest_of({name: document[name] for name in names})
        except (KeyError, ValueError, OverflowError, RecursionError, TypeError):
            return
    zc.from_dict(document).to_dict()


# -- figures -----------------------------------------------------------------------------------------------------------


def run_figures(data: bytes, box: Sandbox) -> None:
    """Take any numbers as quantities and value added of three zones in three years, and ask a question."""
    try:
        found = json.loads(data)
        figures = [float(item) for item in found if isinstance(item, (int, float))]
    except (ValueError, RecursionError, OverflowError, TypeError):
        return
    many = np.resize(np.array([*figures, 1.0]), 3 * 3 * 4)
    activity = zc.Activity.from_arrays(
        many[:27].reshape(3, 3, 3), flows=["coke", "electricity", "raw_coal"], zones=["A", "B", "C"],
        years=[2020, 2021, 2022], value_added=many[27:].reshape(3, 3), price_year=2020,
        provinces="江苏",
    )  # fmt: skip
    _use(activity, zlib.crc32(data))


def run_formulas(data: bytes, box: Sandbox) -> None:
    """Call a formula with odd figures, texts and lists: only a refusal or a number comes out."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return
    items = found if isinstance(found, list) else [found]
    one, two, three = (items * 3 + [1.0] * 3)[:3]
    _pick(
        data,
        lambda: zc.energy_intensity(one, two),
        lambda: zc.co2_intensity(one, two),
        lambda: zc.annual_reduction(one, two, three),
        lambda: zc.required_rate(one, two, three),
        lambda: zc.deflate(one, two, three),
        lambda: zc.link_prices(one, two, three),
        lambda: zc.chain_changes(one),
        lambda: zc.standard_coal(one, str(two)),
        lambda: zc.co2(one, "coke", factor=two),
        lambda: zc.mann_kendall(one),
        lambda: zc.tapio(one, two),
        lambda: zc.find_peaks(one),
        lambda: zc.to_quantity(one, str(two), _registry()),
    )()


@functools.cache
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry()
    zc.define_into(registry)
    return registry


# -- what the seeds are made of ----------------------------------------------------------------------------------------


@functools.cache
def _account() -> zc.Account:
    activity = zc.Activity.from_arrays(
        np.arange(1.0, 28.0).reshape(3, 3, 3) * 100, flows=["coke", "electricity", "raw_coal"],
        zones=["A", "B", "C"],
        years=[2023, 2024, 2025], value_added=np.arange(1e4, 10e4, 1e4).reshape(3, 3), price_year=2020,
        provinces="江苏",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(activity)


def _shipped(*kinds: str) -> list[bytes]:
    folder = files("zonecarbon").joinpath("data")
    found = [(item.name, item.read_bytes()) for kind in kinds for item in folder.joinpath(kind).iterdir()]
    return [data for name, data in sorted(found) if name.endswith(".toml")]


def more_toml() -> list[bytes]:
    """Return every method, target set, scenario and set of measures that ships."""
    return _shipped("methods", "targets", "scenarios", "measures")


def more_json() -> list[bytes]:
    """Return the same as JSON."""
    import tomllib

    return [json.dumps(tomllib.loads(data.decode()), ensure_ascii=False).encode() for data in more_toml()]


def more_results() -> list[bytes]:
    """Return a small result of many kinds, as they are written."""
    account = _account()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        paths = zc.project(account, "baseline", until=2027, draws=8, rng=1)
        made: list[Any] = [
            account, account.activity, zc.check(account), zc.decompose(account, base=2023, end=2025), zc.tapio(account),
            zc.find_peaks(account), zc.find_slips(account.activity), account.explain("A", 2025), paths,
            zc.find_peaks(paths),
            zc.required(account, "energy-intensity-aggregate"), zc.mann_kendall([1.0, 3.0, 2.0, 5.0]),
            zc.abatement_curve(account, "starter", 2025), zc.list_methods(),
        ]  # fmt: skip
    found = [json.dumps(result.to_dict()).encode() for result in made]
    return [data for data in found if len(data) < 60_000]


def more_parquet() -> list[bytes]:
    """Return the bytes of a small Parquet file."""
    import io

    import pyarrow as pa
    from pyarrow import parquet

    stream = io.BytesIO()
    table = {
        "zone": ["A", "B"],
        "year": [2020, 2020],
        "carrier": ["coke"] * 2,
        "quantity": [1.0, None],
        "unit": ["t"] * 2,
    }
    parquet.write_table(pa.table(table), stream)
    return [stream.getvalue()]


def more_units() -> list[bytes]:
    """Return every spelling of a unit."""
    return [name.encode() for name in units.known_units()]


def more_names() -> list[bytes]:
    """Return spellings of carriers and provinces."""
    return [name.encode() for name in (*vocabulary.carrier_spellings(), *vocabulary.province_spellings())]


def run_command(data: bytes, box: Sandbox) -> None:
    """Run a command of the command line."""
    from fuzz import commands

    commands.run_command(data, box)


def of_command(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return another command."""
    from fuzz import commands

    return commands.of_command(data, rng, others)


def of_parquet(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return another document of columns, or other bytes of a file."""
    return (mutating.of_json if data[:1] == b"{" else mutating.of_bytes)(data, rng, others)


def of_iamc(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return another document of columns, or another text."""
    return (mutating.of_json if data[:1] == b"{" else mutating.of_text)(data, rng, others)


def _targets() -> dict[str, Target]:
    line, text, document = mutating.of_line, mutating.of_text, mutating.of_json
    found = (
        Target("units", run_units, line, 260_000, more_units),
        Target("notation", run_notation, line, 70_000),
        Target("names", run_names, line, 120_000, more_names),
        Target("identity", run_identity, line, 560_000),
        Target("catalog", run_catalog, line, 40_000),
        Target("csv", run_csv, text, 12_000),
        Target("frames", run_frames, document, 6_000),
        Target("xlsx", run_xlsx, mutating.of_zip, 11_000),
        Target("measures", run_measures, mutating.of_zip, 2_000),
        Target("parquet", run_parquet, of_parquet, 11_000, more_parquet),
        Target("iamc", run_iamc, of_iamc, 2_000),
        Target("toml", run_toml, text, 14_000, more_toml),
        Target("json", run_json, document, 80_000, more_json),
        Target("records", run_records, document, 10_000),
        Target("results", run_results, document, 6_000, more_results),
        Target("figures", run_figures, document, 8_000),
        Target("formulas", run_formulas, document, 20_000),
        Target("command", run_command, of_command, 11_000, seconds=30.0),
    )  # fmt: skip
    return {target.name: target for target in found}


@functools.cache
def targets() -> dict[str, Target]:
    """Return the targets by name."""
    return _targets()


__all__ = ["CORPUS", "Fault", "Target", "targets"]
