"""The error messages of docs/faq.md are those that people really meet."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import subsetsearch as ss

ROOT = Path(__file__).resolve().parents[2]
SHOWN = re.findall(r"^```text\nerror: (.*)\n```$", (ROOT / "docs" / "faq.md").read_text("utf-8"), re.M)
RESULTS = ROOT / "studies" / "results" / "quickstart-evaluations.csv"
STUDY = """
name = "mine"
[recipe.encoder]
name = "{encoder}"
max_length = 64
[recipe.parallel]
format = "folder"
path = "parallel"
[recipe.task]
kind = "text"
source_language = "eng_Latn"
train = {{ format = "sib", path = "topics" }}
[recipe.realignment]
steps = 3
[search]
top_rung = 1
"""
Files = dict[str, str]
Make = Callable[..., ss.Study]
DEV = "topics/swh_Latn/dev.tsv"
NOWHERE = {"recipe__encoder__name": "no/such", "recipe__encoder__offline": True}
TABLE = "index_id\tcategory\ttext\n1\tA\thello there\n2\tB\tbye now\n"
PAIRS = "".join(f"a {i}\n" for i in range(60))
WHOLE: Files = {
    **{f"parallel/{code}.txt": PAIRS.replace("a", code) for code in ("eng", "swa", "yor", "wol")},
    "topics/eng_Latn/train.tsv": TABLE,
    DEV: TABLE,
    "topics/swh_Latn/test.tsv": TABLE,
}


@pytest.fixture
def study(tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a study of these files, with keys set over its file's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))

    def make(files: Files, **overrides: object) -> ss.Study:
        for name, text in (WHOLE | files).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "study.toml").write_text(STUDY.format(encoder=tiny_encoder.as_posix()), encoding="utf-8")
        return ss.load("study.toml", {key.replace("__", "."): value for key, value in overrides.items()})

    return make


def edit(study: Make, old: str, new: str) -> ss.Study:
    study({})
    file = Path("study.toml")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    return ss.load(file)


def recorded() -> ss.Study:
    study = ss.load(ROOT / "studies" / "quickstart.toml")
    study.import_results(RESULTS)
    return study


def changed(study: Make) -> None:
    study({}).run(trials=1)
    study({}, recipe__realignment__steps=4).front()


def foreign(study: Make) -> None:
    made = study({})
    Path("runs/mine").mkdir(parents=True)
    with closing(sqlite3.connect("runs/mine/study.db")) as database:
        database.execute("create table films (name)")
    made.run(trials=1)


FULL = {"search__top_rung": 3}
DOING: dict[str, Callable[[Make], object]] = {  # words of a message: what people do to meet it
    "stepps": lambda study: edit(study, "steps", "stepps"),
    "REALIGN_DATA": lambda study: edit(study, '"parallel"', '"$REALIGN_DATA/ntrex"'),
    "'xx'": lambda study: study({}, pool__languages=["xx"]).plan(),
    "aligned line by line": lambda study: study({"parallel/swa.txt": "x\n" * 59}).plan(),
    "lower pool.min_pairs": lambda study: study({}, pool__min_pairs=200).plan(),
    "label_map": lambda study: study({DEV: TABLE + "3\tC\tfoo\n"}, **FULL).run(trials=1),
    "skip_bad": lambda study: study({DEV: TABLE + "3\tC\n"}, **FULL).run(trials=1),
    "no target languages": lambda study: study({}, targets__held_out=["sw"]).plan(),
    "no/such": lambda study: study({}, **NOWHERE).run(trials=1),
    "positions": lambda study: study({}, recipe__encoder__max_length=128).run(trials=1),
    "table films": foreign,
    "nothing to realign": lambda _: recorded().realign([], "encoder"),
    "task.pooling": lambda study: study({}).realign(["swa"], "encoder", task_model=True),
    "something else": lambda study: study({"encoder/film.txt": ""}).realign(["swa"], "encoder"),
    "CUDA": lambda study: study({}, recipe__compute__device="cuda").run(trials=1),
    "search.budget": lambda study: study({}, search__budget=10).plan(),
    "no longer fits": changed,
    "no results yet": lambda study: study({}).front(),
    "not in the pool": lambda _: recorded().evaluate(languages="xho"),
    "is no rule": lambda _: recorded().pick("wihtin=0.9"),
    "no subset reached": lambda _: recorded().pick("accuracy>=0.9"),
}


def test_many_messages_are_shown() -> None:
    assert len(SHOWN) == len(DOING)


@pytest.mark.offline
@pytest.mark.parametrize("message", SHOWN, ids=lambda message: message[:50])
def test_messages_are_met(message: str, study: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REALIGN_DATA", raising=False)
    (do,) = [do for words, do in DOING.items() if words in message]
    with pytest.raises(ss.RealignError) as error:
        do(study)
    met = _NUMBER.sub("N", str(error.value).replace("--pick: ", ""))
    met = met.replace(f"{Path.cwd()}/", "")
    assert re.fullmatch(pattern(message), met), met


_NUMBER = re.compile(r"\d+")


def pattern(message: str) -> str:
    """Numbers stand for others, ``...`` for anything, a file's name for its whole path."""
    bare = _NUMBER.sub("N", message.removeprefix("--pick: "))
    return "(.*/)?" + re.escape(bare).replace(re.escape("..."), ".*").replace("eng\\.txt", "(.*/)?eng\\.txt")
