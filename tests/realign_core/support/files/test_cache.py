"""What is kept is made once, by one process, and anew when a byte of it has changed."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realign_core.support.files.cache import SUMS, damage_of, kept_folder, kept_value

CONTENT = {"states.bin": b"0123456789" * 30, "about.json": b'{"depth": 2}', "inner/more.txt": b"words"}
VALUE = {"slope": 0.25, "peers": ["sw", "yo"], "none": None, "text": "Ẹ̀kọ́"}


class Maker:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def folder(self, draft: Path) -> None:
        self.calls += 1
        for name, content in CONTENT.items():
            (draft / name).parent.mkdir(exist_ok=True)
            (draft / name).write_bytes(content)

    def value(self) -> object:
        self.calls += 1
        return VALUE


def read(place: Path) -> dict[str, bytes]:
    return {name: (place / name).read_bytes() for name in CONTENT}


def flip(file: Path, number: int) -> None:
    """Change one bit of a file, counted from its beginning and around its end."""
    raw = bytearray(file.read_bytes())
    raw[number // 8 % len(raw)] ^= 1 << number % 8
    file.write_bytes(raw)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_a_folder_is_made_once_and_its_sums_are_those_of_coreutils(tmp_path: Path) -> None:
    maker, place = Maker(), tmp_path / "entry"
    for _ in range(2):
        assert read(kept_folder(place, maker.folder, what="the states")) == CONTENT
    assert maker.calls == 1
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=place, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == len(CONTENT)


@settings(max_examples=25)
@given(name=st.sampled_from([*CONTENT, SUMS]), bit=st.integers(0, 8 * 4000))
def test_any_flipped_bit_of_a_folder_is_found(name: str, bit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        maker, place = Maker(), Path(folder) / "entry"
        kept_folder(place, maker.folder, what="the states")
        flip(place / name, bit)
        assert damage_of(place)
        assert read(kept_folder(place, maker.folder, what="the states")) == CONTENT
        assert maker.calls == 2
        assert damage_of(place) is None


@settings(max_examples=25)
@given(bit=st.integers(0, 8 * 400))
def test_any_flipped_bit_of_a_value_is_found_or_changes_nothing(bit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        maker, place = Maker(), Path(folder) / "value.json"
        kept_value(place, maker.value, what="a value")
        flip(place, bit)
        assert kept_value(place, maker.value, what="a value") == VALUE
        assert kept_value(place, maker.value, what="a value") == VALUE
        assert maker.calls <= 2


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda place: flip(place / "states.bin", 77), "states.bin is not as it was written"),
        (lambda place: (place / "about.json").unlink(), "about.json is missing"),
        (lambda place: (place / "x.pt").write_bytes(b"?"), "x.pt is not one of its files"),
        (lambda place: (place / "x.pt").symlink_to("/etc/passwd"), "x.pt is not one of its files"),
        (lambda place: (place / SUMS).write_text("?"), "is no list of checksums"),
    ],
)
def test_a_warning_says_what_is_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: Callable[[Path], object], said: str
) -> None:
    maker, place = Maker(), tmp_path / "entry"
    kept_folder(place, maker.folder, what="the states")
    assert not warnings(caplog)
    harm(place)
    assert read(kept_folder(place, maker.folder, what="the states")) == CONTENT
    (warning,) = warnings(caplog)
    assert warning.startswith("the states is damaged")
    assert said in warning
    assert "made anew" in warning
    assert [file.name for file in tmp_path.iterdir() if not file.name.endswith(".lock")] == ["entry"]


def test_a_damaged_value_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    maker, place = Maker(), tmp_path / "value.json"
    kept_value(place, maker.value, what="the scale")
    stored = json.loads(place.read_text(encoding="utf-8"))
    stored["content"]["slope"] = 0.5
    place.write_text(json.dumps(stored), encoding="utf-8")
    assert kept_value(place, maker.value, what="the scale") == VALUE
    (warning,) = warnings(caplog)
    assert warning.startswith("the scale is damaged")


def test_what_older_versions_kept_is_made_anew_without_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    maker = Maker()
    (tmp_path / "entry").mkdir()
    (tmp_path / "entry" / "states.bin").write_bytes(b"old")
    (tmp_path / "value.json").write_text('{"slope": 3}', encoding="utf-8")
    assert read(kept_folder(tmp_path / "entry", maker.folder, what="the states")) == CONTENT
    assert kept_value(tmp_path / "value.json", maker.value, what="the scale") == VALUE
    assert not warnings(caplog)


def test_what_older_versions_kept_is_used_where_nothing_can_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "entry.lock").mkdir()  # no lock can be made
    with pytest.raises(OSError, match="lock"):
        kept_folder(tmp_path / "entry", Maker().folder, what="the states")
    (tmp_path / "entry").mkdir()
    Maker().folder(tmp_path / "entry")
    assert read(kept_folder(tmp_path / "entry", Maker().folder, what="the states")) == CONTENT
    (warning,) = warnings(caplog)
    assert warning.startswith("the states has no checksums, and cannot be made anew")


def test_a_value_needs_no_place_and_a_folder_says_that_it_does(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert kept_value(tmp_path / "file" / "value.json", Maker().value, what="a value") == VALUE
    with pytest.raises(OSError, match="file"):
        kept_folder(tmp_path / "file" / "entry", Maker().folder, what="the states")


def test_what_cannot_be_made_is_not_kept(tmp_path: Path) -> None:
    def fail(_: object = None) -> None:
        raise ValueError("no data")

    for _ in range(2):
        with pytest.raises(ValueError, match="no data"):
            kept_folder(tmp_path / "entry", fail, what="the states")
        with pytest.raises(ValueError, match="no data"):
            kept_value(tmp_path / "value.json", fail, what="a value")
    assert all(file.name.endswith(".lock") for file in tmp_path.iterdir())


_BUILDER = """
import os, sys, time
from pathlib import Path
from realign_core.support.files.cache import kept_folder, kept_value

