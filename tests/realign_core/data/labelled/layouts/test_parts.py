"""Treebanks of one language: named, and chosen by their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from realign_core.data.labelled import ConlluTask, Iob2Task, SibTask, describe_joined
from realign_core.support.errors import ConfigError, DataError


def line(word: str) -> str:
    return "\t".join(["1", word, "_", "NOUN", *["_"] * 6]) + "\n\n"


@pytest.fixture
def treebanks(tmp_path: Path) -> Path:
    for folder, file in (
        ("UD_Chinese-GSD", "zh_gsd"),
        ("UD_Chinese-GSDSimp", "zh_gsdsimp"),
        ("UD_Norwegian-Bokmaal", "no_bokmaal"),
        ("UD_Norwegian-Nynorsk", "no_nynorsk"),
        ("UD_Wolof-WTB", "wo_wtb"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{file}-ud-dev.conllu").write_text(line(file), encoding="utf-8")
    return tmp_path


def words(reader: ConlluTask, code: str) -> list[str]:
    return [example.tokens[0] for example in reader.read(code, "dev")]  # type: ignore[union-attr]


def test_joined_treebanks_are_named(treebanks: Path) -> None:
    joined = ConlluTask(path=treebanks).joined("dev")
    assert describe_joined(joined) == "no: Bokmaal + Nynorsk, zh: GSD + GSDSimp"
    assert words(ConlluTask(path=treebanks), "no") == ["no_bokmaal", "no_nynorsk"]


@pytest.mark.parametrize(
    ("name", "word"), [("GSDSimp", "zh_gsdsimp"), ("gsd", "zh_gsd"), ("Chinese-GSD", "zh_gsd")]
)
def test_one_is_chosen_by_name(treebanks: Path, name: str, word: str) -> None:
    reader = ConlluTask(path=treebanks, parts={"zh": (name,), "no": ("Bokmål",)})
    assert words(reader, "zh") == [word]
    assert words(reader, "no") == ["no_bokmaal"]
    assert reader.joined("dev") == {}
    assert reader.languages("dev") == ("no", "wo", "zh")


def test_a_name_that_is_not_there_names_those_that_are(treebanks: Path) -> None:
    with pytest.raises(ConfigError, match=r"no 'HK' of 'zh'; there are GSD, GSDSimp"):
        ConlluTask(path=treebanks, parts={"zh": ("HK",)}).languages("dev")
    with pytest.raises(DataError, match="'nb'"):
        ConlluTask(path=treebanks, parts={"nb": ("Bokmaal",)}).languages("dev")


def test_parts_without_effect_are_refused(treebanks: Path) -> None:
    file = treebanks / "UD_Wolof-WTB" / "wo_wtb-ud-dev.conllu"
    with pytest.raises(ValidationError, match="'parts' has no effect on 'wo'"):
        ConlluTask(path=treebanks, files={"wo": {"dev": (file,)}}, parts={"wo": ("WTB",)})
    with pytest.raises(ValidationError, match="without a star"):
        SibTask(path=treebanks, parts={"wo": ("a",)})
    with pytest.raises(ValidationError, match="names no file of 'zh'"):
        ConlluTask(path=treebanks, parts={"zh": ()})


def test_files_whose_short_names_are_the_same_have_long_ones(tmp_path: Path) -> None:
    for name in ("news-2019", "blog-2019"):
        (tmp_path / f"en_{name}-ud-dev.iob2").write_text("1\tA\tO\n", encoding="utf-8")
    assert Iob2Task(path=tmp_path).joined("dev") == {"en": ("blog-2019", "news-2019")}


def test_a_listed_file_is_not_said_to_be_joined(treebanks: Path) -> None:
    files = tuple(sorted(treebanks.glob("*/no_*.conllu")))
    assert set(ConlluTask(path=treebanks, files={"no": {"dev": files}}).joined("dev")) == {"zh"}
