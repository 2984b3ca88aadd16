"""Settings that a search does not read: they stay for other searches of the file, and are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from realign_core.support.settings.config import changed_values
from subsetsearch.config.study import StudyConfig

Read = Callable[[StudyConfig], bool]


def _climbs(rung: int) -> Read:
    return lambda study: study.search.top_rung == rung


def _scores_by_rung1(study: StudyConfig) -> bool:
    return study.search.uses_rung1


def _filters(study: StudyConfig) -> bool:
    return study.search.filters


READ: Mapping[str, Read] = {
    "search.promise": _filters,
    "search.promote": _filters,
    "proxy.linear.measure": _scores_by_rung1,
    "proxy.linear.pairs": _scores_by_rung1,
    "proxy.linear.ridge": _scores_by_rung1,
    "proxy.linear.depth": lambda study: _scores_by_rung1(study) and study.proxy.linear.measure == "gap",
    "proxy.linear.dev_examples": lambda study: (
        _scores_by_rung1(study) and study.proxy.linear.measure == "probe"
    ),
    "proxy.short.readout": _climbs(2),
    "proxy.short.layers": _climbs(2),
    "proxy.short.steps": _climbs(2),
    "proxy.short.pairs": _climbs(2),
    "proxy.short.learning_rate": _climbs(2),
    "proxy.short.epochs": lambda study: _climbs(2)(study) and study.proxy.short.readout == "finetuning",
    "proxy.short.train_examples": _climbs(2),
    "proxy.short.dev_examples": _climbs(2),
    "proxy.short.seeds": _climbs(2),
    "proxy.short.warm": _climbs(2),
    "proxy.full.seeds": _climbs(3),
    "proxy.full.warm": lambda study: _climbs(3)(study) and _filters(study),
    "proxy.full.scale": _climbs(3),
    "proxy.retrieval.pairs": lambda study: bool(study.targets.unlabelled),
    "proxy.retrieval.subsets": lambda study: bool(study.targets.unlabelled) and study.search.top_rung == 2,
}
"""Key to whether a search reads it. ``--set search.top_rung=2`` and the like make other searches of one file,
which has the settings of all; ``calibrate`` reads those of rung 1 and of targets without labels, too."""


def unread_settings(study: StudyConfig) -> tuple[str, ...]:
    """Name the settings that were asked for and that the study's search does not read.

    Args:
        study: The study.
    """
    changed = set(_dotted(changed_values(study, exclude={"recipe"})))
    return tuple(key for key, read in READ.items() if key in changed and not read(study))


def _dotted(changed: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in changed.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
