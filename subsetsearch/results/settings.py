"""Which settings a study is read with: those that it was searched with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realign_core.support.config import flatten, validate_config
from subsetsearch.config import StudyConfig
from subsetsearch.errors import ConfigError, some
from subsetsearch.results.folder import StudyFolder
from subsetsearch.results.storage import stored_settings


def settings_for_reading(
    config: StudyConfig, folder: StudyFolder, overrides: Mapping[str, Any], file: Path
) -> tuple[StudyConfig, str]:
    """Find what a study was searched with; the file and overrides, if nothing is stored.

    Overrides win over what is stored. How the best are evaluated, and on which device, is no part of it.

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
    own = config.model_dump(mode="json")
    stored |= {name: own[name] for name in ("description", "evaluate")}
    stored["recipe"] |= {"compute": own["recipe"]["compute"]}
    try:
        settings = validate_config(StudyConfig, stored, overrides=overrides, folder=file.absolute().parent)
    except ConfigError:  # of another version, which is said where it is read
        return config, ""
    here, there = flatten(own), flatten(settings.model_dump(mode="json"))
    differing = [key for key in sorted({*here, *there}) if here.get(key) != there.get(key)]
    shown = [f"{key} is {there.get(key)!r} there, {here.get(key)!r} in the file" for key in differing]
    return settings, some(shown, 3).replace(", ...", " ...")
