"""A study as it is stored: its file, its folder, and what is known of it."""

from __future__ import annotations

import json
import logging
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign_core.support.progress import Progress
from subsetsearch.config import StudyConfig
from subsetsearch.results.database.study_folder import StudyFolder

if TYPE_CHECKING:
    from subsetsearch.analysis.model.reading_options import Asked
    from subsetsearch.analysis.study.status import StudyStatus
    from subsetsearch.analysis.study.study_results import Known

logger = logging.getLogger(__name__)

Targets = str | Sequence[str] | None
"""A group of target languages, as a list or joined by commas."""

RUNS = Path("runs")
"""Where studies' results go by default."""


class StoredStudy:
    """One study as it is known so far: its file, its stored trials and full runs, and what follows from them.

    It remembers what it has read until it runs, evaluates, calibrates or imports something itself;
    :meth:`reload` looks again, after other processes have worked on the study. Made by :func:`load`.

    Args:
        config: The settings.
        folder: Where results are.
        file: The study file.
        overrides: Dotted keys that were set over the file's own.
        progress: Shows how far long work is.
        tell: Told what is about to be done.
    """

    def __init__(
        self,
        config: StudyConfig,
        folder: StudyFolder,
        file: Path,
        overrides: Mapping[str, Any],
        progress: Progress,
        tell: Callable[[str], None],
    ) -> None:
        self.config, self.folder = config, folder
        self.file, self.overrides = file, overrides
        self._progress, self._tell = progress, tell
        self._read: Known | None = None
        self._said: str | None = None

    def __repr__(self) -> str:
        file, results = str(self.file), str(self.folder.path)
        return f"Study({self.config.name!r}, {file=}, {results=})"

    @property
    def database(self) -> str:
        """Where trials are stored, for people: a file, or a URL without its password."""
        return self.folder.shown_database

    @property
    def options(self) -> tuple[str, ...]:
        """What a command on this study needs besides its file: folder, database, overrides."""
        runs = self.folder.path.parent
        words = [] if runs == RUNS else ["--dir", str(runs)]
        words += self.folder.named_database
        pairs = [f"{key}={json.dumps(value)}" for key, value in self.overrides.items()]
        return (*words, *(word for pair in pairs for word in ("--set", pair)))

    def command(self, verb: str, *words: str) -> str:
        """Write a command on this study, to be typed next.

        Example:
            >>> study.command("pareto")  # doctest: +SKIP
            'subsetsearch pareto studies/quickstart.toml'
        """
        return shlex.join(["subsetsearch", verb, str(self.file), *self.options, *words])

    def status(self) -> StudyStatus:
        """Say how far the study is; neither corpora nor the encoder are read.

        Raises:
            StudyError: If nothing was run yet, or the stored study does not fit the file.

        Example:
            >>> study.status().full_runs  # doctest: +SKIP
            15
        """
        from subsetsearch.analysis.study.read_status import read_status

        return read_status(self._settings(), self.folder)

    def reload(self) -> None:
        """Forget what was read, so that it is read again."""
        self._read = None

    @property
    def _known(self) -> Known:
        from subsetsearch.analysis.study.study_results import read_known

        if self._read is None:
            self._read = read_known(self._settings(), self.folder)
        return self._read

    def _on(self, targets: Targets, asked: Asked | None = None) -> Known:
        """What is known of all targets, or of a group of them, by what was asked."""
        from subsetsearch.analysis.study.target_group import known_asked

        return known_asked(self._known, targets, asked or {})

    def _settings(self) -> StudyConfig:
        """What the study was searched with, for reading; the file and overrides, if nothing is stored.

        Overrides win over what is stored. How the best are evaluated, and on which device, is no part of it.
        """
        from subsetsearch.results.provenance.searched_settings import settings_for_reading

        settings, differing = settings_for_reading(self.config, self.folder, self.overrides, self.file)
        if differing and differing != self._said:
            self._said = differing
            logger.warning("%s differs from the stored study, which is read: %s", self.file, differing)
        return settings
