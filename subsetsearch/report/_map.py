"""The map: an equal-area projection, and outlines of land in it."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files

_A = (1.340264, -0.081106, 0.000893, 0.003796)


def equal_earth(latitude: float, longitude: float) -> tuple[float, float]:
    """Project degrees by Equal Earth (Šavrič, Patterson & Jenny 2019).

    Returns:
        x in [-2.71, 2.71] and y in [-1.32, 1.32].
    """
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    a1, a2, a3, a4 = _A
    slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    return x, theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)


@cache
def land() -> tuple[list[float | None], list[float | None]]:
    """Outlines of all land but Antarctica, rings parted by ``None`` (Natural Earth, public domain)."""
    rings = json.loads((files("subsetsearch.report") / "land.json").read_text(encoding="utf-8"))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for ring in rings:
        for longitude, latitude in ring:
            x, y = equal_earth(latitude, longitude)
            xs.append(round(x, 3))
            ys.append(round(y, 3))
        xs.append(None)
        ys.append(None)
    return xs, ys
