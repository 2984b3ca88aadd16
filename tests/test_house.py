"""The house as a whole: no circles of imports, no file too long to read at a glance.

The order of the rooms is in ``[tool.importlinter]`` of ``pyproject.toml`` and checked by ``make lint``.
"""

from __future__ import annotations

import networkx as nx

from tools.house import House

MOST_LINES = 300
LONGER = {"subsetsearch/study.py": 415, "subsetsearch/reading.py": 395}
"""The façade is one class, a short method a command; more than half of it is their documentation."""


def test_no_files_import_each_other_in_a_circle() -> None:
    assert House.of().circles == []


def test_no_file_is_too_long() -> None:
    assert {file: n for file, n in House.of().lines.items() if n > LONGER.get(file, MOST_LINES)} == {}


def test_arrows_and_circles_are_those_of_the_imports() -> None:
    imports = [("x.one", "x.two"), ("x.two", "y.one"), ("y.one", "x.one"), ("y", "z"), ("y", "")]
    house = House(nx.DiGraph((f"a.{one}".strip("."), f"a.{two}".strip(".")) for one, two in imports), {})
    assert house.rooms == ["a.x", "a.y", "a.z"]
    assert house.arrows == {("a.x", "a.y"), ("a.y", "a.x"), ("a.y", "a.z")}
    assert house.circles == [["a.x.one", "a.x.two", "a.y.one"]]
    assert house.circles_of_rooms == [["a.x", "a.y"]]
