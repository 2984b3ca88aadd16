"""Settings of a recipe that have no effect beside others, so that a recipe with them is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from realign_core.recipes import unasked_values
from realign_core.support.errors import ConfigError
from realign_core.support.settings.idle import Needs, refuse_idle

_BY_FINETUNING = Needs(
    lambda table: table.strategy != "during",
    "with strategy = 'during', which goes by the steps of fine-tuning",
)
_CONTRASTIVE = Needs(lambda table: table.loss == "contrastive", "without loss = 'contrastive'")

REALIGNMENT: Mapping[str, Needs] = {
    "stages": Needs(lambda table: table.strategy == "staged", "without strategy = 'staged'"),
    "joint": Needs(lambda table: table.strategy == "during", "without strategy = 'during'"),
    "steps": _BY_FINETUNING,
    "learning_rate": _BY_FINETUNING,
    "warmup": _BY_FINETUNING,
    "schedule": _BY_FINETUNING,
    "all_if_fewer": Needs(lambda table: table.pairs_per_language is not None, "without pairs_per_language"),
    "max_passes": Needs(
        lambda table: table.repeat, "with repeat = false, which never goes through pairs again"
    ),
    "temperature": _CONTRASTIVE,
    "strong": _CONTRASTIVE,
}
"""Key of ``realignment`` to what it needs. ``strategy = "baseline"`` sets the whole table aside: it may keep
its keys, so that one file can be run with and without realignment."""


def refuse_idle_realignment(table: Any, preset: str | None) -> None:
    """Refuse a setting of realignment that has no effect beside the others.

    Args:
        table: ``realignment`` of a recipe.
        preset: The recipe's, whose values nobody has asked for.

    Raises:
        PydanticCustomError: If there is one.
    """
    if table.strategy != "baseline":
        refuse_idle(table, REALIGNMENT, unasked_values("realignment", preset), table="realignment")


def refuse_idle_languages(table: Any, languages: Collection[str]) -> None:
    """Refuse languages that nothing would be realigned with.

    Args:
        table: ``realignment`` of a recipe.
        languages: Realignment languages that were named.

    Raises:
        ConfigError: If there are any, and the strategy is ``baseline``.
    """
    if languages and table.strategy == "baseline":
        raise ConfigError(
            "have no effect with realignment.strategy = 'baseline'", where="languages", fix="name none"
        )
