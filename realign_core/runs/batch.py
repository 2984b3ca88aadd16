"""Several runs of one recipe: seeds, a table that grows, and what is kept beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.runs import add_rows, average, read_table, result_row
from realign_core.runs.result import Result
from realign_core.runs.run import environment, result_hash, run_prepared
from realign_core.runs.table import check_groups
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.errors import ConfigError
from realign_core.support.files import atomic_write
from realign_core.support.progress import NoProgress, Progress
from realign_core.training.distributed import replicas


@dataclass(frozen=True, slots=True)
class Request:
    """What to run.

    Args:
        recipe: Everything but languages and seeds.
        languages: Realignment languages.
        seeds: One run each.
        targets: Target languages; all, if None.
        split: Which part is scored.
        output: Table that runs are added to; runs that are in it are not repeated.
        checkpoints: Folder of checkpoints.
    """

    recipe: Recipe
    languages: tuple[str, ...]
    seeds: tuple[int, ...]
    targets: tuple[str, ...] | None = None
    split: Split = "test"
    output: Path | None = None
    checkpoints: Path | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """What was run.

    Args:
        results: Runs of this call, in the order of seeds; those of the table are not among
            them.
        table: One row a run of the request.
        about: Recipe, data fingerprints, versions, hardware.
    """

    results: tuple[Result, ...]
    table: pd.DataFrame
    about: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: ``about``, ``runs`` (rows) and ``average``."""
        means = json.loads(average(self.table).to_json(orient="records"))
        return {
            "about": self.about,
            "runs": json.loads(self.table.to_json(orient="records")),
            "average": means,
        }


def run_request(request: Request, progress: Progress | None = None) -> Session:
    """Run all seeds, writing the table after each.

    Raises:
        RealignError: As :func:`realign_core.runs.run.run`.
    """
    chosen = tuple(sorted(set(request.languages)))
    workspace = prepare(request.recipe, chosen, targets=request.targets, splits=(request.split,))
    check_groups(request.recipe.groups, workspace.evaluation[request.split])
    name = result_hash(workspace, chosen)
    done = _done(request.output, name, chosen, request.split)
    results: list[Result] = []
    rows: list[dict[str, Any]] = list(done.values())
    about = describe(workspace)
    seeds = [seed for seed in request.seeds if seed not in done]
    with (progress or NoProgress()).track("seeds", len(seeds)) as advance:
        for seed in seeds:
            result = run_prepared(
                workspace,
                chosen,
                seed=seed,
                split=request.split,
                progress=progress,
                checkpoints=request.checkpoints,
            )
            results.append(result)
            rows.append(result_row(result, request.recipe))
            if request.output is not None and replicas().first:
                add_rows(request.output, rows[-1:])
                _keep(request.output.with_suffix(".json"), name, about)
            advance(1)
    wanted = [row for row in rows if row["seed"] in request.seeds]
    return Session(tuple(results), pd.DataFrame(wanted), about)


def _done(
    output: Path | None, name: str, languages: Sequence[str], split: Split
) -> dict[int, dict[str, Any]]:
    """Rows of the table that are this request's, by seed."""
    if output is None or not output.is_file():
        return {}
    table = read_table(output)
    if "recipe_hash" not in table.columns:
        return {}
    same = (
        (table["recipe_hash"] == name)
        & (table["realignment_langs"] == " ".join(languages))
        & (table["split"] == split)
    )
    found = table[same].dropna(axis=1, how="all").fillna({"realignment_langs": ""})
    return {int(row["seed"]): {str(k): v for k, v in row.items()} for row in found.to_dict("records")}


def _keep(path: Path, name: str, about: dict[str, Any]) -> None:
    """Write what a hash stands for beside the table."""
    known: dict[str, Any] = {}
    if path.is_file():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigError("not JSON", where=path, fix="move the file away") from error
    atomic_write(path, json.dumps(known | {name: about}, ensure_ascii=False, indent=1) + "\n")


def describe(workspace: Workspace) -> dict[str, Any]:
    """Say what a workspace's results depend on: recipe, data, versions, hardware."""
    return {
        "recipe": workspace.recipe.model_dump(mode="json"),
        "fingerprint": workspace.fingerprint,
        "parallel": {
            code: {"pairs": len(text), "dropped": dict(text.dropped), "fingerprint": text.fingerprint()}
            for code, text in workspace.parallel.items()
        },
        "environment": environment(workspace),
    }


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How much of a language's text an aligner links.

    Args:
        language: The corpus's code.
        pairs: Sentence pairs.
        links: Links in all.
        source_share: Source words with a link, in [0, 1].
        target_share: Target words with a link, in [0, 1].
    """

    language: str
    pairs: int
    links: int
    source_share: float
    target_share: float


def count_links(
    recipe: Recipe, languages: Sequence[str], progress: Progress | None = None
) -> list[LinkCount]:
    """Align a recipe's pairs and count.

    Raises:
        ConfigError: If the recipe aligns sentences.
        RealignError: If data or encoder cannot be read.
    """
    if not recipe.realignment.word_level:
        raise ConfigError(
            "this recipe aligns sentences, not words",
            where="realignment.aligner",
            fix="--set realignment.aligner.kind=encoder",
        )
    counts: list[LinkCount] = []
    with (progress or NoProgress()).track("languages", len(languages)) as advance:
        for code in languages:
            workspace = prepare(recipe, [code])
            text = workspace.parallel[code]
            rows = [workspace.links[code, s, t] for s, t in zip(text.source, text.target, strict=True)]
            shares = []
            for side, sentences in enumerate((text.source, text.target)):
                linked = sum(len(np.unique(row[:, side])) for row in rows)
                shares.append(linked / max(1, sum(len(s.split()) for s in sentences)))
            counts.append(LinkCount(code, len(text), sum(map(len, rows)), *shares))
            advance(1)
    return counts
