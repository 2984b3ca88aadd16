"""What a search ends at, and the name under which its trials are stored for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from subsetsearch.config.rungs import FULL, RUNGS
from subsetsearch.config.study import StudyConfig

_FIRST_TOP_RUNG = 2
"""Where all searches ended before they could choose: these studies are stored by their plain name."""


@dataclass(frozen=True, slots=True, order=True)
class Ending:
    """What measures the trials of a search: those of two endings are on two scales.

    Args:
        rung: The rung that it ends at.
        scale: Share of the recipe that its full runs take; 1 for other rungs.
    """

    rung: int
    scale: float = 1.0

    @classmethod
    def of(cls, study: StudyConfig) -> Ending:
        """That of a study as it is set now."""
        rung = study.search.top_rung
        return cls(rung, study.proxy.full.scale if rung == FULL.number else 1.0)

    def __str__(self) -> str:
        return f"rung {self.rung}" + ("" if self.scale == 1 else f", scale {self.scale:g}")

    @property
    def options(self) -> str:
        """Options of a command that reads such trials."""
        scale = f" --set proxy.full.scale={self.scale:g}" if self.rung == FULL.number else ""
        return f"--set search.top_rung={self.rung}{scale}"


def stored_name(study: StudyConfig, ending: Ending | None = None) -> str:
    """Name a study in the database: each ending of its search is a study of its own.

    So trials whose values are on two scales never meet, and whoever changes ``search.top_rung`` loses
    nothing. No study file's name has a space.

    Args:
        study: The study.
        ending: Another one than the study's own.
    """
    ending = ending or Ending.of(study)
    return study.name if ending.rung == _FIRST_TOP_RUNG else f"{study.name} ({ending})"


def endings(study: StudyConfig, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Ending]:
    """Endings that a study of this name is stored with, or may be: name in the database to ending.

    Args:
        study: The study.
        stored: Name to attributes of all that is stored.
    """
    by_name = {stored_name(study, Ending(rung)): Ending(rung) for rung in RUNGS}
    for attributes in stored.values():
        settings = attributes.get("config", {})
        scale = settings.get("proxy", {}).get("full", {}).get("scale", 1.0)
        if settings.get("name") == study.name and settings["search"]["top_rung"] == FULL.number:
            ending = Ending(FULL.number, scale)
            by_name[stored_name(study, ending)] = ending
    return by_name
