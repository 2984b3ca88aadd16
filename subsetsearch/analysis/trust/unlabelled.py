"""Leave labelled languages out in turn: does retrieval of translations rank subsets as labels do?

Each labelled target that has held-out sentence pairs is treated as one without labels. Two rankings of the
same subsets are compared with the ranking by its own accuracy: the one by its retrieval, and the one by the
mean accuracy of the other labelled targets, which a search that knows nothing of the language would follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from subsetsearch.analysis.statistics.seed_noise import student_interval
from subsetsearch.analysis.trust.ranks import FEWEST, Interval, spearman
from subsetsearch.errors import count
from subsetsearch.subset import NONE, Subset

ByTarget = Mapping[str, float]

FEWEST_LANGUAGES = 3
"""With fewer languages nothing is said about further ones."""


@dataclass(frozen=True, slots=True)
class LanguageTrust:
    """One labelled language, taken for one without labels.

    Args:
        language: Its key.
        retrieval: Spearman's rho of its retrieval and its accuracy over subsets; ``None`` without
            variation.
        within: The same among subsets of equal size.
        others: Rho of the other targets' mean accuracy and its own.
    """

    language: str
    retrieval: float | None
    within: float | None
    others: float | None


@dataclass(frozen=True, slots=True)
class UnlabelledTrust:
    """What leaving languages out in turn tells.

    Args:
        truth: What retrieval is held against, in words.
        subsets: How many were ranked.
        languages: Each language.
        retrieval: Mean over languages, with Student's 95 % interval over languages.
        within: The same among subsets of equal size.
        others: The same for the other targets' labels.
        difference: Retrieval minus the other targets' labels, paired by language.
        sentence: What to make of it.
    """

    truth: str
    subsets: int
    languages: tuple[LanguageTrust, ...]
    retrieval: Interval | None
    within: Interval | None
    others: Interval | None
    difference: Interval | None
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def leave_out_in_turn(
    retrieval: Mapping[Subset, ByTarget], accuracy: Mapping[Subset, ByTarget], truth: str
) -> UnlabelledTrust:
    """Compare retrieval with labels, language by language.

    Args:
        retrieval: Subset to the retrieval of each target.
        accuracy: Subset to the accuracy of each labelled target; subsets that only one of the two has
            are left out, and so is the empty one, which nobody has to find.
        truth: What the accuracies are, in words.
    """
    subsets = sorted((retrieval.keys() & accuracy.keys()) - {NONE}, key=lambda subset: subset.order)
    labelled = sorted(set.intersection(*(set(accuracy[s]) for s in subsets))) if subsets else []
    retrieved = set.intersection(*(set(retrieval[s]) for s in subsets)) if subsets else set()
    sizes = [len(subset.languages) for subset in subsets]
    languages = [
        _left_out(key, [retrieval[s][key] for s in subsets], [accuracy[s] for s in subsets], labelled, sizes)
        for key in labelled
        if key in retrieved
    ]
    both = [(x.retrieval, x.others) for x in languages if x.retrieval is not None and x.others is not None]
    result = UnlabelledTrust(
        truth,
        len(subsets),
        tuple(languages),
        mean_interval([x.retrieval for x in languages if x.retrieval is not None]),
        mean_interval([x.within for x in languages if x.within is not None]),
        mean_interval([others for _, others in both]),
        mean_interval([retrieval - others for retrieval, others in both], limit=2.0),
        "",
    )
    return replace(result, sentence=unlabelled_sentence(result))


def _left_out(
    key: str,
    retrieval: Sequence[float],
    accuracy: Sequence[ByTarget],
    labelled: Sequence[str],
    sizes: Sequence[int],
) -> LanguageTrust:
    """Rank subsets by one language's retrieval and by the others' labels; one entry a subset."""
    truth = [scores[key] for scores in accuracy]
    other_keys = [other for other in labelled if other != key]
    others = (
        [float(np.mean([scores[other] for other in other_keys])) for scores in accuracy]
        if other_keys
        else None
    )
    return LanguageTrust(
        key,
        spearman(retrieval, truth),
        spearman(retrieval, truth, sizes),
        spearman(others, truth) if others is not None else None,
    )


def mean_interval(values: Sequence[float], *, limit: float = 1.0) -> Interval | None:
    """Mean with Student's 95 % interval; ``None`` for fewer than three values.

    Args:
        values: One a language.
        limit: The interval is cut to plus or minus this.
    """
    ends = student_interval(values)
    return Interval(float(np.mean(values)), max(ends[0], -limit), min(ends[1], limit)) if ends else None


def unlabelled_sentence(trust: UnlabelledTrust) -> str:
    """Say what it means for a target without labels.

    Args:
        trust: All but the sentence.
    """
    rho = trust.retrieval
    ranked = sum(row.retrieval is not None for row in trust.languages)
    if rho is None and len(trust.languages) >= FEWEST_LANGUAGES and trust.subsets >= FEWEST:
        return (
            f"of {count(len(trust.languages), 'labelled target')} only {ranked} have different accuracies "
            f"over the {count(trust.subsets, 'subset')}: too few to say what retrieval is worth for a "
            "language without labels"
        )
    if rho is None:
        return (
            f"{count(len(trust.languages), 'labelled target')} with held-out sentence pairs and "
            f"{count(trust.subsets, 'ranked subset')}; {FEWEST_LANGUAGES} targets and {FEWEST} subsets are "
            "needed to say what retrieval is worth for a language without labels"
        )
    head = f"against {trust.truth}, retrieval ranks subsets for a language without labels"
    tail = f"(mean Spearman {rho} over {count(ranked, 'language')} left out in turn)"
    if rho.low <= 0:
        verdict = f"{head} no better than chance {tail}: do not let it choose"
    elif rho.value < 0.5:
        verdict = f"{head} weakly {tail}: use it to leave out, not to choose"
    else:
        verdict = f"{head} usefully {tail}"
    return verdict + _against_others(trust)


def _against_others(trust: UnlabelledTrust) -> str:
    gap, others = trust.difference, trust.others
    if gap is None or others is None:
        return ""
    if gap.high < 0:
        return (
            f"; the labels of the other targets rank them better ({others.value:.2f}): name labelled "
            "languages as targets too"
        )
    if gap.low > 0:
        return f"; the labels of the other targets rank them less well ({others.value:.2f})"
    return f"; the labels of the other targets rank them as well ({others.value:.2f})"
