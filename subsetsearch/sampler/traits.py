"""What is known of the languages of a pool, as the sampler's model takes it."""

from __future__ import annotations

from collections.abc import Sequence

from subsetsearch.surrogate import typological_traits
from subsetsearch.surrogate.features import Matrix
from subsetsearch.typology import load_typology


def pool_traits(keys: Sequence[str]) -> Matrix:
    """Typological coordinates of a pool, shape (n_languages, at most 16), in the order of its keys."""
    return typological_traits(load_typology().features(keys).values)
