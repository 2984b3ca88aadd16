"""Further ideas for rung 1, as variants beside those of ``variants.py``.

All of them learn a correction of vectors by ridge regression, as the rung does, and say what share of the
distance between translations it takes away. They differ in what the correction sees (the vector, random
Fourier features of it, tokens), in what it is asked on (sentences left out of the fit), in how languages are
weighted (by need), and in how its strength is chosen. Beside them: how far from the source a subset's own
sentences are, which asks what there is to learn and not where it leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.linalg import cho_factor, cho_solve

from realign_core.encoder.padding import budget_batches
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.seeds import DATA_SEED, named_generator
from subsetsearch.rungs.cache import cached_arrays

RIDGES = (10.0, 100.0, 1000.0)
TOKEN_LAYERS = (4, 12)
LINK_LAYER = 8
TOKEN_PAIRS = 40
FOURIER = 512
MAX_TOKENS = 2048

Shares = Callable[[Sequence[int]], np.ndarray]


@dataclass(frozen=True)
class Corrections:
    """Moments of features and of what they are to correct, language by language.

    Args:
        grams: Features by features, shape (n, k, k).
        crosses: Features by residuals (translation minus vector), shape (n, k, d).
        totals: Mean squared residual, shape (n,).
        source: Features by features of the source language, whose residual is 0, shape (k, k).
    """

    grams: np.ndarray
    crosses: np.ndarray
    totals: np.ndarray
    source: np.ndarray

    @classmethod
    def build(cls, texts: Sequence[tuple[np.ndarray, np.ndarray]], source: np.ndarray) -> Corrections:
        """Gather moments of (features, residuals) a language, and of the source's features."""
        return cls(
            np.stack([x.T @ x / max(1, len(x)) for x, _ in texts]),
            np.stack([x.T @ r / max(1, len(x)) for x, r in texts]),
            np.array([np.square(r).sum() / max(1, len(r)) for _, r in texts]),
            source.T @ source / len(source),
        )

    def correction(self, rows: Sequence[int], ridge: float) -> np.ndarray:
        """Fit a subset's correction, shape (k, d)."""
        left = self.grams[rows].mean(axis=0) + self.source
        left[np.diag_indices_from(left)] += ridge * np.trace(self.source) / len(self.source)
        return np.asarray(cho_solve(cho_factor(left, lower=True), self.crosses[rows].mean(axis=0)))

    def closed(self, correction: np.ndarray) -> np.ndarray:
        """Mean squared distance that a correction takes away, shape (n,)."""
        n = len(self.totals)
        gained = self.crosses.reshape(n, -1) @ correction.ravel()
        return np.asarray(2 * gained - self.grams.reshape(n, -1) @ (correction @ correction.T).ravel())

    def shares(self, correction: np.ndarray) -> np.ndarray:
        """Share of each language's gap that a correction closes, shape (n,)."""
        return np.asarray(self.closed(correction) / self.totals)


