from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from realign_core.data.parallel import MosesParallel, PairFilters, TsvParallel
from realign_core.support.errors import DataError

KEEP_ALL = PairFilters(drop_empty=False, drop_identical=False, drop_duplicates=False)
cell = st.text(st.characters(exclude_characters="\n\r\t\0\ufeff", codec="utf-8"), max_size=8).map(str.strip)


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8", newline="")


def test_moses_default_names(tmp_path: Path):
    write(tmp_path, "en-sw.en", "a\nb\n")
    write(tmp_path, "en-sw.sw", "c\nd\n")
    write(tmp_path, "en-yo.en", "without its other side\n")
    source = MosesParallel(path=tmp_path)
    assert source.languages() == ("sw",)
    assert source.read("sw").target == ("c", "d")


def test_moses_opus_names_in_either_order_and_gzip(tmp_path: Path):
    for pair in ("af-en", "en-sw"):
        for code in pair.split("-"):
            path = tmp_path / pair / f"NLLB.{pair}.{code}.gz"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(gzip.compress(f"{code}1\n{code}2\n".encode()))
    source = MosesParallel(
        path=tmp_path,
        source_pattern="{pair}/*.{pair}.{source}.gz",
        target_pattern="{pair}/*.{pair}.{language}.gz",
        start=1,
    )
    assert source.languages() == ("af", "sw")
    assert (source.read("af").source, source.read("af").target) == (("en2",), ("af2",))


def test_moses_several_files_are_joined_or_refused(tmp_path: Path):
    patterns = {"source_pattern": "*.en-{language}.en", "target_pattern": "*.en-{language}.{language}"}
    for part in ("a", "b"):
        write(tmp_path, f"{part}.en-sw.en", f"{part}1\n")
        write(tmp_path, f"{part}.en-sw.sw", f"{part}2\n")
    assert MosesParallel(path=tmp_path, **patterns).read("sw").source == ("a1", "b1")
    write(tmp_path, "0.en-sw.en", "x\n")
    write(tmp_path, "c.en-sw.sw", "x\n")
    with pytest.raises(DataError, match=r"no file of the other side belongs to 0\.en-sw\.en, c\.en-sw\.sw"):
        MosesParallel(path=tmp_path, **patterns).read("sw")


def test_moses_files_belong_together_by_their_stars_not_by_their_order(tmp_path: Path):
    for name in ("en", "zz-en", "fr", "zz-fr"):
        write(tmp_path, f"en-fr/{name}.news.txt", f"{name}\n")
    source = MosesParallel(
        path=tmp_path,
        source_pattern="{pair}/*{source}.news.txt",
        target_pattern="{pair}/*{language}.news.txt",
    )
    text = source.read("fr")
    assert {*zip(text.source, text.target, strict=True)} == {("en", "fr"), ("zz-en", "zz-fr")}


def test_moses_stars_on_one_side_only(tmp_path: Path):
    write(tmp_path, "v1-en-fr.en", "a\n")
    write(tmp_path, "en-fr.fr", "b\n")
    options = {"source_pattern": "*en-{language}.en", "target_pattern": "en-{language}.{language}"}
    assert MosesParallel(path=tmp_path, **options).read("fr").source == ("a",)
    write(tmp_path, "v2-en-fr.en", "c\n")
    with pytest.raises(DataError, match=r"belongs to v1-en-fr\.en, v2-en-fr\.en"):
        MosesParallel(path=tmp_path, **options).read("fr")


def test_moses_unequal(tmp_path: Path):
    write(tmp_path, "en-sw.en", "a\nb\n")
    write(tmp_path, "en-sw.sw", "c\n")
    with pytest.raises(DataError, match=r"en-sw.sw: 1 lines, but .*en-sw.en has 2"):
        MosesParallel(path=tmp_path).read("sw")


def test_moses_template_must_name_the_language(tmp_path: Path):
    with pytest.raises(ValidationError, match=r"must contain \{language\}"):
        MosesParallel(path=tmp_path, source_pattern="all.en")


