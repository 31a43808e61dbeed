"""Write the JSON Schemas as they are now to ``tests/data/schemas``, where a test holds the library to them.

Run this only after reading docs/embedding.md: what may change within a version, and what needs a new one.
"""

import json
from pathlib import Path

import zonecarbon as zc

FOLDER = Path(__file__).resolve().parents[1] / "tests/data/schemas"


def main() -> None:
    """Write one file for each schema."""
    FOLDER.mkdir(exist_ok=True)
    for name in zc.list_schemas().names:
        text = json.dumps(zc.json_schema(name), ensure_ascii=False, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
