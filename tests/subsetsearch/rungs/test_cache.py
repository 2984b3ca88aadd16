"""Every kind of cache entry: a flipped byte is found, told and mended; nothing is kept in another way."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from realign_core.encoder.content import encoder_content
from realign_core.encoder.load import encoder_files
from realign_core.support.files.cache import SUMS
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.subset import Subset

ROOT = Path(__file__).parents[3]
OVERRIDES = {
    "targets.unlabelled": ["zul"],
    "proxy.retrieval.pairs": 20,
    "proxy.retrieval.subsets": 2,
    "proxy.linear.pairs": 16,
    "proxy.short.pairs": 16,
    "recipe.realignment.aligner.kind": "encoder",
}
KINDS = {"statistics", "probe", "alignment", "trunk", "scale", "contents", "alignments"}
OTHERS = {
    "realign_core/support/files/disk.py": "names the folder",
    "subsetsearch/rungs/full.py": "a lock, which is empty",
}


def scores(opened: Callable[[Mapping[str, object]], Ladder]) -> list[dict[str, float]]:
    ladder = opened(OVERRIDES)
    subset = Subset(frozenset(ladder.problem.pool.keys[:2]))
    hashed = encoder_content(encoder_files(ladder.problem.config.recipe.encoder))
    assert hashed.keys() == {"weights", "tokenizer"}
    return [dict(rung.scores(subset)) for rung in (ladder.first, ladder.top)]


def entries(root: Path) -> dict[Path, str]:
    """What is kept below a folder, with its kind: folders with sums, and values."""
    places = [sums.parent for sums in root.rglob(SUMS)] + [
        file for file in root.rglob("*.json") if not (file.parent / SUMS).exists()
    ]
    return {
        place: place.name.partition("-")[0] if "-" in place.name else place.parent.name for place in places
    }


def flip(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)


def test_a_flipped_byte_in_any_entry_is_mended_with_a_warning(
    opened: Callable[[Mapping[str, object]], Ladder], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = scores(opened)
    kept = entries(tmp_path / "cache") | entries(tmp_path / "runs" / "toy" / "cache")
    assert set(kept.values()) >= KINDS
    for place in kept:
        flip(place if place.is_file() else max(place.rglob("*"), key=lambda file: file.stat().st_size))
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        again = scores(opened)
    told = [record.getMessage() for record in caplog.records if "is damaged" in record.getMessage()]
    assert all(any(str(place) in text for text in told) for place in kept)
    assert again == [pytest.approx(each) for each in first]
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert scores(opened) == again
    assert "is damaged" not in caplog.text


def test_nobody_keeps_anything_in_another_way() -> None:
    names = {"kept_folder", "kept_value"}
    files = {
        file.relative_to(ROOT).as_posix(): ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for package in ("realign_core", "subsetsearch")
        for file in (ROOT / package).rglob("*.py")
    }
    found = {file: {node.id for node in nodes if isinstance(node, ast.Name)} for file, nodes in files.items()}
    using = {file for file, used in found.items() if "cache_dir" in used}
    assert len(using) > 5
    assert {file for file in using if not found[file] & names} - OTHERS.keys() == set()