@given(rows=st.lists(st.tuples(cell, cell, cell), max_size=8), header=st.booleans())
def test_tsv_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], header: bool):
    root = tmp_path_factory.mktemp("tsv")
    lines = ["\t".join(("score", "there", "here"))] * header + ["\t".join(row) for row in rows]
    write(root, "en-sw.tsv", "".join(line + "\n" for line in lines))
    columns = (
        {"source_column": "here", "target_column": "there"}
        if header
        else {"source_column": 3, "target_column": 2}
    )
    text = TsvParallel(path=root, header=header, filters=KEEP_ALL, **columns).read("sw")
    assert list(zip(text.target, text.source, strict=True)) == [row[1:] for row in rows]


def test_tsv_quotes_are_text(tmp_path: Path):
    write(tmp_path, "en-sw.tsv", '"Yes\t"Ndiyo\nno\thapana\n')
    assert TsvParallel(path=tmp_path).read("sw").source == ('"Yes', "no")


def test_tsv_short_lines_are_errors_or_counted(tmp_path: Path):
    write(tmp_path, "en-sw.tsv", "a\tb\nonly one\nc\td\n\n")
    with pytest.raises(DataError, match=r"en-sw.tsv:2: 1 column, but the first line has 2; .*skip_bad"):
        TsvParallel(path=tmp_path).read("sw")
    with pytest.raises(DataError, match=r"en-sw.tsv:4:"):
        TsvParallel(path=tmp_path, skip_bad=1).read("sw")
    text = TsvParallel(path=tmp_path, skip_bad=2).read("sw")
    assert len(text) == 2
    assert dict(text.dropped) == {"malformed": 2}


def test_tsv_a_tab_inside_a_sentence_makes_no_pair(tmp_path: Path):
    write(tmp_path, "en-fr.tsv", "Good morning\tBonjour\nWho is\tat the door?\tQui est à la porte ?\n")
    with pytest.raises(DataError, match=r"en-fr.tsv:2: 3 columns, but the first line has 2"):
        TsvParallel(path=tmp_path).read("fr")
    text = TsvParallel(path=tmp_path, skip_bad=1).read("fr")
    assert (text.target, dict(text.dropped)) == (("Bonjour",), {"malformed": 1})
    with pytest.raises(DataError, match=r"en-fr.tsv:1: 3 columns are needed, but got 2"):
        TsvParallel(path=tmp_path, target_column=3).read("fr")


def test_tsv_range_counts_pairs_not_the_header(tmp_path: Path):
    write(tmp_path, "en-sw.tsv", "en\tsw\n" + "".join(f"s{i}\tt{i}\n" for i in range(5)))
    assert TsvParallel(path=tmp_path, header=True, start=1, stop=3).read("sw").source == ("s1", "s2")


def test_tsv_columns_are_checked(tmp_path: Path):
    write(tmp_path, "en-sw.tsv", "en\tsw\n")
    with pytest.raises(DataError, match=r"en-sw.tsv:1: no column 'text'; columns: en, sw"):
        TsvParallel(path=tmp_path, header=True, source_column="en", target_column="text").read("sw")
    write(tmp_path, "en-sw.tsv", "en\tsw\tsw\n")
    with pytest.raises(DataError, match=r"en-sw.tsv:1: the column 'sw' appears twice"):
        TsvParallel(path=tmp_path, header=True, source_column="en", target_column="sw").read("sw")
    with pytest.raises(ValidationError, match="only if header = true"):
        TsvParallel(path=tmp_path, source_column="en")
    with pytest.raises(ValidationError, match="are both 1"):
        TsvParallel(path=tmp_path, target_column=1)


def test_a_header_in_the_middle_is_no_pair(tmp_path: Path) -> None:
    (tmp_path / "en-fr.tsv").write_text("en\tfr\nGood\tBon\nen\tfr\nYes\tOui\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"en-fr\.tsv:3: the line names the columns again"):
        TsvParallel(path=tmp_path, header=True).read("fr")
    text = TsvParallel(path=tmp_path, header=True, skip_bad=1).read("fr")
    assert (text.target, text.dropped) == (("Bon", "Oui"), {"malformed": 1})
