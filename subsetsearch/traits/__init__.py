"""What is known of languages, as the model of effects takes it.

All of it is free. Traits that are measured with the encoder were tried and add nothing
(``benchmarks/effects``).
"""

from __future__ import annotations

from subsetsearch.traits.free import MODEL_TRAITS, free_traits
from subsetsearch.traits.relation import relations
from subsetsearch.traits.table import TraitTable

__all__ = ["MODEL_TRAITS", "TraitTable", "free_traits", "relations"]
