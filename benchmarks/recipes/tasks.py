"""The four tasks: what they train on, which languages realign, which development data judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from realign_core.encoder.kernel import Kernel
from realign_core.recipe import Recipe
from realign_core.recipes import over

ARITHMETIC = "bfloat16/eager"
"""Of the first runs; later ones may have another, which their rows say."""

_KEPT = {"drop_letterless": False}
"""Sides without a letter were kept when these tasks were measured."""

_NTREX = {"format": "folder", "path": "$REALIGN_DATA/ntrex", "source": "eng", "filters": _KEPT}
_UD = "$REALIGN_DATA/ud/UD_English"
_POS_FILES = [
    f"{_UD}-EWT/en_ewt-ud-dev.conllu",
    f"{_UD}-GUM/en_gum-ud-dev.conllu",
    f"{_UD}-GUM/en_gum-ud-test.conllu",
]
_NER_FILES = [f"$REALIGN_DATA/uner/en_ewt-ud-{split}.iob2" for split in ("dev", "test")]
_NTREX_LANGUAGES = ("mri", "som", "tel", "tir", "uig")
_TOPIC_TARGETS = (
    *("ayr_Latn", "bam_Latn", "bod_Tibt", "ewe_Latn", "fij_Latn", "grn_Latn"),
    *("ibo_Latn", "kin_Latn", "lin_Latn", "lug_Latn", "quy_Latn", "yor_Latn"),
)


@dataclass(frozen=True)
class BenchTask:
    """One task.

    Args:
        kind: ``task.kind``.
        content: Tables ``parallel`` and ``task`` of its recipe.
        languages: Five languages, none of them a target, whose pairs realign.
        default: Name of the fine-tuning that was chosen for its kind.
        realigned: Name of the realignment that was chosen for it.
        targets: Languages of the development data; all that there are, if left out.
    """

    kind: str
    content: Mapping[str, Any]
    languages: tuple[str, ...]
    default: str
    realigned: str
    targets: tuple[str, ...] | None = None

    def recipe(self, *settings: Mapping[str, Any], arithmetic: str = ARITHMETIC) -> Recipe:
        """Return its recipe under some settings; arithmetic is fixed, so that machines agree."""
        content = dict(self.content)
        for above in settings:
            content = over(content, above)
        return Recipe.model_validate(content).with_kernel(Kernel.parse(arithmetic))


TASKS: Mapping[str, BenchTask] = {
    "pos": BenchTask(
        "pos",
        {
            "parallel": _NTREX,
            "task": {
                "kind": "pos",
                "long_sentences": "cut",
                "max_train": 800,
                "max_evaluation": 50,
                "train": {
                    "format": "conllu",
                    "path": "$REALIGN_DATA/ud",
                    "files": {"en": {"train": _POS_FILES}},
                },
                "evaluation": {"format": "conll", "path": "$REALIGN_DATA/masakhapos"},
            },
        },
        _NTREX_LANGUAGES,
        "top 6, batches of 8",
        "50x16",
    ),
    "ner": BenchTask(
        "ner",
        {
            "parallel": _NTREX,
            "task": {
                "kind": "ner",
                "long_sentences": "cut",
                "max_train": 800,
                "max_evaluation": 40,
                "ignored": ["DATE"],
                "train": {
                    "format": "iob2",
                    "path": "$REALIGN_DATA/uner",
                    "files": {"en": {"train": _NER_FILES}},
                },
                "evaluation": {"format": "conll", "path": "$REALIGN_DATA/masakhaner2"},
            },
        },
        _NTREX_LANGUAGES,
        "top 6, batches of 8",
        "50x16",
    ),
    "topics": BenchTask(
        "text",
        {
            "parallel": _NTREX,
            "task": {
                "kind": "text",
                "source_language": "eng_Latn",
                "max_evaluation": 60,
                "train": {"format": "sib", "path": "$REALIGN_DATA/sib200"},
            },
        },
        _NTREX_LANGUAGES,
        "top 2, batches of 8",
        "50x16 5e-5",
        _TOPIC_TARGETS,
    ),
    "names": BenchTask(
        "text",
        {
            "encoder": {"max_length": 32},
            "parallel": {"format": "gettext"},
            "task": {"kind": "text", "train": {"format": "cldr"}, "max_evaluation": 80},
        },
        ("eu", "ga", "mn", "sw", "te"),
        "top 2, batches of 8",
        "50x16 5e-5",
    ),
}
