"""Readers of labelled examples, one a format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realign_core.data.tasks.base import Split, TaskReader, check_labels, label_set
from realign_core.data.tasks.cldr import CldrNames
from realign_core.data.tasks.conll import ConllTask
from realign_core.data.tasks.conllu import ConlluTask
from realign_core.data.tasks.hub import HubTask
from realign_core.data.tasks.iob2 import Iob2Task
from realign_core.data.tasks.sib import SibTask
from realign_core.data.tasks.squad import SquadTask
from realign_core.data.tasks.xnli import XnliTask

AnyTaskReader = Annotated[
    CldrNames | ConllTask | ConlluTask | Iob2Task | SibTask | SquadTask | XnliTask | HubTask,
    Field(discriminator="format"),
]
"""Any reader of labelled examples, told apart by its ``format``, for use in a configuration."""

__all__ = [
    "AnyTaskReader",
    "CldrNames",
    "ConllTask",
    "ConlluTask",
    "HubTask",
    "Iob2Task",
    "SibTask",
    "Split",
    "SquadTask",
    "TaskReader",
    "XnliTask",
    "check_labels",
    "label_set",
]
