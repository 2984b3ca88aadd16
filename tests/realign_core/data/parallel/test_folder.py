from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from realign_core.data.parallel import AnyParallel, FolderParallel, PairFilters
from realign_core.support.errors import DataError

KEEP_ALL = PairFilters(drop_empty=False, drop_identical=False, drop_duplicates=False)
line = st.text(st.characters(exclude_characters="\n\r\0\ufeff", codec="utf-8"), max_size=10).map(str.strip)


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        (root / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    return root


@given(pairs=st.lists(st.tuples(line, line), max_size=10))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]):
    root = tmp_path_factory.mktemp("folder")
    write(root, eng="".join(s + "\n" for s, _ in pairs), swa="".join(t + "\r\n" for _, t in pairs))
    text = FolderParallel(path=root, filters=KEEP_ALL).read("swa")
    assert list(zip(text.source, text.target, strict=True)) == pairs


@given(n=st.integers(0, 8), start=st.integers(0, 9), length=st.none() | st.integers(1, 9))
def test_range_is_a_slice(tmp_path_factory: pytest.TempPathFactory, n: int, start: int, length: int | None):
    root = tmp_path_factory.mktemp("range")
    write(root, **{code: "".join(f"{code}{i}\n" for i in range(n)) for code in ("eng", "swa")})
    stop = None if length is None else start + length
    text = FolderParallel(path=root, start=start, stop=stop).read("swa")
    assert list(text.target) == [f"swa{i}" for i in range(n)][start:stop]


def test_languages_are_the_other_files(tmp_path: Path):
    write(tmp_path, eng="a", swa="b", **{"srp-Cyrl": "c"})
    (tmp_path / "notes.md").write_text("x")
    assert FolderParallel(path=tmp_path).languages() == ("srp-Cyrl", "swa")


def test_flores_layout(tmp_path: Path):
    for name in ("eng_Latn.dev", "swh_Latn.dev", "swh_Latn.devtest"):
        (tmp_path / name).write_text(name)
    source = FolderParallel(path=tmp_path, source="eng_Latn", suffix=".dev")
    assert source.languages() == ("swh_Latn",)
    assert source.read("swh_Latn").target == ("swh_Latn.dev",)


@pytest.mark.parametrize(("eng", "swa"), [("a\nb\n", "c\n"), ("a\n", "c\nd\ne\n")])
def test_unequal_files_name_both_counts_and_files(tmp_path: Path, eng: str, swa: str):
    write(tmp_path, eng=eng, swa=swa)
    n, m = eng.count("\n"), swa.count("\n")
    with pytest.raises(
        DataError, match=rf"swa.txt: {m} lines, but .*eng.txt has {n}; .* aligned line by line"
    ):
        FolderParallel(path=tmp_path, stop=1).read("swa")


@pytest.mark.parametrize("longer", ["eng", "swa"])
def test_a_file_that_goes_on_and_on_is_counted_no_further_than_tells(tmp_path: Path, longer: str):
    """Packed, it is a few bytes: what it unpacks to is neither read to its end nor to the bound of such files."""
    for name in ("eng", "swa"):
        text = b"\n" * 10**7 if name == longer else b"a\n"
        (tmp_path / f"{name}.txt.gz").write_bytes(gzip.compress(text, compresslevel=1))
    sizes = ("more than 100,002", "1") if longer == "swa" else ("1", "more than 100,002")
    with pytest.raises(DataError, match=rf"swa.txt.gz: {sizes[0]} lines, but .*eng.txt.gz has {sizes[1]}; "):
        FolderParallel(path=tmp_path).read("swa")


def test_missing_parts(tmp_path: Path):
    write(tmp_path, swa="a")
    with pytest.raises(DataError, match=r"eng.txt: no such file"):
        FolderParallel(path=tmp_path).read("swa")
    with pytest.raises(DataError, match="no data for language 'swh'; nearest codes: swa"):
        FolderParallel(path=tmp_path).read("swh")
    with pytest.raises(DataError, match="no such folder"):
        FolderParallel(path=tmp_path / "none").languages()


def test_options_are_validated(tmp_path: Path):
    with pytest.raises(ValidationError, match=r"stop \(2\) must be above start \(5\)"):
        FolderParallel(path=tmp_path, start=5, stop=2)
    with pytest.raises(ValidationError, match="environment variable NOT_SET_ANYWHERE is not set"):
        FolderParallel(path="$NOT_SET_ANYWHERE/x")


def test_format_chooses_the_reader(tmp_path: Path):
    adapter = TypeAdapter(AnyParallel)
    for name in ("gettext", "folder", "moses", "tsv"):
        source = adapter.validate_python({"format": name, "path": str(tmp_path)})
        assert source.format == name
        assert adapter.validate_json(source.model_dump_json()) == source
    with pytest.raises(ValidationError, match="'gettext', 'folder', 'moses', 'tsv', 'hub'"):
        adapter.validate_python({"format": "tmx"})


@pytest.mark.realdata
def test_ntrex(corpora: Path):
    source = FolderParallel(path=corpora / "ntrex")
    assert len(source.languages()) == 96
    for language in ("swa", "srp-Cyrl", "bod", "zho-CN"):
        text = source.read(language)
        assert len(text) + sum(text.dropped.values()) == 1997
        assert len(text) > 1985
        assert not [s for s in text.target if s != s.strip()]
    dev, rest = (
        FolderParallel(path=corpora / "ntrex", **part).read("swa") for part in ({"stop": 500}, {"start": 500})
    )
    assert len(dev) + len(rest) == len(source.read("swa"))
    assert not set(dev.source) & set(rest.source)
