"""What is known of languages, as the model of effects takes it: without the encoder, or measured with it.

:mod:`subsetsearch.traits.measured` loads torch, so it is imported by its own name.
"""

from __future__ import annotations

from subsetsearch.traits.free import MODEL_TRAITS, free_traits
from subsetsearch.traits.relation import relations
from subsetsearch.traits.table import TraitTable

__all__ = ["MODEL_TRAITS", "TraitTable", "free_traits", "relations"]
