"""The studies of a folder, each in a line: their files, their results, and how far they are.

Databases are read by a few queries each and never written: a look costs little, also while workers are busy.
"""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import statistics
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from realign_core.support.settings.config import flatten
from realign_core.support.settings.toml import read_toml
from subsetsearch.config.search import SearchConfig
from subsetsearch.config.study import StudyConfig, load_study
from subsetsearch.errors import ConfigError
from subsetsearch.results.workers.processes import Process

State = Literal["new", "running", "stopped", "searched", "measured", "not ours", "damaged"]

_DATABASE = "study.db"
_RUNS = Path("runs")
_NEXT = {"measured": "pareto", "searched": "evaluate"}
_FREE = ("description", "evaluate.", "recipe.compute.")
"""Settings that a stored search does not hold on to."""


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One study, or a database that is none.

    Args:
        name: Its name; that of the folder, for a database that is not ours.
        state: ``new`` (nothing was run), ``running``, ``stopped`` (trials are missing, and nothing was
            measured in full), ``searched`` (all trials, full runs are missing), ``measured`` (perhaps before
            all trials were made), ``not ours`` or ``damaged``.
        file: The study file; ``None`` where only results are left.
        results: Folder of the results; ``None`` where there are none.
        trials: Finished trials.
        planned: Trials that the study asks for.
        full_runs: Full runs on test data.
        best: Highest mean score of a subset over its seeds, as a fraction.
        best_languages: That subset's languages.
        metric: What the score is.
        changed: When the results last changed.
        next: The command that goes on.
        note: What is wrong, if anything.
    """

    name: str
    state: State
    file: Path | None = None
    results: Path | None = None
    trials: int = 0
    planned: int = 0
    full_runs: int = 0
    best: float | None = None
    best_languages: tuple[str, ...] = ()
    metric: str = ""
    changed: datetime | None = None
    next: str = ""
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        changed = self.changed.isoformat(timespec="seconds") if self.changed else None
        return asdict(self) | {
            "file": self.file and str(self.file),
            "results": self.results and str(self.results),
            "best_languages": list(self.best_languages),
            "changed": changed,
        }


def studies(folder: str | Path = ".") -> list[StudyLine]:
    """List the studies of a folder, without reading any corpus or encoder.

    Args:
        folder: A folder with study files, in it or in ``studies``, and their results in ``runs``; or a
            folder of results itself.

    Returns:
        One line a study, those that changed last first. A database that is not ours is a line, too.

    Raises:
        ConfigError: If there is no such folder.

    Example:
        >>> import subsetsearch as ss
        >>> [line.name for line in ss.studies("studies")]  # doctest: +SKIP
        ['quickstart', 'african-pos', 'pos-calibration']
    """
    place = Path(folder)
    if not place.is_dir():
        raise ConfigError("no such folder", where=place, fix="give a folder with study files or results")
    files, unread = _study_files(place)
    runs_folder = (place.parent if place.name == "studies" else place) / "runs"
    runs = dict.fromkeys([place / "runs", place, runs_folder])
    databases = {path.parent.name: path for root in runs for path in sorted(root.glob(f"*/{_DATABASE}"))}
    names = dict.fromkeys([*files, *databases])
    lines = [_line(name, files.get(name), databases.get(name), runs_folder) for name in names]
    return sorted(
        [*lines, *unread], key=lambda line: (-(line.changed.timestamp() if line.changed else 0), line.name)
    )


def _study_files(folder: Path) -> tuple[dict[str, tuple[Path, Mapping[str, Any]]], list[StudyLine]]:
    """Study files by the names of their studies, and those that cannot be listed so.

    TOML files of something else are passed over.
    """
    files: dict[str, tuple[Path, Mapping[str, Any]]] = {}
    unread: list[StudyLine] = []
    for file in [*sorted(folder.glob("*.toml")), *sorted(folder.glob("studies/*.toml"))]:
        try:
            content, _ = read_toml(file)
        except (OSError, ConfigError) as error:
            unread.append(StudyLine(file.stem, "damaged", file, note=getattr(error, "what", str(error))))
            continue
        name = content.get("name")
        if not isinstance(name, str) or not content.keys() <= StudyConfig.model_fields.keys():
            continue
        if name in files:
            note = f"its study has the name '{name}', as that of {files[name][0]}"
            unread.append(StudyLine(file.stem, "damaged", file, note=note))
        else:
            files[name] = (file, content)
    return files, unread


@dataclass(slots=True)
class _Stored:
    """What a database says of a study."""

    planned: int = 0
    trials: int = 0
    running: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: dict[tuple[str, Any], list[float]] = field(default_factory=lambda: defaultdict(list))
    metric: str = ""


def _line(
    name: str, file: tuple[Path, Mapping[str, Any]] | None, database: Path | None, runs: Path
) -> StudyLine:
    """Describe a study; one without results gets its own in ``runs``."""
    path = file[0] if file else None
    if database is None:
        return StudyLine(name, "new", path, planned=_planned(file), next=_command("run", path, runs))
    changed = max(place.stat().st_mtime for place in database.parent.glob(f"{_DATABASE}*"))
    base: dict[str, Any] = {
        "file": path,
        "results": database.parent,
        "changed": datetime.fromtimestamp(changed, UTC).astimezone(),
    }
    try:
        with closing(sqlite3.connect(_address(database), uri=True, timeout=5)) as connection:
            stored = _read(connection)
    except (sqlite3.Error, ValueError) as error:
        return StudyLine(name, "damaged", note=f"the database cannot be read: {error}", **base)
    if stored is None:
        return StudyLine(name, "not ours", note="another program made this database", **base)
    planned = stored.planned or _planned(file)
    means = {subset: statistics.fmean(scores) for subset, scores in stored.scores.items()}
    best = max(means, key=means.__getitem__, default=None)
    state: State = "measured" if means else "stopped" if stored.trials < planned else "searched"
    verb = "status" if stored.running else _NEXT.get(state, "run")
    changes = _changes(path, stored.settings) if verb == "run" else []
    return StudyLine(
        name,
        "running" if stored.running else state,
        trials=stored.trials,
        planned=planned,
        full_runs=sum(map(len, stored.scores.values())),
        best=means[best] if best else None,
        best_languages=tuple(best[0].split()) if best else (),
        metric=stored.metric,
        next=_command(verb, path, database.parent.parent, *changes),
        **base,
    )


def _address(database: Path) -> str:
    """Read only; where even SQLite's own files beside it cannot be made, as one that nobody changes."""
    mode = "mode=ro" if os.access(database.parent, os.W_OK) else "immutable=1"
    return f"{database.absolute().as_uri()}?{mode}"


