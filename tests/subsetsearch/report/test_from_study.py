from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import subsetsearch as ss
from realign_core.data.account import BEYOND, Account
from subsetsearch.analysis.front.front import Front
from subsetsearch.config import load_study
from subsetsearch.languages import pretraining_of
from subsetsearch.report.report import known_report, report_data

ROOT = Path(__file__).parents[3]


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


@pytest.mark.offline
def test_what_was_lost_of_the_test_data_stands_at_the_top(tmp_path: Path) -> None:
    study = ss.load(ROOT / "studies" / "time-expressions.toml", runs=tmp_path)
    study.import_results(ROOT / "studies" / "results" / "time-expressions-evaluations.csv")
    lost = {"words of test data": (Account("fo", 100, {BEYOND: 91}, "word"),)}
    known = study._on(None, {})
    for accounts, said in ((lost, True), ({}, False)):
        messages = known_report(replace(known, accounts=accounts), study.file).messages
        words = "More than 1 % is lost of words of test data: fo 91 % (beyond max_length 91)."
        assert (words in messages) is said
