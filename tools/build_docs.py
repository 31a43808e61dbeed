"""Make the parts of the documentation that are data: tables and pictures.

``python tools/build_docs.py`` rewrites, in ``docs/*.md``, what stands between ``<!-- generated: NAME -->`` and
``<!-- end -->``, and draws ``docs/pictures/*.svg``; with ``--check`` it writes nothing and returns 1 if a page or a
picture is not up to date. ``--png FOLDER`` draws the pictures as PNG there, to look at.

Decided here: pages come from the shipped tables, so that they cannot drift from what the library does; a picture
(``tools/pictures.py``) carries a stamp of the data it was drawn from, so that a test can tell a stale one. Text in the
pictures stays text. The file is a hook of mkdocs too: it turns the roles of the docstrings
(``:class:`~zonecarbon.Zone```) into code, and gives Chinese pages a Chinese frame.
"""

import csv
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DATA = ROOT / "src/zonecarbon/data"

# The file is run, loaded by its path (tests), and a hook of mkdocs: none of these finds the module beside it.
sys.path.insert(0, str(ROOT))
from tools.pictures import (  # noqa: E402
    DRAW,
    PICTURES,
    WHAT,
    changes,
    fan,
    layers,
    sectors,
    stamp,
    stamped,
    svg,
)
from tools.tried import build_tried, build_tried_zh  # noqa: E402

__all__ = ["BLOCKS", "changes", "fan", "filled", "layers", "main", "sectors", "stale", "stamp", "stamped"]

_BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ROLE = re.compile(r":(?:class|func|meth|mod|data|attr):(?:<code>~?([^<]+)</code>|`~?([^`]+)`)")

# What is returned, told without a type, comes as a list of "types", one a line, with nothing behind the dash.
_RETURNED = re.compile(
    r'<li class="doc-section-item field-body">\s*<code>([^<]+)</code>\s*–\s*'
    r'<div class="doc-md-description">\s*</div>\s*</li>'
)
_RETURNS = re.compile(rf"<ul>\s*(?:{_RETURNED.pattern}\s*)+</ul>")

# The order of the target sets on the page; the first is what the library is for.
SETS = (
    "torch-2025",
    "zero-carbon-park-910",
    "near-zero-park-js",
    "fyp14",
    "fyp15",
    "assessment-5-9",
    "hj-274-2015",
    "miit-green-park",
)
SCENARIOS = ("baseline", "policy", "deep")
SHOWN_CARRIERS = (
    "raw_coal",
    "anthracite",
    "bituminous_coal",
    "cleaned_coal",
    "coke",
    "natural_gas",
    "lng",
    "lpg",
    "gasoline",
    "diesel",
    "fuel_oil",
    "coke_oven_gas",
    "electricity",
    "heat",
)


def on_page_content(html: str, **_: Any) -> str:
    """Turn roles of docstrings into code, and what is returned into a sentence; called by mkdocs."""

    def as_code(found: re.Match[str]) -> str:
        name = (found[1] or found[2]).removeprefix("zonecarbon.")
        return f"<code>{name}</code>" if found[1] else name

    def as_sentence(found: re.Match[str]) -> str:
        text = " ".join(line.strip() for line in _RETURNED.findall(found[0]))
        return "<p>" + re.sub("``([^`]+)``", r"<code>\1</code>", text) + "</p>"

    return _RETURNS.sub(as_sentence, _ROLE.sub(as_code, html))


def on_page_context(context: Any, page: Any, config: Any, nav: Any) -> Any:
    """Give a page the language that its name says, and a switch to the same page in the other; called by mkdocs.

    Labels of the theme, ``lang`` of the document (which decides the shapes of Chinese characters) and the switch in the
    header are asked for while a page is rendered, one page after the other.
    """
    here = page.file.src_uri
    chinese = here.endswith(".zh.md")
    config.theme["language"] = "zh" if chinese else "en"
    pages = {file.src_uri: file.url for file in (item.file for item in nav.pages)}
    stem = here.removesuffix(".md").removesuffix(".zh")
    config.extra["alternate"] = [
        {"name": name, "lang": code, "link": pages.get(f"{stem}{tag}.md", pages[f"index{tag}.md"])}
        for name, code, tag in (("English", "en", ""), ("中文", "zh", ".zh"))
    ]
    return context


# -- tables --------------------------------------------------------------------------------------------------------


