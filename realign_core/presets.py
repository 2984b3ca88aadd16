"""Published settings by name, to be overridden key by key."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class PresetName(StrEnum):
    """``aacl2025``: Nguyen et al., IJCNLP-AACL 2025 (arXiv 2511.06497), sentence level."""

    AACL2025 = "aacl2025"


_PRESETS: Mapping[PresetName, Mapping[str, Any]] = {
    PresetName.AACL2025: {
        "encoder": {"name": "xlm-roberta-base"},
        "realignment": {
            "strategy": "before",
            "steps": 24_544,
            "pairs_per_batch": 16,
            "learning_rate": 2e-5,
            "warmup": 0.1,
            "temperature": 0.1,
            "strong": True,
            "mix": "equal",
        },
        "finetuning": {
            "epochs": 5,
            "batch_size": 32,
            "learning_rate": 2e-5,
            "head_learning_rate": 2e-5,
            "warmup": 0.1,
            "weight_decay": 0.0,
        },
    }
}


def preset_content(name: PresetName) -> Mapping[str, Any]:
    """Return a preset as the content of a recipe file.

    ``aacl2025`` is the published budget of 24,544 steps of 16 pairs, whatever the number of
    languages, and 5 epochs (the study used 2 for XNLI; seeds 17, 23, 31, 42 and 66).
    """
    return _PRESETS[name]


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Put nested content over other content, table by table.

    Args:
        below: Used where ``above`` has nothing.
        above: Wins.
    """
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            over(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
        )
    return merged
