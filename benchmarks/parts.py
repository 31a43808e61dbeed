"""A table larger than memory: made, read in parts, accounted and checked, with time and peak memory.

Run ``python -m benchmarks.parts [--rows 1e8] [--zones 4000] [--workers 0] [--keep FOLDER]``. The rows are made up, zone
by zone (20 years, 12 carriers), and written as Parquet; only then is a child process started that reads them, so that
its peak memory is that of the work alone. Rows are those of energy; value added and provinces have files of their own.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

YEARS, STEP = 20, 4_000
CARRIERS = {
    "raw_coal": "t", "coke": "t", "gasoline": "t", "kerosene": "t", "diesel": "t", "fuel_oil": "t", "lpg": "t",
    "lng": "t", "natural_gas": "10^4 m3", "crude_oil": "t", "heat": "GJ", "electricity": "MWh",
}  # fmt: skip
PROVINCES = ("江苏", "北京", "广东", "四川", "内蒙古")
_CHILD = """
import resource, sys, time, warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
import zonecarbon as zc
warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
folder, zones, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def accounts():
    for part in zc.read_parts(folder, size=zones):
        account = zc.account(part)
        del part
        yield account
        del account
start = time.perf_counter()
with ThreadPoolExecutor(workers) if workers else nullcontext() as executor:
    found = zc.check(accounts(), executor=executor)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(f"read, accounted and checked in {seconds:.0f} s; peak memory {peak:.0f} MB, imports included")
for block in found.blocks:
    print(f"  {block.target.id}: {found.verdict(block.target.id)}")
"""


def write(rows: int, folder: Path) -> int:
    """Write energy, value added and provinces of made-up zones; return how many."""
    import pyarrow as pa
    from pyarrow import parquet

    def words(codes: Any, names: Any) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(list(names)))

    rng = np.random.default_rng(1)
    zones, writers = max(1, rows // (YEARS * len(CARRIERS))), {}
    for first in range(0, zones, STEP):
        n = min(STEP, zones - first)
        names = [f"Z{zone:07d}" for zone in range(first, first + n)]
        zone, year = np.repeat(np.arange(n), YEARS), np.tile(np.arange(2006, 2006 + YEARS), n)
        carrier = np.tile(np.arange(len(CARRIERS)), len(zone))
        energy = {
            "zone": words(np.repeat(zone, len(CARRIERS)), names),
            "year": np.repeat(year, len(CARRIERS)),
            "carrier": words(carrier, CARRIERS),
            "quantity": np.round(rng.standard_exponential(len(carrier)) * 100.0, 3),
            "unit": words(carrier, CARRIERS.values()),
        }
        economy = {
            "zone": words(zone, names),
            "year": year,
            "value_added": np.round(rng.random(len(zone)) * 10.0 + 1.0, 4),
            "unit": words(np.zeros(len(zone)), ["亿元"]),
            "price_year": np.full(len(zone), 2020),
        }
        places = {"zone": names, "province": [PROVINCES[at % len(PROVINCES)] for at in range(n)]}
        for name, columns in (("energy", energy), ("economy", economy), ("zones", places)):
            table = pa.table(columns)
            if name not in writers:
                writers[name] = parquet.ParquetWriter(str(folder / f"{name}.parquet"), table.schema)
            writers[name].write_table(table)
    for writer in writers.values():
        writer.close()
    return zones


def main() -> None:
    """Make the table, read it in parts, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=float, default=1e8)
    parser.add_argument("--zones", type=int, default=STEP, help="in a part")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder of the table; it is made if it is not there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        folder = options.keep or Path(room)
        if not (folder / "energy.parquet").exists():
            folder.mkdir(parents=True, exist_ok=True)
            zones = write(int(options.rows), folder)
            size = sum(path.stat().st_size for path in folder.glob("*.parquet")) / 1e6
            print(f"{zones} zones x {YEARS} years x {len(CARRIERS)} carriers written, {size:.0f} MB", flush=True)
        command = [sys.executable, "-c", _CHILD, str(folder), str(options.zones), str(options.workers)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
