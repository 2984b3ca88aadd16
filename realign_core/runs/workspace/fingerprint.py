"""The fingerprint of a workspace: a hash of all that decides the numbers of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realign_core.data.examples import Example, PairExample, QuestionExample, fingerprint_examples
from realign_core.data.labelled import Split
from realign_core.encoder.content import hash_cutting
from realign_core.encoder.kernel import Kernel
from realign_core.encoder.load import LoadedEncoder
from realign_core.recipe import Recipe
from realign_core.recipes import BUNDLED
from realign_core.support.files.keys import content_key

ENGINE_VERSION = 1
"""Raised whenever a change moves numbers, so that stored ones are never mixed with new ones."""


def fingerprint_data(
    recipe: Recipe,
    loaded: LoadedEncoder,
    kernel: Kernel,
    train: Sequence[Example],
    evaluation: Mapping[Split, Mapping[str, Sequence[Example]]],
) -> str:
    """Hash recipe, encoder, kernel and labelled data, as :func:`content_key` does.

    Args:
        recipe: With all its settings.
        loaded: Its encoder.
        kernel: The arithmetic of all runs.
        train: Labelled examples of the source language.
        evaluation: Split to target language to examples.
    """
    sources = sorted({c for by_code in evaluation.values() for c in by_code if recipe.task.is_source(c)})
    parts: dict[str, Any] = {
        "engine": ENGINE_VERSION,
        "recipe": recipe.hash(),
        "encoder": loaded.fingerprint,
        "kernel": kernel.name,
        "train": fingerprint_examples(train),
        "evaluation": {
            split: {code: fingerprint_examples(examples) for code, examples in by_code.items()}
            for split, by_code in evaluation.items()
        },
    }
    # What came later is named only where it is there, so that older fingerprints stay.
    if sources:
        parts["in no average"] = sources
    if loaded.separator is not None and _has_pairs(train):
        parts["types of tokens"] = True
    if recipe.encoder.name != BUNDLED:
        parts["tokenizer"] = hash_cutting(loaded.tokenizer)
    return content_key(parts)


def _has_pairs(examples: Sequence[Example]) -> bool:
    return bool(examples) and isinstance(examples[0], PairExample | QuestionExample)
