"""Aligner input: every line as the aligners want it, aligned by eflomal itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from realign_core.align import PharaohAligner, WordText
from realign_core.data.parallel import FolderParallel
from realign_core.recipe import Recipe
from realign_core.support.seeds import DATA_SEED
from realign_core.support.settings.config import load_config
from subsetsearch.errors import ConfigError, LanguageError
from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.subset import Subset

ALIGNERS = ["eflomal", "fast_align", "awesome-align"]


@pytest.mark.parametrize("fmt", ALIGNERS)
def test_every_line_is_a_pair(fmt: str, choice: Choice, tmp_path: Path) -> None:
    written = export(
        replace(choice, row=replace(choice.row, subset=Subset(choice.row.subset.languages, None))),
        fmt,
        tmp_path / "out",
    )
    assert [path.name for path in written] == ["afr.txt", "swh.txt", "aligner.toml", "align.sh"]
    for path in written[:2]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 24  # the six pairs with an empty side are left out
        assert all(re.fullmatch(r"\S+( \S+)* \|\|\| \S+( \S+)*", line) for line in lines)
        assert all(line.count("|||") == 1 for line in lines)
    assert "The cat sleeps . ||| Paka analala ." in written[1].read_text(encoding="utf-8")


def test_parallel_text_may_be_given(corpus: FolderParallel, tmp_path: Path) -> None:
    written = export(choice_from_languages(["sw"]), "eflomal", tmp_path / "out", parallel=corpus)
    assert written[0].name == "swh.txt"


def test_no_text_to_align(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs the sentences themselves"):
        export(choice_from_languages(["sw"]), "eflomal", tmp_path / "out")


def test_language_that_the_corpus_lacks(corpus: FolderParallel, tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match="no parallel text of wol_Latn; it has afr_Latn, swh_Latn"):
        export(choice_from_languages(["wo"]), "eflomal", tmp_path / "out", parallel=corpus)


def test_the_same_pairs_as_a_run(choice: Choice, corpus: FolderParallel, tmp_path: Path) -> None:
    text = export(
        replace(choice, row=replace(choice.row, subset=Subset(choice.row.subset.languages, 3))),
        "eflomal",
        tmp_path / "out",
    )[1].read_text()
    drawn = corpus.read("swh").take(3, DATA_SEED)
    assert len(text.splitlines()) == sum(bool(line.strip()) for line in drawn.source)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["choice", "evil"])
def test_eflomal_aligns(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    binaries = Path(sys.executable).parent
    if not (binaries / "eflomal-align").exists() and shutil.which("eflomal-align") is None:
        pytest.skip("eflomal is not installed (group test-tools; needs a C compiler)")
    choice: Choice = request.getfixturevalue(which)
    written = export(choice, "eflomal", tmp_path / "it's here")
    environment = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    # eflomal draws at random, and in one of 60 draws links no words of a language of so short a text.
    linked, found = Counter[tuple[str, str]](), Counter[str]()
    for _ in range(3):  # what is there is written anew
        done = subprocess.run(
            ["bash", str(written[-1])], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        for text in written[:2]:
            pairs = text.read_text(encoding="utf-8").splitlines()
            for direction in ("fwd", "rev", "align"):
                aligned = text.with_suffix(f".{direction}").read_text().splitlines()
                assert len(aligned) == len(pairs)
                for line, pair in zip(aligned, pairs, strict=True):
                    check_links(line, pair)
                linked[text.stem, direction] += sum(map(bool, aligned))
        found.update(read_back(written[2], choice))
    assert all(linked.values()), linked
    assert all(found.values()), found


def read_back(table: Path, choice: Choice) -> dict[str, int]:
    """Find every pair of the choice's own corpus in what was written; return the links of each language."""
    reader = load_config(Recipe, table).realignment.aligner
    assert isinstance(reader, PharaohAligner)
    corpus = Recipe.model_validate(dict(choice.recipe or {})).parallel
    links = {}
    for code in ("afr", "swh"):
        text = corpus.read(code).take(choice.pairs_per_language or 100, DATA_SEED)
        pairs = [pair for pair in zip(text.source, text.target, strict=True) if all(map(str.strip, pair))]
        words = WordText(code, *(tuple(tuple(s.split()) for s in side) for side in zip(*pairs, strict=True)))
        found = reader.model_copy(update={"min_found": 1.0}).align(words, lambda *_: [])
        links[code] = sum(map(len, found))
    return links