@dataclass(frozen=True)
class Sentences:
    """Centred sentence vectors of a layer.

    Args:
        vectors: All sentences, shape (n_sentences, d).
        pairs: Of each language, rows of its sentences and of their translations.
        sources: Rows of the source language.
    """

    vectors: np.ndarray
    pairs: Sequence[tuple[np.ndarray, np.ndarray]]
    sources: np.ndarray

    @classmethod
    def at(cls, stored: Mapping[str, Any], column: int, count: int) -> Sentences:
        """Read a layer's vectors and centre them on the source."""
        pairs = [(stored[f"target{n}"], stored[f"source{n}"]) for n in range(count)]
        sources = np.unique(np.concatenate([right for _, right in pairs]))
        vectors = stored["sentences"][:, column].astype(np.float32)
        return cls(vectors - vectors[sources].mean(axis=0), pairs, sources)

    def corrections(self, features: np.ndarray, keep: np.ndarray) -> Corrections:
        """Moments over pairs whose translation is to be kept (mask over all sentences)."""
        texts = []
        for left, right in self.pairs:
            kept = keep[right]
            texts.append((features[left[kept]], self.vectors[right[kept]] - self.vectors[left[kept]]))
        return Corrections.build(texts, features[self.sources[keep[self.sources]]])

    def halves(self) -> list[np.ndarray]:
        """Two masks that part the source sentences at random."""
        first = np.zeros(len(self.vectors), dtype=bool)
        order = named_generator(0, "halves").permutation(self.sources)
        first[order[: len(order) // 2]] = True
        second = np.zeros_like(first)
        second[order[len(order) // 2 :]] = True
        return [first, second]

    def distances(self) -> np.ndarray:
        """Squared distance of each language to the source, in units of the source's spread, shape (n,)."""
        spread = np.square(self.vectors[self.sources]).sum(axis=1).mean()
        squares = [np.square(self.vectors[a] - self.vectors[b]).sum(axis=1).mean() for a, b in self.pairs]
        return np.asarray(np.array(squares) / spread)

    def fourier(self) -> np.ndarray:
        """The vectors beside random Fourier features of a Gaussian kernel (Rahimi and Recht 2007)."""
        rng = named_generator(0, "fourier")
        some = rng.choice(len(self.vectors), (2, 2000))
        width = float(np.median(np.linalg.norm(self.vectors[some[0]] - self.vectors[some[1]], axis=1)))
        angles = self.vectors @ rng.normal(0, 1 / width, (self.vectors.shape[1], FOURIER)).astype(np.float32)
        waves = np.cos(angles + rng.uniform(0, 2 * np.pi, FOURIER).astype(np.float32))
        scale = float(np.sqrt(np.square(self.vectors).sum(axis=1).mean() * 2 / FOURIER))
        return np.hstack([self.vectors, scale * (waves - waves[self.sources].mean(axis=0))])


def plain(data: Corrections, ridge: float) -> Shares:
    """Fit and ask on the same pairs."""
    return lambda rows: data.shares(data.correction(rows, ridge))


def unseen(halves: Sequence[Corrections], ridge: float) -> Shares:
    """Fit on one half of the source sentences, ask on the other, both ways."""
    first, second = halves
    return lambda rows: np.mean(
        [second.shares(first.correction(rows, ridge)), first.shares(second.correction(rows, ridge))], axis=0
    )


def strengthened(halves: Sequence[Corrections], ridges: Sequence[float]) -> Shares:
    """As :func:`unseen`, at the ridge that closes most of the subset's own gap on the other half."""

    def shares(rows: Sequence[int]) -> np.ndarray:
        by_ridge = [unseen(halves, ridge)(rows) for ridge in ridges]
        return by_ridge[int(np.argmax([share[list(rows)].mean() for share in by_ridge]))]

    return shares


def token_moments(prepared: Callable[[], Workspace], path: Path) -> dict[int, Corrections]:
    """Corrections of single tokens by layer: those that are each other's nearest across a pair of sentences.

    Links are found once, at layer :data:`LINK_LAYER`; the moments are kept in ``path``.
    """
    names = [field.name for field in fields(Corrections)]

    def make() -> dict[str, np.ndarray]:
        by_layer = _token_moments(prepared())
        return {
            f"{name}{layer}": getattr(corrections, name)
            for layer, corrections in by_layer.items()
            for name in names
        }

    kept = cached_arrays(path, make)
    return {layer: Corrections(*(kept[f"{name}{layer}"] for name in names)) for layer in TOKEN_LAYERS}


def _token_moments(workspace: Workspace) -> dict[int, Corrections]:
    texts = {code: text.take(TOKEN_PAIRS, DATA_SEED) for code, text in sorted(workspace.parallel.items())}
    states = _token_states(workspace, sorted({s for t in texts.values() for s in (*t.source, *t.target)}))
    heads = [states[s] for s in sorted({s for text in texts.values() for s in text.source})]
    corrections: dict[int, Corrections] = {}
    for column, layer in enumerate(TOKEN_LAYERS, start=1):
        source = np.concatenate([tokens[column] for tokens in heads]).astype(np.float32)
        mean = source.mean(axis=0)
        linked = []
        for text in texts.values():
            sentences = zip(text.source, text.target, strict=True)
            pairs = [_linked(states[t], states[s], column) for s, t in sentences]
            left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
            linked.append((left - mean, right - left))
        corrections[layer] = Corrections.build(linked, source - mean)
    return corrections


@torch.inference_mode()
def _token_states(workspace: Workspace, sentences: Sequence[str]) -> dict[str, np.ndarray]:
    """States of inner tokens, shape (1 + n_layers, n_tokens, d): where links are found, then the layers."""
    workspace.encoder.model.eval()
    ids = [workspace.tokens[sentence] for sentence in sentences]
    vectors: dict[str, np.ndarray] = {}
    for batch in budget_batches(np.array([len(text) for text in ids]), MAX_TOKENS):
        states, mask = workspace.encoder.states([ids[i] for i in batch], (LINK_LAYER, *TOKEN_LAYERS))
        hidden = torch.stack([state.float() for state in states]).numpy().astype(np.float16)
        for place, i in enumerate(batch):
            length = int(mask[place].sum())
            vectors[sentences[i]] = hidden[:, place, 1 : length - 1]
    return vectors


def _linked(target: np.ndarray, source: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
    left, right = target[0].astype(np.float32), source[0].astype(np.float32)
    left /= np.linalg.norm(left, axis=1, keepdims=True) + 1e-9
    right /= np.linalg.norm(right, axis=1, keepdims=True) + 1e-9
    similarity = left @ right.T
    if not similarity.size:
        return target[column].astype(np.float32)[:0], source[column].astype(np.float32)[:0]
    forward, backward = similarity.argmax(axis=1), similarity.argmax(axis=0)
    rows = np.flatnonzero(backward[forward] == np.arange(len(forward)))
    return target[column][rows].astype(np.float32), source[column][forward[rows]].astype(np.float32)


def further(
    stored: Mapping[str, Any], layers: Sequence[int], tokens: Mapping[int, Corrections], weights: np.ndarray
) -> Iterator[tuple[str, int | str, float | str, Callable[[list[int]], float]]]:
    """List measure, layer, ridge and score (of a subset's rows) of everything.

    Args:
        stored: Vectors of a study, as ``variants.py`` keeps them.
        layers: Which layers these are of.
        tokens: From :func:`token_moments`.
        weights: Need of each language of the pool, summing to 1.
    """
    for column, layer in enumerate(layers):
        sentences = Sentences.at(stored, column, len(weights))
        everything = np.ones(len(sentences.vectors), dtype=bool)
        whole = sentences.corrections(sentences.vectors, everything)
        halves = [sentences.corrections(sentences.vectors, half) for half in sentences.halves()]
        waves = sentences.corrections(sentences.fourier(), everything)
        far = sentences.distances()
        for ridge in RIDGES:
            yield "gap, unseen sentences", layer, ridge, _mean(unseen(halves, ridge))
            yield "gap, weighted by need", layer, ridge, _weighted(plain(whole, ridge), weights)
            yield "gap, absolute", layer, ridge, _absolute(whole, ridge)
            yield "gap, kernel features", layer, ridge, _mean(plain(waves, ridge))
        yield "gap, ridge by cross-validation", layer, "", _mean(strengthened(halves, (1.0, *RIDGES)))
        yield "distance of the members, mean", layer, "", partial(_of_rows, far, np.mean)
        yield "distance of the members, largest", layer, "", partial(_of_rows, far, np.max)
    for layer, moments in tokens.items():
        for ridge in RIDGES:
            yield "gap, tokens", layer, ridge, _mean(plain(moments, ridge))


def _of_rows(values: np.ndarray, summary: Callable[[np.ndarray], Any], rows: list[int]) -> float:
    return float(summary(values[rows]))


def _mean(shares: Shares) -> Callable[[list[int]], float]:
    return lambda rows: float(shares(rows).mean())


def _weighted(shares: Shares, weights: np.ndarray) -> Callable[[list[int]], float]:
    return lambda rows: float(shares(rows) @ weights)


def _absolute(data: Corrections, ridge: float) -> Callable[[list[int]], float]:
    return lambda rows: float(data.closed(data.correction(rows, ridge)).mean())
