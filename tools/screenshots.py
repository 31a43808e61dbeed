"""Make the picture of a report that the README shows: the demo's report of real data, in Chromium.

``python tools/screenshots.py [--report report.html]`` writes ``docs/pictures/report.png``. Without ``--report`` it runs
the demo in a folder of its own. It needs what ``make browser-test`` installs.

Decided here: one picture, of the top of the page as it opens, small enough for a README: 256 colours do for text and
charts, and cost a third of the bytes.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/pictures/report.png"
DEMO = ROOT / "examples/china_industry_2019_2020/demo.py"
MOST_BYTES = 300_000
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"]


def picture_of(report: Path, width: int, height: int) -> bytes:
    """Return a PNG of the top of the report."""
    chromium = os.environ.get("ZONECARBON_CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(report.resolve().as_uri(), wait_until="load")
        page.wait_for_timeout(300)
        taken: bytes = page.screenshot()
        browser.close()
    return taken


def optimised(taken: bytes) -> bytes:
    """Return the PNG with a palette of 256 colours."""
    out = io.BytesIO()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    """Write the picture; return 1 if it is too large for a README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--report", type=Path, help="a report that is there already")
    parser.add_argument("--out", type=Path, default=PICTURE)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=1350)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        report = options.report
        if report is None:
            subprocess.run([sys.executable, DEMO], cwd=room, check=True, stdout=subprocess.DEVNULL)
            report = Path(room) / "report.html"
        picture = optimised(picture_of(report, options.width, options.height))
    options.out.write_bytes(picture)
    print(f"{options.out}: {len(picture) / 1000:.0f} kB")
    return 1 if len(picture) > MOST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
