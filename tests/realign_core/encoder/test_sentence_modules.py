"""Modules of sentence-transformers that an encoder was published with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from realign_core.encoder.sentence_modules import copy_modules, published_files, write_modules

DENSE = "sentence_transformers.models.Dense"


def published(folder: Path, path: str = "2_Dense", kind: str = DENSE, first: str = "") -> Path:
    folder.mkdir()
    write_modules(folder, 8, 64)
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["path"] = first
    modules.append({"idx": 2, "name": "2", "path": path, "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / path).mkdir(parents=True, exist_ok=True)
    (folder / path / "config.json").write_text("{}", encoding="utf-8")
    (folder / path / "model.safetensors").write_bytes(b"weights")
    return folder


def copied(source: Path, folder: Path) -> bool:
    folder.mkdir()
    return copy_modules(published_files(str(source), "main", offline=True), folder)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_modules_with_weights_are_kept(tmp_path: Path) -> None:
    base = published(tmp_path / "base")
    (base / "config_sentence_transformers.json").write_text('{"prompts": {}}', encoding="utf-8")
    before = files(base)
    (base / "model.safetensors").write_bytes(b"the encoder before")
    (base / "README.md").write_text("card", encoding="utf-8")
    assert copied(base, tmp_path / "new")
    assert files(tmp_path / "new") == before


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "../outside"},
        {"path": "/tmp/outside"},
        {"kind": "custom_code.Module"},
        {"first": "0_Transformer"},
    ],
)
def test_what_could_run_code_or_lies_elsewhere_is_not_kept(tmp_path: Path, changes: dict[str, Any]) -> None:
    if "path" in changes:
        changes["path"] = changes["path"].replace("/tmp", str(tmp_path))
    base = published(tmp_path / "base", **changes)
    assert not copied(base, tmp_path / "new")
    assert files(tmp_path / "new") == {}


def test_weights_in_another_format_are_not_kept(tmp_path: Path) -> None:
    base = published(tmp_path / "base")
    (base / "2_Dense" / "model.safetensors").rename(base / "2_Dense" / "pytorch_model.bin")
    assert not copied(base, tmp_path / "new")
    assert not copied(tmp_path, tmp_path / "newer")  # there are no modules at all
