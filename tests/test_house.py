"""The house as a whole: no circles of imports; no file, function or folder too large to see at a glance.

The order of the rooms is in ``[tool.importlinter]`` of ``pyproject.toml`` and checked by ``make lint``.
"""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest

from tools.house import CODE, PACKAGES, PAGE, ROOT, House, function_lines, page

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40
"""From its first statement to its last: a head may be a flat list of options, and documentation may be long."""

MOST_FILES = 16
FULLER = {"benchmarks/study": 18}


@pytest.fixture(scope="module")
def house() -> House:
    return House.of()


def test_no_files_import_each_other_in_a_circle(house: House) -> None:
    assert house.circles == []


def test_no_file_is_too_long(house: House) -> None:
    assert {file for file, n in house.lines.items() if n > MOST_LINES} == set()


def test_no_function_is_too_long(house: House) -> None:
    assert len(house.functions) > 2000
    assert {name: n for name, n in house.functions.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_no_folder_has_too_many_files(house: House) -> None:
    tests = Counter(file.parent.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py"))
    folders = house.folders | tests
    assert {folder.partition("/")[0] for folder in folders} == {*CODE, "tests"}
    assert {folder: n for folder, n in folders.items() if n > FULLER.get(folder, MOST_FILES)} == {}


def test_tests_are_in_the_rooms_of_what_they_test() -> None:
    """Each folder of tests has the name of a room, or of what both packages have beside their code."""
    others = {"benchmarks", "docs", "subsetsearch/notebooks"}
    rooms = {
        file.parent.relative_to(ROOT).as_posix()
        for package in (*PACKAGES, "benchmarks")
        for file in (ROOT / package).rglob("__init__.py")
    }
    tests = {
        file.parent.relative_to(ROOT / "tests").as_posix() for file in (ROOT / "tests").rglob("test_*.py")
    }
    assert len(tests) > 40
    assert tests - rooms - others - {"."} == set()


def test_the_map_of_rooms_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m tools.house --page"


def test_lines_of_functions_and_files_of_folders_are_counted() -> None:
    text = (
        'def long(\n    a: int,\n) -> int:\n    """Say."""\n    b = a\n\n    return b\n\ndef short(): ...\n'
    )
    assert dict(function_lines(text)) == {"1 long": 3, "9 short": 1}
    lines = {"a/__init__.py": 1, "a/b.py": 2, "a/c/d.py": 3, "a/c/e.py": 4}
    assert House(nx.DiGraph(), lines, {}).folders == {"a": 1, "a/c": 2}


def test_arrows_and_circles_are_those_of_the_imports() -> None:
    imports = [("x.one", "x.two"), ("x.two", "y.one"), ("y.one", "x.one"), ("y", "z"), ("y", "")]
    house = House(nx.DiGraph((f"a.{one}".strip("."), f"a.{two}".strip(".")) for one, two in imports), {}, {})
    assert house.rooms == ["a.x", "a.y", "a.z"]
    assert house.arrows == {("a.x", "a.y"), ("a.y", "a.x"), ("a.y", "a.z")}
    assert house.circles == [["a.x.one", "a.x.two", "a.y.one"]]
    assert house.circles_of_rooms == [["a.x", "a.y"]]
