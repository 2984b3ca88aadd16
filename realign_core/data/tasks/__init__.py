"""Readers of labelled examples, one a format."""

from __future__ import annotations

from realign_core.data.tasks.base import Split, TaskReader, check_labels, label_set
from realign_core.data.tasks.cldr import CldrNames

AnyTaskReader = CldrNames

__all__ = ["AnyTaskReader", "CldrNames", "Split", "TaskReader", "check_labels", "label_set"]
