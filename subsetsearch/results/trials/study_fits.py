"""Whether a stored study is the one that a study file describes: numbers of two are never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realign_core.support.settings.config import flatten
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import legacy_fingerprint
from subsetsearch.results.measurements.renamed_studies import same_but_for_places

SCHEMA = 2
"""Version of what trials carry; a higher one was written by a newer program. From 2 on they may have a
number of pairs per language."""


def check_fits(study: StudyConfig, stored: Mapping[str, Any], folder: StudyFolder) -> bool:
    """Check that a stored study is the one that a study file describes.

    Args:
        study: As its file has it.
        stored: Attributes of the stored one.
        folder: Where it is.

    Returns:
        Whether it has the present name of its settings; an older version gave it another one, else.

    Raises:
        StudyError: If it was stored from a different study file or by a newer program.
    """
    schema = stored.get("schema", 0)
    if schema > SCHEMA:
        raise StudyError(
            f"the study '{study.name}' was stored by a newer version "
            f"({stored.get('version')}, schema {schema})",
            where=folder.path,
            fix="upgrade subsetsearch",
        )
    fingerprint, older = stored.get("fingerprint"), False
    if fingerprint not in (None, study.fingerprint()):
        names = (legacy_fingerprint(study), study.fingerprint(places=True))
        older = fingerprint in names or same_but_for_places(study, stored.get("config", {}))
    if fingerprint not in (None, study.fingerprint()) and not older:
        raise StudyError(
            f"the study file no longer fits the stored study: {_changed(study, stored)} changed",
            where=folder.path,
            fix="give the study file a new name, or undo the change; stored numbers are never mixed",
        )
    pairs = stored.get("config", {}).get("search", {}).get(PAIRS, ())
    if list(pairs) != list(study.search.pairs_per_language):
        raise StudyError(
            f"the stored study's pairs per language are {list(pairs)}, but the study file has "
            f"{list(study.search.pairs_per_language)}",
            where=f"search.{PAIRS}",
            fix="give the study file a new name, or undo the change; a stored study keeps them",
        )
    if study.search.top_rung == FULL.number:
        _check_seeds(study, stored)
    return not older


def _check_seeds(study: StudyConfig, stored: Mapping[str, Any]) -> None:
    """Values of full runs with other seeds are other numbers."""
    seeds = stored["config"]["proxy"]["full"]["seeds"]
    if sorted(seeds) != sorted(study.proxy.full.seeds):
        raise StudyError(
            f"the stored search runs seeds {seeds}, but the study file has {list(study.proxy.full.seeds)}",
            where="proxy.full.seeds",
            fix="give the study file a new name, or undo the change; a stored search keeps its seeds",
        )


def _changed(study: StudyConfig, stored: Mapping[str, Any]) -> str:
    """Name the settings that differ, as dotted keys."""
    old = flatten(stored.get("config", {}))
    new = flatten(study.model_dump(mode="json"))
    parts = ("recipe", "pool", "targets", "cost", "proxy")
    keys = [k for k in sorted({*old, *new}) if k.split(".")[0] in parts and old.get(k) != new.get(k)]
    unnamed = ("proxy.full.", "recipe.compute.")  # no part of the fingerprint
    keys = [k for k in keys if not k.startswith(unnamed)]
    return ", ".join(keys[:4]) or "something in it"
