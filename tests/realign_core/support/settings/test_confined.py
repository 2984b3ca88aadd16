"""Names and links that would leave their folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.align.dictionary import DictionaryAligner
from realign_core.align.pharaoh import PharaohAligner
from realign_core.data.labelled.readers.sib import SibTask
from realign_core.data.parallel import (
    FolderParallel,
    GettextParallel,
    HubParallel,
    MosesParallel,
    TsvParallel,
)
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.paths import below, inside, refuse_link_out

OUT = ["../x", "a/../../x", "/etc/passwd", "..", "", "a\\..\\x", "C:x", "C:/x", "a\0b", "x/.."]
READ: dict[str, tuple[list[str], Callable[[Path], object]]] = {
    "folder": (["eng.txt", "swa.txt"], lambda root: FolderParallel(path=root).read("swa")),
    "moses": (["en-sw.en", "en-sw.sw"], lambda root: MosesParallel(path=root, source="en").read("sw")),
    "tsv": (["en-sw.tsv"], lambda root: TsvParallel(path=root, source="en").read("sw")),
    "gettext": (["sw/LC_MESSAGES/a.po"], lambda root: GettextParallel(path=root).read("sw")),
    "sib": (["sw/test.tsv"], lambda root: SibTask(path=root).read("sw", "test")),
    "dictionary": (["en-sw.txt"], lambda root: DictionaryAligner(path=root).files("sw")),
    "pharaoh": (
        ["en-sw.tokenized.train.txt", "en-sw.train"],
        lambda root: PharaohAligner(path=root).files("sw"),
    ),
}
"""Files of a corpus, of which the last will be a link, and what reads them."""


@pytest.mark.parametrize("name", OUT)
def test_a_name_that_leaves_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is no name of a file in this folder"):
        inside(tmp_path, name)


@given(st.text(st.sampled_from("a./\\:~-é "), max_size=8))
def test_what_is_not_refused_stays_inside(name: str) -> None:
    root = Path("/some/root")
    try:
        path = inside(root, name)
    except ConfigError:
        return
    assert Path(os.path.normpath(path)).is_relative_to(root)


def test_links_within_a_folder_and_in_the_hubs_cache_are_followed(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    (root / "data").mkdir(parents=True)
    (root / "data" / "x").write_text("x", encoding="utf-8")
    (root / "a").symlink_to("data/x")
    (tmp_path / "linked").symlink_to(root)
    assert below(root, "a").read_text(encoding="utf-8") == "x"
    assert below(tmp_path / "linked", "a").read_text(encoding="utf-8") == "x"
    snapshot = tmp_path / "datasets--o--n" / "snapshots" / "abc"
    (snapshot / "en").mkdir(parents=True)
    (tmp_path / "datasets--o--n" / "blobs").mkdir()
    (tmp_path / "datasets--o--n" / "blobs" / "123").write_text("x", encoding="utf-8")
    (snapshot / "en" / "a.txt").symlink_to("../../../blobs/123")
    refuse_link_out(snapshot / "en" / "a.txt", snapshot)
    (snapshot / "en" / "b.txt").symlink_to("/etc/passwd")
    with pytest.raises(DataError, match="a link that leads out of"):
        refuse_link_out(snapshot / "en" / "b.txt", snapshot)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    place = tmp_path / "secret"
    (place / "sw").mkdir(parents=True)
    (place / "swa.txt").write_text("nobody is to read this\n", encoding="utf-8")
    return place


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("kind", READ)
def test_no_reader_follows_a_link_out(tmp_path: Path, secret: Path, kind: str, absolute: bool) -> None:
    files, read = READ[kind]
    root = tmp_path / "corpus"
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("ok\tok\n", encoding="utf-8")
    last, target = root / files[-1], secret / "swa.txt"
    last.unlink()
    last.symlink_to(target if absolute else os.path.relpath(target, last.parent))
    with pytest.raises(DataError, match=r"a link that leads out of .*secret.*; put the file itself there"):
        read(root)


def test_no_code_of_a_hub_folder_leaves_it(tmp_path: Path, secret: Path) -> None:
    pytest.importorskip("datasets", reason="needs the extra 'hub'")
    (tmp_path / "corpus").mkdir()
    for code in ("../secret/sw", str(secret / "sw")):
        reader = HubParallel(folder=tmp_path / "corpus", config="{language}", codes=(code,))
        with pytest.raises(ConfigError, match="no name of a file in this folder"):
            reader.read(code)
    (tmp_path / "corpus" / "sw").symlink_to(secret / "sw")
    with pytest.raises(DataError, match="a link that leads out"):
        HubParallel(folder=tmp_path / "corpus", config="{language}", codes=("sw",)).read("sw")


@pytest.mark.parametrize("pattern", ["../{language}.txt", "/etc/{language}", "a/../../{language}.txt"])
def test_no_pattern_leaves_its_folder(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(ValueError, match="stay below it"):
        DictionaryAligner(path=tmp_path, pattern=pattern)
