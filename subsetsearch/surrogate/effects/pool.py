"""What the model of effects knows of a pool before any run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subsetsearch.languages import pretraining_of
from subsetsearch.surrogate.effects.subsets import SubsetKernel
from subsetsearch.traits import MODEL_TRAITS, free_traits
from subsetsearch.traits.typological import coordinates


def pool_kernel(
    keys: Sequence[str],
    *,
    source: str | None,
    targets: Sequence[str],
    encoder: str,
    lengths: Mapping[str, int] | None = None,
) -> SubsetKernel:
    """Describe the languages of a pool by their traits.

    Args:
        keys: Languages of the pool.
        source: Key of the source language; ``None`` if its code is no language.
        targets: Keys of the target languages.
        encoder: Its name, which tells its pre-training data if they are known.
        lengths: Pairs that each language gives; they are told apart only where they differ.

    Raises:
        LanguageError: If a language is unknown.
    """
    traits = free_traits(keys, source, targets, pretraining_of(encoder))
    distinct_lengths = lengths if lengths and len(set(lengths.values())) > 1 else None
    return SubsetKernel(traits.only(MODEL_TRAITS).standardised(), coordinates(keys), distinct_lengths)
