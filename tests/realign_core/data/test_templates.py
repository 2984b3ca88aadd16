from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data._templates import check_template, find_files, find_parts
from realign_core.support.errors import DataError


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def test_universal_dependencies_layout(tmp_path: Path):
    touch(
        tmp_path,
        "UD_English-EWT/en_ewt-ud-dev.conllu",
        "UD_English-GUM/en_gum-ud-dev.conllu",
        "UD_English-GUM/en_gum-ud-test.conllu",
        "UD_Wolof-WTB/wo_wtb-ud-dev.conllu",
        "UD_Wolof-WTB/README.txt",
    )
    found = find_files(tmp_path, "UD_*/{language}_*-ud-{split}.conllu", {"split": "dev"})
    assert {code: [p.name for p in paths] for code, paths in found.items()} == {
        "en": ["en_ewt-ud-dev.conllu", "en_gum-ud-dev.conllu"],
        "wo": ["wo_wtb-ud-dev.conllu"],
    }


def test_pair_is_alphabetical(tmp_path: Path):
    touch(tmp_path, "af-en/x.af", "en-sw/x.sw", "sw-en/x.sw", "en-ab/x.ab")
    found = find_files(tmp_path, "{pair}/x.{language}", {"source": "en"})
    assert {code: paths[0].parent.name for code, paths in found.items()} == {"af": "af-en", "sw": "en-sw"}


def test_a_language_that_recurs_must_be_the_same(tmp_path: Path):
    touch(tmp_path, "sw/sw.txt", "yo/sw.txt")
    assert list(find_files(tmp_path, "{language}/{language}.txt", {})) == ["sw"]


def test_characters_of_patterns_are_literal_elsewhere(tmp_path: Path):
    touch(tmp_path, "[a]+.sw", "a.sw", "aa.sw")
    assert find_files(tmp_path, "[a]+.{language}", {})["sw"] == (tmp_path / "[a]+.sw",)


def test_double_star_reaches_any_depth(tmp_path: Path):
    touch(tmp_path, "sw.txt", "a/b/yo.txt")
    assert list(find_files(tmp_path, "**/{language}.txt", {})) == ["sw", "yo"]


def test_adjacent_stars(tmp_path: Path):
    touch(tmp_path, "fr.txt", "news-fr.txt", "x/de.txt")
    assert find_files(tmp_path, "*{language}.txt", {}) == {
        "fr": (tmp_path / "fr.txt", tmp_path / "news-fr.txt")
    }
    assert list(find_files(tmp_path, "*{language}", {})) == ["txt"]
    assert list(find_files(tmp_path, "**/***{language}**.t*t", {})) == ["de", "fr"]


def test_hidden_files_are_no_languages(tmp_path: Path):
    touch(tmp_path, "sw.txt", "._sw.txt", ".txt", ".cache/yo.txt", ".DS_Store/x.txt")
    assert list(find_files(tmp_path, "{language}.txt", {})) == ["sw"]
    assert list(find_files(tmp_path, "**/{language}.txt", {})) == ["sw"]
    assert list(find_files(tmp_path, ".cache/{language}.txt", {})) == ["yo"]


def test_packed_files_are_found_where_plain_ones_are(tmp_path: Path):
    touch(tmp_path, "sw.txt", "yo.txt.gz", "wo.txt.zst", "ha.txt.bak")
    assert list(find_files(tmp_path, "{language}.txt", {})) == ["sw", "wo", "yo"]
    assert list(find_files(tmp_path, "{language}.txt.gz", {})) == ["yo"]
    touch(tmp_path / "bare", "sw", "yo.gz")
    assert list(find_files(tmp_path / "bare", "{language}", {})) == ["sw", "yo"]
    touch(tmp_path / "stars", "en-fr.a.gz", "en-fr.a.b")
    assert find_parts(tmp_path / "stars", "en-{language}.*", {})["fr"] == (
        (tmp_path / "stars" / "en-fr.a.b", ("a.b",)),
        (tmp_path / "stars" / "en-fr.a.gz", ("a",)),
    )
    touch(tmp_path, "sw.txt.xz")
    with pytest.raises(DataError, match=r"sw\.txt: the same file as sw\.txt\.xz, once packed"):
        find_files(tmp_path, "{language}.txt", {})


def test_missing_folder(tmp_path: Path):
    with pytest.raises(DataError, match="no such folder"):
        find_files(tmp_path / "none", "{language}", {})


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{lang}.txt", "unknown field {lang}; known are {language}"),
        ("all.txt", "must contain {language}"),
        ("../{language}", "must be relative"),
        ("/x/{language}", "must be relative"),
    ],
)
def test_bad_templates(template: str, message: str):
    with pytest.raises(ValueError, match=message):
        check_template(template, ("language",), ("language",))


@given(code=st.from_regex(r"[a-z]{2,3}([_-][A-Z][a-z]{3})?", fullmatch=True))
def test_any_code_is_found_again(tmp_path_factory: pytest.TempPathFactory, code: str):
    root = tmp_path_factory.mktemp("codes")
    touch(root, f"{code}/dev.tsv")
    assert list(find_files(root, "{language}/{split}.tsv", {"split": "dev"})) == [code]
