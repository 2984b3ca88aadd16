from __future__ import annotations

import logging
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.account import (
    PAIRS,
    Account,
    accounts_of,
    faults,
    from_dict,
    lines,
    log_account,
    summary,
    to_dict,
)
from realign_core.data.examples import ParallelText
from realign_core.data.labelled import CsvTask
from realign_core.data.parallel import PairFilters
from realign_core.data.task import TaskConfig
from realign_core.tasks.reading import _read


def text(code: str, kept: int, **dropped: int) -> ParallelText:
    side = tuple(f"{code} {i}" for i in range(kept))
    return ParallelText(code, side, side, dropped)


TEXTS = [text("sw", 95, identical=5), text("yo", 90, damaged=2, duplicate=8), text("te", 100)]


def test_rows_are_those_that_were_read_of_a_sample_too():
    (account,) = accounts_of([TEXTS[1].take(10, 1).head(3)])
    assert (account.rows, account.lost, account.kept) == (100, 10, 90)
    assert pickle.loads(pickle.dumps(TEXTS[1].head(3))).rows == 100
    assert account.to_dict() == {
        "language": "yo",
        "rows": 100,
        "kept": 90,
        "left_out": {"damaged": 2, "duplicate": 8},
    }


def test_what_was_left_out_is_summed_up_and_listed():
    accounts = accounts_of(TEXTS)
    assert summary(accounts) == (
        "285 of 300 rows in 3 languages kept; left out: duplicate 8, identical 5, damaged 2"
    )
    assert [*lines({PAIRS: accounts})] == [
        ("read", summary(accounts)),
        ("left out", "yo: 10 of 100 rows (duplicate 8, damaged 2)"),
        ("left out", "sw: 5 of 100 rows (identical 5)"),
    ]
    assert [*lines({PAIRS: ()})] == []
    many = accounts_of([text(f"l{i}", 1, identical=1) for i in range(10)])
    assert [*lines({PAIRS: many})][-1] == ("left out", "and rows of 2 languages more (--json has all)")


def test_of_labelled_data_only_losses_need_a_line():
    whole, cut = Account("sw", 10, {}), Account("ig", 40, {"beyond max_length": 10}, "word")
    assert [*lines({"test data": [whole], "words of test data": [cut]})] == [
        (
            "read",
            "words of test data: 30 of 40 words in 1 language kept; left out: beyond max_length 10; ig 10 of 40",
        )
    ]


def test_an_account_is_read_back():
    accounts = {
        PAIRS: accounts_of(TEXTS),
        "words of test data": (Account("ig", 4, {"beyond max_length": 1}, "word"),),
    }
    assert from_dict(to_dict(accounts)) == accounts


def test_a_warning_where_more_than_one_in_a_hundred_is_lost(caplog: pytest.LogCaptureFixture):
    logger = logging.getLogger("account")
    caplog.set_level(logging.INFO)
    log_account(logger, "pairs", accounts_of([TEXTS[0], text("wo", 99, damaged=1)]))
    log_account(logger, "pairs", accounts_of(TEXTS))
    log_account(logger, "nothing", ())
    quiet, loud = caplog.records
    assert quiet.levelname == "INFO"
    assert loud.levelname == "WARNING"
    assert "More than 1 % is lost of yo: 10 of 100 rows" in loud.getMessage()


def test_losses_are_said_in_a_sentence_a_corpus():
    words = [
        Account("de", 159, {"beyond max_length": 144}, "word"),
        Account("nl", 200, {"beyond max_length": 3}, "word"),
        Account("en", 200, {"beyond max_length": 2}, "word"),
    ]
    found = {"words of test data": words, PAIRS: [Account("sw", 100, {"identical": 50})]}
    assert list(faults(found)) == [
        "More than 1 % is lost of words of test data: de 91 % (beyond max_length 144); "
        "nl 2 % (beyond max_length 3)."
    ]
    many = [Account(f"l{i}", 10, {"damaged": 5}) for i in range(10)]
    assert next(faults({PAIRS: many})).endswith(" and 2 languages more.")


@given(st.lists(st.tuples(st.text("a1 \0\ufeff", max_size=3), st.text("b2 \u200b", max_size=3))))
def test_every_row_is_kept_or_left_out_for_a_reason(pairs: list[tuple[str, str]]):
    found = PairFilters(drop_letterless=True).apply("xx", pairs, {"malformed": 2})
    (account,) = accounts_of([found])
    assert account.rows == len(pairs) + 2
    assert account.kept == len(found)


def test_what_is_read_again_after_a_failed_check_counts_once(tmp_path: Path) -> None:
    (tmp_path / "dev.en.csv").write_text("text,label\na,x\nb,-\n", encoding="utf-8")
    reader = CsvTask(path=tmp_path, pattern="{split}.{language}.csv")
    told: dict[str, list[Account]] = {}
    for _ in range(2):
        _read(TaskConfig(train=reader), reader, "en", "dev", told)
    assert told == {"development data": [Account("en", 2, {"unlabelled": 1}, "example")]}
