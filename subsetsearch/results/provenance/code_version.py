"""The code that a study is computed with: noted by its commands, compared by workers that join."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError, some
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore

logger = logging.getLogger(__name__)

_LIBRARIES = ("torch", "transformers", "numpy", "scikit-learn", "optuna")
_UNREAD = ("cli", "report", "export", "setup")
"""Rooms that decide no number: a worker may have others."""


@dataclass(frozen=True, slots=True)
class Code:
    """What computes.

    Args:
        version: Of the package.
        rooms: Part of the package to the hash of its files.
        libraries: Name to version of what it rests on.
    """

    version: str
    rooms: Mapping[str, str]
    libraries: Mapping[str, str]

    @classmethod
    @cache
    def here(cls) -> Code:
        """That of this process."""
        rooms = {}
        for package in map(_folder, ("realign_core", "subsetsearch")):
            for place in sorted(package.iterdir()):
                files = [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
                if files and place.name not in _UNREAD:
                    rooms[f"{package.name}/{place.name}"] = _hash(files)
        return cls(version("subsetsearch"), rooms, {name: _version(name) for name in _LIBRARIES})

    def differences(self, other: Code) -> list[str]:
        """Say in which of its own parts it differs from another one; empty if in none."""
        if self.version != other.version:
            return [f"subsetsearch {self.version} here, {other.version} there"]
        keys = sorted(self.rooms.keys() | other.rooms.keys())
        return [key for key in keys if self.rooms.get(key) != other.rooms.get(key)]

    def other_libraries(self, other: Code) -> list[str]:
        """Say which libraries are of another version."""
        return [
            f"{name} {ours} here, {theirs} there"
            for name, ours in self.libraries.items()
            if (theirs := other.libraries.get(name, "none")) != ours
        ]


def note_code(study: StudyConfig, store: MeasurementStore) -> None:
    """Note that a study is computed with the code of this process from now on.

    Raises:
        StudyError: If the database cannot be written.
    """
    noted = json.dumps(asdict(Code.here()), sort_keys=True)
    if store.fact(_fact(study)) != noted:
        store.replace_fact(_fact(study), noted)


def require_same_code(study: StudyConfig, folder: StudyFolder) -> None:
    """Check, before a worker joins, that it has the code of the study's own commands.

    Raises:
        StudyError: If it has another one; the difference is named.
    """
    noted = MeasurementStore(folder.database).fact(_fact(study)) if folder.has_database else None
    if noted is None:
        return
    theirs, ours = Code(**json.loads(noted)), Code.here()
    if differing := ours.differences(theirs):
        what = (
            "" if ours.version != theirs.version else f"the same version {ours.version}, but other files in "
        )
        raise StudyError(
            f"this worker has other code than the study's last command: {what}{some(differing, 4)}",
            where=f"the study '{study.name}'",
            fix="install the same version on both machines; after an update, the next subsetsearch run, "
            "evaluate or calibrate makes the new one the study's",
        )
    if libraries := ours.other_libraries(theirs):
        logger.warning(
            "other libraries than where the study's last command ran: %s; scores may differ a little",
            some(libraries, len(_LIBRARIES)),
        )


def _folder(package: str) -> Path:
    """Where a package of ours lies; it is not imported, as that takes seconds."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _fact(study: StudyConfig) -> str:
    return f"code of {study.fingerprint()}"
