"""What fuzzing found (``benchmarks/fuzz``): the smallest file that showed each fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from realign_core.align.base import parse_pharaoh
from realign_core.data._local_rows import are_text, read_rows
from realign_core.data.examples import TokenExample
from realign_core.data.labelled import ConllTask, ConlluTask, CsvTask, HubTask, Iob2Task, JsonlTask, TsvTask
from realign_core.data.parallel import GettextParallel
from realign_core.support.errors import DataError

MANY = "9" * 5000


def _write(folder: Path, name: str, content: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        (Iob2Task, f"{MANY}\ta\tO\n"),
        (ConlluTask, f"{MANY}\ta\t_\tX\t_\t_\t0\troot\t_\t_\n"),
        (JsonlTask, f'{{"text": "a", "label": {MANY}}}\n'),
    ],
)
def test_a_number_of_a_thousand_digits_is_malformed(tmp_path: Path, reader: Any, content: str) -> None:
    path = _write(tmp_path, "a.txt", content)
    with pytest.raises(DataError, match=r"a\.txt:1: .*skip_bad") as caught:
        reader(files={"xx": {"dev": [path]}}).read("xx", "dev")
    assert len(str(caught.value)) < 2000


def test_a_start_of_a_thousand_digits_is_malformed(tmp_path: Path) -> None:
    row = {"question": "?", "context": "abc", "answer": ["b"], "at": [MANY]}
    path = _write(tmp_path, "a.jsonl", json.dumps(row))
    reader = JsonlTask(files={"xx": {"dev": [path]}}, question="question", answer_start="at")
    with pytest.raises(DataError, match="answer_start must be a number from 0"):
        reader.read("xx", "dev")


@pytest.mark.parametrize("link", [f"{MANY}-0", "99999999999999999999-0", "٣-0", "0_1-0"])
def test_a_link_of_no_plain_number_is_malformed(link: str) -> None:
    with pytest.raises(DataError, match=r"x:1: .*is no link i-j"):
        parse_pharaoh(link, where="x", number=1)


def test_a_header_of_many_columns_is_read_in_time(tmp_path: Path) -> None:
    """Each name was looked for among all others: 60,000 columns took minutes."""
    names = [f"x{n}" for n in range(60_000)]
    path = _write(tmp_path, "a.tsv", "\t".join(["text", "label", *names]) + "\na\tb" + "\tc" * 60_000 + "\n")
    assert len(TsvTask(files={"xx": {"dev": [path]}}).read("xx", "dev")) == 1


HEAD = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ('msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', r"a\.po"),
        (
            'msgid "a"\n#: x.py:1\nmsgid "b"\nmsgstr "c"\n',
            "2 entries begin in it, but 1 have all their lines",
        ),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n#:\n', "2 entries begin in it, but 1"),
        ('msgid "a\nmsgstr "b"\n', r"a\.po:4: neither a comment nor a word and a text in quotes"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[10] "b"\n', r"a\.po:6: neither a comment"),
    ],
)
def test_texts_that_the_parser_of_catalogues_drops_or_cuts_are_refused(
    tmp_path: Path, content: str, match: str
) -> None:
    pytest.importorskip("polib", reason="extra 'offline' is not installed")
    _write(tmp_path, "xx/LC_MESSAGES/a.po", HEAD + content)
    with pytest.raises(DataError, match=match):
        GettextParallel(path=tmp_path).read("xx")


def test_catalogues_whose_plural_has_a_thousand_digits_leave_plurals_out(tmp_path: Path) -> None:
    pytest.importorskip("polib", reason="extra 'offline' is not installed")
    head = HEAD.replace("nplurals=2", f"nplurals={MANY}")
    entry = 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "eins"\nmsgstr[1] "viele"\n\nmsgid "a"\nmsgstr "b"\n'
    _write(tmp_path, "xx/LC_MESSAGES/a.po", head + entry)
    text = GettextParallel(path=tmp_path).read("xx")
    assert (len(text), dict(text.dropped)) == (1, {"plural": 1})


def test_a_label_that_a_terminal_obeys_is_spelt_out(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", "text,label\n\x1b[2J,\u202ex\n")
    with pytest.raises(DataError) as caught:
        CsvTask(files={"xx": {"dev": [path]}}, text="\x1b[2J").read("xx", "dev")
    assert "\x1b" not in str(caught.value)
    assert "\\x1b[2J" in str(caught.value)


def test_every_line_that_a_broken_quote_takes_with_it_counts_in_hub_folders(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", 'text,label\na,x\n"b,x\nc,x\nd,x\n')
    found = read_rows([path], {}, None, most_bad=10)
    assert (len(found.rows), len(found.bad)) == (1, 3)
    assert len(read_rows([path], {}, None, most_bad=0).bad) == 1


def test_reading_of_hub_folders_ends_where_too_much_is_bad(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.jsonl", "x\n" * 100_000)
    assert len(read_rows([path], {}, None, most_bad=5).bad) == 6


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[" * 100_000, "not JSON: "),
        ('{"a":' * 100_000, "not JSON: "),
        ('[{"text": "a", "text": "b"}]', "not JSON: a key is there twice"),
        ("null", "neither a list of objects nor an object of columns"),
        ('{"text": 1}\n', None),
        ('{"text":\n1}', "neither a list of objects nor an object of columns"),
        ('{"text": ["a"],\n"label": []}', "its columns have different numbers of rows"),
        ("", "not JSON: "),
    ],
)
def test_json_that_is_no_lines_is_a_list_of_rows_or_refused(
    tmp_path: Path, content: str, told: str | None
) -> None:
    """The four letters ``null`` ended the process in which the library for Arrow read them."""
    path = _write(tmp_path, "a.json", content)
    assert are_text([path])
    if told is None:
        assert len(read_rows([path], {}, None, most_bad=0).rows) == 1
        return
    with pytest.raises(DataError, match=rf"a\.json: {told}"):
        read_rows([path], {}, None, most_bad=0)


@pytest.mark.parametrize(
    "content",
    [
        '[\n{"text": "a", "label": 1},\n{"text": "b", "label": 0}\n]',
        '{"text": ["a", "b"],\n "label": [1, 0]}',
        '{"text": "a", "label": 1}\n{"text": "b", "label": 0}\n',
    ],
)
def test_json_may_be_a_list_columns_or_lines(tmp_path: Path, content: str) -> None:
    found = read_rows([_write(tmp_path, "a.json", content)], {}, None, most_bad=0)
    assert list(found) == [{"text": "a", "label": 1}, {"text": "b", "label": 0}]
    assert len(set(found.places)) == 2


def test_what_is_no_object_in_a_list_of_json_is_told_by_its_row(tmp_path: Path) -> None:
    found = read_rows([_write(tmp_path, "a.json", '[{"text": "a"}, 3]')], {}, None, most_bad=3)
    assert found.rows == [{"text": "a"}]
    assert str(found.bad[0]) == f"{tmp_path / 'a.json'}, row 1: not a JSON object"


@pytest.mark.parametrize(
    "card", ["---\nconfigs: &a [*a\n---\n", "---\nconfigs:\n- data_files:\n---\n", "---\n\x00\n---\n"]
)
def test_what_another_library_meets_in_a_card_is_our_error(tmp_path: Path, card: str) -> None:
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    _write(tmp_path, "xx/validation.csv", "text,label\na,x\n")
    _write(tmp_path, "xx/README.md", card)
    with pytest.raises(DataError, match="cannot be loaded"):
        HubTask(folder=tmp_path, task="text").read("xx", "dev")


def test_blanks_around_the_code_of_a_language_are_no_other_language(tmp_path: Path) -> None:
    """As a carriage return before a line's end leaves them: these rows were lost to a language of their own."""
    path = _write(tmp_path, "a.tsv", "language\ttext\tlabel\nxx\ta\tx\n\rxx\tb\tx\n xx \tc\tx\n")
    reader = TsvTask(path=path, language="language")
    assert reader.languages("train") == ("xx",)
    assert len(reader.read("xx", "train")) == 3


def test_a_word_of_a_thousand_digits_is_a_word(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.txt", f"{MANY} NUM\na X\n")
    (example,) = ConllTask(files={"xx": {"dev": [path]}}).read("xx", "dev")
    assert isinstance(example, TokenExample)
    assert example.tokens == (MANY, "a")


def test_odd_blanks_around_a_start_are_blanks(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.csv", "q,c,a,at\n?,abc,b,\x0b\x1c1\n")
    reader = CsvTask(files={"xx": {"dev": [path]}}, question="q", context="c", answer="a", answer_start="at")
    assert len(reader.read("xx", "dev")) == 1
