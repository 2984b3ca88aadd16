"""Measure rows: a designed run, or several fine-tunings of one realigned encoder."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from benchmarks.tables.design import Languages
from benchmarks.tables.tasks import SPLITS, Prepared
from realign_core.data.labelled import Split
from realign_core.runs.running.measuring import Start, score_splits, starts
from realign_core.runs.running.run import run_splits
from realign_core.runs.running.training import build_training, task_source
from realign_core.support.seeds import Seeds
from realign_core.training.finetuning import finetuning_phase, snapshot_steps
from realign_core.training.loop import Phase, Position, Segment, train

AVERAGED = 4
"""Snapshots of the last epoch that are averaged."""

RUN_FIELDS = ("seed", "n_languages", "languages", "pairs", "seconds", "kernel", "recipe")
UNIT_FIELDS = (
    *(
        "part",
        "realignment",
        "drawn",
        "finetuning",
        "averaged",
        "n_languages",
        "languages",
        "pairs",
        "recipe",
    ),
    *("seconds_realignment", "seconds_trunk", "seconds_finetuning", "seconds_evaluation"),
)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Unit:
    """One realignment and its fine-tunings.

    Args:
        part: ``split``, ``pairs`` or ``repeated``, see the page.
        languages: Keys.
        realignment: Seed of the order of the batches of pairs.
        drawn: Seed of the draw of pairs.
        finetuning: Seeds of head and order, one fine-tuning each.
    """

    part: str
    languages: Languages
    realignment: int
    drawn: int
    finetuning: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Names it in the table."""
        return self.part, " ".join(self.languages), str(self.realignment), str(self.drawn)


def fields(targets: Sequence[str], *first: str) -> list[str]:
    """Columns of a table."""
    return [*first, *(f"{split}_{key}" for split in SPLITS for key in targets)]


def designed_row(prepared: Prepared, languages: Languages, seed: int) -> Row:
    """Run a subset with a seed; ``seconds`` are those of the processor."""
    begin = time.process_time()
    chosen = prepared.pool.corpus_codes(languages)
    found = run_splits(prepared.workspace, chosen, seed=seed, splits=SPLITS)
    spent = time.process_time() - begin
    scores = {split: result.scores for split, result in found.items()}
    about: Row = {
        "seed": seed,
        "n_languages": len(languages),
        "languages": " ".join(languages),
        "pairs": found["test"].pairs,
        "seconds": f"{spent:.1f}",
        "kernel": found["test"].kernel,
        "recipe": prepared.workspace.recipe.hash(),
    }
    return about | _scores(prepared, scores)


def unit_rows(prepared: Prepared, unit: Unit) -> Iterator[Row]:
    """Realign once, and fine-tune with each seed; of each the last weights are scored, and their average."""
    space = prepared.workspace
    chosen = prepared.pool.corpus_codes(unit.languages)
    begin = time.process_time()
    encoder = space.encoder.fork()
    seeds = Seeds(unit.realignment, unit.drawn, 0, 0)
    training = build_training(space, encoder, space.head(0), chosen, seeds)
    encoder.model.train()
    train(training.phases, [s for s in training.segments if s.phase == "realignment"])
    realigned = time.process_time()
    with starts(space, encoder, SPLITS) as start:
        shared = time.process_time() - realigned
        about: Row = {
            "part": unit.part,
            "realignment": unit.realignment,
            "drawn": unit.drawn,
            "n_languages": len(unit.languages),
            "languages": " ".join(unit.languages),
            "pairs": training.pairs,
            "recipe": space.recipe.hash(),
            "seconds_realignment": f"{realigned - begin:.1f}",
            "seconds_trunk": f"{shared:.1f}",
        }
        for seed in unit.finetuning:
            for row in _finetuned(prepared, start, replace(seeds, head=seed, finetuning=seed)):
                yield about | row


def _finetuned(prepared: Prepared, start: Start, seeds: Seeds) -> Iterator[Row]:
    """Fine-tune once; score the last weights, and the average of the snapshots."""
    space, begin = prepared.workspace, time.process_time()
    body, head = start.fresh(), space.head(seeds.head)
    source = task_source(space, body, head, start.config, seeds)
    phase, kept = finetuning_phase(source), Snapshots([body.model, head])
    kept.steps = snapshot_steps(source.steps, start.config.epochs, AVERAGED)
    body.model.train()
    train({phase.name: phase}, [Segment(phase.name, 0, phase.steps)], saver=kept)
    trained = time.process_time()
    for averaged in (1, AVERAGED):
        if averaged > 1:
            kept.average()
        before = time.process_time()
        found, *_ = score_splits(space, body, head, SPLITS)
        about: Row = {
            "finetuning": seeds.finetuning,
            "averaged": averaged,
            "seconds_finetuning": f"{trained - begin:.1f}",
            "seconds_evaluation": f"{time.process_time() - before:.1f}",
        }
        yield about | _scores(prepared, {split: scored.scores for split, scored in found.items()})


@dataclass
class Snapshots:
    """Keeps the weights after certain steps, as a saver of the training loop.

    Args:
        modules: What is trained.
        steps: After which.
    """

    modules: Sequence[nn.Module]
    steps: frozenset[int] = frozenset()
    kept: list[list[Tensor]] = field(default_factory=list)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """All that can be trained."""
        return [p for module in self.modules for p in module.parameters() if p.requires_grad]

    def restore(self, phases: Mapping[str, Phase]) -> Position | None:  # noqa: ARG002
        """Begin anew."""
        return None

    def save(self, position: Position) -> None:
        """Keep the weights if it is time."""
        if position.step in self.steps:
            self.kept.append([p.detach().clone() for p in self.parameters])

    def average(self) -> None:
        """Replace the weights by the mean of those kept."""
        with torch.no_grad():
            for parameter, *several in zip(self.parameters, *self.kept, strict=True):
                parameter.copy_(torch.stack(several).mean(dim=0))


def _scores(prepared: Prepared, found: Mapping[Split, Mapping[str, float]]) -> Row:
    return {
        f"{split}_{key}": float(found[split][code])
        for split in SPLITS
        for key, code in prepared.codes.items()
    }
