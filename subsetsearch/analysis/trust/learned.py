"""What full runs of some subsets say of others: each is left out in turn and predicted from the rest.

No rung is needed, only subsets with full runs. The result says whether a search that ends at full runs
would learn from them, or draw at random.
"""

from __future__ import annotations

from dataclasses import dataclass

from subsetsearch.analysis.trust.ranks import Ranking

FEWEST_LEARNED = 10
"""With fewer subsets nothing is predicted: the sampler's model needs eight to choose its kernel."""


@dataclass(frozen=True, slots=True)
class LearnedTrust:
    """The model of sets against full runs that it did not see.

    Args:
        overall: Over all subsets.
        within: Over subsets of the same number of languages and pairs per language only.
        sentence: What to make of it.
    """

    overall: Ranking
    within: Ranking
    sentence: str

    @property
    def name(self) -> str:
        """As in a table."""
        return "other full runs"


def learned_trust(overall: Ranking, within: Ranking, best_rung: float | None) -> LearnedTrust:
    """Say what a model's agreement with full runs means for the user.

    Args:
        overall: Agreement over all subsets.
        within: Agreement within sizes.
        best_rung: The highest correlation of any rung over the same subsets, if there is one.
    """
    rho = overall.spearman
    if rho is None or rho.low <= 0:
        sentence = (
            "full runs of some subsets do not yet predict those of others better than chance "
            f"({overall.n} subsets, each left out in turn): more of them may do so (--subsets)"
        )
    else:
        better = "" if best_rung is None or best_rung >= rho.value else ", better than any rung ranks them"
        sentence = (
            f"full runs of some subsets predict those of others (Spearman {rho}){better}: a search "
            "that ends at full runs (search.top_rung = 3) learns from each, given as many seeds "
            "(proxy.full.seeds)"
        )
    return LearnedTrust(overall, within, sentence)
