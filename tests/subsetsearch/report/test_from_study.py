from __future__ import annotations

from pathlib import Path

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.config import load_study
from subsetsearch.languages import pretraining_of
from subsetsearch.report.report import report_data


@pytest.mark.parametrize(
    ("encoder", "data"),
    [
        ("bundled", "e5"),
        ("intfloat/multilingual-e5-base", "e5"),
        ("FacebookAI/xlm-roberta-base", "xlmr"),
        ("google-bert/bert-base-multilingual-cased", "mbert"),
        ("distilbert-base-uncased", None),
        ("/models/mine", None),
    ],
)
def test_pretraining_data_is_known_by_name(encoder: str, data: str | None) -> None:
    assert pretraining_of(encoder) == data


def test_targets_that_no_accuracy_speaks_of_are_named(toy_file: Path) -> None:
    def messages(overrides: dict[str, object]) -> str:
        study = load_study(toy_file, overrides)
        return " ".join(report_data(study, toy_file, None, Front(), []).messages)

    assert "Targets without labels (Zulu) steered the search" in messages({"targets.unlabelled": ["zul"]})
    assert "without labels" not in messages({})
