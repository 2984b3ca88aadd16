"""The study file: frozen, validated options."""

from __future__ import annotations

from subsetsearch.config.study import StudyConfig, load_study

__all__ = ["StudyConfig", "load_study"]
