"""How far a study can be trusted: each rung against full runs, and what to do about it in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from subsetsearch.analysis.statistics.seed_noise import centred
from subsetsearch.analysis.trust.learned import FEWEST_LEARNED, LearnedTrust, learned_trust
from subsetsearch.analysis.trust.noise import Noise, noise
from subsetsearch.analysis.trust.ranks import FEWEST, Ranking, ranking
from subsetsearch.analysis.trust.regret import Regret, regret
from subsetsearch.config.rungs import FULL, IN_FULL, RUNGS, RungWords
from subsetsearch.errors import count
from subsetsearch.subset import NONE, Subset

Predictor = Callable[[Sequence[Subset], Sequence[float]], Sequence[float]]
"""From subsets and what full runs gave them, one number each that ranks it by all others alone."""

NOTHING_MEASURED = (
    "no subset besides none and all was fully run yet, so it is not known how far the proxies can be "
    "trusted: subsetsearch evaluate measures some"
)

NOTHING_COMMON = (
    "the search has scored no fully run subset besides none and all, so it is not known how far its proxies "
    "can be trusted: subsetsearch calibrate scores and runs some"
)

_TOP = (1, 3, 5)
_LOW_CEILING = 0.7
_GOOD_CEILING = 0.8


@dataclass(frozen=True, slots=True)
class RungTrust:
    """One rung against full runs.

    Args:
        rung: 1, 2, or 3 for full runs on development data.
        overall: Over all subsets that have both numbers.
        within: Over subsets of the same number of languages and pairs per language only.
        regrets: Of its top 1, 3 and 5, as far as there are more subsets than that.
        sentence: What to make of it.
        words: The rung in words.
    """

    rung: int
    overall: Ranking
    within: Ranking
    regrets: tuple[Regret, ...]
    sentence: str
    words: RungWords

    @property
    def name(self) -> str:
        """As in ``linear proxy (rung 1)``."""
        return self.words.title


@dataclass(frozen=True, slots=True, repr=False)
class Trust:
    """How far a study can be trusted.

    Args:
        rungs: Each cheap rung.
        noise: Of the full runs.
        noise_sentence: What to make of it.
        measured: Fully run subsets; ``none`` and ``all`` are left out, as no rung has to find them.
        learned: What full runs of other subsets predict; ``None`` with too few of them.
    """

    rungs: tuple[RungTrust, ...]
    noise: Noise
    noise_sentence: str
    measured: int
    learned: LearnedTrust | None = None

    @property
    def columns(self) -> tuple[RungTrust | LearnedTrust, ...]:
        """All that was compared with full runs: the rungs, then what other full runs predict, if known."""
        return (*self.rungs, self.learned) if self.learned else self.rungs

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in plain words, the same for terminal, report and Python."""
        if not self.measured:
            return (NOTHING_MEASURED,)
        if not any(column.overall.n for column in self.columns):
            return (NOTHING_COMMON, self.noise_sentence)
        return (*(column.sentence for column in self.columns), self.noise_sentence)

    def __repr__(self) -> str:
        return "\n".join(["Trust:", *(f"- {sentence}" for sentence in self.sentences)])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        ceiling = self.noise.ceiling
        return {
            "measured_subsets": self.measured,
            "rungs": [_without_words(rung) for rung in self.rungs],
            "other_full_runs": asdict(self.learned) if self.learned else None,
            "noise": asdict(self.noise)
            | {"reliability": self.noise.reliability, "ceiling": asdict(ceiling) if ceiling else None},
            "sentences": list(self.sentences),
        }


def _without_words(rung: RungTrust) -> dict[str, Any]:
    plain = asdict(rung)
    del plain["words"]
    return plain


def verdict(
    rung_scores: Mapping[int, Mapping[Subset, float]],
    runs: Mapping[Subset, Mapping[int, float]],
    everything: Subset = NONE,
    *,
    top_rung: int = 2,
    predict: Predictor | None = None,
    words: Mapping[int, RungWords] = RUNGS,
) -> Trust:
    """Compare the cheap rungs of a study with its full runs.

    Args:
        rung_scores: Rung to candidate to score.
        runs: Subset to seed to accuracy, no realignment (the empty one) among them.
        everything: The whole pool, left out like the empty subset.
        top_rung: The rung that the search ends at.
        predict: Ranks each subset by the full runs of all others.
        words: The study's rungs in words.
    """
    chosen = {s: by_seed for s, by_seed in runs.items() if s.languages and s != everything}
    truth = centred(chosen, runs.get(NONE, {}))
    agreement = noise(chosen)
    rungs = tuple(
        _rung_trust(
            words[rung],
            {s: score for s, score in rung_scores.get(rung, {}).items() if s in truth},
            truth,
            agreement,
            top_rung,
        )
        for rung in sorted({top_rung, *(rung for rung, scores in rung_scores.items() if scores)})
    )
    learned = _learned(truth, predict, rungs) if predict else None
    return Trust(rungs, agreement, noise_sentence(agreement), len(chosen), learned)


