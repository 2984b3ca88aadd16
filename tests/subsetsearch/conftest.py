"""A study that takes seconds: toy corpora under real language codes, a tiny random encoder."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from optuna.trial import FrozenTrial, TrialState

from realign_core.support.progress import NoProgress
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.rungs.ladder import Ladder

ENGLISH = ["the", "cat", "dog", "sees", "eats", "fish", "red", "big", "house", "tree", "runs", "old"]
PREFIXES = {"swa": "z", "yor": "ka", "wol": "u", "tel": "z", "mon": "ka", "eus": "u", "fin": "z", "zul": "ka"}
TOPICS = {"animals": ["cat", "dog", "fish", "eats"], "places": ["house", "tree", "big", "old"]}

STUDY = """
name = "toy"

[recipe.encoder]
name = "{encoder}"
max_length = 32

[recipe.parallel]
format = "folder"
path = "{root}/parallel"

[recipe.task]
kind = "text"
source_language = "eng_Latn"
train = {{ format = "sib", path = "{root}/topics" }}

[recipe.realignment]
steps = 4
pairs_per_batch = 8

[recipe.finetuning]
epochs = 1

[recipe.compute]
precision = "float32"
attention = "eager"

[pool]
min_pairs = 10

[targets]
held_out = ["wol"]
held_out_in_pool = true

[search]
top_rung = 2
trials = 12
max_size = 4

[proxy.linear]
measure = "probe"
pairs = 20
dev_examples = 10

[proxy.short]
steps = 3
pairs = 20
epochs = 1
train_examples = 20
dev_examples = 10
warm = 4

[evaluate]
top = 2
seeds = [1, 2]
"""


def _lines(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < n:
        found[" ".join(rng.choices(ENGLISH, k=rng.randint(3, 7)))] = None
    return list(found)


def _translate(line: str, prefix: str) -> str:
    return " ".join(prefix + word for word in line.split())


def _topics(path: Path, n: int, seed: int, prefix: str) -> None:
    rng = random.Random(seed)
    rows = ["index_id\tcategory\ttext"]
    for index in range(n):
        topic = ("animals", "places")[index % 2]
        words = rng.choices(TOPICS[topic], k=4) + rng.choices(ENGLISH, k=2)
        rows.append(f"{index}\t{topic}\t{_translate(' '.join(words), prefix)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def toy_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Corpora: 40 aligned lines in eight languages, topics in English and three others."""
    root = tmp_path_factory.mktemp("toy")
    lines = _lines(40, 1)
    (root / "parallel").mkdir()
    for code, prefix in {"eng": "", **PREFIXES}.items():
        text = "\n".join(_translate(line, prefix) for line in lines) + "\n"
        (root / "parallel" / f"{code}.txt").write_text(text, encoding="utf-8")
    _topics(root / "topics" / "eng_Latn" / "train.tsv", 40, 2, "")
    for number, code in enumerate(("swh_Latn", "yor_Latn", "wol_Latn")):
        for split in ("dev", "test"):
            prefix = PREFIXES[{"swh_Latn": "swa", "yor_Latn": "yor", "wol_Latn": "wol"}[code]]
            _topics(root / "topics" / code / f"{split}.tsv", 20, 10 * number + len(split), prefix)
    return root


@pytest.fixture(scope="session")
def toy_text(toy_root: Path, tiny_encoder: Path) -> str:
    """The toy study, as TOML."""
    return STUDY.format(encoder=tiny_encoder.as_posix(), root=toy_root.as_posix())


@pytest.fixture
def toy_file(tmp_path: Path, toy_text: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy study's file, with an own cache folder."""
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "toy.toml"
    path.write_text(toy_text, encoding="utf-8")
    return path


@pytest.fixture
def toy_study(toy_file: Path) -> StudyConfig:
    """The toy study."""
    return load_study(toy_file)


@pytest.fixture
def edited(toy_file: Path) -> Callable[[str, str], Path]:
    """Replace text in the study file: ``edited("steps = 4", "stepps = 4")``."""

    def edit(old: str, new: str) -> Path:
        text = toy_file.read_text(encoding="utf-8")
        assert old in text
        toy_file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return toy_file

    return edit


@pytest.fixture
def opened(toy_file: Path, tmp_path: Path) -> Callable[[Mapping[str, object]], Ladder]:
    """Open the toy study, every time anew: ``opened({"proxy.linear.measure": "gap"})``."""
    from subsetsearch.rungs.ladder import open_ladder

    def ladder(overrides: Mapping[str, object]) -> Ladder:
        return open_ladder(load_study(toy_file, dict(overrides)), StudyFolder(tmp_path / "runs" / "toy"))

    return ladder


@pytest.fixture
def ladder(opened: Callable[[Mapping[str, object]], Ladder]) -> Ladder:
    """The toy study, opened."""
    return opened({})


@pytest.fixture
def ladder_of(opened: Callable[[Mapping[str, object]], Ladder]) -> Callable[..., Ladder]:
    """Open it for a search that ends at a rung, where three subsets are always fully run: ``ladder_of(3)``."""

    def ladder(rung: int, **overrides: object) -> Ladder:
        return opened({"search.top_rung": rung, "proxy.full.warm": 3, **overrides})

    return ladder


@pytest.fixture
def fake_ladder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ladder]:
    """Make rungs 1 and 2 of plain functions, over a space without data: ``fake_ladder(space, low, high)``."""
    import numpy as np

    from subsetsearch.config.rungs import LINEAR, SHORT, RungWords
    from subsetsearch.problem.pool import Pool, Targets
    from subsetsearch.problem.problem import Problem
    from subsetsearch.results.measurements.store import MeasurementStore
    from subsetsearch.rungs.ladder import Ladder
    from subsetsearch.rungs.rung import Rung

    @dataclass
    class FakeRung(Rung):
        words: RungWords
        value: Callable[[Subset], float]

        @property
        def label(self) -> RungWords:
            return self.words

        def scores(self, subset: Subset) -> dict[str, float]:
            return {"swh_Latn": self.value(subset)}

    monkeypatch.setattr("subsetsearch.run.search.trial.coordinates", lambda keys: np.zeros((len(keys), 0)))
    stores = itertools.count()

    def make(
        space: SearchSpace,
        rung1: Callable[[Subset], float],
        rung2: Callable[[Subset], float],
        *,
        warm: int = 10,
        **search: object,
    ) -> Ladder:
        config = StudyConfig.model_validate(
            {"name": "fake", "search": {"top_rung": 2} | search, "proxy": {"short": {"warm": warm}}}
        )
        problem = Problem(config, Pool({}, {}), Targets({}, frozenset()), space.cost, space)  # type: ignore[arg-type]
        store = MeasurementStore(f"sqlite:///{tmp_path / f'fake-{next(stores)}.db'}")
        folder = StudyFolder(tmp_path / "fake")
        return Ladder(problem, folder, store, FakeRung(LINEAR, rung1), FakeRung(SHORT, rung2), NoProgress())

    return make


@pytest.fixture
def trials_of() -> Callable[[Ladder], list[FrozenTrial]]:
    """Read the finished trials that belong to an opened study."""

    def trials(ladder: Ladder) -> list[FrozenTrial]:
        from subsetsearch.results.trials.stored_study import require_stored

        return require_stored(ladder.problem.config, ladder.folder).get_trials(states=(TrialState.COMPLETE,))

    return trials
