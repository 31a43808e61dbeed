"""How a case is made of another one: bytes, texts, JSON documents, workbooks, and words of a command line.

Decided here: seeded mutation of a corpus, in the standard library, and not hypothesis, because a case must be bytes
that can be kept as a file, mutated again, and handed to atheris; and because drawing a case costs less this way than
running it. What a mutation puts in is mostly not noise but what people and programs do write: figures at the ends of
floats, digits of other scripts, marks in place of figures, half-open quotes, other encodings, another table's words.
"""

import contextlib
import copy
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (
    "0", "-0", "1", "-1", "0.0", "1e308", "-1e308", "1.7976931348623157e308", "1e309", "1e-310", "5e-324",
    "1e-400", "nan", "NaN", "inf", "-inf", "Infinity", "-Infinity", "1_000", "1,234", "1，234.5", "1.234,5",
    "0x10", "1e5", "1E+3", ".5", "5.", "+3", "--3", "－3", "−3", "１２", "²", "٣", "½", "Ⅳ", "三", "5%", "5％",
    "120‰", "9" * 30, "9" * 400, "9" * 5000, "1e" + "9" * 12, "0." + "0" * 400 + "1", "1/3", "10**10",
    "10**10**10", "2020", "2020.0", "2020.5", "1948", "2101", "99999", "2020年", "FY2020", "2020-2021", "true",
    "None", "null",
)  # fmt: skip
WORDS = (
    "", " ", "\t", "\u3000", "\u200b", "\ufeff", "\u202e", "\x00", "\x1a", "\x7f", "\x85", "\u2028", "\r", "\n",
    "\r\n", '"', "'", '""', '"\n"', "，", ",", ";", "；", "|", ":", "=", "(", ")", "（", "）", "[", "]", "{", "}",
    "<", ">", "&amp;", "&#0;", "%", "%s", "{0}", "{name}", "{value!r}", "\\", "/", "//", "..", "~", "*", "**", "^",
    "#", "@SUM(A1)", "=1+1", "-", "—", "…", "×", "n/a", "#N/A", "#REF!", "𠀀", "é", "e\u0301", "ß", "İ", "ﬁ", "㎥",
    "℃", "㎏", "万", "万万", "亿亿", "合计", "其中：", "全国", "nominal", "现价", "unknown", "not_used", "A" * 300,
    "园" * 300, "(" * 200, "[" * 2000, "a/" * 300, "a*" * 300, "--" * 300, " " * 2000, "万" * 200, "\n" * 300,
    "," * 3000,
)  # fmt: skip
FIELDS = (
    "zone", "name", "province", "year", "sector", "carrier", "quantity", "unit", "use", "supply", "ncv",
    "ncv_unit", "basis", "value_added", "price_year", "boundary", "coverage", "deflator", "product", "output",
    "factor", "indicator", "value", "园区", "年份", "省份", "行业", "能源", "数量", "单位",
    "工业增加值(亿元，2020年价)", "原煤(吨)", "天然气（万立方米）", "电力(万千瓦时)", "其中：电力", "raw_coal",
    "coke", "electricity", "natural_gas", "heat", "焦炭", "煤合计", "t", "吨", "tce", "吨标准煤", "万tce", "GJ",
    "kWh", "万千瓦时", "m3", "Nm3", "方", "10^4 t", "kgce/kWh", "kgce/(kW·h)", "tCO2", "tC", "MtCO2e", "万元",
    "亿元", "CNY", "USD", "江苏", "Tibet", "陕西", "火星", "final", "transformation_in", "feedstock", "export",
    "grid", "certificate", "onsite_fossil", "co2", "total_energy",
    "co2 = value_added * energy/value_added * co2/energy", "energy/gdp", "3 万吨标准煤", "1e400 t", "A", "B",
    "policy", "inventory",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2020, 10**30, -(10**30), 10**400, 1 << 63, -(1 << 63), 0.0, -0.0, 0.5, 1e308,
    -1e308, 1e-310, 5e-324, float("nan"), float("inf"), float("-inf"), "", " ", "x", "\x00", "\ud800", "1",
    "9" * 5000, "1e400", [], {}, [[]], [{}], {"": ""}, {"x": 1}, [None], [1, 2], ["a"], "A" * 5000,
)  # fmt: skip

Mutate = Callable[[bytes, Random, Sequence[bytes]], bytes]
_MOST = 300_000  # bytes of a case
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_CODINGS = (
    "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gbk", "big5", "latin-1", "utf-7", "utf-32",
)  # fmt: skip


def word(rng: Random) -> str:
    """Return a word that often makes trouble."""
    found = rng.choice(rng.choice((NUMBERS, WORDS, FIELDS)))
    return found * rng.choice((2, 100, 20_000)) if len(found) < 10 and rng.random() < 0.005 else found