root, hangs = Path(sys.argv[1]), sys.argv[2] == "hangs"

def make(draft=None):
    with (root / "diary").open("a") as diary:
        diary.write(f"{os.getpid()}\\n")
    if draft is not None:
        (draft / "half").write_text("half")
    print("begun", flush=True)
    time.sleep(3600 if hangs else 0.3)
    if draft is not None:
        (draft / "half").write_text("whole")
    return 7

print("ready", flush=True)
sys.stdin.readline()
place = kept_folder(root / "entry", make, what="x") if sys.argv[3] == "folder" else root
kept = (place / "half").read_text() if place != root else kept_value(root / "value.json", make, what="x")
print(f"got {kept}", flush=True)
"""


def start(root: Path, kind: str, *, hangs: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _BUILDER, str(root), "hangs" if hangs else "works", kind]
    builder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "ready\n"
    return builder


def go(builder: subprocess.Popen[str]) -> None:
    assert builder.stdin is not None
    builder.stdin.write("\n")
    builder.stdin.flush()


@pytest.mark.parametrize("kind", ["folder", "value"])
def test_of_several_processes_one_makes_it(tmp_path: Path, kind: str) -> None:
    builders = [start(tmp_path, kind) for _ in range(3)]
    for builder in builders:
        go(builder)
    said = [builder.communicate()[0] for builder in builders]
    assert sorted(said) == sorted([f"got {'whole' if kind == 'folder' else 7}\n"] * 2 + [max(said, key=len)])
    assert sum("begun" in text for text in said) == 1
    assert len((tmp_path / "diary").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize("kind", ["folder", "value"])
def test_a_killed_builder_holds_nobody_up_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    first, second = start(tmp_path, kind, hangs=True), start(tmp_path, kind)
    go(first)
    assert first.stdout is not None
    assert first.stdout.readline() == "begun\n"
    go(second)  # it waits for the first
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert "got" in second.communicate()[0]
    left = {file.name for file in tmp_path.iterdir() if not file.name.endswith(".lock")}
    assert left == {"diary", "entry" if kind == "folder" else "value.json"}
