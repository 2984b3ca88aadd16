"""The loader runs with the real ``datasets``, the trainer with the real ``sentence_transformers``."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.export._corpora import corpora

LANGUAGES = ["af", "sv", "sw", "ak"]


def hub_copy(root: Path, parallel: dict[str, Any]) -> None:
    """Lay out local copies of what ``parallel.json`` names, as the hub has them."""
    configs: dict[str, list[str]] = {}
    for source in parallel["train"].values():
        if "url" in source:
            fields = ["", ""]
            fields[source["english_column"]] = "some English"
            fields[1 - source["english_column"]] = "something else"
            target = root / "nllb" / source["url"].rsplit("/", 1)[1]
            target.parent.mkdir(parents=True, exist_ok=True)
            line = "\t".join([*fields, "1.08", '"x', "y"]) + "\n"
            target.write_bytes(gzip.compress((line * 9).encode()))
            continue
        folder = root / source["path"] / source["config"]
        folder.mkdir(parents=True)
        pair = {"english": "some English", "non_english": "something else"}
        row = (
            {"translation": {"en": "some English", source["code"]: "something else"}}
            if "code" in source
            else pair
        )
        (folder / "train.jsonl").write_text((json.dumps(row) + "\n") * 9)
        configs.setdefault(source["path"], []).append(source["config"])
    for path, names in configs.items():
        entries = "".join(
            f"- config_name: {name}\n  data_files:\n  - split: train\n    path: {name}/train.jsonl\n"
            for name in names
        )
        (root / path / "README.md").write_text(f"---\nconfigs:\n{entries}---\n")


def run(script: Path, root: Path, *arguments: str) -> str:
    offline = {"PARALLEL_ROOT": str(root), "HF_HUB_OFFLINE": "1", "HF_HOME": str(root / "home")}
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        env=os.environ | offline,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_static_lists() -> None:
    table = corpora()
    assert sum(bool(row.opus100) for row in table.values()) >= 98
    assert all(
        row.opus100.split("-") == sorted(row.opus100.split("-")) for row in table.values() if row.opus100
    )
    assert not table["swh_Latn"].opus100
    assert table["als_Latn"].nllb == "eng_Latn-als_Latn" or table["als_Latn"].nllb == "als_Latn-eng_Latn"
    assert table["zho_Hans"].flores_plus == "cmn_Hans"
    assert table["tgl_Latn"].flores_plus == "fil_Latn"
    assert table["pol_Latn"].talks == "en-pl"


def test_pairs_come_from_the_tool_that_has_them(tmp_path: Path) -> None:
    export(choice_from_languages(LANGUAGES), "hf-datasets", tmp_path / "hub")
    content = json.loads((tmp_path / "hub" / "parallel.json").read_text())
    assert content["train"]["afr_Latn"] == {"path": "Helsinki-NLP/opus-100", "config": "af-en", "code": "af"}
    assert content["train"]["swh_Latn"]["url"].endswith("/nllb/eng_Latn-swh_Latn.gz")
    assert content["dev"]["twi_Latn"]["config"] == "twi_Latn_akua1239"


@pytest.mark.slow
def test_loader_loads(evil: Choice, tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="datasets is not installed (extra hub)")
    chosen = choice_from_languages(LANGUAGES, pairs_per_language=4)
    for name, one in {"plain": chosen, "evil": evil}.items():
        export(one, "hf-datasets", tmp_path / name / "hub")
        parallel = json.loads((tmp_path / name / "hub" / "parallel.json").read_text(encoding="utf-8"))
        hub_copy(tmp_path / name, parallel)
        out = run(tmp_path / name / "hub" / "load_parallel.py", tmp_path / name)
        count = min(one.pairs_per_language or 9, 9)
        assert out.splitlines() == [f"{key}: {count} pairs" for key in one.languages]
    assert parallel["choice"] == evil.title


TINY = """
import sys
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers
words = ["[UNK]", "some", "English", "something", "else"]
tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, "[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
static = StaticEmbedding(tokenizer, embedding_dim=8)
SentenceTransformer(modules=[static], device="cpu").save_pretrained(sys.argv[1])
"""


@pytest.mark.slow
def test_sentence_transformers_trains(tmp_path: Path) -> None:
    pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed (group test-tools)"
    )
    pytest.importorskip("accelerate", reason="accelerate is not installed (group test-tools)")
    export(choice_from_languages(LANGUAGES), "sentence-transformers", tmp_path / "st")
    parallel = json.loads((tmp_path / "st" / "parallel.json").read_text())
    assert set(parallel["train"]) == {"en-af", "en-sv", "en-swh_Latn", "en-twi_Latn"}
    assert parallel["train"]["en-sv"]["path"] == "sentence-transformers/parallel-sentences-talks"
    hub_copy(tmp_path, parallel)
    (tmp_path / "tiny.py").write_text(TINY)
    run(tmp_path / "tiny.py", tmp_path, str(tmp_path / "tiny"))
    arguments = [
        "--teacher",
        "tiny",
        "--student",
        "tiny",
        "--output",
        "out",
        "--max-steps",
        "2",
        "--batch-size",
        "4",
    ]
    run(tmp_path / "st" / "train_multilingual.py", tmp_path, *arguments)
    assert (tmp_path / "out" / "modules.json").is_file()