def _learned(
    truth: Mapping[Subset, float], predict: Predictor, rungs: Sequence[RungTrust]
) -> LearnedTrust | None:
    subsets = sorted(truth, key=lambda subset: subset.order)
    if len(subsets) < FEWEST_LEARNED:
        return None
    y = [truth[s] for s in subsets]
    x = predict(subsets, y)
    correlations = [
        r.overall.spearman.value for r in rungs if r.overall.spearman and r.overall.n == len(subsets)
    ]
    return learned_trust(ranking(x, y), ranking(x, y, _groups(subsets)), max(correlations, default=None))


def _groups(subsets: Sequence[Subset]) -> list[tuple[int, int | None]]:
    """What is of one size: as many languages, with as many pairs each."""
    return [(len(s.languages), s.pairs) for s in subsets]


def _rung_trust(
    words: RungWords,
    scores: Mapping[Subset, float],
    truth: Mapping[Subset, float],
    agreement: Noise,
    top_rung: int,
) -> RungTrust:
    subsets = sorted(scores, key=lambda subset: subset.order)
    x, y = [scores[s] for s in subsets], [truth[s] for s in subsets]
    overall = replace(ranking(x, y), n=len(subsets))  # which knows of no subset that is alone
    within = ranking(x, y, _groups(subsets))
    regrets = tuple(regret(x, y, k) for k in _TOP if k < len(subsets))
    sentence = rung_sentence(words, overall, within, agreement, top_rung=top_rung)
    return RungTrust(words.number, overall, within, regrets, sentence, words)


def rung_sentence(
    words: RungWords, overall: Ranking, within: Ranking, agreement: Noise, *, top_rung: int = 2
) -> str:
    """Say what a rung's agreement means for the user.

    Args:
        words: The rung.
        overall: Agreement over all subsets.
        within: Agreement within sizes.
        agreement: Noise of the full runs.
        top_rung: The rung that the search ends at.
    """
    name, remedy = words.title, _remedy(words, top_rung)
    if overall.n < FEWEST:
        return (
            f"{name} and full runs share {count(overall.n, 'subset')} besides none and all, too few to say "
            "how far it can be trusted: subsetsearch calibrate measures more"
        )
    if overall.spearman is None:
        return f"{name} gives these {overall.n} subsets one score, so it cannot rank them: {remedy}"
    rho = overall.spearman
    if rho.low <= 0:
        ceiling = agreement.ceiling
        excuse = (
            "; the full runs are too noisy to show more"
            if ceiling is not None and ceiling.value < _LOW_CEILING
            else ""
        )
        return f"{name} ranks these {overall.n} subsets no better than chance{excuse}: {remedy}"
    if within.n >= FEWEST and (within.spearman is None or within.spearman.low <= 0):
        return (
            f"{name} ranks larger and smaller subsets, but among subsets of one size it has not been "
            f"shown to rank better than chance: do not choose between equals by it; {remedy}"
        )
    if rho.value < 0.5:
        return f"{name} ranks these {overall.n} subsets weakly: use it to leave out, not to choose"
    return f"{name} ranks these {overall.n} subsets usefully; its favourites still need full runs"


def _remedy(words: RungWords, top_rung: int) -> str:
    """What to do about a rung that ranks badly; one that only filters may let more through."""
    if words.number < top_rung == FULL.number:
        return "nothing rests on it where the search ends at full runs: leave search.rung1 off"
    if words.number < top_rung:
        return f"raise search.promote so that rung {top_rung} scores more subsets, or {IN_FULL}"
    return words.remedy


def noise_sentence(agreement: Noise) -> str:
    """Say what the noise of the full runs means for the user."""
    ceiling = agreement.ceiling
    if ceiling is None or agreement.single_seed is None:
        return (
            f"{count(agreement.n, 'subset')} besides none and all had two seeds or more; how far seeds agree "
            f"on the order of subsets is known from {FEWEST} on: measure more, with two seeds each (--seeds)"
        )
    r = agreement.single_seed.value
    if r <= 0:
        return (
            "the truth itself is too noisy: two seeds do not agree on these subsets at all, so nothing "
            "could predict them; add seeds, or compare subsets that differ more"
        )
    text = f"two seeds agree at r = {r:.2f}, so no rung could reach more than {ceiling.value:.2f} here"
    if ceiling.value < _LOW_CEILING:
        seeds = agreement.seeds_for(_GOOD_CEILING)
        more = f"{seeds} seeds a subset would allow {_GOOD_CEILING:.2f}"
        return f"the truth itself is too noisy: {text}; {more}"
    return f"{text}, on {agreement.seeds:.2g} seeds a subset"
