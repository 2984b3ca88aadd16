"""Fill a report from a study: trials, full runs, facts about languages."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import optuna

from subsetsearch.analysis.front import Front
from subsetsearch.analysis.front_row import FrontRow
from subsetsearch.analysis.noise import PairedDifference
from subsetsearch.analysis.strategy_table import StrategyRow
from subsetsearch.analysis.trust import Ranking, RungTrust, Trust
from subsetsearch.analysis.trust.table import regret_text
from subsetsearch.config import StudyConfig
from subsetsearch.config.rungs import measuring_rung
from subsetsearch.dominance import hypervolume
from subsetsearch.languages import Encoder, resolve
from subsetsearch.problem.retrieval_pairs import unlabelled_keys
from subsetsearch.report.data import CalibrationRow, LanguageInfo, ReportData, ReportRow, StrategyLine
from subsetsearch.results.measurement import Measurement, without_fresh
from subsetsearch.results.trials import first_scored, read_trials
from subsetsearch.subset import with_pairs

_PACKAGES = ("subsetsearch", "optuna", "torch", "transformers", "lang2vec")


def report_data(
    study: StudyConfig,
    study_file: Path,
    stored: optuna.Study | None,
    rows: Front,
    evaluations: Sequence[Measurement],
    *,
    calibration: Trust,
    strategies: Sequence[StrategyRow] = (),
    options: Sequence[str] = (),
) -> ReportData:
    """Gather everything that a report shows.

    Args:
        study: The study's configuration.
        study_file: Its file, as the user wrote it.
        stored: Its trials.
        rows: One a subset.
        evaluations: Its full runs.
        calibration: How far its rungs can be trusted.
        strategies: Published strategies in its pool.
        options: Options that commands on the study need: folder, overrides.
    """
    targets = sorted({key for run in evaluations for key in run.scores})
    held_out = sorted({key for run in evaluations for key in run.held_out})
    chosen = {key for row in rows for key in row.languages}
    return ReportData(
        study=study.name,
        description=study.description,
        rows=tuple(map(_report_row, rows)),
        languages={key: _info(key, study.recipe.encoder.name) for key in sorted(chosen | set(targets))},
        targets=tuple(targets),
        held_out=tuple(held_out),
        metric=evaluations[0].metric if evaluations else "accuracy",
        rung=measuring_rung(study),
        encoder=study.recipe.encoder.name,
        study_file=str(study_file),
        options=tuple(options),
        calibration=_calibration(calibration) if calibration.measured else (),
        sentences=calibration.sentences if calibration.measured else (),
        strategies=tuple(map(_strategy_line, strategies)),
        history=tuple(_history(stored)) if stored else (),
        recipe=study.recipe.model_dump(mode="json"),
        versions={name: version(name) for name in _PACKAGES} | {"python": platform.python_version()},
        data={"recipe hashes": " ".join(sorted({run.recipe_hash for run in evaluations})) or "none yet"},
        seeds=tuple(sorted({run.seed for run in without_fresh(evaluations)})),
        messages=(*_messages(stored, rows, evaluations), *_unlabelled(study)),
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _report_row(row: FrontRow) -> ReportRow:
    return ReportRow(
        languages=row.languages,
        cost=row.cost,
        unit=row.cost_unit,
        trial=row.trial,
        label=_label(row.label, row.strategies, row.pairs),
        on_front=row.on_front,
        proxy=row.proxy,
        rung=row.proxy_rung,
        estimated=row.proxy_estimated,
        accuracy=row.accuracy,
        std=row.accuracy_std,
        ci=row.full.interval if row.full else None,
        n_seeds=row.n_seeds,
        diversity=row.diversity,
        scores=row.scores,
        held_out=row.held_out,
        strategies=row.strategies,
        tied_with=None if row.tied_with is None else tuple(sorted(row.tied_with.languages)),
        recommended=row.recommended,
        fresh=row.fresh.accuracy if row.fresh else None,
        fresh_std=row.fresh.std if row.fresh else None,
        n_fresh=len(row.fresh.seeds) if row.fresh else 0,
        pairs=row.pairs,
        tied_pairs=row.tied_with.pairs if row.tied_with else None,
    )


_PRETRAINING: Mapping[str, Encoder] = {
    "bundled": "e5",
    "multilingual-e5": "e5",
    "xlm-roberta": "xlmr",
    "xlm-r": "xlmr",
    "bert-base-multilingual": "mbert",
}
"""Part of an encoder's name to the pre-training data whose languages are known."""


def pretraining(encoder: str) -> Encoder | None:
    """Pre-training data of an encoder, by its name; ``None`` if it is not a known one."""
    return next((data for part, data in _PRETRAINING.items() if part in encoder.lower()), None)


