"""Activities and results into files.

Decided here: one function; what is written decides what can be written where. An activity is five tables, so it goes
into a folder (CSV or Parquet) or a workbook, and reads back to the same activity to the bit
(:mod:`zonecarbon.tabular.books`); only what is no figure stays behind: where its rows stood, and rows set aside. A
result is one table with the choices behind it. Nothing is overwritten unless it is said; then what was there is
replaced as a whole, so that no old table stays beside the new ones.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from zonecarbon._table import Table
from zonecarbon.activity import Activity
from zonecarbon.errors import InputError, Where
from zonecarbon.messages import Language
from zonecarbon.tabular.books import tables
from zonecarbon.tabular.files import path_of
from zonecarbon.tabular.replacing import appearing, replacing
from zonecarbon.tabular.saving import as_columns, save_csv, save_parquet, save_workbook
from zonecarbon.vocabulary import fold

Format = Literal["csv", "xlsx", "json", "parquet"]
# The names of tables: those of files, which are the English ones on every system, and of sheets in Chinese.
FILES = {
    "zones": ("zones", "园区"),
    "economy": ("economy", "工业增加值", "经济"),
    "energy": ("energy", "能源", "能源消费"),
    "process": ("process", "工业过程"),
    "indicators": ("indicators", "指标"),
}
_METADATA = "zonecarbon"


def write(
    result: "Activity | Table",
    path: "str | Path",
    *,
    format: Format | None = None,
    language: Language = "en",
    overwrite: bool = False,
) -> Path:
    """Write an activity or a result into a file or a folder.

    Parameters
    ----------
    result
        An activity, or any result.
    path
        Of an activity: a workbook (``.xlsx``), otherwise a folder of tables, made if it is not there and its name does
        not end like a file (``res.txt``). Of a result: a
        file ``.csv``, ``.json``, ``.parquet`` or ``.xlsx`` (the rows, and a sheet of what stands behind them).
    format
        ``csv``, ``parquet``, ``xlsx`` or ``json``; without it the ending of the path decides, and a folder is of CSV.
    language
        Of headings, sheets, carriers, units and provinces of an activity: ``en`` or ``zh``. Both read back alike.
    overwrite
        Whether to replace what is there.

    Returns
    -------
    Path
        The file or the folder.

    Raises
    ------
    InputError
        If something is there already; if the ending does not fit; if the form cannot hold a text or so many rows (a
        sheet has 1,048,576); if the activity has an infinite figure; if the system refuses to write.
    MissingOptionalDependencyError
        If a workbook is asked for without openpyxl (extra ``excel``), or Parquet without pyarrow (``parquet``).

    Notes
    -----
    ``read(write(activity, path))`` has the same figures to the bit, the same zones, flows, years and ``input_hash``.
    CSV is UTF-8 with a byte order mark; a text that a spreadsheet would run as a formula gets an apostrophe before it,
    which reading takes off. Files appear whole or not at all.

    Examples
    --------
    >>> import tempfile
    >>> from zonecarbon import Activity, read
    >>> activity = read({"energy": {"zone": ["=1+1"], "year": [2022], "carrier": ["焦炭"], "quantity": ["0.1"],
    ...                             "unit": ["万吨"]}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write(activity, f"{folder}/zones")
    ...     again = read(path)
    ...     print((path / "energy.csv").read_text("utf-8-sig"), end="")
    zone,year,carrier,quantity,unit,use,supply
    '=1+1,2022,coke,1000.0,t,final,
    >>> again.input_hash == activity.input_hash
    True
    """
    path = path_of(path)
    if language not in get_args(Language):
        raise InputError("option", name="language", value=language, known=", ".join(get_args(Language)))
    if format is not None and format not in get_args(Format):
        raise InputError("option", name="format", value=format, known=", ".join(get_args(Format)))
    if isinstance(result, Activity):
        _write_activity(result, path, format, language, overwrite)
    elif isinstance(result, Table):
        _write_result(result, path, format or _format_of(path, get_args(Format)), overwrite)
    else:
        raise InputError("write.what", kind=type(result).__name__)
    return path


def _format_of(path: Path, known: tuple[str, ...]) -> Any:
    ending = path.suffix.casefold().removeprefix(".")
    if ending not in known:
        raise InputError("write.ending", path=path.name, known=", ".join(f".{name}" for name in known))
    return ending


def refuse_existing(path: Path, overwrite: bool) -> None:
    """Raise if something is at ``path`` that must not be replaced.

    Raises
    ------
    InputError
        If there is a file and ``overwrite`` is false, or if it is a folder.
    """
    if path.is_dir() or (path.exists() and not overwrite):
        raise InputError("write.exists", Where(path.parent.name), names=path.name)


# -- activities --------------------------------------------------------------------------------------------------------


def _write_activity(activity: Activity, path: Path, format: str | None, language: Language, overwrite: bool) -> None:
    ending = path.suffix.casefold()
    if format is None and ending in {".csv", ".parquet", ".json"}:
        raise InputError("write.tables", path=path.name)
    format = format or ("xlsx" if ending == ".xlsx" else "csv")
    if format == "json":
        raise InputError("write.tables", path=path.name)
    if format == "xlsx":
        refuse_existing(path, overwrite)
        book = tables(activity, language)
        with replacing([path]) as hidden:
            save_workbook(hidden[path], {sheet_name(name, language): columns for name, columns in book.items()})
        return
    if _looks_like_a_file(path):
        raise InputError("write.folder", path=path.name)
    _write_folder(activity, path, format, language, overwrite)


def _looks_like_a_file(path: Path) -> bool:
    """Tell whether a name that is no folder yet ends like a file of no form of ours; 2024.12 does not."""
    ending = path.suffix.casefold().removeprefix(".")
    return ending not in get_args(Format) and any(sign.isalpha() for sign in ending) and not path.is_dir()


def sheet_name(table: str, language: Language) -> str:
    """Return the name of the sheet of a table."""
    return FILES[table][0 if language == "en" else 1]


def _write_folder(activity: Activity, folder: Path, format: str, language: Language, overwrite: bool) -> None:
    old = _tables_in(folder)
    if old and not overwrite:
        raise InputError("write.exists", Where(folder.name), names=", ".join(path.name for path in old))
    book = tables(activity, language)
    metadata = _metadata({"input_hash": activity.input_hash, "source": activity.source})

    def save(name: str, path: Path) -> None:
        if format == "csv":
            save_csv(path, book[name])
        else:
            save_parquet(path, book[name], metadata, {})

    if not folder.exists():
        with appearing(folder) as made:
            for name in book:
                save(name, made / f"{name}.{format}")
        return
    paths = {name: folder / f"{name}.{format}" for name in book}
    with replacing(list(paths.values()), [path for path in old if path not in paths.values()]) as hidden:
        for name, path in paths.items():
            save(name, hidden[path])


def _tables_in(folder: Path) -> list[Path]:
    """Return the files of a folder that reading would take for tables."""
    if not folder.is_dir():
        return []
    words = {word for names in FILES.values() for word in names}
    found = (path for path in folder.iterdir() if path.suffix.casefold() in {".csv", ".parquet"})
    return sorted(path for path in found if path.is_file() and fold(path.stem) in words)


# -- results -----------------------------------------------------------------------------------------------------------


def _write_result(result: Table, path: Path, format: str, overwrite: bool) -> None:
    refuse_existing(path, overwrite)
    with replacing([path]) as hidden:
        _save_result(result, hidden[path], format)


def _save_result(result: Table, path: Path, format: str) -> None:
    if format == "json":
        text = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False, indent=1)
        path.write_text(text, encoding="utf-8")
        return
    columns = as_columns(result.columns())
    if format == "csv":
        save_csv(path, columns)
    elif format == "parquet":
        save_parquet(path, columns, _metadata(_behind(result)), result.units())
    else:
        name = type(result).__name__.casefold()
        save_workbook(path, {name: columns, "provenance": _provenance(result)})


def _behind(result: Table) -> dict[str, Any]:
    return {"result": type(result).__name__, **result.provenance.to_dict()}


def _metadata(data: Mapping[str, Any]) -> dict[str, str]:
    """Return metadata of a file: ours under one key, and where pandas looks for ``attrs``."""
    text = json.dumps(data, ensure_ascii=False)
    return {_METADATA: text, "PANDAS_ATTRS": json.dumps({"provenance": data}, ensure_ascii=False)}


def _provenance(result: Table) -> dict[str, Any]:
    """Return what stands behind a result as a table of names and values."""
    rows = list(_flat(_behind(result)))
    rows += [("unit", f"{name}: {unit}") for name, unit in result.units().items()]
    return as_columns({"item": _texts([name for name, _ in rows]), "value": _texts([value for _, value in rows])})


def _texts(values: list[str]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _flat(data: Any, name: str = "") -> list[tuple[str, str]]:
    """Return nested data as pairs of a dotted name and a text; a warning is its English sentence."""
    if isinstance(data, Mapping) and "en" in data and "zh" in data:
        return [(name, str(data["en"])), (name, str(data["zh"]))]
    if isinstance(data, Mapping):
        return [pair for key, value in data.items() for pair in _flat(value, f"{name}.{key}" if name else str(key))]
    if isinstance(data, list):
        return [pair for value in data for pair in _flat(value, name)]
    return [(name, "" if data is None else str(data))]
