"""A range that begins after the last line is told as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from realign_core.data.parallel import FolderParallel, MosesParallel, TsvParallel
from realign_core.data.parallel._aligned import BEFORE_START, LineSource
from realign_core.data.parallel.doubts import outside_range
from realign_core.recipe import Recipe
from realign_core.runs.workspace.workspace import read_parallel
from realign_core.support.errors import DataError

SOURCES: dict[str, tuple[type[LineSource], dict[str, str], dict[str, Any]]] = {
    "folder": (FolderParallel, {"eng.txt": "a\nb\nc\n", "sw.txt": "x\ny\nz\n"}, {}),
    "moses": (MosesParallel, {"en-sw.en": "a\nb\nc\n", "en-sw.sw": "x\ny\nz\n"}, {}),
    "tsv": (TsvParallel, {"en-sw.tsv": "a\tx\nb\ty\nc\tz\n"}, {}),
    "header": (TsvParallel, {"en-sw.tsv": "en\tsw\na\tx\nb\ty\nc\tz\n"}, {"header": True}),
}


def written(name: str, folder: Path, **changes: Any) -> LineSource:
    source, files, options = SOURCES[name]
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")
    return source.model_validate({"path": folder, **options, **changes})


def test_every_source_of_lines_is_here() -> None:
    assert {source for source, _, _ in SOURCES.values()} == {
        source for source in LineSource.__subclasses__() if source.__module__.startswith("realign_core.")
    }


@pytest.mark.parametrize("name", SOURCES)
def test_a_range_beyond_the_end_is_told(name: str, tmp_path: Path) -> None:
    for start, kept in ((0, 3), (2, 1), (3, 0), (9, 0)):
        text = written(name, tmp_path, start=start).read("sw")
        assert len(text) == kept
        assert text.dropped == ({} if kept else {BEFORE_START: 3})
        assert outside_range(text) == ("" if kept else ": parallel.start is beyond its 3 lines")
    recipe = Recipe(parallel=written(name, tmp_path, start=9))  # type: ignore[arg-type]
    with pytest.raises(
        DataError, match=r"no sentence pairs left for sw .*: parallel.start is beyond its 3 lines"
    ):
        read_parallel(recipe, ["sw"])
