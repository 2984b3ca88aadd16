"""What every reader of parallel text keeps (docs/reading.md); a new one cannot leave it out."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import pytest

from realign_core.data.parallel import (
    AnyParallel,
    FolderParallel,
    GettextParallel,
    HubParallel,
    MosesParallel,
    ParallelSource,
    TsvParallel,
)
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import validate_config

pytest.importorskip("polib")

Pairs = Sequence[tuple[str, str]]


def _write(path: Path, text: str, ending: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pack = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[ending]
    path.with_name(path.name + ending).write_bytes(pack(text.encode()))


def _sides(root: Path, pairs: Pairs, names: tuple[str, str], ending: str) -> None:
    for name, side in zip(names, zip(*pairs, strict=True), strict=True):
        _write(root / name, "".join(f"{text}\n" for text in side), ending)


def _folder(root: Path, pairs: Pairs, ending: str) -> ParallelSource:
    _sides(root, pairs, ("eng.txt", "swh.txt"), ending)
    return FolderParallel(path=root)


def _moses(root: Path, pairs: Pairs, ending: str) -> ParallelSource:
    _sides(root, pairs, ("en-swh.en", "en-swh.swh"), ending)
    return MosesParallel(path=root)


def _tsv(root: Path, pairs: Pairs, ending: str) -> ParallelSource:
    _write(root / "en-swh.tsv", "".join(f"{source}\t{target}\n" for source, target in pairs), ending)
    return TsvParallel(path=root)


def _gettext(root: Path, pairs: Pairs, ending: str) -> ParallelSource:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    body = "".join(f'msgid "{source}"\nmsgstr "{target}"\n\n' for source, target in pairs)
    _write(root / "swh/LC_MESSAGES/a.po", head + body, ending)
    return GettextParallel(path=root)


def _hub(root: Path, pairs: Pairs, ending: str) -> ParallelSource:
    rows = (json.dumps({"translation": {"en": source, "swh": target}}) for source, target in pairs)
    _write(root / "en-swh/train.jsonl", "".join(f"{row}\n" for row in rows), ending)
    return HubParallel(folder=root)


MAKE: dict[type[ParallelSource], Callable[[Path, Pairs, str], ParallelSource]] = {
    FolderParallel: _folder,
    GettextParallel: _gettext,
    HubParallel: _hub,
    MosesParallel: _moses,
    TsvParallel: _tsv,
}
"""Reader -> a maker of its corpus."""

PAIRS = [("Good morning", "Habari"), ("Thank you", "Asante")]


def _concrete(base: type[ParallelSource]) -> set[type[ParallelSource]]:
    below = {one for direct in base.__subclasses__() for one in {direct, *_concrete(direct)}}
    return {one for one in below if not one.__abstractmethods__ and "format" in one.model_fields}


def test_every_reader_is_held_to_it():
    assert _concrete(ParallelSource) == {*get_args(get_args(AnyParallel)[0])} == {*MAKE}


@pytest.fixture(params=[*MAKE], ids=lambda reader: reader.__name__)
def make(request: pytest.FixtureRequest) -> Callable[[Path, Pairs, str], ParallelSource]:
    return MAKE[request.param]


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".xz"])
def test_pairs_come_back_plain_or_packed_and_with_a_mark(tmp_path: Path, make: Callable, ending: str):
    text = make(tmp_path, PAIRS, ending).read("swh")
    assert [*zip(text.source, text.target, strict=True)] == PAIRS
    assert not text.dropped
    for path in tmp_path.rglob("*.*"):
        if path.is_file() and not ending:
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert make(tmp_path / "other", PAIRS, "").read("swh") == text


def test_what_is_left_out_is_counted_and_nothing_is_changed(tmp_path: Path, make: Callable):
    odd = [("a\ufeffb", "Ndiyo"), ("Yes", "\u200b\u3164"), ("No", "La\u00a0\u2028la")]
    reader = make(tmp_path, [*PAIRS, *odd], "")
    text = reader.read("swh")
    assert len(text) + sum(text.dropped.values()) == 5
    assert text.target[:2] == ("Habari", "Asante")
    assert text.dropped["damaged"] == 1
    assert (
        sum(
            text.dropped[reason]
            for reason in ("empty", "placeholder", "letterless")
            if reason in text.dropped
        )
        == 1
    )
    if not isinstance(reader, GettextParallel):  # blanks of catalogues are joined, as its documentation says
        assert text.target[2] == "La\u00a0\u2028la"


def test_hidden_files_are_no_languages(tmp_path: Path, make: Callable):
    reader = make(tmp_path, PAIRS, "")
    for path in [*tmp_path.rglob("*swh*")]:
        if path.is_file():
            path.with_name(f"._{path.name}").write_bytes(b"\0\1")
            path.with_name(path.name.replace("swh", ".x")).write_bytes(b"\0\1")
    (tmp_path / ".DS_Store").write_bytes(b"\0\1")
    assert reader.languages() == ("swh",)
    assert len(reader.read("swh")) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Good\n".encode("utf-16"), "UTF-16"),
        (gzip.compress(b"a\n", mtime=0), "gzip"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, make: Callable, content: bytes, told: str):
    reader = make(tmp_path, PAIRS, "")
    path = next(path for path in sorted(tmp_path.rglob("*"), reverse=True) if path.is_file())
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path.name}: holds {told}, not text"):
        reader.read("swh")


def test_what_is_not_there_is_named(tmp_path: Path, make: Callable):
    reader = make(tmp_path, PAIRS, "")
    with pytest.raises(DataError, match="'swa'.*swh"):
        reader.read("swa")
    place = "folder" if isinstance(reader, HubParallel) else "path"
    with pytest.raises(ConfigError, match="did you mean 'filters'"):
        validate_config(type(reader), {place: str(tmp_path), "filtrs": {}})


def test_lines_that_end_at_carriage_returns_only_are_no_lines(tmp_path: Path, make: Callable):
    reader = make(tmp_path, PAIRS, "")
    if isinstance(reader, GettextParallel | HubParallel):
        pytest.skip("polib and JSON read such ends as ends of lines or blanks")
    for path in tmp_path.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    with pytest.raises(DataError, match=r"its lines end at carriage returns only; .*tr"):
        reader.read("swh")


def test_the_nan_of_a_missing_cell_is_no_side(tmp_path: Path, make: Callable):
    text = make(tmp_path, [*PAIRS, ("Yes", "nan"), ("NaN", "La"), ("Nana", "Nan ni nani")], "").read("swh")
    assert (len(text), text.dropped) == (3, {"empty": 2})
