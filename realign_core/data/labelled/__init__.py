"""Readers of labelled examples, one a format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realign_core.data.labelled.base import Split, TaskReader, check_labels, label_set
from realign_core.data.labelled.layouts.parts import describe_joined
from realign_core.data.labelled.readers.cldr import CldrNames
from realign_core.data.labelled.readers.conll import ConllTask
from realign_core.data.labelled.readers.conllu import ConlluTask
from realign_core.data.labelled.readers.expressions import CldrExpressions
from realign_core.data.labelled.readers.hub import HubTask
from realign_core.data.labelled.readers.iob2 import Iob2Task
from realign_core.data.labelled.readers.sib import SibTask
from realign_core.data.labelled.readers.squad import SquadTask
from realign_core.data.labelled.readers.table import CsvTask, JsonlTask, TsvTask
from realign_core.data.labelled.readers.xnli import XnliTask

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
