"""What an encoder's files hold has the same name wherever it lies, and another one if anything changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from transformers import AutoModel

from realign_core.encoder.content import encoder_content
from realign_core.encoder.sentence_modules import published_files


def content(folder: Path) -> dict[str, str]:
    return encoder_content(published_files(str(folder), "main", offline=True))


@pytest.fixture
def folder(tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    shutil.copytree(tiny_encoder, tmp_path / "encoder")
    return tmp_path / "encoder"


def test_place_time_order_and_number_of_files_do_not_count(folder: Path, tiny_encoder: Path) -> None:
    whole = content(tiny_encoder)
    assert whole == content(folder)
    weights = load_file(folder / "model.safetensors")
    save_file(
        dict(reversed(weights.items())), folder / "model.safetensors", {"format": "pt", "by": "another"}
    )
    assert whole == content(folder)
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="10KB")
    assert whole == content(folder)


def test_one_number_one_entry_and_a_missing_file_count(folder: Path) -> None:
    whole = content(folder)
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"][7, 3] += 1
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    changed = content(folder)
    assert changed["weights"] != whole["weights"]
    assert changed["tokenizer"] == whole["tokenizer"]
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["version"] = "2.0"
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, indent=3), encoding="utf-8")
    assert content(folder) == changed
    tokenizer["model"]["vocab"]["cats"] = 150
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    assert content(folder)["tokenizer"] != whole["tokenizer"]
    (folder / "tokenizer.json").unlink()
    assert set(content(folder)) == {"weights"}
    (folder / "vocab.txt").write_text("a\nb\n", encoding="utf-8")
    assert set(content(folder)) == {"weights", "tokenizer"}


def test_large_files_are_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = content(folder)
    monkeypatch.setattr("realign_core.encoder.content.hash_tensors", lambda _: pytest.fail("read again"))
    assert content(folder) == whole
