"""The pictures of ``docs/plots.md`` are those that the library draws today."""

import importlib.util
import re
from pathlib import Path
from typing import Any

from zonecarbon.plots import lettering

ROOT = Path(__file__).resolve().parents[1]


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("_tool_plot_pictures", ROOT / "tools/plot_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pictures_are_up_to_date_and_on_the_pages() -> None:
    made = tool()
    for name, svg in made.pictures().items():
        kept = (ROOT / "docs/pictures" / name).read_text(encoding="utf-8")
        assert made.texts(kept) == made.texts(svg), f"{name}: run python tools/plot_pictures.py"
        page = "plots.zh.md" if ".zh." in name else "plots.md"
        assert f"(pictures/{name})" in (ROOT / "docs" / page).read_text(encoding="utf-8")


def test_the_pages_name_a_font_that_is_looked_for_and_no_function_that_is_not() -> None:
    from zonecarbon import plots

    for page in ("plots.md", "plots.zh.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert lettering.CHINESE_FONTS[0] in text
        assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set(plots.__all__) - {"to_svg", "describe"}