def _info(key: str, encoder: str) -> LanguageInfo:
    language = resolve(key)
    known = pretraining(encoder)
    return LanguageInfo(
        key=key,
        name=language.name,
        family=language.family,
        script=language.script,
        coordinates=language.coordinates,
        resource_class=language.resource_class,
        seen=None if known is None else known in language.seen_in,
    )


def _calibration(found: Trust) -> tuple[CalibrationRow, ...]:
    """Two rows a rung and what is learned, over all subsets and within sizes; what the noise allows."""
    rows = []
    for column in found.columns:
        regret = regret_text(column) if isinstance(column, RungTrust) else ""
        rows += _two_rows(column.name, column.overall, column.within, regret)
    if found.noise.ceiling is not None:
        low, high = found.noise.ceiling.low, found.noise.ceiling.high
        name = "ceiling: the most that any proxy could reach"
        rows.append(CalibrationRow(name, found.noise.ceiling.value, low, high, found.noise.n))
    return tuple(rows)


def _two_rows(name: str, overall: Ranking, within: Ranking, regret: str) -> list[CalibrationRow]:
    sizes = f"{within.groups} size{'s' * (within.groups != 1)}"
    return [
        _ranking_row(name, overall, regret),
        _ranking_row(f"{name}, within equal sizes ({sizes})", within, ""),
    ]


def _ranking_row(name: str, ranking: Ranking, regret: str) -> CalibrationRow:
    rho, tau = ranking.spearman, ranking.kendall
    return CalibrationRow(
        name,
        rho.value if rho else None,
        rho.low if rho else None,
        rho.high if rho else None,
        ranking.n,
        "" if tau is None else str(tau),
        regret,
    )


def _strategy_line(row: StrategyRow) -> StrategyLine:
    return StrategyLine(
        names=row.names,
        size=len(row.row.languages),
        published=row.published,
        cost=row.row.cost,
        diversity=row.row.diversity,
        rung1=row.rung1,
        accuracy=row.row.accuracy,
        std=row.row.accuracy_std,
        rival=with_pairs(short_names(row.rival.languages), row.rival.pairs) if row.rival else "",
        rival_accuracy=row.rival.accuracy if row.rival else None,
        gain="" if row.gain is None else gain_text(row.gain),
    )


def short_names(keys: Sequence[str]) -> str:
    """English names of a subset, long lists cut."""
    names = [resolve(key).name for key in keys[:4]]
    return ", ".join(names) + (f" + {len(keys) - 4}" if len(keys) > 4 else "")


def gain_text(gain: PairedDifference) -> str:
    """A difference in points, with its interval where it has one."""
    if gain.low is None or gain.high is None:
        return f"{100 * gain.mean:+.1f} ({gain.verdict})"
    return f"{100 * gain.mean:+.1f} ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"


def _label(label: str, strategies: Sequence[str], pairs: int | None) -> str:
    """What a point is called: none, all, or by a published strategy."""
    if label or not strategies:
        return label
    more = f" and {len(strategies) - 1} more" if len(strategies) > 1 else ""
    return with_pairs(f"{strategies[0]}{more}", pairs)


def _history(stored: optuna.Study) -> Iterable[tuple[int, float]]:
    """Hypervolume of the proxy's front after each trial, on a logarithmic cost axis."""
    trials = first_scored(read_trials(stored)).values()
    points = [(t.number, t.cost, t.value) for t in trials if t.cost is not None and t.value is not None]
    if not points:
        return
    edge = math.log1p(1.05 * max(cost for _, cost, _ in points))
    floor = min(value for _, _, value in points)
    for count, (number, _, _) in enumerate(points, start=1):
        costs = [math.log1p(cost) for _, cost, _ in points[:count]]
        values = [value for _, _, value in points[:count]]
        yield number, hypervolume(costs, values, worst_cost=edge, worst_value=floor)


def _unlabelled(study: StudyConfig) -> Iterable[str]:
    """Say which targets no accuracy speaks of."""
    keys = unlabelled_keys(study)
    if keys:
        yield (
            f"Targets without labels ({short_names(keys)}) steered the search by the alignment of held-out "
            "sentence pairs; the accuracies are those of the other targets."
        )


def _messages(stored: optuna.Study | None, rows: Front, evaluations: Sequence[Measurement]) -> Iterable[str]:
    """Say what the reader must know before trusting the page."""
    if not rows:
        failed = len(stored.get_trials(deepcopy=False)) if stored else 0
        yield (
            f"None of {failed} trials was finished: run the study again to take them up."
            if failed
            else "This study has no trials yet: run it first."
        )
        return
    if not evaluations:
        yield "No subset has been evaluated in full on test data yet: what the search saw is shown alone."
    elif min((row.n_seeds for row in rows if row.accuracy is not None), default=3) < 3:
        yield "Fewer than three seeds: differences of the size of the spread between seeds mean little."
