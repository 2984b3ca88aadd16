"""Which encoders' pre-training data are known."""

from __future__ import annotations

from collections.abc import Mapping

from subsetsearch.languages._language import Encoder

_BY_NAME: Mapping[str, Encoder] = {
    "bundled": "e5",
    "multilingual-e5": "e5",
    "xlm-roberta": "xlmr",
    "xlm-r": "xlmr",
    "bert-base-multilingual": "mbert",
}
"""Part of an encoder's name to the pre-training data whose languages are known."""


def pretraining_of(encoder: str) -> Encoder | None:
    """Pre-training data of an encoder, by its name; ``None`` if it is not a known one."""
    return next((data for part, data in _BY_NAME.items() if part in encoder.lower()), None)
