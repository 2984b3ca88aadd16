"""Full results that were made elsewhere, in the layout of the published result files.

One row a run: ``seed, model, task, method``, columns of realignment languages, and one column
``final_eval_{language}_{metric}`` a target. A file of ours (``evaluations.csv``) fits as well. Where a
column ``pairs_per_language`` is filled, each language gave at most so many pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from realign_core.recipe import Strategy, TaskKind
from realign_core.support.files import content_key
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import DataError, LanguageError, RealignError, StudyError, some
from subsetsearch.languages import resolve
from subsetsearch.problem.pairs import PAIRS, pair_levels
from subsetsearch.problem.pool import Pool, Targets, resolve_subset
from subsetsearch.results.evaluations import Evaluation
from subsetsearch.results.legacy import legacy_fingerprint
from subsetsearch.subset import Subset
from subsetsearch.tables import read_csv_rows

_LANGUAGES = "realignment_langs"
_SCORE = re.compile(r"(?:unseen_)?final_eval_(.+)_([A-Za-z0-9]+)")
_KINDS = {"xnli": "nli", "wikiann": "ner", "udpos": "pos", "xtreme_r.udpos": "pos", "xquad": "qa"}
"""The published names of tasks, and ours."""

_METRICS = {TaskKind.NER: "f1", TaskKind.QA: "f1"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds which target's score.

    Args:
        metric: ``accuracy`` or ``f1``.
        columns: Target key to column.
        ignored: Score columns of no target of the study.
    """

    metric: str
    columns: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadResults:
    """What a file holds for a study.

    Args:
        runs: Each candidate and seed once.
        layout: Where the scores were.
        skipped: Rows of other models, tasks or methods that were left aside.
    """

    runs: tuple[Evaluation, ...]
    layout: Layout
    skipped: int


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """A table of results that belongs to one study.

    Args:
        path: The file.
        study: The study.
        pool: Its candidates.
        targets: Its targets, held-out ones among them.
        subset: Languages of every row, for a file that does not name them.
        skip_others: Leave rows of other models, tasks or methods aside; else they are an error.
    """

    path: Path
    study: StudyConfig
    pool: Pool
    targets: Targets
    subset: frozenset[str] | None = None
    skip_others: bool = False

    def read(self) -> ReadResults:
        """Read and check every row before any of them counts.

        Raises:
            DataError: If the file is no such table, or a number is missing or out of range.
            LanguageError: If a language is unknown or not in the pool.
            StudyError: If a row is of another model, task, method or study.
        """
        table = read_csv_rows(self.path)
        if not table.rows:
            raise DataError("no results in it", where=self.path, fix="a header and a row a run are needed")
        layout = self._layout(table.header)
        found: dict[tuple[Subset, int], tuple[int, Evaluation]] = {}
        skipped = 0
        for line, row in table.rows:
            try:
                self._same_setting(line, row)
            except StudyError:
                if not self.skip_others:
                    raise
                skipped += 1
                continue
            run = self._evaluation(line, row, layout)
            first, known = found.setdefault((run.candidate, run.seed), (line, run))
            if known is not run and known.scores | known.held_out != run.scores | run.held_out:
                raise DataError(
                    f"seed {run.seed} of this subset has other scores than in line {first}",
                    where=self.path,
                    line=line,
                    fix="keep one of the two",
                )
        return ReadResults(tuple(run for _, run in found.values()), layout, skipped)

    def _layout(self, header: Sequence[str]) -> Layout:
        if "seed" not in header:
            raise DataError("no column 'seed'", where=self.path, line=1, fix=f"columns: {some(header, 8)}")
        if self.subset is None and not any(name.startswith(_LANGUAGES) for name in header):
            raise DataError(
                f"no column '{_LANGUAGES}', so the subset is unknown",
                where=self.path,
                line=1,
                fix="add it, or name the languages of all rows with --languages",
            )
        metric = _METRICS.get(self.study.recipe.task.kind, "accuracy")
        wanted = set(self.targets.codes)
        columns: dict[str, str] = {}
        ignored = []
        for name, code in _score_columns(header, metric):
            key = _key(code)
            if key is None or key not in wanted:
                ignored.append(name)
            elif key in columns:
                raise DataError(f"'{columns[key]}' and '{name}' are both of {key}", where=self.path, line=1)
            else:
                columns[key] = name
        missing = sorted(wanted - set(columns))
        if missing:
            raise DataError(
                f"no scores for {some(missing, 8)}",
                where=self.path,
                line=1,
                fix=f"every target needs a column like 'final_eval_{missing[0]}_{metric}'; "
                "a mean over fewer targets cannot be compared",
            )
        return Layout(metric, columns, tuple(ignored))

    def _evaluation(self, line: int, row: Mapping[str, str], layout: Layout) -> Evaluation:
        scores = {key: self._score(line, name, row[name]) for key, name in layout.columns.items()}
        chosen = self._candidate_of(line, row)
        seed = self._whole(line, "seed", row["seed"])
        fingerprint = self.study.fingerprint()
        own = row.get("recipe_hash", "")
        level = [] if chosen.pairs is None else [chosen.pairs]
        named = content_key([fingerprint, sorted(chosen.languages), seed, scores, *level])
        return Evaluation(
            fingerprint=fingerprint,
            recipe_hash=own or f"imported-{named}",
            seed=seed,
            subset=chosen.languages,
            pairs=chosen.pairs,
            metric=layout.metric,
            scores={key: scores[key] for key in self.targets.searched},
            held_out={key: scores[key] for key in scores if key in self.targets.held_out},
            seconds=self._seconds(line, row.get("seconds", "")),
            fresh=self._fresh(line, row.get("fresh", "")),
        )

    def _same_setting(self, line: int, row: Mapping[str, str]) -> None:
        """Refuse results of another study, model, task or method: they would share one front."""
        recipe = self.study.recipe
        kind = row.get("task", "")
        expected = {
            "study_fingerprint": (self._present(row.get("study_fingerprint", "")), self.study.fingerprint()),
            "model": (_last(row.get("model", "")), _last(recipe.encoder.name)),
            "task": (_KINDS.get(kind, kind), recipe.task.kind.value),
        }
        method = row.get("method", "").partition("_")[0]
        if method not in ("", Strategy.BASELINE.value):
            expected["method"] = (method, recipe.realignment.strategy.value)
        for name, (found, ours) in expected.items():
            if found and found != ours:
                raise StudyError(
                    f"the {name} is '{row[name]}', but the study's is '{ours}'",
                    where=self.path,
                    line=line,
                    fix="results of different settings cannot share a front; --skip-others leaves them out",
                )

    def _present(self, fingerprint: str) -> str:
        """Replace the study's fingerprint of an older version."""
        return self.study.fingerprint() if fingerprint == legacy_fingerprint(self.study) else fingerprint

    def _candidate_of(self, line: int, row: Mapping[str, str]) -> Subset:
        subset, pairs = self._subset_of(line, row), row.get(PAIRS, "")
        limit = self._whole(line, PAIRS, pairs) if pairs else None
        if limit is not None and limit < 1:
            raise DataError(f"the {PAIRS} is {pairs}, not 1 or more", where=self.path, line=line)
        return pair_levels(self.study, self.pool).canonical(subset, limit)

    def _subset_of(self, line: int, row: Mapping[str, str]) -> frozenset[str]:
        if row.get("method", "").partition("_")[0] == Strategy.BASELINE.value:
            return frozenset()
        if self.subset is not None:
            return self.subset
        cells = [cell for name, cell in row.items() if name.startswith(_LANGUAGES)]
        names = [part for cell in cells for part in re.split(r"[\s,;|'\"\[\]()]+", cell) if part]
        try:
            return resolve_subset(names, self.pool)
        except LanguageError as error:
            raise LanguageError(error.what, where=self.path, line=line, fix=error.fix) from error

    def _score(self, line: int, name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError as error:
            raise DataError(
                f"'{name}' is {text!r}, no number",
                where=self.path,
                line=line,
                fix="finish the run or remove the row",
            ) from error
        if not 0 <= value <= 1:
            fix = "write shares, not per cent" if 1 < value <= 100 else None
            raise DataError(f"'{name}' is {text}, not in [0, 1]", where=self.path, line=line, fix=fix)
        return value

    def _seconds(self, line: int, text: str) -> float:
        """Wall time; other programs need not tell it."""
        try:
            value = float(text or 0)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise DataError(
                f"the seconds are {text!r}, no time",
                where=self.path,
                line=line,
                fix="write a number, or nothing",
            )
        return value

    def _fresh(self, line: int, text: str) -> bool:
        """Whether the seed is fresh; taken for an old one, it would let a choice see what tests it."""
        if text in ("", "0", "0.0", "1", "1.0"):
            return text.startswith("1")
        raise DataError(
            f"'fresh' is {text!r}", where=self.path, line=line, fix="write 1 for a fresh seed, else 0"
        )

    def _whole(self, line: int, name: str, text: str) -> int:
        try:
            number = float(text)
            whole = int(number)
        except (ValueError, OverflowError) as error:
            raise DataError(f"the {name} is {text!r}, no whole number", where=self.path, line=line) from error
        if whole != number:
            raise DataError(f"the {name} is {text}, no whole number", where=self.path, line=line)
        return whole


def _score_columns(header: Sequence[str], metric: str) -> Iterator[tuple[str, str]]:
    """Find score columns of a metric: their names and the codes in them."""
    for name in header:
        match = _SCORE.fullmatch(name)
        if match and match.group(2) == metric:
            yield name, match.group(1)


def _key(code: str) -> str | None:
    """Resolve a column's code; averages (``avg``, ``same``) and the like are no languages."""
    try:
        return resolve(code).key
    except RealignError:
        return None


def _last(name: str) -> str:
    """Drop the owner of a hub id: published files write ``xlm-roberta-base``."""
    return name.rstrip("/").rpartition("/")[2]
