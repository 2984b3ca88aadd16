"""Generate ``subsetsearch/report/land.json``: outlines of land for the report's map.

Run it in an environment of its own (nothing of it is needed to use the project)::

    pip install --no-deps geopandas==0.14.4 pyshp
    python tools/data/land.py

Source: Natural Earth 1:110m countries (public domain, naturalearthdata.com), as the last geopandas with
data sets ships them. Antarctica is left out; coordinates are rounded to a tenth of a degree.
"""

from __future__ import annotations

import importlib.util
import json
from itertools import pairwise
from pathlib import Path

import shapefile

LAND = Path(__file__).resolve().parents[2] / "subsetsearch" / "report" / "land.json"


def main() -> None:
    spec = importlib.util.find_spec("geopandas")
    if spec is None or spec.origin is None:
        raise SystemExit("geopandas 0.14.4 is not installed")
    place = Path(spec.origin).parent / "datasets" / "naturalearth_lowres" / "naturalearth_lowres"
    rings = []
    for item in shapefile.Reader(str(place)).shapeRecords():
        if item.record["continent"] == "Antarctica":
            continue
        starts = [*item.shape.parts, len(item.shape.points)]
        for first, stop in pairwise(starts):
            ring = [[round(x, 1), round(y, 1)] for x, y in item.shape.points[first:stop]]
            thinned = [p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1]]
            if len(thinned) >= 4:
                rings.append(thinned)
    LAND.write_text(json.dumps(rings, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
