"""Readers of labelled examples, one a format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realign_core.data.labelled._parts import describe_joined
from realign_core.data.labelled.base import Split, TaskReader, check_labels, label_set
from realign_core.data.labelled.cldr import CldrNames
from realign_core.data.labelled.conll import ConllTask
from realign_core.data.labelled.conllu import ConlluTask
from realign_core.data.labelled.expressions import CldrExpressions
from realign_core.data.labelled.hub import HubTask
from realign_core.data.labelled.iob2 import Iob2Task
from realign_core.data.labelled.sib import SibTask
from realign_core.data.labelled.squad import SquadTask
from realign_core.data.labelled.table import CsvTask, JsonlTask, TsvTask
from realign_core.data.labelled.xnli import XnliTask

AnyTaskReader = Annotated[
    CldrNames
    | CldrExpressions
    | ConllTask
    | ConlluTask
    | CsvTask
    | Iob2Task
    | JsonlTask
    | SibTask
    | SquadTask
    | TsvTask
    | XnliTask
    | HubTask,
    Field(discriminator="format"),
]
"""Any reader of labelled examples, chosen by its ``format``, for use in a configuration."""

__all__ = [
    "AnyTaskReader",
    "CldrExpressions",
    "CldrNames",
    "ConllTask",
    "ConlluTask",
    "CsvTask",
    "HubTask",
    "Iob2Task",
    "JsonlTask",
    "SibTask",
    "Split",
    "SquadTask",
    "TaskReader",
    "TsvTask",
    "XnliTask",
    "check_labels",
    "describe_joined",
    "label_set",
]
