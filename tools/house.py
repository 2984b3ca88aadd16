"""State how the two packages are built: lines, files, folders, functions, arrows between rooms, circles.

    python -m tools.house              # of this tree
    python -m tools.house FOLDER       # of another checkout, for comparison
    python -m tools.house --page       # write docs/house.md, the map of rooms

A room is what stands directly in a package: a sub-package, or a module of its own. An arrow leads from a room
to one that any of its files imports, in a function or for type checking too. A circle is a set of files, or
of rooms, that reach each other by imports.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp
import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("realign_core", "subsetsearch")
CODE = (*PACKAGES, "benchmarks", "tools")
PAGE = ROOT / "docs" / "house.md"

HEAD = """<!-- Written by python -m tools.house --page; edit the first lines of the files instead. -->

# The house: what is where in the code

Two packages: `realign_core`, the engine, trains and measures, and knows nothing of a search; `subsetsearch`
searches. A room is a folder, and holds what its line says. One idea has one file, whose name says which. A
room imports from some others only, never in a circle: `[tool.importlinter]` in `pyproject.toml` has the
order, and `make lint` checks it. `tests/` has the same rooms.
"""


@dataclass(frozen=True)
class House:
    """The two packages.

    Args:
        imports: Modules, with an arrow for each import.
        lines: File, below the root, to its number of lines.
        functions: File, line and name of a function to its number of lines, without head and documentation.
    """

    imports: nx.DiGraph
    lines: Mapping[str, int]
    functions: Mapping[str, int]

    @classmethod
    def of(cls, root: Path = ROOT) -> House:
        """Read the packages of a checkout, which must be the first that Python finds."""
        graph = grimp.build_graph(*PACKAGES, cache_dir=None)
        imports = nx.DiGraph()
        for module in graph.modules:
            if not module.endswith(".__main__"):
                imports.add_node(module)
                imports.add_edges_from(
                    (module, each) for each in graph.find_modules_directly_imported_by(module)
                )
        files = (file for folder in CODE for file in sorted((root / folder).rglob("*.py")))
        texts = {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in files}
        lines = {file: len(text.splitlines()) for file, text in texts.items()}
        functions = {f"{file}:{name}": n for file, text in texts.items() for name, n in function_lines(text)}
        return cls(imports, lines, functions)

    @property
    def folders(self) -> Mapping[str, int]:
        """Folder to its number of files, without those of its own folders and what only names it."""
        files = [Path(file) for file in self.lines if not file.endswith("__init__.py")]
        return Counter(file.parent.as_posix() for file in files)

    @property
    def rooms(self) -> list[str]:
        """All rooms."""
        return sorted({_room(module) for module in self.imports if "." in module})

    @property
    def arrows(self) -> set[tuple[str, str]]:
        """Pairs of rooms of which the first imports the second."""
        pairs = {(_room(a), _room(b)) for a, b in self.imports.edges if "." in a and "." in b}
        return {(room, other) for room, other in pairs if room != other}

    @property
    def circles(self) -> list[list[str]]:
        """Modules that reach each other."""
        return _circles(self.imports)

    @property
    def circles_of_rooms(self) -> list[list[str]]:
        """Rooms that reach each other."""
        return _circles(nx.DiGraph(self.arrows))


def function_lines(text: str) -> Iterator[tuple[str, int]]:
    """Each function of a file, with the number of lines from its first statement to its last."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield f"{node.lineno} {node.name}", (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def page(root: Path = ROOT) -> str:
    """The map of rooms, by the first line of each."""
    parts = [HEAD]
    for package in PACKAGES:
        parts.append(f"\n## {package}\n\n| room | what it holds |\n|-|-|\n")
        rooms = (file.parent for file in sorted((root / package).rglob("__init__.py")))
        for room in sorted(rooms, key=lambda room: room.relative_to(root).parts):
            parts.append(f"| `{room.relative_to(root).as_posix()}/` | {_holds(room / '__init__.py')} |\n")
        for file in sorted((root / package).glob("[a-z]*.py")):
            parts.append(f"| `{file.relative_to(root).as_posix()}` | {_holds(file)} |\n")
    return "".join(parts)


def _holds(file: Path) -> str:
    """What a file says of itself in its first line."""
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return re.sub(r":\w+:(?=`)", "", docstring.splitlines()[0]).replace("``", "`").replace("|", "\\|")


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _circles(graph: nx.DiGraph) -> list[list[str]]:
    return sorted(sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1)


def main() -> None:
    """Print the numbers, and the arrows of each room."""
    if sys.argv[1:] == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"wrote {PAGE.name}")
        return
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    sys.path.insert(0, str(root))
    house = House.of(root)
    for package in PACKAGES:
        sizes = [n for file, n in house.lines.items() if file.startswith(f"{package}/")]
        print(f"{package}: {sum(sizes):,} lines in {len(sizes)} files, the longest of {max(sizes)}")
    print(f"the largest folder: {max(house.folders.values())} files")
    print(f"the longest function: {max(house.functions.values())} lines")
    print(f"rooms: {len(house.rooms)}; arrows between rooms: {len(house.arrows)}")
    for name, circles in (("rooms", house.circles_of_rooms), ("files", house.circles)):
        print(
            f"circles of {name}: {len(circles)}", *(f"  {' '.join(circle)}" for circle in circles), sep="\n"
        )
    for room in house.rooms:
        print(f"{room} -> {', '.join(sorted(b for a, b in house.arrows if a == room)) or '(nothing)'}")


if __name__ == "__main__":
    main()