def of_bytes(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return bytes with a few bytes changed, lost, doubled, or another case's in their place."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(found))
        end = min(len(found), at + int(rng.expovariate(1 / 20)) + 1)
        kind = rng.randrange(7)
        if kind == 0 and at < len(found):
            found[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del found[at:end]
        elif kind == 2:
            found[at:at] = found[at:end] * rng.choice((1, 1, 2, 50))
        elif kind == 3:
            found[at:end] = rng.randbytes(rng.randint(1, 8))
        elif kind == 4:
            found[at:end] = word(rng).encode("utf-8", "surrogatepass")
        elif kind == 5 and others:
            other = rng.choice(others)
            start = rng.randint(0, len(other))
            found[at:end] = other[start : start + rng.randint(1, 200)]
        else:
            del found[at:]
    return bytes(found[:_MOST])


def of_text(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return a text with figures, words, cells and lines changed; sometimes in another encoding, sometimes broken."""
    if rng.random() < 0.1:
        return of_bytes(data, rng, others)
    text = data.decode("utf-8", "replace")
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        text = rng.choice(_TEXT_CHANGES)(text, rng, others)[:_MOST]
    coding = rng.choice(_CODINGS) if rng.random() < 0.08 else "utf-8"
    return text.encode(coding, "replace")[:_MOST]


def _number(text: str, rng: Random, _: Sequence[bytes]) -> str:
    return _swap(text, rng, _NUMBER, rng.choice(NUMBERS))


def _name(text: str, rng: Random, _: Sequence[bytes]) -> str:
    return _swap(text, rng, _WORD, word(rng))


def _swap(text: str, rng: Random, pattern: re.Pattern[str], new: str) -> str:
    at = rng.randint(0, len(text))
    found = pattern.search(text, at) or pattern.search(text)
    return text[: found.start()] + new + text[found.end() :] if found else text + new


def _insert(text: str, rng: Random, _: Sequence[bytes]) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + word(rng) + text[at:]


def _lines(text: str, rng: Random, others: Sequence[bytes]) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(to, lines[at])
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3 and others:
        lines.insert(at, rng.choice(rng.choice(others).decode("utf-8", "replace").splitlines(keepends=True) or [""]))
    else:
        lines = lines * rng.choice((2, 3)) if len(lines) < 500 else lines[:at]
    return "".join(lines)


def _cell(text: str, rng: Random, _: Sequence[bytes]) -> str:
    """Change one cell of a table that a comma, a tab or the like divides."""
    sign = next((sign for sign in ",\t;|" if sign in text), ",")
    cells = text.split(sign)
    at = rng.randrange(len(cells))
    if rng.random() < 0.1:
        return rng.choice(("\t", ";", "|", "，")).join(cells)
    if rng.random() < 0.2:
        del cells[at]
    else:
        cells[at] = word(rng)
    return sign.join(cells)


def _letter(text: str, rng: Random, _: Sequence[bytes]) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(('"', "'", "\n", ",", "=", chr(rng.randrange(0x20, 0x3000)))) + text[at + 1 :]


_TEXT_CHANGES = (
    _number, _number, _name, _name, _insert, _lines, _cell, _cell, _letter,
)  # fmt: skip


# -- short lines: units, headings, identities, names -------------------------------------------------------------------


def of_line(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return a short text put together from pieces of others and from words that make trouble."""
    if rng.random() < 0.05:
        return of_bytes(data, rng, others)
    pieces = [data.decode("utf-8", "replace")]
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        other = rng.choice(others).decode("utf-8", "replace") if others and rng.random() < 0.6 else word(rng)
        pieces.insert(
            rng.randint(0, len(pieces)), rng.choice(("", "", " ", "*", "/", "(", ")", "=", "，", "**2")) + other
        )
    text = "".join(pieces)
    for _ in range(rng.randrange(3)):
        text = rng.choice((_number, _name, _insert, _letter))(text, rng, others)
    return text.encode("utf-8", "surrogatepass")[:_MOST]


# -- JSON --------------------------------------------------------------------------------------------------------------


def of_json(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return a document with keys dropped or renamed, types changed, parts moved, nested deeply; or broken text."""
    if rng.random() < 0.1:
        return of_text(data, rng, others)
    if rng.random() < 0.01:
        depth = rng.choice((50, 500, 900, 5000, 100_000))
        return (b"[" * depth + b"]" * depth) if rng.random() < 0.5 else b'{"a":' * depth + b"1" + b"}" * depth
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return of_text(data, rng, others)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        document = _changed(document, rng)
    text = json.dumps(document, ensure_ascii=rng.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")[:_MOST]


def _changed(document: Any, rng: Random) -> Any:
    places = list(_places(document, 4000))
    if not places:
        return rng.choice(ODD)
    holder, key = rng.choice(places)
    kind = rng.randrange(9)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[word(rng)] = holder.pop(key)
    elif kind == 2:
        other, there = rng.choice(places)
        with contextlib.suppress(ValueError):  # a text of half characters, or of nothing
            holder[key] = json.loads(json.dumps(other[there]))
    elif kind == 3:
        holder[key] = [holder[key]]
    elif kind == 4:
        value: Any = copy.deepcopy(rng.choice(ODD))
        for _ in range(rng.choice((1, 3, 60, 300))):
            value = [value] if rng.random() < 0.5 else {"a": value}
        holder[key] = value
    elif kind == 5:
        holder[key] = word(rng)
    elif kind == 6 and isinstance(holder[key], str):
        holder[key] = of_line(holder[key].encode("utf-8", "replace"), rng, ()).decode("utf-8", "replace")
    elif kind == 7 and isinstance(holder[key], list):
        holder[key] = holder[key] * rng.choice((2, 30))
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))
    return document


def _places(document: Any, most: int) -> list[tuple[Any, Any]]:
    """Return every place in a document as its holder and key, without recursion."""
    found: list[tuple[Any, Any]] = []
    todo = [document]
    while todo and len(found) < most:
        holder = todo.pop()
        keys: Any = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            found.append((holder, key))
            todo.append(holder[key])
    return found


# -- workbooks ---------------------------------------------------------------------------------------------------------

_XML = (
    b"<c r='A1'><v>1</v></c>", b"<v>1e400</v>", b"<v>NaN</v>", b"<v></v>", b"<t>&#0;</t>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<is><t>x</t></is>", b"r='XFD1048576'", b"r='A0'", b"r='ZZZZZZ9'",
    b"r='1A'", b"t='s'", b"t='b'", b"t='e'", b"t='inlineStr'", b"t='d'", b"s='99999'", b"s='-1'", b"<row r='2'>",
    b"<row r='1048576'>", b"<row r='x'>", b"</row>", b"<mergeCell ref='A1:XFD1048576'/>", b"ref='B2:A1'",
    b"<f>A1</f>", b"state='hidden'", b"hidden='1'", b"count='999999999'", b"numFmtId='14'", b"<![CDATA[x]]>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"Target='/etc/passwd'", b"Target='../../x'",
    b"TargetMode='External'", b"</sheetData>", b"</worksheet>", b"xmlns=''",
)  # fmt: skip


def of_zip(data: bytes, rng: Random, others: Sequence[bytes]) -> bytes:
    """Return a workbook with the XML of a part changed, a part lost or doubled, or the bytes of the zip broken."""
    if rng.random() < 0.2:
        return of_bytes(data, rng, others)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:
        return of_bytes(data, rng, others)
    if not parts:
        return of_bytes(data, rng, others)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(parts))
        sheets = [number for number, (name, _) in enumerate(parts) if "sheet" in name or "sharedStr" in name]
        if sheets and rng.random() < 0.7:
            at = rng.choice(sheets)
        name, body = parts[at]
        parts[at] = (name, _of_xml(body, rng))
        if rng.random() < 0.06:
            del parts[at]
        elif rng.random() < 0.04:
            parts.append((name, body))
        if not parts:
            break
    stream = io.BytesIO()
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a part that stands twice is meant
        with zipfile.ZipFile(stream, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive:
            for name, body in parts:
                archive.writestr(name, body)
    return stream.getvalue()[:_MOST]


def _of_xml(body: bytes, rng: Random) -> bytes:
    kind = rng.randrange(6)
    if kind == 0:
        at = rng.randint(0, len(body))
        return body[:at] + rng.choice(_XML) + body[at:]
    if kind == 1:
        found = list(re.finditer(rb"<[^>]*>", body))
        if found:
            one = rng.choice(found)
            return body[: one.start()] + (b"" if rng.random() < 0.5 else one[0] * 2) + body[one.end() :]
    if kind == 2:
        found = list(re.finditer(rb"(?<=\")[^\"<>]*(?=\")", body))
        if found:
            one = rng.choice(found)
            return body[: one.start()] + _escaped(word(rng)) + body[one.end() :]
    if kind in {3, 4}:
        found = list(re.finditer(rb"(?<=>)[^<>]+(?=<)", body))
        if found:
            one = rng.choice(found)
            return body[: one.start()] + _escaped(word(rng)) + body[one.end() :]
    return of_bytes(body, rng, ())


def _escaped(text: str) -> bytes:
    from xml.sax.saxutils import escape

    return escape(text, {'"': "&quot;"}).encode("utf-8", "replace")