def _read(connection: sqlite3.Connection) -> _Stored | None:
    """Read a database; ``None`` if it is not ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    stored = _Stored()
    ours = "subsetsearch_measurements" in tables
    if {"studies", "trials", "study_user_attributes"} <= tables:
        for study, config in connection.execute(
            "SELECT study_id, value_json FROM study_user_attributes WHERE key = 'config'"
        ):
            ours = True
            _read_trials(connection, study, json.loads(config), stored)
    if not ours:
        return None
    if "subsetsearch_measurements" in tables:
        for languages, pairs, value, metric in connection.execute(
            "SELECT languages, pairs, value, metric FROM subsetsearch_measurements "
            "WHERE rung = 3 AND split = 'test' AND NOT fresh ORDER BY id"
        ):
            stored.scores[languages, pairs].append(value)
            stored.metric = metric
    if "subsetsearch_leases" in tables:
        owners = connection.execute("SELECT host, machine, pid, born FROM subsetsearch_leases")
        stored.running = any(Process(*owner).alive for owner in owners)
    return stored


def _read_trials(
    connection: sqlite3.Connection, study: int, config: Mapping[str, Any], stored: _Stored
) -> None:
    """Add the trials of one rung."""
    states = dict(
        connection.execute("SELECT state, COUNT(*) FROM trials WHERE study_id = ? GROUP BY state", (study,))
    )
    if not stored.trials or states.get("COMPLETE", 0) > stored.trials:
        stored.trials = states.get("COMPLETE", 0)
        stored.planned = config.get("search", {}).get("trials", 0)
        stored.settings = config


def _planned(file: tuple[Path, Mapping[str, Any]] | None) -> int:
    if file is None:
        return 0
    search = file[1].get("search", {})
    trials = search.get("trials") if isinstance(search, Mapping) else None
    return trials if isinstance(trials, int) else SearchConfig().trials


def _changes(file: Path | None, stored: Mapping[str, Any]) -> list[str]:
    """Options that a search began with and its file does not say; without them it would be refused."""
    if file is None:
        return []
    try:
        in_file = flatten(load_study(file).model_dump(mode="json"))
    except ConfigError:  # said by the command itself
        return []
    in_store = {key: value for key, value in flatten(stored).items() if not key.startswith(_FREE)}
    changed = [
        key for key in sorted(in_store) if key in in_file and in_store[key] not in (in_file[key], None)
    ]
    return [word for key in changed for word in ("--set", f"{key}={json.dumps(in_store[key])}")]


def _command(verb: str, file: Path | None, runs: Path, *options: str) -> str:
    """The command that comes next; without a study file there is none."""
    if file is None:
        return ""
    words = ["--dir", str(runs)] if runs != _RUNS else []
    return shlex.join(["subsetsearch", verb, str(file), *words, *options])
