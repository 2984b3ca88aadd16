"""What stands under a recipe's own keys: defaults for each kind of task, published settings by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from realign_core.support.settings.config import Config

BUNDLED = "bundled"
"""Name of the encoder that comes with the extra ``offline``."""

_TABLES = ("task", "realignment", "finetuning")


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


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a recipe for one kind of task takes where it says nothing.

    Args:
        tables: Keys of a recipe's tables to values.
        measured: Task of ``benchmarks/recipes`` that chose them, by development data and with the bundled
            encoder; of a kind that was not measured, the kind that they are taken from.
    """

    tables: Mapping[str, Mapping[str, Any]]
    measured: str

    def content(self, encoder: str = BUNDLED) -> dict[str, Any]:
        """Return them as the content of a recipe file.

        Args:
            encoder: ``encoder.name``; all but the bundled one have :data:`OTHER_ENCODERS` over them.
        """
        return over(self.tables, {} if encoder == BUNDLED else OTHER_ENCODERS)


_REALIGNMENT: Mapping[str, Any] = {
    "steps": 50,
    "pairs_per_batch": 16,
    "learning_rate": 1e-4,
    "freeze_embeddings": True,
}
_FINETUNING: Mapping[str, Any] = {
    "epochs": 3,
    "batch_size": 8,
    "learning_rate": 1e-4,
    "freeze_embeddings": True,
}
_WORDS = {"realignment": _REALIGNMENT, "finetuning": {**_FINETUNING, "freeze": "front"}}
_TAGS = {**_WORDS, "task": {"long_sentences": "windows"}}
_TEXTS = {
    "realignment": {**_REALIGNMENT, "learning_rate": 5e-5},
    "finetuning": {**_FINETUNING, "freeze": (0, 10)},
}

DEFAULTS: Mapping[str, Defaults] = {
    "text": Defaults(_TEXTS, "topics and names"),
    "pos": Defaults(_TAGS, "pos"),
    "ner": Defaults(_TAGS, "ner"),
    "nli": Defaults(_TEXTS, "text"),
    "qa": Defaults(_WORDS, "ner"),
}
"""Kind of task to the settings of a recipe that names no preset, for the bundled encoder."""

FILTERS: Mapping[str, Any] = {"drop_letterless": True}
"""Rules of ``parallel.filters`` that recipes without a preset have, whatever the kind of task."""

_FORMER_FILTERS: Mapping[str, Any] = {"drop_letterless": False}
"""What presets have: they were published before."""

OTHER_ENCODERS: Mapping[str, Mapping[str, Any]] = {
    "realignment": {
        "steps": 100,
        "pairs_per_batch": 32,
        "learning_rate": 2e-5,
        "freeze_embeddings": False,
    },
    "finetuning": {
        "epochs": 3,
        "batch_size": 32,
        "learning_rate": 2e-5,
        "freeze": "none",
        "freeze_embeddings": False,
    },
}
"""What an encoder that is not the bundled one has, whatever the kind: not measured, rates as published."""


def unasked_values(table: str, preset: str | None) -> dict[str, list[Any]]:
    """List what the keys of a table may be though nobody asked for it: by kinds of tasks, encoders, preset.

    Args:
        table: Of a recipe.
        preset: Of the recipe.
    """
    by_key: dict[str, list[Any]] = {}
    presets = [] if preset is None else [_PRESETS[PresetName(preset)]]
    for tables in (*(kind.tables for kind in DEFAULTS.values()), OTHER_ENCODERS, *presets):
        for key, value in tables.get(table, {}).items():
            by_key.setdefault(key, []).append(value)
    return by_key


def completed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Put a preset's values under a recipe's own ones, or where it names no preset the defaults of its kind.

    Args:
        content: A recipe's content; tables may be models already, of which the keys that were set count.
    """
    given = {name: _set_keys(table) if name in _TABLES else table for name, table in content.items()}
    preset = content.get("preset")
    rules = FILTERS if preset is None else _FORMER_FILTERS
    given["parallel"] = _filtered(content.get("parallel", {"format": "gettext"}), rules)
    if isinstance(preset, str):  # an unknown name is the field's own error
        return over(preset_content(PresetName(preset)), given) if preset in set(PresetName) else given
    return over(_defaults(content), given)


def _filtered(parallel: Any, rules: Mapping[str, Any]) -> Any:
    """Put rules under the filters of a reader of parallel text, which is a dictionary or a model."""
    if isinstance(parallel, Mapping):
        given = _set_keys(parallel.get("filters", {}))
        return {**parallel, "filters": over(rules, given)} if isinstance(given, Mapping) else parallel
    filters = getattr(parallel, "filters", None)
    if not isinstance(filters, Config):  # what is no reader is the field's own error
        return parallel
    complete = filters.model_copy(update=over(rules, _set_keys(filters)))
    return parallel.model_copy(update={"filters": complete})


def _defaults(content: Mapping[str, Any]) -> dict[str, Any]:
    """Find the defaults of a recipe's kind and encoder; none for a kind that there is not."""
    kind = _value(content, "task", "kind", "text")
    defaults = DEFAULTS.get(kind) if isinstance(kind, str) else None
    return {} if defaults is None else defaults.content(_value(content, "encoder", "name", BUNDLED))


def _value(content: Mapping[str, Any], table: str, key: str, default: str) -> Any:
    """Look up a key of a table, which is a dictionary or a model."""
    values = content.get(table, {})
    return values.get(key, default) if isinstance(values, Mapping) else getattr(values, key, default)


def _set_keys(table: Any) -> Any:
    return (
        {key: getattr(table, key) for key in table.model_fields_set} if isinstance(table, Config) else table
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a whole recipe that have a default by kind.

    Args:
        kind: Kind of task.
        values: Dotted keys to values.
        own: Those that are not the default.
    """

    kind: str
    values: Mapping[str, Any]
    own: tuple[str, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Settings:
        """Read them from a recipe.

        Args:
            content: The whole recipe, with its tables as dictionaries or models.
        """
        values, changed = {}, []
        for table, keys in _defaults(content).items():
            for key, default in keys.items():
                values[f"{table}.{key}"] = value = _value(content, table, key, default)
                if value != default:
                    changed.append(f"{table}.{key}")
        return cls(str(_value(content, "task", "kind", "text")), values, tuple(changed))

    def __str__(self) -> str:
        defaults = [f"{key} {_plain(value)}" for key, value in self.values.items() if key not in self.own]
        changed = [f"{key} {_plain(self.values[key])}" for key in self.own]
        parts = [f"own: {', '.join(changed)}"] * bool(changed) + [
            f"default of '{self.kind}': {', '.join(defaults)}"
        ] * bool(defaults)
        return "; ".join(parts)


def _plain(value: Any) -> str:
    """Write a value as a recipe file has it."""
    if isinstance(value, tuple):
        return str(list(value))
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


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
