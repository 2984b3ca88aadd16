"""Exported sentence pairs come back through the readers of the engine, the same ones that a run draws."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import FolderParallel, MosesParallel, ParallelSource, TsvParallel
from realign_core.recipe import Recipe
from realign_core.support.seeds import DATA_SEED
from subsetsearch.errors import ConfigError, LanguageError, SelectionError
from subsetsearch.export import Choice, ExportFormat, choice_from_languages, export
from subsetsearch.subset import Subset

READERS: dict[ExportFormat, type[ParallelSource]] = {"pairs": TsvParallel, "pairs-moses": MosesParallel}
formats = pytest.mark.parametrize("fmt", READERS)


def read_back(folder: Path) -> ParallelSource:
    """Open the files with the table that lies beside them."""
    return Recipe.from_toml(folder / "parallel.toml").parallel


@formats
@pytest.mark.parametrize("pairs", [3, 20, None, 1000])
def test_the_pairs_are_those_of_a_run(
    fmt: ExportFormat, pairs: int | None, choice: Choice, corpus: FolderParallel, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    export(
        replace(choice, row=replace(choice.row, subset=Subset(choice.row.subset.languages, pairs))),
        fmt,
        folder,
    )
    source = read_back(folder)
    assert isinstance(source, READERS[fmt])
    assert source.languages() == ("afr_Latn", "swh_Latn")
    for key, code in {"afr_Latn": "afr", "swh_Latn": "swh"}.items():
        text = corpus.read(code)
        drawn = text if pairs is None else text.take(pairs, DATA_SEED)
        again = source.read(key)
        assert (again.source, again.target) == (drawn.source, drawn.target)


class InMemory(ParallelSource):
    """A corpus of one language."""

    text: tuple[tuple[str, str], ...]
    source: str = "fra"

    def languages(self) -> tuple[str, ...]:
        return ("swh",)

    def read(self, language: str) -> ParallelText:
        return ParallelText(language, tuple(a for a, _ in self.text), tuple(b for _, b in self.text))


@formats
def test_signs_that_are_written_as_blanks_are_told(
    fmt: ExportFormat, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plain = [("good", "nzuri"), ("day", "siku")]
    told = (
        "tabs, line breaks and the like inside sentences are written as blanks, in pairs of: swh_Latn 2 of 4"
    )
    for text, said in ((plain, False), ([*plain, ("a\tb", "c"), ("d", "e\rf")], True)):
        folder = tmp_path / str(said)
        export(choice_from_languages(["sw"]), fmt, folder, parallel=InMemory(text=tuple(text)))
        assert (told in (folder / "parallel.toml").read_text("utf-8")) is said
        assert (told in caplog.text) is said


sentence = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.tuples(sentence, sentence), max_size=5))
def test_any_text_keeps_its_lines(pairs: list[tuple[str, str]]) -> None:
    for fmt in READERS:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            export(choice_from_languages(["sw"]), fmt, out, parallel=InMemory(text=tuple(pairs)))
            again = read_back(out).read("swh_Latn")
        assert len(again) == len(pairs)
        for side, lines in enumerate((again.source, again.target)):
            plain = [pair[side].translate(dict.fromkeys(map(ord, "\0\t\r\n\ufeff"), " ")) for pair in pairs]
            assert list(lines) == [line.strip() for line in plain]


def test_the_source_language_is_named(tmp_path: Path) -> None:
    corpus = InMemory(text=(("a", "b"),))
    written = export(choice_from_languages(["sw"]), "pairs", tmp_path / "out", parallel=corpus)
    assert [path.name for path in written] == ["fr-swh_Latn.tsv", "parallel.toml"]
    assert tomllib.loads(written[-1].read_text(encoding="utf-8"))["parallel"]["source"] == "fr"


@formats
def test_what_has_no_pairs_is_refused(fmt: ExportFormat, corpus: FolderParallel, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{fmt} needs the sentences themselves"):
        export(choice_from_languages(["sw"]), fmt, tmp_path / "out")
    with pytest.raises(LanguageError, match="no parallel text of wol_Latn"):
        export(choice_from_languages(["wo"]), fmt, tmp_path / "out", parallel=corpus)
    with pytest.raises(SelectionError, match="no languages"):
        export(choice_from_languages(()), fmt, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
