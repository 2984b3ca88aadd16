"""Every option of a recipe: it matters wherever it stands, or is refused where it does not, or is told with data."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from realign_core.align import DictionaryAligner, EflomalAligner, EncoderAligner, PharaohAligner
from realign_core.data._hub import HubPlace
from realign_core.data.labelled.base import TaskReader
from realign_core.data.labelled.layouts.language_files import FileTaskReader
from realign_core.data.labelled.layouts.sentences import SentenceReader
from realign_core.data.labelled.readers.cldr import CldrNames
from realign_core.data.labelled.readers.conll import ConllTask
from realign_core.data.labelled.readers.expressions import CldrExpressions
from realign_core.data.labelled.readers.hub import HubTask
from realign_core.data.labelled.readers.sib import SibTask
from realign_core.data.labelled.readers.table import CsvTask, TableTask, TsvTask
from realign_core.data.labelled.readers.xnli import XnliTask
from realign_core.data.parallel import (
    FolderParallel,
    GettextParallel,
    HubParallel,
    MosesParallel,
    PairFilters,
    TsvParallel,
)
from realign_core.data.parallel._aligned import LineSource
from realign_core.data.parallel.base import ParallelSource
from realign_core.data.task import TaskConfig
from realign_core.encoder.compute import ComputeConfig
from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import FinetuningConfig, RealignmentConfig, Recipe
from realign_core.support.settings.config import Config

Table = type[Config]

ALWAYS: dict[Table, str] = {
    DictionaryAligner: "path pattern",
    EflomalAligner: "model symmetry iterations",
    EncoderAligner: "matcher layer",
    PharaohAligner: "path text links min_found",
    HubPlace: "dataset folder config codes limit",
    FileTaskReader: "path files",
    CldrNames: "evaluated",
    CldrExpressions: "evaluated",
    HubTask: "task split_names",
    SibTask: "text_column label_column quoted",
    TableTask: "premise question id language",
    CsvTask: "delimiter",
    TsvTask: "quoted",
    XnliTask: "first_columns second_columns label_columns",
    ParallelSource: "filters",
    FolderParallel: "path source suffix",
    GettextParallel: "path placeholders",
    HubParallel: "source split layout",
    MosesParallel: "path source source_pattern target_pattern",
    TsvParallel: "path source pattern source_column target_column header skip_bad",
    PairFilters: " ".join(PairFilters.model_fields),
    TaskConfig: "kind train evaluation source_language max_train max_evaluation",
    EncoderConfig: "name max_length",
    FinetuningConfig: "epochs batch_size learning_rate head_learning_rate warmup weight_decay clip freeze "
    "freeze_embeddings average_last",
    RealignmentConfig: "strategy pairs_per_batch pairs_per_language mix repeat aligner loss layer weight "
    "regularisation freeze freeze_embeddings",
    Recipe: "encoder parallel task realignment finetuning compute groups preset",
}
"""Options that matter wherever they stand."""

FOLDER = {"path": "corpus"}
HUB: dict[str, Any] = {"format": "hub", "folder": "corpus"}
IDLE: dict[tuple[Table, str], tuple[Table, dict[str, Any]]] = {
    (HubPlace, "revision"): (HubTask, HUB | {"task": "text", "revision": "main"}),
    (FileTaskReader, "pattern"): (
        ConllTask,
        {"files": {"en": {"train": ["a"]}}, "pattern": "{language}.{split}"},
    ),
    (FileTaskReader, "split_names"): (
        ConllTask,
        FOLDER | {"pattern": "{language}", "split_names": {"dev": "val"}},
    ),
    (FileTaskReader, "parts"): (ConllTask, FOLDER | {"parts": {"no": ["Bokmaal"]}}),
    (HubTask, "text_column"): (HubTask, HUB | {"task": "question", "text_column": "sentence"}),
    (HubTask, "second_column"): (HubTask, HUB | {"task": "text", "second_column": "other"}),
    (HubTask, "label_column"): (HubTask, HUB | {"task": "question", "label_column": "topic"}),
    (HubTask, "label_names"): (HubTask, HUB | {"task": "question", "label_names": ["yes"]}),
    (HubTask, "label_map"): (HubTask, HUB | {"task": "question", "label_map": {"yes": "no"}}),
    (TableTask, "text"): (CsvTask, FOLDER | {"premise": "one", "text": "sentence"}),
    (TableTask, "hypothesis"): (CsvTask, FOLDER | {"hypothesis": "two"}),
    (TableTask, "label"): (CsvTask, FOLDER | {"question": "q", "label": "topic"}),
    (TableTask, "context"): (CsvTask, FOLDER | {"context": "paragraph"}),
    (TableTask, "answer"): (CsvTask, FOLDER | {"answer": "a"}),
    (TableTask, "answer_start"): (CsvTask, FOLDER | {"answer_start": "begin"}),
    (TableTask, "split"): (CsvTask, FOLDER | {"pattern": "{language}/{split}.csv", "split": "part"}),
    (TableTask, "label_map"): (CsvTask, FOLDER | {"question": "q", "label_map": {"yes": "no"}}),
    (XnliTask, "language_column"): (
        XnliTask,
        FOLDER | {"pattern": "{language}.tsv", "language_column": "lang"},
    ),
    (HubParallel, "source_column"): (HubParallel, HUB | {"source_column": "en"}),
    (HubParallel, "target_column"): (HubParallel, HUB | {"target_column": "sw"}),
    (HubParallel, "text_column"): (HubParallel, HUB | {"layout": "columns", "text_column": "sentence"}),
    (HubParallel, "id_column"): (HubParallel, HUB | {"id_column": "number"}),
    (TaskConfig, "ignored"): (TaskConfig, {"kind": "pos", "ignored": ["DATE"]}),
    (TaskConfig, "pooling"): (TaskConfig, {"kind": "ner", "pooling": "first"}),
    (TaskConfig, "long_sentences"): (TaskConfig, {"kind": "text", "long_sentences": "windows"}),
    (EncoderConfig, "revision"): (EncoderConfig, {"name": "bundled", "revision": "main"}),
    (FinetuningConfig, "repeats"): (
        Recipe,
        {"realignment": {"strategy": "during"}, "finetuning": {"repeats": 2}},
    ),
    (RealignmentConfig, "stages"): (Recipe, {"realignment": {"stages": 3}}),
    (RealignmentConfig, "joint"): (Recipe, {"realignment": {"joint": True}}),
    (RealignmentConfig, "steps"): (Recipe, {"realignment": {"strategy": "during", "steps": 7}}),
    (RealignmentConfig, "learning_rate"): (
        Recipe,
        {"realignment": {"strategy": "during", "learning_rate": 3e-5}},
    ),
    (RealignmentConfig, "warmup"): (Recipe, {"realignment": {"strategy": "during", "warmup": 0.3}}),
    (RealignmentConfig, "schedule"): (
        Recipe,
        {"realignment": {"strategy": "during", "schedule": "constant"}},
    ),
    (RealignmentConfig, "all_if_fewer"): (Recipe, {"realignment": {"all_if_fewer": True}}),
    (RealignmentConfig, "max_passes"): (Recipe, {"realignment": {"repeat": False, "max_passes": 4}}),
    (RealignmentConfig, "temperature"): (Recipe, {"realignment": {"loss": "l2", "temperature": 0.5}}),
    (RealignmentConfig, "strong"): (Recipe, {"realignment": {"loss": "l2", "strong": False}}),
}
"""Options that have no effect beside others, with such others: the message names the option."""

OTHERWISE: dict[tuple[Table, str], str] = {
    (TaskReader, "skip_bad"): "a limit; names of the CLDR are never malformed",
    (SentenceReader, "tag_map"): "told with the data: tests/realign_core/tasks/test_mapped.py",
    (SentenceReader, "halve_test"): "of the languages without development data, whichever these are",
    (SibTask, "label_map"): "told with the data",
    (XnliTask, "label_map"): "told with the data",
    (LineSource, "start"): "refused with the data: tests/realign_core/data/parallel/test_range.py",
    (LineSource, "stop"): "a limit",
    (EncoderConfig, "offline"): "a promise that is kept where nothing is asked anyway",
    **{
        (ComputeConfig, key): "of the machine: one file is run on several"
        for key in ComputeConfig.model_fields
    },
}
"""Options that may have no effect and are no mistake, or one that data tell."""


def tables(root: type = Config) -> Iterator[Table]:
    for table in root.__subclasses__():
        if table.__module__.startswith("realign_core."):
            yield table
        yield from tables(table)


def declared() -> set[tuple[Table, str]]:
    """Each option, by the class that has it; what tells the kind of a table is none, nor is another default."""
    return {
        (table, name)
        for table in tables()
        for name in inspect.get_annotations(table)
        if name in table.model_fields and not _tag(table, name) and not _again(table, name)
    }


def _tag(table: Table, name: str) -> bool:
    annotation = table.model_fields[name].annotation
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def _again(table: Table, name: str) -> bool:
    return any(name in getattr(base, "model_fields", {}) for base in table.__mro__[1:])


def test_every_option_is_in_one_list() -> None:
    always = [(table, name) for table, names in ALWAYS.items() for name in names.split()]
    listed = [*always, *IDLE, *OTHERWISE]
    assert len(listed) == len({*listed})
    assert {*listed} == declared()


@pytest.mark.parametrize(("option", "idle"), IDLE.items(), ids=lambda x: ".".join(map(str, x[1:])))
def test_an_option_without_effect_is_refused(
    option: tuple[Table, str], idle: tuple[Table, dict[str, Any]]
) -> None:
    table, content = idle
    with pytest.raises(ValidationError, match=option[1]):
        table.model_validate(content)


@pytest.mark.parametrize(
    "content",
    [
        {"strategy": "during"},
        {"strategy": "baseline", "steps": 7, "stages": 3},
        {
            "strategy": "during",
            "steps": 100,
            "learning_rate": 2e-5,
        },  # as a recipe for another encoder is written
        {"loss": "l2", "temperature": 0.1},
    ],
)
@pytest.mark.parametrize("preset", [None, "aacl2025"])
def test_what_nobody_asked_for_is_not_refused(content: dict[str, Any], preset: str | None) -> None:
    recipe = Recipe.model_validate({"realignment": content, "preset": preset})
    assert Recipe.model_validate(recipe.model_dump()) == recipe
