"""Which settings a study is read with: those that it was searched with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realign_core.support.settings.config import flatten, validate_config
from realign_core.support.settings.paths import WITHOUT_PLACES, locate
from subsetsearch.config import StudyConfig
from subsetsearch.errors import ConfigError, some
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.kept_studies import stored_settings


def settings_for_reading(
    config: StudyConfig, folder: StudyFolder, overrides: Mapping[str, Any], file: Path
) -> tuple[StudyConfig, str]:
    """Find what a study was searched with; the file and overrides, if nothing is stored.

    Overrides win over what is stored, and the file's paths over stored ones that lead nowhere any more. How
    the best are evaluated, and on which device, is no part of it.

    Args:
        config: The study as its file and the overrides have it.
        folder: Where its results are.
        overrides: Dotted keys that were set over the file's own.
        file: The study file; relative paths are relative to it.

    Returns:
        The settings, and where the file differs from them, in words; empty where it does not.
    """
    stored = stored_settings(config, folder)
    if stored is None:
        return config, ""
    file_settings = config.model_dump(mode="json")
    stored |= {name: file_settings[name] for name in ("description", "evaluate")}
    stored["recipe"] |= {"compute": file_settings["recipe"]["compute"]}
    without = config.model_dump(mode="json", context=WITHOUT_PLACES)
    stored = _found(stored, file_settings, without, file.absolute().parent)
    try:
        settings = validate_config(StudyConfig, stored, overrides=overrides, folder=file.absolute().parent)
    except ConfigError:  # of another version, which is said where it is read
        return config, ""
    in_file, in_store = flatten(file_settings), flatten(settings.model_dump(mode="json"))
    differing = [key for key in sorted({*in_file, *in_store}) if in_file.get(key) != in_store.get(key)]
    shown = [f"{key} is {in_store.get(key)!r} there, {in_file.get(key)!r} in the file" for key in differing]
    return settings, some(shown, 3).replace(", ...", " ...")


def _found(stored: Any, file_settings: Any, without: Any, folder: Path) -> Any:
    """Replace stored paths that lead nowhere by those of the file.

    Args:
        stored: Settings, plain data.
        file_settings: Those of the file.
        without: The same, without paths.
        folder: What relative paths are relative to.
    """
    if isinstance(stored, dict) and isinstance(file_settings, dict):
        return {
            key: _found(value, file_settings[key], without[key], folder) if key in file_settings else value
            for key, value in stored.items()
        }
    if isinstance(stored, list) and isinstance(file_settings, list) and len(stored) == len(file_settings):
        return [_found(*three, folder) for three in zip(stored, file_settings, without, strict=True)]
    is_place = isinstance(stored, str) and isinstance(file_settings, str) and without != file_settings
    return file_settings if is_place and not locate(stored, folder).exists() else stored
