"""The stored study: opened, created, and checked against its study file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import optuna

from realign_core.support.settings.config import flatten
from subsetsearch.config.rungs import FULL, RUNGS, SHORT, measuring_rung
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.results.database.connect import refuse_foreign
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import legacy_fingerprint, with_younger_keys
from subsetsearch.results.measurements.renamed_studies import same_but_for_places, take_over
from subsetsearch.results.trials.trial_record import count_complete
from subsetsearch.results.trials.worker_storage import experimental, open_storage

SCHEMA = 2
"""Version of what trials carry; a higher one was written by a newer program. From 2 on they may have a
number of pairs per language."""

_FIRST_TOP_RUNG = 2
"""Where all searches ended before they could choose: these studies are stored by their plain name."""


def require_ours(study: StudyConfig, folder: StudyFolder) -> None:
    """Refuse a database, or a study of this name, that something else made; nothing is written then.

    What an older version stored of ours under a name that held paths has the present one from then on.

    Raises:
        StudyError: If it is not ours.
    """
    names = {stored_name(study), *_endings(study, {})}
    refuse_foreign(folder.database, names)
    if folder.has_database:
        take_over(study, folder.database, names)


def create_or_open(
    study: StudyConfig, folder: StudyFolder, sampler: optuna.samplers.BaseSampler
) -> optuna.Study:
    """Open the stored study, or create it.

    Raises:
        StudyError: If it was stored from a different study file, by a newer program or by another one.
            The database is not touched then.
    """
    stored = load_stored(study, folder, sampler=sampler)
    if stored is not None and "version" in stored.user_attrs:
        settings = study.model_dump(mode="json")
        if stored.user_attrs.get("config") != settings:  # what may change between runs did
            stored.set_user_attr("config", settings)
        return stored
    created = optuna.create_study(
        study_name=stored_name(study),
        storage=open_storage(folder),
        sampler=sampler,
        directions=["minimize", "maximize"],
        load_if_exists=True,
    )
    with experimental():
        created.set_metric_names(_metrics(study))
    created.set_user_attr("schema", SCHEMA if study.search.pairs_per_language else 1)
    created.set_user_attr("fingerprint", study.fingerprint())
    created.set_user_attr("config", study.model_dump(mode="json"))
    created.set_user_attr("version", version("subsetsearch"))
    return created


def load_stored(
    study: StudyConfig,
    folder: StudyFolder,
    *,
    sampler: optuna.samplers.BaseSampler | None = None,
) -> optuna.Study | None:
    """Open the stored study if there is one; nothing is created.

    Raises:
        StudyError: If it was stored from a different study file or by a newer program.
    """
    if not folder.has_database:
        return None
    require_ours(study, folder)
    storage = open_storage(folder)
    if stored_name(study) not in {s.study_name for s in storage.get_all_studies()}:
        return None
    stored = optuna.load_study(study_name=stored_name(study), storage=storage, sampler=sampler)
    _check(study, stored, folder)
    return stored


def stored_settings(study: StudyConfig, folder: StudyFolder) -> dict[str, Any] | None:
    """Read the settings with which a study was last searched, for those who only read it.

    Args:
        study: The study as its file has it.
        folder: Its folder.

    Returns:
        Settings as plain data; those of another top rung, if only its trials are stored, and nothing if
        several are, or if no trial is.
    """
    if not folder.has_database:
        return None
    require_ours(study, folder)
    storage = open_storage(folder)
    attributes = {stored.study_name: stored.user_attrs for stored in storage.get_all_studies()}
    ours = [
        attributes[name]
        for name in dict.fromkeys([stored_name(study), *_endings(study, attributes)])
        if name in attributes
    ]
    if not ours or (stored_name(study) not in attributes and len(ours) > 1):
        return None
    settings: dict[str, Any] | None = ours[0].get("config")
    return with_younger_keys(settings) if settings and ours[0].get("schema", 0) <= SCHEMA else None


def require_stored(study: StudyConfig, folder: StudyFolder) -> optuna.Study:
    """Open the stored study.

    Raises:
        StudyError: If there is none, or it does not fit the study file.
    """
    stored = load_stored(study, folder)
    if stored is not None:
        return stored
    others = other_searches(study, folder)
    if others:
        ending = min(others)
        raise StudyError(
            f"no trial of the study '{study.name}' ends at {Ending.of(study)} yet, "
            f"but {others[ending]} end at {ending}",
            where="search.top_rung" if ending.rung != study.search.top_rung else "proxy.full.scale",
            fix=f"{ending.options} reads those; subsetsearch run STUDY makes others beside them",
        )
    raise StudyError(
        f"the study '{study.name}' has no results yet",
        where=folder.path,
        fix="subsetsearch run STUDY makes them",
    )


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


def _endings(study: StudyConfig, stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Ending]:
    """Endings that a study of this name is stored with, or may be: name in the database to ending.

    Args:
        study: The study.
        stored: Name to attributes of all that is stored.
    """
    found = {stored_name(study, Ending(rung)): Ending(rung) for rung in RUNGS}
    for attributes in stored.values():
        settings = attributes.get("config", {})
        scale = settings.get("proxy", {}).get("full", {}).get("scale", 1.0)
        if settings.get("name") == study.name and settings["search"]["top_rung"] == FULL.number:
            ending = Ending(FULL.number, scale)
            found[stored_name(study, ending)] = ending
    return found


def other_searches(study: StudyConfig, folder: StudyFolder) -> dict[Ending, int]:
    """Count the finished trials of a study whose search ended otherwise; nothing is created.

    Returns:
        Ending to number of trials, 1 or more.

    Raises:
        StudyError: If the database cannot be opened.
    """
    if not folder.has_database:
        return {}
    require_ours(study, folder)
    storage = open_storage(folder)
    known = {stored.study_name: stored.user_attrs for stored in storage.get_all_studies()}
    counts = {}
    for name, ending in _endings(study, known).items():
        if name in known and name != stored_name(study):
            counts[ending] = count_complete(optuna.load_study(study_name=name, storage=storage))
    return {ending: count for ending, count in sorted(counts.items()) if count}


def _metrics(study: StudyConfig) -> list[str]:
    """Name a trial's two values for Optuna's dashboard."""
    rung = measuring_rung(study)
    return ["data cost", "proxy accuracy" if rung is SHORT else rung.column]


def _check(study: StudyConfig, stored: optuna.Study, folder: StudyFolder) -> None:
    schema = stored.user_attrs.get("schema", 0)
    if schema > SCHEMA:
        raise StudyError(
            f"the study '{study.name}' was stored by a newer version "
            f"({stored.user_attrs.get('version')}, schema {schema})",
            where=folder.path,
            fix="upgrade subsetsearch",
        )
    known, present = stored.user_attrs.get("fingerprint"), study.fingerprint()
    older = (legacy_fingerprint(study), study.fingerprint(places=True))
    if known in (None, present):
        pass
    elif known in older or same_but_for_places(study, stored.user_attrs.get("config", {})):
        stored.set_user_attr("fingerprint", present)  # an older version stored it
    else:
        raise StudyError(
            f"the study file no longer fits the stored study: {_changed(study, stored)} changed",
            where=folder.path,
            fix="give the study file a new name, or undo the change; stored numbers are never mixed",
        )
    pairs = stored.user_attrs.get("config", {}).get("search", {}).get(PAIRS, ())
    if list(pairs) != list(study.search.pairs_per_language):
        raise StudyError(
            f"the stored study's pairs per language are {list(pairs)}, but the study file has "
            f"{list(study.search.pairs_per_language)}",
            where=f"search.{PAIRS}",
            fix="give the study file a new name, or undo the change; a stored study keeps them",
        )
    if study.search.top_rung == FULL.number:
        _check_seeds(study, stored)


def _check_seeds(study: StudyConfig, stored: optuna.Study) -> None:
    """Values of full runs with other seeds are other numbers."""
    kept = stored.user_attrs["config"]["proxy"]["full"]["seeds"]
    if sorted(kept) != sorted(study.proxy.full.seeds):
        raise StudyError(
            f"the stored search runs seeds {kept}, but the study file has {list(study.proxy.full.seeds)}",
            where="proxy.full.seeds",
            fix="give the study file a new name, or undo the change; a stored search keeps its seeds",
        )


def _changed(study: StudyConfig, stored: optuna.Study) -> str:
    """Name the settings that differ, as dotted keys."""
    old = flatten(stored.user_attrs.get("config", {}))
    new = flatten(study.model_dump(mode="json"))
    parts = ("recipe", "pool", "targets", "cost", "proxy")
    keys = [k for k in sorted({*old, *new}) if k.split(".")[0] in parts and old.get(k) != new.get(k)]
    apart = ("proxy.full.", "recipe.compute.")  # no part of the fingerprint
    keys = [k for k in keys if not k.startswith(apart)]
    return ", ".join(keys[:4]) or "something in it"
