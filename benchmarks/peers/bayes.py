"""BoTorch: qLogNEHVI on a Gaussian process over the booleans, by a search through all candidates."""

from __future__ import annotations

import warnings

import torch
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.models.deterministic import GenericDeterministicModel
from botorch.models.model import ModelList
from botorch.optim.optimize import optimize_acqf_discrete
from botorch.sampling.get_sampler import get_sampler
from gpytorch.mlls import ExactMarginalLogLikelihood

from benchmarks.peers.game import EDGE, Board
from benchmarks.peers.kernel import free_kernel
from benchmarks.peers.players import Plain, Ran

STARTS = 8
"""Sets before the first model, with no realignment and all languages."""

SAMPLES = 128

REFIT = 1.2
"""Its hyperparameters are chosen anew, which takes a second, when the runs have grown by so much."""


class Botorch(Plain):
    """qLogNEHVI; costs are known, scores are noisy."""

    def __init__(self, game: Board, seed: int) -> None:
        super().__init__(game, seed)
        free_kernel()
        self.seed = seed
        self.kept: tuple[int, dict[str, torch.Tensor]] | None = None
        self.x = torch.tensor(game.rows, dtype=torch.float64)
        self.costs = torch.tensor(game.costs, dtype=torch.float64)

    @property
    def y(self) -> torch.Tensor:
        """What runs have said so far, shape (n,)."""
        return torch.tensor(self.game.values, dtype=torch.float64)

    def ask(self, ran: Ran) -> int:
        """A random set first; then what adds most to the area."""
        if len(ran) < STARTS:
            return self.draw(ran)
        torch.manual_seed(self.seed + len(ran))
        model = ModelList(self.fitted(ran), GenericDeterministicModel(self.minus_cost))
        chosen, left = list(ran), self.left(ran)
        acquisition = qLogNoisyExpectedHypervolumeImprovement(
            model=model,
            ref_point=torch.tensor(
                [float(self.y[chosen].min()), -EDGE * float(self.costs.max())], dtype=torch.float64
            ),
            X_baseline=self.x[chosen],
            sampler=get_sampler(model.posterior(self.x[:1]), torch.Size([SAMPLES]), seed=self.seed),  # type: ignore[arg-type]
            prune_baseline=True,
        )
        best, _ = optimize_acqf_discrete(acquisition, q=1, choices=self.x[left])
        return left[int((self.x[left] - best).abs().sum(dim=1).argmin())]

    def expects(self, ran: Ran) -> int | None:
        """The best of those that were run, by the posterior mean."""
        chosen = list(ran)
        model = self.fitted(ran)
        with torch.no_grad():
            mean = model.posterior(self.x[chosen]).mean[:, 0]
        return chosen[int(mean.argmax())]

    def fitted(self, ran: Ran) -> SingleTaskGP:
        """The model of the scores, with BoTorch's own priors and standardised scores."""
        chosen = list(ran)
        model = SingleTaskGP(self.x[chosen], self.y[chosen, None])
        if self.kept is not None and len(chosen) < REFIT * self.kept[0]:
            model.load_state_dict(self.kept[1], keep_transforms=False)
            return model.eval()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        self.kept = len(chosen), dict(model.state_dict())
        return model

    def minus_cost(self, x: torch.Tensor) -> torch.Tensor:
        """Logarithm of the cost, turned round; shape (..., n, 1)."""
        places = torch.cdist(x, self.x, p=1).argmin(dim=-1)
        return -self.costs[places][..., None]
