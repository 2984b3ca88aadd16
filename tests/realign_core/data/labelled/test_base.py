from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from realign_core.data.examples import PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled import AnyTaskReader, ConllTask, check_labels, label_set
from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import validate_config


def test_labels_of_every_kind_of_example():
    examples = [
        TextExample("x", "a"),
        PairExample("x", "y", "b"),
        TokenExample(("x", "y"), ("c", "d")),
        QuestionExample("1", "?", "x", ("x",), (0,)),
    ]
    assert label_set(examples) == {"a", "b", "c", "d"}


def test_unknown_labels_are_named_with_advice():
    train = [TextExample("x", "a"), TextExample("x", "b")]
    check_labels(train, [TextExample("y", "a")])
    with pytest.raises(DataError, match=r"swa: labels that .* does not have: c; map them to one of a, b"):
        check_labels(train, [TextExample("y", "c"), TextExample("y", "a")], "swa")


def test_skip_budget_is_bounded_and_logged(caplog: pytest.LogCaptureFixture):
    skips = SkipBudget(1)
    skips.skip(DataError("bad", where="f", line=3))
    assert "skipped 1 of at most 1: f:3: bad" in caplog.text
    with pytest.raises(DataError, match=r"g:4: worse; mend .*more than 1 .*skip_bad") as caught:
        skips.skip(DataError("worse", where="g", line=4))
    assert (skips.count, caught.value.line) == (1, 4)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cldr", {}),
        ("hub", {"dataset": "a/b", "codes": ["sw"], "task": "text"}),
        *(
            (name, {"path": "/x"})
            for name in ("conll", "conllu", "csv", "iob2", "jsonl", "sib", "squad", "tsv", "xnli")
        ),
    ],
)
def test_format_chooses_the_reader_and_survives_json(name: str, options: dict[str, object]):
    adapter = TypeAdapter(AnyTaskReader)
    reader = adapter.validate_python({"format": name, **options})
    assert reader.format == name
    assert adapter.validate_json(reader.model_dump_json()) == reader


def test_misspelt_option_and_bad_values():
    with pytest.raises(ConfigError, match="did you mean 'tag_map'"):
        validate_config(ConllTask, {"path": "/x", "tagmap": {}})
    with pytest.raises(ConfigError, match=r"skip_bad.*greater than or equal to 0.*-1"):
        validate_config(ConllTask, {"path": "/x", "skip_bad": -1})
    with pytest.raises(ValidationError, match="'train', 'dev' or 'test'"):
        ConllTask(files={"sw": {"valid": ["/x"]}})
