"""State how the two packages are built: lines, files, rooms, arrows between rooms, circles.

    python -m tools.house              # of this tree
    python -m tools.house FOLDER       # of another checkout, for comparison

A room is what stands directly in a package: a sub-package, or a module of its own. An arrow leads from a room
to one that any of its files imports, in a function or for type checking too. A circle is a set of files, or
of rooms, that reach each other by imports.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp
import networkx as nx

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("realign_core", "subsetsearch")


@dataclass(frozen=True)
class House:
    """The two packages.

    Args:
        imports: Modules, with an arrow for each import.
        lines: File, below the root, to its number of lines.
    """

    imports: nx.DiGraph
    lines: Mapping[str, int]

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
        files = [file for package in PACKAGES for file in sorted((root / package).rglob("*.py"))]
        lines = {str(file.relative_to(root)): len(file.read_text("utf-8").splitlines()) for file in files}
        return cls(imports, lines)

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


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _circles(graph: nx.DiGraph) -> list[list[str]]:
    return sorted(sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1)


def main() -> None:
    """Print the numbers, and the arrows of each room."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    sys.path.insert(0, str(root))
    house = House.of(root)
    for package in PACKAGES:
        sizes = [n for file, n in house.lines.items() if file.startswith(f"{package}/")]
        print(f"{package}: {sum(sizes):,} lines in {len(sizes)} files, the longest of {max(sizes)}")
    print(f"rooms: {len(house.rooms)}; arrows between rooms: {len(house.arrows)}")
    for name, circles in (("rooms", house.circles_of_rooms), ("files", house.circles)):
        print(
            f"circles of {name}: {len(circles)}", *(f"  {' '.join(circle)}" for circle in circles), sep="\n"
        )
    for room in house.rooms:
        print(f"{room} -> {', '.join(sorted(b for a, b in house.arrows if a == room)) or '(nothing)'}")


if __name__ == "__main__":
    main()
