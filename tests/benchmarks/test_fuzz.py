"""Hostile files: every reader gives examples or an error of ours, and loses no row that it does not count."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.common import read_json, results_of
from benchmarks.fuzz import judge as judging
from benchmarks.fuzz.found import (
    BASES,
    NOT_FUZZED,
    SUBJECTS,
    WITHOUT_FILES,
    concrete,
    covered_modules,
    opening_modules,
)
from benchmarks.fuzz.hostile import PACKERS, bomb
from benchmarks.fuzz.judge import case_of, judge, judge_all
from benchmarks.fuzz.mutate import Case
from benchmarks.fuzz.run import run_reader
from benchmarks.fuzz.subject import Subject
from benchmarks.fuzz.tally import COUNTS, FAULTS
from realign_core.support.errors import DataError
from realign_core.support.files.text import text_lines
from realign_core.support.settings.config import Config

CASES = 25
"""Of each reader; ten thousand are in the recorded run."""

NEEDS = {"hub": "datasets", "gettext": "polib"}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_every_class_of_readers_is_fuzzed(base: type[Config]) -> None:
    covered = {kind for subject in SUBJECTS.values() for kind in subject.covers}
    assert concrete(base) - covered == {one for one in WITHOUT_FILES if issubclass(one, base)}


def test_every_module_that_opens_files_is_fuzzed_or_says_why_not() -> None:
    assert opening_modules() - covered_modules() == NOT_FUZZED.keys()


@pytest.mark.parametrize("name", SUBJECTS)
def test_hostile_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    pytest.importorskip(NEEDS.get(name.partition(",")[0], "json"), reason="an extra is not installed")
    subject = SUBJECTS[name]
    for number, files in enumerate(subject.seeds):
        assert judge(subject, Case(files, files), tmp_path / f"seed-{number}")[0] == "valid"
    last = len(subject.seeds) + (CASES if subject.share >= 0.25 else 5)  # those start a process each
    tally = judge_all(subject, range(len(subject.seeds), last), tmp_path / "cases")
    assert tally.faults == {}
    assert tally.cases == last - len(subject.seeds)


@pytest.mark.parametrize("ending", PACKERS)
def test_bombs_are_refused(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.txt{ending}").write_bytes(bomb(ending, b"0" * 1000 + b"\n"))
    with pytest.raises(DataError, match="unpacks to more than 50 times its size; unpack it yourself"):
        for _ in text_lines(tmp_path / f"a.txt{ending}"):
            pass


ANY = st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(derandomize=True, max_examples=300)
@given(name=st.sampled_from([n for n in SUBJECTS if not n.startswith(("hub", "gettext"))]), content=ANY)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    subject = SUBJECTS[name]
    files = dict.fromkeys(subject.seeds[0], content)
    verdict, told, _ = judge(subject, Case(files, files), tmp_path_factory.getbasetemp() / "any")
    assert (verdict, told) in {("valid", ""), ("refused", "")}


def test_cases_are_the_same_for_the_same_number() -> None:
    subject = SUBJECTS["csv"]
    assert [case_of(subject, n) for n in range(40)] == [case_of(subject, n) for n in range(40)]
    assert len({str(case_of(subject, n)) for n in range(40)}) > 30


def _reads(folder: Path) -> list[str]:
    """A reader with one fault of each kind."""
    text = (folder / "a.txt").read_text(encoding="utf-8")
    if "spin" in text:
        while True:
            pass
    if "refuse" in text:
        raise DataError("no", where=folder)
    return [line for line in text.split("\n") if line and "drop" not in line]


def _lost(lines: list[str], files: Mapping[str, bytes]) -> int:
    return files["a.txt"].count(b"\n") - len(lines)


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"a\nb\n", "valid"),
        (b"refuse\n", "refused"),
        (b"\xff\n", "foreign"),
        (b"a\ndrop\n", "silent"),
        (b"spin\n", "slow"),
    ],
)
def test_faults_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, verdict: str
) -> None:
    monkeypatch.setattr(judging, "MOST_SECONDS", 0.05)
    subject = Subject("planted", _reads, [{"a.txt": b"a\n"}], lost=_lost)
    found, told, _ = judge(subject, Case({"a.txt": content}, {"a.txt": content}), tmp_path)
    assert found == verdict
    assert bool(told) is (verdict in FAULTS)


_DYING = """
import os, signal
from benchmarks.fuzz import worker
from benchmarks.fuzz.subject import Subject

def read(folder):
    if b"die" in (folder / "a.txt").read_bytes():
        os.kill(os.getpid(), signal.SIGSEGV)

files = [b"a", b"die", b"b", b"die", b"c"]
worker.SUBJECTS["planted"] = Subject("planted", read, [{"a.txt": content} for content in files])
worker.main()
"""


def test_a_process_that_dies_of_a_case_is_a_fault_and_the_next_one_goes_on(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text(_DYING, encoding="utf-8")
    record = run_reader("planted", 5, tmp_path / "cases", [str(tmp_path / "dying.py")])
    assert (record["cases"], record["valid"], record["died"]) == (5, 3, 2)
    assert record["faults"] == {"died: SIGSEGV": 1}


def test_a_process_that_never_begins_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text("raise SystemExit('no such thing')", encoding="utf-8")
    with pytest.raises(RuntimeError, match="'planted' cannot be run: no such thing"):
        run_reader("planted", 5, tmp_path / "cases", [str(tmp_path / "dying.py")])


@pytest.mark.parametrize("what", ["a" * 5000, "a\x1b[2J", "a\u202eb", "a\ud800"])
def test_messages_that_a_terminal_cannot_show_are_noticed(tmp_path: Path, what: str) -> None:
    class RawError(DataError):
        def __str__(self) -> str:
            return what

    def read(_folder: Path) -> None:
        raise RawError("x")

    subject = Subject("planted", read, [{"a.txt": b"a\n"}])
    assert judge(subject, case_of(subject, 0), tmp_path)[0] == "garbled"


RECORDS = {record["reader"]: record for record in read_json(results_of("scale") / "fuzz.json")["readers"]}


def test_the_recorded_run_has_every_reader() -> None:
    assert RECORDS.keys() == SUBJECTS.keys()


@pytest.mark.parametrize("name", RECORDS)
def test_the_recorded_run_found_no_fault(name: str) -> None:
    record = RECORDS[name]
    assert record["cases"] >= 10_000 * SUBJECTS[name].share
    assert record["faults"] == {}
    assert {record[field] for field in COUNTS.values()} == {0}
    assert record["valid"] >= record["cases"] / 100
