from __future__ import annotations

import pytest

from subsetsearch.report.from_study import pretraining


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
    assert pretraining(encoder) == data
