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
        "encoder": {"name": "xlm-roberta-base", "max_length": 96},
        "realignment": {
            "strategy": "before",
            "steps": 24_544,
            "pairs_per_batch": 16,
            "learning_rate": 7.5e-6,
            "warmup": 0.0,
            "schedule": "constant",
            "temperature": 0.1,
            "strong": True,
            "mix": "equal",
            "layer": -2,
        },
        "finetuning": {
            "epochs": 5,
            "batch_size": 32,
            "learning_rate": 7.5e-6,
            "head_learning_rate": 7.5e-6,
            "warmup": 0.1,
            "weight_decay": 0.0,
            "clip": 1e6,
        },
    }
}


def preset_content(name: PresetName) -> Mapping[str, Any]:
    """Return a preset as the content of a recipe file.

    ``aacl2025`` is the recipe of the published code, ``scripts/2025_aacl/controlled_realignment.py``
    and ``run_langs_selection.sh`` of github.com/felixgaschi/multilingual-alignment-and-transfer
    (commit 33a6603), with ``multilingual_eval/training/training_loops.py`` (commit 7de649a) and
    ``multilingual_eval/models/with_realignment_factory.py`` (commit 33a6603):

    - 24,544 realignment steps of 16 pairs, whatever the number of languages, which are drawn
      from with equal probability; Adam at a constant rate, 7.5e-6 for XLM-R and 2e-5 for mBERT
      (set ``learning_rate`` and ``head_learning_rate``), no weight decay, no warm-up;
    - the hidden state before the last layer: the script asks for -1, which the model counts from
      its number of layers, while the list of states begins with the embeddings;
    - then Adam at the same peak for encoder and head, batches of 32, 10 % warm-up, linear decay,
      no clipping (here 1e6); 5 epochs, 2 for XNLI (set ``finetuning.epochs``);
    - texts and pairs classified by the standard classes of transformers, which read the first token
      (set ``task.pooling = "first"``);
    - texts cut at 96 tokens in both phases; seeds 42, 66, 23 and 17 (31 too for XNLI).

    What the published runs did otherwise and a recipe cannot say: dropout of 0.1 was on; vectors
    passed a projection (768 to 768, ReLU, to 128, no biases) that was trained with the realignment
    and then dropped; a sentence's vector was the mean of as many leading tokens as it has words;
    realignment clipped no gradients (here at norm 1); test texts were cut at 128 tokens (256 for NLI).
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
