"""Full results that were made elsewhere, in the layout of the published result files.

One row a run: ``seed, model, task, method``, columns of realignment languages, and one column
``final_eval_{language}_{metric}`` a target. A file of ours (``evaluations.csv``) fits as well. Where a
column ``pairs_per_language`` is filled, each language gave at most so many pairs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from realign_core.align import AnyAligner
from realign_core.recipe import Strategy, TaskKind
from realign_core.support.files.keys import content_key
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import DataError, LanguageError, StudyError, some
from subsetsearch.languages import find_language
from subsetsearch.problem.pairs import PAIRS, pair_choices
from subsetsearch.problem.pool import Pool, Targets, resolve_subset
from subsetsearch.results.measurements.legacy_names import known_fingerprints
from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.provenance.run_data import DATA, OwnData
from subsetsearch.results.tables.language_variants import languages_in, tell_read_as
from subsetsearch.results.tables.run_table import LANGUAGES
from subsetsearch.subset import Subset
from subsetsearch.tables import Cells, read_csv_rows

_SCORE = re.compile(r"(?:unseen_)?final_eval_(.+)_([A-Za-z0-9]+)")
_KINDS = {"xnli": "nli", "wikiann": "ner", "udpos": "pos", "xtreme_r.udpos": "pos", "xquad": "qa"}
"""The published names of tasks, and ours."""

_ALIGNERS = {"noaligner": "sentence", "dico": "dictionary"}
"""The published names of aligners, and ours; the others bear their own names."""

_KNOWN_ALIGNERS = frozenset(kind.model_fields["kind"].default for kind in get_args(get_args(AnyAligner)[0]))

_METRICS = {TaskKind.NER: "f1", TaskKind.QA: "f1"}


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What was taken from a table of results.

    Args:
        runs: Runs that fit the study.
        added: Those that were not there already.
        ignored_columns: Score columns of no target of the study, or of another metric.
        skipped: Rows of other models, tasks or methods.
    """

    runs: int
    added: int
    ignored_columns: tuple[str, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds which target's score.

    Args:
        metric: ``accuracy`` or ``f1``.
        columns: Target key to column.
        ignored: Score columns of no target of the study, or of another metric.
    """

    metric: str
    columns: Mapping[str, str]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadResults:
    """What a file holds for a study.

    Args:
        runs: Each subset and seed once.
        layout: Where the scores were.
        skipped: Rows of other models, tasks or methods that were left aside.
        unnamed: Runs whose rows do not say which data they are of.
    """

    runs: tuple[Measurement, ...]
    layout: Layout
    skipped: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """A table of results that belongs to one study.

    Args:
        path: The file.
        study: The study.
        pool: Its languages.
        targets: Its targets, held-out ones among them.
        subset: Languages of every row, for a file that does not name them.
        skip_others: Leave rows of other models, tasks or methods aside; else they are an error.
        own: What the study's own runs are of.
    """

    path: Path
    study: StudyConfig
    pool: Pool
    targets: Targets
    subset: frozenset[str] | None = None
    skip_others: bool = False
    own: OwnData = field(default_factory=OwnData)

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
        self._not_of_development(table.header)
        layout = self._layout(table.header)
        names = known_fingerprints(self.study)
        runs: dict[tuple[Subset, int], tuple[int, Measurement]] = {}
        skipped = 0
        for line, row in table.rows:
            try:
                self._same_setting(line, row, names)
                run = self._measurement(
                    Cells(self.path, line, row, fix="finish the run, or remove the row"), layout
                )
                self._same_data(line, row, run.subset)
            except StudyError:
                if not self.skip_others:
                    raise
                skipped += 1
                continue
            first, earlier = runs.setdefault((run.subset, run.seed), (line, run))
            if first != line:
                kind = "the same" if earlier.scores == run.scores else "other"
                raise DataError(
                    f"seed {run.seed} of {run.subset.name} is there twice: line {first} has {kind} scores",
                    where=self.path,
                    line=line,
                    fix="keep one of the two",
                )
        tell_read_as((name for _, row in table.rows for name in languages_in(row)), self.pool, self.path)
        lines = {line for line, _ in runs.values()}
        unnamed = sum(line in lines and not row.get(DATA) for line, row in table.rows)
        return ReadResults(tuple(run for _, run in runs.values()), layout, skipped, unnamed)

    def _not_of_development(self, header: Sequence[str]) -> None:
        """Refuse a table of ours that is named as one of development runs, from before these said so."""
        dev = re.search(r"(^|[-_.])dev([-_.]|$)", self.path.name)
        if dev and "study_fingerprint" in header and "split" not in header:
            raise StudyError(
                f"its name says that its runs are of development data; a study's scores are of {TEST} data",
                where=self.path,
                line=1,
                fix=f"if they are of {TEST} data, say so in a column 'split' with '{TEST}' in each row",
            )

    def _layout(self, header: Sequence[str]) -> Layout:
        if "seed" not in header:
            raise DataError("no column 'seed'", where=self.path, line=1, fix=f"columns: {some(header, 8)}")
        if self.subset is None and not any(name.startswith(LANGUAGES) for name in header):
            raise DataError(
                f"no column '{LANGUAGES}', so the subset is unknown",
                where=self.path,
                line=1,
                fix="add it, or name the languages of all rows with --languages",
            )
        metric = _METRICS.get(self.study.recipe.task.kind, "accuracy")
        keys = set(self.targets.codes)
        columns: dict[str, str] = {}
        ignored = []
        for name, code, score_metric in _score_columns(header):
            key = _key(code) if score_metric == metric else None
            if key is None or key not in keys:
                ignored.append(name)
            elif key in columns:
                raise DataError(f"'{columns[key]}' and '{name}' are both of {key}", where=self.path, line=1)
            else:
                columns[key] = name
        missing = sorted(keys - set(columns))
        if missing:
            raise DataError(
                f"no scores for {some(missing, 8)}",
                where=self.path,
                line=1,
                fix=f"every target needs a column like 'final_eval_{missing[0]}_{metric}'; "
                "a mean over fewer targets cannot be compared",
            )
        return Layout(metric, columns, tuple(ignored))

    def _measurement(self, cells: Cells, layout: Layout) -> Measurement:
        scores = {key: cells.number(name, most=1.0) for key, name in layout.columns.items()}
        subset, seed = self._subset(cells), cells.seed()
        fingerprint = self.study.fingerprint()
        pairs = [] if subset.pairs is None else [subset.pairs]
        named = content_key([fingerprint, sorted(subset.languages), seed, scores, *pairs])
        return Measurement(
            fingerprint=fingerprint,
            recipe_hash=cells.row.get("recipe_hash", "") or f"imported-{named}",
            subset=subset,
            rung=FULL.number,
            split=TEST,
            seed=seed,
            metric=layout.metric,
            scores={key: scores[key] for key in self.targets.codes},
            held_out=self.targets.held_out & scores.keys(),
            source=self.targets.source & scores.keys(),
            seconds=cells.number("seconds", default=0.0),
            fresh=cells.flag("fresh"),
            origin="imported",
        )

    def _same_setting(self, line: int, row: Mapping[str, str], names: Collection[str]) -> None:
        """Refuse results of another study, model, task or method: they would share one front."""
        recipe = self.study.recipe
        kind = row.get("task", "")
        expected = {
            "study_fingerprint": (
                "" if row.get("study_fingerprint") in names else row.get("study_fingerprint", ""),
                self.study.fingerprint(),
            ),
            "model": (_last(row.get("model", "")), _last(recipe.encoder.name)),
            "task": (_KINDS.get(kind, kind), recipe.task.kind.value),
        }
        method, _, rest = row.get("method", "").partition("_")
        if method not in ("", Strategy.BASELINE.value):
            expected["method"] = (method, recipe.realignment.strategy.value)
            aligner = rest.partition("_")[0]
            if (named := _ALIGNERS.get(aligner, aligner)) in _KNOWN_ALIGNERS:
                expected["aligner"] = (named, recipe.realignment.aligner.kind)
        expected["split"] = (row.get("split", ""), TEST)
        for name, (theirs, ours) in expected.items():
            if theirs and theirs != ours:
                raise StudyError(
                    f"the {name} is '{row.get(name, theirs)}', but the study's is '{ours}'",
                    where=self.path,
                    line=line,
                    fix="results of different settings cannot share a front; --skip-others leaves them out",
                )

    def _same_data(self, line: int, row: Mapping[str, str], subset: Subset) -> None:
        """Refuse a run of other data, another encoder, arithmetic or recipe."""
        if difference := self.own.difference(row, subset):
            raise StudyError(
                difference,
                where=self.path,
                line=line,
                fix="results of different data cannot share a front; --skip-others leaves them out",
            )

    def _subset(self, cells: Cells) -> Subset:
        limit = cells.whole(PAIRS, least=1) if cells.row.get(PAIRS) else None
        return pair_choices(self.study, self.pool).canonical(self._languages(cells), limit)

    def _languages(self, cells: Cells) -> frozenset[str]:
        if cells.row.get("method", "").partition("_")[0] == Strategy.BASELINE.value:
            return frozenset()
        if self.subset is not None:
            return self.subset
        names = languages_in(cells.row)
        if not names and "method" in cells.row:
            method = f"but the method '{cells.row['method']}'" if cells.row["method"] else "and no method"
            fix = "name its languages; 'baseline' is the method of runs without realignment"
            raise cells.wrong(f"no languages, {method}", fix)
        try:
            return resolve_subset(names, self.pool)
        except LanguageError as error:
            raise LanguageError(error.what, where=self.path, line=cells.line, fix=error.fix) from error


def _score_columns(header: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Find columns of scores: their names, the codes in them and the metric."""
    for name in header:
        match = _SCORE.fullmatch(name)
        if match:
            yield name, match.group(1), match.group(2)


def _key(code: str) -> str | None:
    """Resolve a column's code; averages (``avg``, ``same``) and the like are no languages."""
    language = find_language(code)
    return None if language is None else language.key


def _last(name: str) -> str:
    """Drop the owner of a hub id: published files write ``xlm-roberta-base``."""
    return name.rstrip("/").rpartition("/")[2]