@pytest.mark.parametrize("fmt", ALIGNERS)
def test_every_pair_is_found_again(fmt: str, choice: Choice, tmp_path: Path) -> None:
    """Punctuation and characters stand apart in the text; links of parts are links of the words."""
    written = export(choice, fmt, tmp_path / "out")
    for text in written[:2]:
        lines = len(text.read_text(encoding="utf-8").splitlines())
        text.with_suffix(".align").write_text("0-0\n" * lines, encoding="utf-8")
    assert all(read_back(written[2], choice).values())


def check_links(line: str, pair: str) -> None:
    left, right = (len(side.split()) for side in pair.split("|||"))
    links = [tuple(map(int, link.split("-"))) for link in line.split()]
    assert all(0 <= i < left and 0 <= j < right for i, j in links), (line, pair)


def tiny_bert(folder: Path, texts: list[Path]) -> None:
    """A random BERT with the nine layers that the aligner looks into, in its own file layout."""
    import torch
    from transformers import BertConfig, BertForMaskedLM

    seen = {c for text in texts for c in text.read_text(encoding="utf-8") if not c.isspace()}
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(seen), *(f"##{c}" for c in sorted(seen))]
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=9,
        num_attention_heads=2,
        intermediate_size=16,
    )
    folder.mkdir()
    config.save_pretrained(folder)
    torch.save(BertForMaskedLM(config).state_dict(), folder / "pytorch_model.bin")
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_awesome_align_aligns(choice: Choice, tmp_path: Path) -> None:
    pytest.importorskip("awesome_align", reason="awesome-align is not installed (group test-tools)")
    written = export(choice, "awesome-align", tmp_path / "out")
    tiny_bert(tmp_path / "bert", list(written[:2]))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "MODEL": str(tmp_path / "bert")}
    done = subprocess.run(
        ["bash", str(written[-1])], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for text in written[:2]:
        pairs = text.read_text(encoding="utf-8").splitlines()
        aligned = text.with_suffix(".align").read_text().splitlines()
        assert len(aligned) == len(pairs)
        for line, pair in zip(aligned, pairs, strict=True):
            check_links(line, pair)


def test_fast_align_aligns(choice: Choice, tmp_path: Path) -> None:
    """By the fork of fast_align that is on PyPI: NaN, its answer to malformed lines, must not occur."""
    fast_align = pytest.importorskip(
        "systran_align", reason="systran-align is not installed (group test-tools)"
    )
    for text in export(choice, "fast_align", tmp_path / "out")[:2]:
        tables = [str(tmp_path / f"{text.stem}.{side}") for side in ("fwd", "rev")]
        fast_align.generate_alignment_probabilities(str(text), *tables, favor_diagonal=True)
        aligner = fast_align.Aligner(*tables)
        for pair in text.read_text(encoding="utf-8").splitlines():
            left, right = (side.split() for side in pair.split(" ||| "))
            found = aligner.align(left, right)
            assert found["forward_log_prob"] == found["forward_log_prob"]
            assert found["alignments"]
            check_links(" ".join(f"{i}-{j}" for i, j in found["alignments"]), pair)


def test_awesome_align_reads_every_line(choice: Choice, tmp_path: Path) -> None:
    """Split a line as ``awesome_align.run_align.LineByLineTextDataset`` does; both sides must be there."""
    for path in export(choice, "awesome-align", tmp_path / "out")[:2]:
        for line in path.read_text(encoding="utf-8").splitlines():
            src, tgt = line.split(" ||| ")
            assert src.rstrip() != ""
            assert tgt.rstrip() != ""
