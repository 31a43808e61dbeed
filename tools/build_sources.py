"""Make the shipped list of sources from the full one.

``python tools/build_sources.py FULL`` reads the full table (one row per source, with every place where a copy was seen)
and writes ``src/zonecarbon/data/sources.csv`` and the same bytes to ``tests/transcription/sources.csv``.

An address is shipped only where a reader may follow it: the official one, else the open repository that was read. Many
other copies sit on unrelated or re-used domains; these addresses stay out of the package, in the notes too.
"""

import csv
import io
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
TARGETS = (ROOT / "src/zonecarbon/data/sources.csv", ROOT / "tests/transcription/sources.csv")
COLUMNS = (
    "source_id",
    "title_zh",
    "title_en",
    "issuer",
    "document_number",
    "date",
    "address",
    "copy_kind",
    "status",
    "note",
)
ADDRESS = re.compile(r"https?://[^\s|)]+")


def shipped_address(row: dict[str, str]) -> str:
    """Return the address that may be shipped, or an empty text."""
    if row["official_address"]:
        return row["official_address"]
    return row["address_seen"] if row["link_ok"] == "true" else ""


def hidden_names(rows: list[dict[str, str]]) -> set[str]:
    """Return host names, and their telling part, of every copy whose address is not shipped."""
    shown = {urlsplit(address).hostname for row in rows for address in ADDRESS.findall(shipped_address(row))}
    hosts = {urlsplit(address).hostname or "" for row in rows for address in ADDRESS.findall(row["address_seen"])}
    hosts -= {host for host in shown if host}
    return {name for host in hosts for name in (host, max(host.split("."), key=len)) if len(name) > 4}


def clean(note: str, hidden: set[str]) -> str:
    """Return ``note`` without addresses or names of copies that are not shipped."""
    note = ADDRESS.sub("", note)
    for name in sorted(hidden, key=len, reverse=True):
        note = re.sub(rf"\b[Tt]he {re.escape(name)} copy\b", "One of the copies", note)
        note = re.sub(rf"\b{re.escape(name)}\b", "(a copy)", note)
    return " ".join(note.split())


def build(text: str) -> str:
    """Return the shipped table as text, made from the text of the full one."""
    rows = list(csv.DictReader(io.StringIO(text)))
    hidden = hidden_names(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "address": shipped_address(row), "note": clean(row["note"], hidden)})
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Write both copies of the shipped table."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    text = build(Path(arguments[0]).read_text(encoding="utf-8"))
    for target in TARGETS:
        target.write_text(text, encoding="utf-8", newline="\n")
    print(f"{text.count(chr(10)) - 1} sources")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