@cache
def rows(*parts: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a shipped table."""
    with DATA.joinpath(*parts).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in body]
    return "\n".join(lines)


def source_words(source_id: str) -> str:
    """Return what a source is: document number or title, with a link only where an address may be followed."""
    found = next((row for row in rows("sources.csv") if row["source_id"] == source_id), None)
    if found is None:
        return source_id
    words = found["document_number"] or found["title_zh"] or found["title_en"]
    address = found["address"].split(" ")[0]
    shown = f"[{words.strip('[]')}]({address})" if address else words.replace("[", "\\[")
    return f"{shown} (`{source_id}`)"


def build_sources() -> str:
    """Return all sources."""
    body = []
    for row in rows("sources.csv"):
        words = row["title_zh"] or row["title_en"]
        address = row["address"].split(" ")[0]
        title = f"[{words.strip('[]')}]({address})" if address else words.replace("[", "\\[")
        facts = [row[name] for name in ("issuer", "document_number", "date", "copy_kind", "status")]
        body.append((f"`{row['source_id']}`", title, *facts))
    return table(("id", "title", "issuer", "document", "date", "what was read", "status"), body)


def build_targets() -> str:
    """Return every shipped target: wording, test, who, when, source, status and our reading."""
    parts = []
    for name in SETS:
        data = tomllib.loads((DATA / "targets" / f"{name}.toml").read_text(encoding="utf-8"))
        parts.append(f"### `{name}`\n\n{data['title_en']}<br>{data['title_zh']}")
        if data.get("document"):
            parts[-1] += f"<br>Document: {data['document']}"
        parts += [_target(target) for target in data["target"]]
    return "\n\n".join(parts)


def _target(target: dict[str, Any]) -> str:
    lines = [f"#### {target['id'].split(':', 1)[1]}", ""]
    if target.get("wording_zh"):
        lines.append(f"> {target['wording_zh']}")
        lines += [">", f"> {target['wording_en']}", ""]
    period = target.get("period", "")
    when = str(target["year"]) if "year" in target else (period or "not stated")
    if "base_year" in target:
        when += f", from {target['base_year']}"
    facts = [
        f"test: {_test(target)}",
        f"year: {when}",
        f"source: {source_words(target.get('source_id', ''))}; status **{target.get('status', '')}**",
    ]
    if target.get("applies_to"):
        facts.insert(2, f"applies to: {target['applies_to']}")
    if target.get("energy_basis"):
        facts.append(f"energy basis: {target['energy_basis'].replace('_', ' ')}")
    if target.get("role", "target") != "target":
        facts.append(f"role: {target['role'].replace('_', ' ')}")
    if target.get("interpretation"):
        facts.append(f"our reading: {target['interpretation']}")
    return "\n".join([*lines, *(f"- {fact}" for fact in facts)])


def _test(target: dict[str, Any]) -> str:
    what = f"`{target['indicator']}` ({target.get('indicator_zh', '')}), statistic `{target['statistic']}`"
    limit = " ".join(word for word in (target["operator"], target.get("threshold"), target.get("unit")) if word)
    if target.get("inner_operator"):
        inner = f"{target['inner_operator']} {target['inner_threshold']} {target.get('inner_unit', '')}"
        return f"{what}: share of zones with a level `{inner}` must be `{limit}`"
    judged = "" if _is_judged(target) else "; reported, not judged"
    return f"{what}: `{limit}`{judged}"


def _is_judged(target: dict[str, Any]) -> bool:
    from zonecarbon.records import Target

    return Target.model_validate(target).judged


def build_coefficients() -> str:
    """Return the coefficients of common carriers side by side."""
    names = {row["carrier_id"]: row for row in rows("vocabulary", "carriers.csv")}
    coal = {(row["carrier_id"], row["edition"]): row for row in rows("factors", "standard_coal.csv")}
    co2 = {(row["carrier_id"], row["factor_set"]): row for row in rows("factors", "fuel_co2.csv")}
    proxies = {row["carrier_id"]: row["proxy_id"] for row in rows("factors", "proxies.csv")}

    def printed(carrier: str, edition: str) -> str:
        row = coal.get((carrier, edition))
        if row is None:
            return ""
        return row["coefficient"] or f"{row['range_low']} to {row['range_high']}"

    def factor(carrier: str, name: str) -> str:
        if row := co2.get((carrier, name)):
            return row["co2_per_energy"]
        proxy = co2.get((proxies.get(carrier, ""), name))
        return f"{proxy['co2_per_energy']} (proxy {proxies[carrier]})" if proxy else ""

    body = []
    for carrier in SHOWN_CARRIERS:
        editions = [printed(carrier, name) for name in ("GB/T 2589-2020", "GB/T 2589-2008", "NBS-yearbook")]
        units = {row["coefficient_unit"] for key, row in coal.items() if key[0] == carrier}
        factors = [factor(carrier, name) for name in ("ncsc-2025", "ndrc-24-sector", "ipcc-2006")]
        title = f"{names[carrier]['name_zh']} `{carrier}`"
        body.append((title, ", ".join(sorted(units)), *editions, *factors))
    head = ("carrier", "unit", "GB/T 2589-2020", "GB/T 2589-2008", "NBS-yearbook")
    sets = (f"CO2 `{name}` [kg/GJ]" for name in ("ncsc-2025", "ndrc-24-sector", "ipcc-2006"))
    return table((*head, *sets), body)


def build_grid() -> str:
    """Return the national electricity factors."""
    kinds = ("national_average", "national_residual", "national_fossil")
    found = [row for row in rows("factors", "grid_electricity.csv") if row["status"] == "verified"]
    years = sorted({row["data_year"] for row in found})
    body = []
    for year in years:
        here = {row["kind"]: row for row in found if row["data_year"] == year and row["region_id"] == "00-quanguo"}
        first = here["national_average"]
        count = sum(row["kind"] == "provincial_average" and row["data_year"] == year for row in found)
        values = [here[kind]["value"] for kind in kinds]
        body.append((year, *values, str(count), source_words(first["source_id"]), first["published"]))
    head = ("data year", *(f"`{kind}`" for kind in kinds), "provinces", "source", "published")
    return table(head, body)


def build_tables(head: Sequence[str] = ("table", "rows of", "verified", "recalled", "assumption")) -> str:
    """Return how many rows of each table were read in a source, recalled or assumed."""
    groups = {
        "standard_coal": "edition",
        "fuel_co2": "factor_set",
        "grid_electricity": "kind",
        "electricity_equivalent": "series",
        "energy_media": "edition",
        "heat": "",
        "proxies": "",
    }
    body = []
    for name, group in groups.items():
        counts: dict[str, Counter[str]] = {}
        for row in rows("factors", f"{name}.csv"):
            counts.setdefault(row[group] if group else "", Counter())[row["status"]] += 1
        for label, seen in counts.items():
            body.append((f"`{name}`", label, *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    for name in SETS:
        data = tomllib.loads((DATA / "targets" / f"{name}.toml").read_text(encoding="utf-8"))
        seen = Counter(target["status"] for target in data["target"])
        body.append(("targets", f"`{name}`", *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    seen = Counter(row["status"] for row in rows("sources.csv"))
    body.append(("sources", "", *(str(seen[s]) for s in ("verified", "recalled", "assumption"))))
    return table(head, body)


def build_proxies() -> str:
    """Return the proxies and why."""
    names = {row["carrier_id"]: row["name_zh"] for row in rows("vocabulary", "carriers.csv")}
    return table(
        ("carrier without a CO2 row", "stands in", "reason"),
        (
            (f"{names[row['carrier_id']]} `{row['carrier_id']}`", f"`{row['proxy_id']}`", row["reason"])
            for row in rows("factors", "proxies.csv")
        ),
    )


def build_proxies_zh() -> str:
    """Return the proxies in Chinese; why each was taken is told on the English page."""
    names = {row["carrier_id"]: row["name_zh"] for row in rows("vocabulary", "carriers.csv")}
    pairs = ((row["carrier_id"], row["proxy_id"]) for row in rows("factors", "proxies.csv"))
    return table(
        ("缺少因子的品种", "替代品种"),
        ((f"{names[first]} `{first}`", f"{names[second]} `{second}`") for first, second in pairs),
    )


def build_layers() -> str:
    """Return the layers as a table, top first."""
    body = []
    for (there, missing), what in zip(layers(), WHAT, strict=True):
        words = (", ".join(f"`{name}`" for name in names) for names in (there, missing))
        body.append((*words, what))
    return table(("modules", "planned", "what the layer does"), body)


def build_scenarios() -> str:
    """Return every number of the shipped scenarios, with its source, status and note."""
    from zonecarbon import catalog

    parts = []
    for name in SCENARIOS:
        told = tomllib.loads((DATA / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))
        whole = catalog.scenario(name)
        words = f"### `{name}`\n\n**{whole.title_en} {whole.title_zh}.** {whole.note_en}"
        if whole.base:
            words += f" Base: `{whole.base}`."
        shifts = {shift.name: shift for shift in whole.shift}
        body = []
        for driver, path in whole.drivers():
            shift = shifts.get(driver)
            moved = f"{_shift_words(shift)}: " if shift else ""
            note = path.note_en if shift or driver in told else f"as in `{told['base']}`"
            source = f"`{path.source_id}`" if path.source_id else ""
            shocks = "<br>".join(_shock_words(item) for item in path.uncertainty)
            body.append((f"`{driver}`", moved + _path_words(path), shocks, path.status, source, note))
        parts += [words, table(("driver", "path", "uncertainty", "status", "source", "why"), body)]
    return "\n\n".join(parts)


def _path_words(path: Any) -> str:
    """Return a path in words; kinds that no shipped scenario has are not told."""
    if path.kind == "constant":
        return f"{_percent(path.rate)} a year"
    if path.kind == "piecewise":
        steps = [f"{_percent(rate)} {'to ' + str(last) if last else 'after'}" for _, last, rate in path.spans()]
        return ", ".join(steps)
    if path.kind == "logistic":
        return f"S-curve to {path.goal:.0%}, midpoint {path.midpoint:g}, width {path.width:g} years"
    raise ValueError(path.kind)


def _percent(rate: float) -> str:
    return f"{100 * rate:+g} %".replace("-", "−")


def _shift_words(shift: Any) -> str:
    whence = f"{shift.source_supply} power" if shift.source_supply else ", ".join(f"`{word}`" for word in shift.source)
    target = f"`{shift.target_supply}` power" if shift.source_supply else f"`{shift.target}`"
    ratio = f", {shift.ratio:g} tce for 1 tce" if shift.ratio != 1 else ""
    return f"{whence} → {target}{ratio}"


def _shock_words(shock: Any) -> str:
    whose = "shared" if shock.shared else "own"
    return f"{whose}: {shock.shape}, sd {100 * shock.sd:g} % a year, `rho` {shock.rho:g} ({shock.status})"


def build_sampling() -> str:
    """Return the measured comparison of the draws, as ``benchmarks/bench_sampling.py`` printed it; it is not run."""
    measured = ROOT / "benchmarks/sampling.md"
    if not measured.is_file():
        return "Not measured yet: `python benchmarks/bench_sampling.py`."
    return measured.read_text(encoding="utf-8").strip()


def build_names() -> str:
    """Return every public function and class by module, with one line each."""
    from tools import public_names

    parts: dict[str, list[tuple[str, str]]] = {}
    for entry in public_names.top():
        line = _ROLE.sub(lambda found: f"`{(found[1] or found[2]).removeprefix('zonecarbon.')}`", entry.line)
        called = "()" if entry.kind == "function" else ""
        parts.setdefault(entry.module, []).append((f"`{entry.name}{called}`", line.replace("``", "`")))
    order = sorted(parts, key=lambda module: (not module, module))
    return "\n\n".join(f"### `{module or 'zonecarbon'}`\n\n{table(('name', 'is'), parts[module])}" for module in order)


BLOCKS: dict[str, Callable[[], str]] = {
    "names": build_names,
    "sources": build_sources,
    "targets": build_targets,
    "coefficients": build_coefficients,
    "grid": build_grid,
    "tables": build_tables,
    "tables-zh": lambda: build_tables(("表", "版本、因子集、种类", "已核对", "凭记忆", "假设")),
    "proxies": build_proxies,
    "proxies-zh": build_proxies_zh,
    "layers": build_layers,
    "scenarios": build_scenarios,
    "sampling": build_sampling,
    "tried": build_tried,
    "tried-zh": build_tried_zh,
}


def filled(text: str) -> str:
    """Return a page with its generated parts made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n\n{found[3]}", text)


# -- command -------------------------------------------------------------------------------------------------------


def stale() -> list[str]:
    """Return the pages and pictures that are not up to date."""
    pages = [path.name for path in sorted(DOCS.rglob("*.md")) if filled(text := path.read_text("utf-8")) != text]
    return pages + [f"{name}.svg" for name in DRAW if stamped(name) != stamp(name)]


def main(arguments: Sequence[str]) -> int:
    """Make, or check, the generated parts."""
    if "--check" in arguments:
        found = stale()
        print("\n".join(f"not up to date: {name}; run python tools/build_docs.py" for name in found) or "up to date")
        return 1 if found else 0
    if "--png" in arguments:
        folder = Path(arguments[list(arguments).index("--png") + 1])
        for name, draw in DRAW.items():
            draw().savefig(folder / f"{name}.png", dpi=100, facecolor="white")
        return 0
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if filled(text) != text:
            path.write_text(filled(text), encoding="utf-8")
            print(f"wrote {path.name}")
    PICTURES.mkdir(exist_ok=True)
    for name in DRAW:
        (PICTURES / f"{name}.svg").write_text(svg(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
