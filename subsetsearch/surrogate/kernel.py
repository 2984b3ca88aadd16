"""A kernel over sets of languages.

A set S is the mean of its languages' embeddings (Muandet et al. 2012, support measure machines),
x_S = Σ_l a_l / |S|^p. An embedding a_l joins the language's own axis with its typological
coordinates, so that what is learned of one language carries over to similar ones. The kernel adds a
linear part (each language has an effect of its own; with p = 1 effects are averaged, with p = 0 they
are summed) and a Gaussian one of the distance between embeddings, sizes and costs (interactions):

    k(S, T) = w ⟨x_S, x_T⟩ / s + (1 - w) exp(-(‖x_S - x_T‖² / s + ‖z_S - z_T‖²) / 2ℓ²),

s being the mean of ‖x‖² over the data and z the logarithms of size and cost. Where sets come at several
numbers of pairs per language, the logarithm of that number joins z and, as its own axis, the linear
part: more pairs help any set, and help some more than others. Where a cheaper rung's
score f is known, v f(S) f(T) is added: autoregressive multi-fidelity (Kennedy and O'Hagan 2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from subsetsearch.surrogate.features import Matrix, Members, SetFeatures

_SIZE_AND_COST = 2


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """Hyperparameters.

    Args:
        power: p, by which a set's size divides its languages' effects.
        typology: Share of typology in an embedding, in [0, 1].
        linear: w, share of the linear part, in [0, 1].
        width: ℓ of the Gaussian part.
        rung: v, weight of the cheaper rung's standardised score.
        noise: Variance of an observation in units of the process's variance.
    """

    power: float = 1.0
    typology: float = 0.5
    linear: float = 0.7
    width: float = 1.0
    rung: float = 1.0
    noise: float = 1e-2


@dataclass(frozen=True, eq=False)
class SetKernel:
    """The kernel between a fixed list of sets and any others.

    Args:
        features: Of the pool.
        choice: Hyperparameters.
        members: The data's sets, shape (n, n_languages), with choices of pairs (n, n_languages + n_choices).
    """

    features: SetFeatures
    choice: KernelChoice
    members: Members

    def gram(self) -> Matrix:
        """Kernel among the data, shape (n, n)."""
        return self._combine(*self.parts)

    def cross(self, members: Members) -> Matrix:
        """Kernel between other sets and the data, shape (m, n)."""
        x, z = self._embed(members)
        ours, sizes = self._data
        return self._combine(*_parts(x, z, ours, sizes, self._scale))

    def prior(self, members: Members) -> Matrix:
        """Kernel of each set with itself, shape (m,)."""
        x, z = self._embed(members)
        diagonal = np.einsum("ij,ij->i", x, x) / self._scale + np.sum(_slopes(z) ** 2, axis=1)
        return np.asarray(self.choice.linear * diagonal + (1.0 - self.choice.linear))

    @cached_property
    def parts(self) -> tuple[Matrix, Matrix]:
        """Inner products and squared distances among the data; they depend on power and typology only."""
        x, z = self._data
        return _parts(x, z, x, z, self._scale)

    @cached_property
    def _data(self) -> tuple[Matrix, Matrix]:
        return self._embed(self.members)

    @cached_property
    def _scale(self) -> float:
        x, _ = self._data
        return float(np.mean(np.einsum("ij,ij->i", x, x))) or 1.0

    def _embed(self, members: Members) -> tuple[Matrix, Matrix]:
        weights = self.features.weights(members, self.choice.power)
        share = self.choice.typology if self.features.traits.shape[1] else 0.0
        parts = [np.sqrt(1.0 - share) * weights]
        if share:
            parts.append(np.sqrt(share) * (weights @ self.features.traits))
        extent = [self.features.extent(members), self.features.plenty(members)]
        return np.concatenate(parts, axis=1), np.concatenate(extent, axis=1)

    def _combine(self, inner: Matrix, distance: Matrix) -> Matrix:
        return gram_of(inner, distance, self.choice)


def gram_of(inner: Matrix, distance: Matrix, choice: KernelChoice) -> Matrix:
    """Combine the linear and the Gaussian part.

    Args:
        inner: Scaled inner products.
        distance: Scaled squared distances, of the same shape.
        choice: Their weights and the width.
    """
    near = np.exp(distance * (-0.5 / choice.width**2))
    near *= 1.0 - choice.linear
    near += choice.linear * inner
    return near


def _parts(x: Matrix, z: Matrix, y: Matrix, w: Matrix, scale: float) -> tuple[Matrix, Matrix]:
    inner = (x @ y.T) / scale
    distance = np.einsum("ij,ij->i", x, x)[:, None] / scale + np.einsum("ij,ij->i", y, y)[None, :] / scale
    distance = distance - 2.0 * inner
    sizes = np.sum(z**2, axis=1)[:, None] + np.sum(w**2, axis=1)[None, :] - 2.0 * (z @ w.T)
    return inner + _slopes(z) @ _slopes(w).T, np.maximum(distance + sizes, 0.0)


def _slopes(extent: Matrix) -> Matrix:
    """The coordinates of an extent, beyond size and cost, that have a linear effect as well."""
    return extent[:, _SIZE_AND_COST:]
