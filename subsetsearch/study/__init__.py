"""Study files and the folder that a study's results live in."""

from __future__ import annotations

from subsetsearch.study.config import StudyConfig, load_study
from subsetsearch.study.folder import StudyFolder

__all__ = ["StudyConfig", "StudyFolder", "load_study"]
