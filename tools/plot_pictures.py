"""The pictures of ``docs/plots.md``: every chart of ``zonecarbon.plots``, in both languages.

``python tools/plot_pictures.py`` writes ``docs/pictures/plot-*.svg``; with ``--check`` it writes nothing and returns 1
if one is not up to date. Decided here: what can be drawn from published data is (41 industrial sectors, countries);
there is no public projection of a zone, so the fan and the tornado are of the synthetic example that ships, and the
page says so. Pictures are compared by their texts: coordinates may differ in the last digit between versions of
matplotlib.
"""

import contextlib
import io
import re
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
STEEL = "黑色金属冶炼和压延加工业"


@cache
def industry() -> Any:
    """Return the account of 41 industrial sectors of China, 2019 and 2020."""
    import zonecarbon as zc

    return zc.account(zc.read(ROOT / "examples/china_industry_2019_2020"))


@cache
def synthetic() -> Any:
    """Return the account of the example of 169 synthetic zones."""
    import zonecarbon as zc
    from zonecarbon import cli

    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(["example", f"{folder}/example"])
        return zc.account(zc.read(f"{folder}/example"))


@cache
def countries() -> Any:
    """Return GDP, energy and CO2 of countries, 2000 to 2018."""
    import pandas as pd

    return pd.read_csv(ROOT / "examples/countries_2000_2018/countries.csv")


def _waterfall() -> tuple[Any, ...]:
    import zonecarbon as zc

    identity = "co2 = gdp * energy/gdp * co2/energy"
    return zc.decompose(countries(), identity=identity, unit="Mt", missing="leave_out"), "United States"


def _path() -> tuple[Any, ...]:
    import zonecarbon as zc

    co2, gdp = (countries().pivot(index="zone", columns="year", values=name) for name in ("co2", "gdp"))
    return zc.tapio(co2.to_numpy(), gdp.to_numpy(), years=co2.columns.tolist(), zones=co2.index.tolist()), "China"


def _fan() -> tuple[Any, ...]:
    import zonecarbon as zc

    return zc.project(synthetic(), "policy", until=2060, draws=400, rng=7), "synthetic-004"


def _tornado() -> tuple[Any, ...]:
    import zonecarbon as zc

    return (zc.tornado(synthetic(), "policy", until=2060, of="co2", year=2035, zone="synthetic-004"),)


@cache
def _planned() -> Any:
    """Return a plan of one synthetic zone with the measures that ship, which are assumptions."""
    import zonecarbon as zc

    base = int(_one().years[-1])
    goal = {
        "name": "own",
        "target": [
            {"id": "co2", "indicator": "co2_per_iva", "statistic": "annual_rate", "operator": ">=",
             "threshold": 0.07, "unit": "fraction per year", "year": 2030, "base_year": base},
            {"id": "energy", "indicator": "energy_per_iva", "statistic": "annual_rate", "operator": ">=",
             "threshold": 0.05, "unit": "fraction per year", "year": 2030, "base_year": base},
        ],
    }  # fmt: skip
    return zc.plan(_one(), "starter", goal, range(base + 1, 2031))


@cache
def _one() -> Any:
    """Return the account of one zone of the synthetic example."""
    import pandas as pd

    import zonecarbon as zc
    from zonecarbon import cli

    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(["example", f"{folder}/example"])
        tables = {name: pd.read_csv(f"{folder}/example/{name}.csv") for name in ("zones", "economy", "energy")}
    return zc.account(zc.read({name: table[table["zone"] == "synthetic-004"] for name, table in tables.items()}))


def _curve() -> tuple[Any, ...]:
    import zonecarbon as zc

    return (zc.abatement_curve(zc.extend(_one(), "baseline", until=2030), "starter"),)


def _assured() -> tuple[Any, ...]:
    import zonecarbon as zc

    return (zc.assure(_planned(), draws=1024, rng=7),)


CHARTS: dict[str, tuple[str, Callable[[], tuple[Any, ...]]]] = {
    "distribution": ("intensity_distribution", lambda: (industry(),)),
    "fan": ("fan", _fan),
    "waterfall": ("waterfall", _waterfall),
    "stack": ("stack", lambda: (industry(), STEEL)),
    "tornado": ("tornado", _tornado),
    "path": ("decoupling_path", _path),
    "curve": ("abatement_curve", _curve),
    "plan": ("plan", lambda: (_planned(),)),
    "assurance": ("assurance", _assured),
}


def pictures() -> dict[str, str]:
    """Return every picture as SVG, by the name of its file."""
    from zonecarbon import plots

    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (chart, data) in CHARTS.items():
            given = data()
            for language, tag in (("en", ""), ("zh", ".zh")):
                told = plots.describe(chart, *given, language=language)
                ax = getattr(plots, chart)(*given, language=language)
                found[f"plot-{name}{tag}.svg"] = plots.to_svg(ax, description=told) + "\n"
    return found


def texts(svg: str) -> list[str]:
    """Return what is written in a picture."""
    return re.findall(r"<(?:text|desc)[^>]*>([^<]*)<", svg)


def main(arguments: list[str]) -> int:
    """Write or check the pictures; return the exit code."""
    stale = []
    for name, svg in pictures().items():
        path = PICTURES / name
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        if texts(old) != texts(svg):
            stale.append(name)
        if "--check" not in arguments:
            path.write_text(svg, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"not up to date: {', '.join(stale)}; run python tools/plot_pictures.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
