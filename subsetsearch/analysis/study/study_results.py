"""Everything that is known about a study, gathered once for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from realign_core.data.account import PAIRS, Accounts, accounts_of, summary
from realign_core.support.settings.config import comma_list
from subsetsearch.analysis.front.build_front import decided, mean_distance, study_front
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.front.pick_rules import is_rule
from subsetsearch.analysis.front.recommendation import Picked
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.model.question import PLAIN, Question
from subsetsearch.analysis.statistics.target_gains import MeasuredGains
from subsetsearch.analysis.trust import Trust, verdict
from subsetsearch.analysis.trust.predictor import leave_one_out_predictor
from subsetsearch.config import StudyConfig
from subsetsearch.config.rungs import RungWords, measuring_rung, rung_words
from subsetsearch.errors import ConfigError, LanguageError, SelectionError
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pool import Pool, build_pool, build_targets, held_out_note, resolve_subset
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV, Measurement, means_by_seed, without_fresh
from subsetsearch.results.provenance.data_accounts import recorded_accounts
from subsetsearch.results.provenance.material import warn_of_other_text
from subsetsearch.results.tables.study_store import open_store, read_full_runs, require_trials
from subsetsearch.results.trials.kept_studies import kept_trials
from subsetsearch.results.trials.rung_scores import RungScores, rung_scores
from subsetsearch.results.trials.trial_record import Stored, TrialRecord, first_scored, read_trials
from subsetsearch.strategies import published_subsets
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import DistanceTable, load_typology

MANY, FEW_FOR_TRUST = 300, 80
"""If more subsets than the first number are measured, only the second number of them judges the rungs."""


@dataclass(frozen=True)
class Known:
    """Trials and full runs of a study, with its pool, costs and distances.

    Args:
        config: The settings.
        pool: Languages that may be chosen.
        stored: Trials, if any were run.
        evaluations: Full runs on test data.
        raw: All scored subsets, as they were measured.
        cost: Prices of the pool.
        distances: Typological distances of the pool.
        scores: What each rung said of any subset.
        rung: What measured the proxies.
        models: Of the effects of subsets, from all runs.
        dev: What the rungs measured on development data, by target.
        whole: Full runs with all targets, where ``evaluations`` are of a group; else the same.
        question: What is asked.
        accounts: What was read of labelled data and left out.
    """

    config: StudyConfig
    pool: Pool
    stored: Stored
    evaluations: list[Measurement]
    raw: Front
    cost: PoolCost
    distances: DistanceTable
    scores: RungScores
    rung: RungWords
    models: StudyModels
    dev: list[Measurement] = field(default_factory=list)
    whole: list[Measurement] | None = None
    question: Question = PLAIN
    accounts: Accounts = field(default_factory=dict)

    @cached_property
    def front(self) -> Front:
        """All scored subsets, with what the model of all runs says of them, as far as there is one.

        Raises:
            SelectionError: If there is none, and more is asked than measured means can answer.
        """
        front = decided(self.raw, self.models, self.question)
        if front.undecided and self.question.needs_model:
            raise SelectionError(
                "what is asked (--over, --tolerance) needs a model of all runs, and there is none: "
                f"{front.undecided}"
            )
        return front

    @cached_property
    def trust(self) -> Trust:
        """How far the rungs can be trusted."""
        return verdict(
            self.scores,
            _evenly(means_by_seed(self.evaluations)),
            self.cost.everything,
            top_rung=self.rung.number,
            predict=leave_one_out_predictor(self.cost),
            words=rung_words(self.config),
        )

    @property
    def read(self) -> dict[str, str]:
        """What was read and left out, a line a corpus."""
        all_accounts = {PAIRS: accounts_of(self.pool.texts.values()), **self.accounts}
        return {corpus: summary(accounts) for corpus, accounts in all_accounts.items()}

    @cached_property
    def gains(self) -> MeasuredGains:
        """What subsets gain; the noise of a target is known better by the runs of all of them."""
        return MeasuredGains(without_fresh(self.evaluations if self.whole is None else self.whole))

    @property
    def candidates(self) -> list[Subset]:
        """What one may want to compare: all that was scored, the whole pool, and each language alone."""
        singles = [self.cost.pairs.top([key]) for key in self.pool.keys]
        scored = [*(row.subset for row in self.raw), *(run.subset for run in self.dev)]
        return [*dict.fromkeys([*scored, self.cost.everything, *singles])]

    @cached_property
    def trials(self) -> dict[int, TrialRecord]:
        """The first trial of each scored subset, by number."""
        return {trial.number: trial for trial in first_scored(read_trials(self.stored)).values()}

    @cached_property
    def targets(self) -> list[str]:
        """Keys of the targets that full runs have scored, held-out ones included."""
        return sorted({key for run in self.evaluations for key in run.scores.keys() - run.source})

    @cached_property
    def target_distances(self) -> DistanceTable:
        """Typological distances of the pool and the targets."""
        keys = tuple(dict.fromkeys([*self.pool.keys, *self.targets]))
        return load_typology().distance_matrix(keys, kind=self.config.typology.kind).trusted()

    @cached_property
    def means(self) -> dict[Subset, dict[int, float]]:
        """Subset to seed to mean score, of the full runs that choices may see."""
        return means_by_seed(without_fresh(self.evaluations))

    def row(self, subset: Subset) -> FrontRow:
        """What is known about a subset; neither proxy nor accuracy, if the study never saw it."""
        price = self.cost(subset)
        diversity = mean_distance(self.distances, subset.languages)
        return self.front.find(subset) or FrontRow(subset, price, self.cost.unit, diversity=diversity)

    def named(self, what: str | Subset | Choice) -> tuple[str, Subset]:
        """Find a subset that is given in any way, and how to call it.

        Args:
            what: As :meth:`subset` reads it, a subset, or a choice.

        Raises:
            RealignError: As :meth:`subset`.
        """
        if not isinstance(what, Subset | Choice):
            return what, self.subset(what)
        subset = what.row.subset if isinstance(what, Choice) else what
        outside = sorted(subset.languages - set(self.pool.keys))
        if outside:
            raise LanguageError(f"not in the pool: {', '.join(outside)}", fix="choose from the study's pool")
        return (what.row.name if isinstance(what, Choice) else what.name), subset

    def subset(self, text: str) -> Subset:
        """Read a subset: ``none``, ``all``, a published strategy, languages, or a rule of choice.

        Args:
            text: Languages and strategies take as many pairs of each as there are, or as follow an ``@``:
                ``sw,te,mn@300``.

        Raises:
            LanguageError: If a language is unknown or not in the pool.
            SelectionError: If the rule chooses nothing.
        """
        if not isinstance(text, str) or not text.strip():
            raise LanguageError(f"{text!r} names no subset", fix="write 'none', 'all', 'best' or 'sw,te'")
        if text in ("none", "all"):
            return self.cost.everything if text == "all" else NONE
        if is_rule(text):
            return self.front.pick(text).row.subset
        name, _, number = text.rpartition("@")
        name, pairs = (name, int(number)) if name and number.isdigit() else (text, None)
        published = published_subsets().get(name)
        keys = resolve_subset(published.keys if published else comma_list(name), self.pool)
        return self.cost.pairs.top(keys) if pairs is None else self.cost.pairs.canonical(keys, pairs)


def _evenly(runs: dict[Subset, dict[int, float]]) -> dict[Subset, dict[int, float]]:
    """Keep none and evenly many of the others, where they are very many: leaving each out takes long."""
    subsets = [subset for subset in runs if subset != NONE]
    if len(subsets) <= MANY:
        return runs
    step = -(-len(subsets) // FEW_FOR_TRUST)
    return {subset: runs[subset] for subset in ([NONE] if NONE in runs else []) + subsets[::step]}


def read_known(
    config: StudyConfig, folder: StudyFolder, evaluations: list[Measurement] | None = None
) -> Known:
    """Gather trials and full runs; the encoder is not loaded.

    Args:
        config: The study.
        folder: Its folder.
        evaluations: Its full runs, if they have been read.

    Raises:
        StudyError: If nothing was run yet, or the stored study does not fit the file.
    """
    if evaluations is None:
        evaluations = read_full_runs(config, folder)
    # Full runs may stand alone: subsets of one's own, or results that were imported.
    stored = (kept_trials if evaluations else require_trials)(config, folder)
    pool = build_pool(config)
    distances = load_typology().distance_matrix(pool.keys, kind=config.typology.kind).trusted()
    cost = PoolCost.build(config, pool)
    store = open_store(config, folder)
    warn_of_other_text(config, store, pool.texts)
    rung, dev = measuring_rung(config), store.read(config.fingerprint(), split=DEV)
    full = config.proxy.full
    scores = rung_scores(stored, dev, top_rung=rung.number, seeds=full.seeds, scale=full.scale)
    front = study_front(stored, evaluations, cost, distances, scores, rung=rung, name=config.name)
    front = replace(front, note=held_out_note(config))
    models = StudyModels(config, pool.keys, cost.pairs.lengths, [*dev, *evaluations])
    known = Known(config, pool, stored, evaluations, front, cost, distances, scores, rung, models, dev)
    return replace(known, accounts=recorded_accounts(config, store))


def make_choice(known: Known, picked: Picked) -> Choice:
    """Describe a picked row with everything that an export may need."""
    config = known.config
    targets: tuple[str, ...] = ()
    held_out: Set[str] = {key for run in known.evaluations for key in run.held_out}
    if not picked.row.scores:
        planned = build_targets(config, "test")
        targets, held_out = tuple(sorted(planned.codes)), planned.held_out & planned.codes.keys()
    return Choice(
        picked.row,
        config.name,
        picked.reason,
        known.rung,
        recipe=config.recipe.portable(),
        targets=targets,
        planned_seeds=tuple(config.evaluate.seeds),
        held_out=tuple(sorted(held_out)),
        note=known.front.note,
        codes=known.pool.codes,
    )


def choice_by_hand(config: StudyConfig, names: Iterable[str], pairs: int | None = None) -> Choice:
    """Describe languages of one's own with the recipe, costs, targets and seeds of a study, run or not.

    Args:
        config: The study.
        names: Any codes or names of languages of its pool.
        pairs: Most sentence pairs of each; all, if left out.

    Raises:
        LanguageError: If a language is unknown or not in the pool.
        ConfigError: If the number of pairs is below 1.
    """
    if pairs is not None and pairs < 1:
        raise ConfigError(f"a number of 1 or more is needed, but got {pairs}", where="--pairs")
    pool = build_pool(config)
    cost, targets = PoolCost.build(config, pool), build_targets(config, "test")
    keys = resolve_subset(list(names), pool, where="--languages")
    subset = cost.pairs.top(keys) if pairs is None else cost.pairs.canonical(keys, pairs)
    return Choice(
        FrontRow(subset, cost(subset), cost.unit),
        config.name,
        "given by hand",
        recipe=config.recipe.portable(),
        targets=tuple(sorted(targets.codes)),
        planned_seeds=tuple(config.evaluate.seeds),
        held_out=tuple(sorted(targets.held_out & targets.codes.keys())),
        note=held_out_note(config),
        codes=pool.codes,
    )
