"""What one thing is must not be taken for two, nor two for one: columns, sides, ids, splits, languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from realign_core.data.labelled import (
    AnyTaskReader,
    ConllTask,
    ConlluTask,
    CsvTask,
    HubTask,
    Iob2Task,
    JsonlTask,
    SibTask,
    TsvTask,
    XnliTask,
)
from realign_core.data.labelled.layouts.language_files import FileTaskReader
from realign_core.data.parallel import AnyParallel, GettextParallel, HubParallel, MosesParallel, TsvParallel
from realign_core.data.parallel.doubts import quotes_for_text
from realign_core.data.task import TaskConfig
from realign_core.support.errors import ConfigError, DataError
from realign_core.tasks.reading import _read

Options = dict[str, Any]

SAME: list[tuple[type, Options]] = [
    (HubParallel, {"folder": ".", "layout": "columns", "target_column": "source"}),
    (HubParallel, {"folder": ".", "layout": "joined", "text_column": "id"}),
    (HubTask, {"folder": ".", "task": "text", "text_column": "label"}),
    (HubTask, {"folder": ".", "task": "pair", "second_column": "text"}),
    (HubTask, {"folder": ".", "task": "token", "label_column": "text"}),
    (CsvTask, {"path": ".", "text": "label"}),
    (TsvTask, {"path": ".", "premise": "a", "hypothesis": "a"}),
    (JsonlTask, {"path": ".", "question": "context"}),
    (SibTask, {"path": ".", "label_column": "text"}),
    (XnliTask, {"path": ".", "first_columns": ["a"], "second_columns": ["b", "a"]}),
    (MosesParallel, {"path": ".", "source_pattern": "{pair}/a", "target_pattern": "{pair}/a"}),
    (TsvParallel, {"path": ".", "source_column": 2}),
]
"""Readers, and options that name one column or file for two things."""

CLASSES = [*get_args(get_args(AnyTaskReader)[0]), *get_args(get_args(AnyParallel)[0])]


def put(folder: Path, name: str, text: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_every_reader_with_columns_or_two_patterns_is_held_to_it() -> None:
    pattern = re.compile("column|_pattern|premise")
    assert {kind for kind, _ in SAME} == {
        kind for kind in CLASSES if any(map(pattern.search, kind.model_fields))
    }


@pytest.mark.parametrize(("kind", "options"), SAME, ids=lambda value: getattr(value, "__name__", ""))
def test_one_column_is_not_two_things(kind: Any, options: Options) -> None:
    with pytest.raises(ValidationError, match="the same (column|pattern)|are both|named for two things"):
        kind(**options)


CARD = """---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': {}
          '1': si
---
"""


def test_names_of_labels_are_those_of_the_data_set(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    put(tmp_path, "swh/README.md", CARD.format("'no'"))
    put(tmp_path, "swh/test.jsonl", json.dumps({"text": "one", "label": 0}) + "\n")
    options: Options = {"folder": tmp_path, "task": "text"}
    for told in ({}, {"label_names": ("no", "si")}):
        (example,) = HubTask(**options, **told).read("swh", "test")
        assert example.label == "no"  # type: ignore[union-attr]
    with pytest.raises(DataError, match="calls its labels no, si, but label_names says si, no; .* label_map"):
        HubTask(**options, label_names=("si", "no")).read("swh", "test")
    with pytest.raises(ValidationError, match="'label_names' has a name twice"):
        HubTask(**options, label_names=("si", "si"))


def test_a_no_without_quotes_is_no_name_of_a_label(tmp_path: Path) -> None:
    """It is ``False`` in YAML, and was a label of that name."""
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    put(tmp_path, "swh/README.md", CARD.format("no"))
    put(tmp_path, "swh/test.jsonl", json.dumps({"text": "one", "label": 0}) + "\n")
    with pytest.raises(DataError, match="a label is called False, which is no text; put .* in quotes"):
        HubTask(folder=tmp_path, task="text").read("swh", "test")


ROWS = "language\tsplit\tid\ttext\tlabel\nsw\tdev\t1\ta\tx\n"


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("sw\t-\t2\tb\tx", "3: the row has no split, but '-'"),
        ("sw\tnan\t2\tb\tx", "3: the row has no split, but 'nan'"),
        ("sw\tvalidation\t2\tb\tx", "3: the split is 'validation', but is 'dev' meant"),
        ("sw\tTesting\t2\tb\tx", "3: the split is 'Testing', but is 'test' meant"),
        ("-1\tdev\t2\tb\tx", "3: the row has no language, but '-1'"),
        ("sw\tdev\tNaN\tb\tx", "3: the example has no id, but 'NaN'"),
        ("sw\tdev\t1\tb\tx", "the id '1' is that of another example"),
    ],
)
def test_a_row_of_no_split_language_or_id_is_malformed(tmp_path: Path, row: str, match: str) -> None:
    path = put(tmp_path, "a.tsv", f"{ROWS}{row}\n")
    options: Options = {"path": path, "language": "language", "split": "split", "id": "id"}
    with pytest.raises(DataError, match=match):
        TsvTask(**options).read("sw", "dev")
    examples, account = TsvTask(**options, skip_bad=1).read_account("sw", "dev")
    assert (len(examples), account.dropped) == (1, {"malformed": 1})


def test_a_row_without_a_language_is_malformed_in_inference_too(tmp_path: Path) -> None:
    put(tmp_path, "xnli.dev.tsv", "language\tgold_label\tpremise\thypo\nsw\tx\ta\tb\n-\tx\tc\td\n")
    with pytest.raises(DataError, match=r"xnli\.dev\.tsv:3: the row has no language, but '-'"):
        XnliTask(path=tmp_path).languages("dev")


@pytest.mark.parametrize("identity", ["1", 1.0, " 1"])
def test_ids_of_tables_are_compared_as_text(tmp_path: Path, identity: object) -> None:
    rows = [{"id": 1, "text": "a", "label": "x"}, {"id": identity, "text": "b", "label": "x"}]
    path = put(tmp_path, "a.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    with pytest.raises(DataError, match=r"a\.jsonl:2: the id '1' is that of another example, at .*:1;"):
        JsonlTask(files={"sw": {"dev": [path]}}, id="id").read("sw", "dev")


@pytest.mark.parametrize("header", ["fr\ten", "fra_Latn\tx", "x\ten-GB", "target\tsource", "Translation\tn"])
def test_a_header_that_has_the_sides_the_other_way_round_is_refused(tmp_path: Path, header: str) -> None:
    put(tmp_path, "en-fr.tsv", f"{header}\nBonjour\tHello\n")
    with pytest.raises(DataError, match=r"en-fr\.tsv:1: the column of the source is '.*; exchange"):
        TsvParallel(path=tmp_path, header=True).read("fr")
    assert TsvParallel(path=tmp_path, header=True, source_column=2, target_column=1).read("fr").source == (
        "Hello",
    )


@pytest.mark.parametrize("header", ["en\tfr", "a\tb", "fr-en\ten-fr", "source\ttarget", "English\tFrench"])
def test_another_header_is_none_of_its_business(tmp_path: Path, header: str) -> None:
    put(tmp_path, "en-fr.tsv", f"{header}\nHello\tBonjour\n")
    assert TsvParallel(path=tmp_path, header=True).read("fr").source == ("Hello",)


def test_a_language_with_one_side_is_told(tmp_path: Path) -> None:
    for name in ("en-nl.en", "en-nl.nl", "en-fr.fr", "en-de.en"):
        put(tmp_path, name, "a\n")
    source = MosesParallel(path=tmp_path)
    assert (source.languages(), source.alone()) == (("nl",), ("de", "fr"))
    with pytest.raises(DataError, match="only one side of 'fr' is there; check source_pattern"):
        source.read("fr")


HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {}\\n"\n\n'
ENTRY = 'msgid "Good"\nmsgstr "{}"\n\n'


def test_a_catalogue_is_of_its_folders_language(tmp_path: Path) -> None:
    pytest.importorskip("polib", reason="extra 'offline' is not installed")
    for told in ("de", "de_AT", "DE", "ger", "", "LANGUAGE", "de@euro"):
        put(tmp_path, "de/LC_MESSAGES/a.po", HEAD.format(told) + ENTRY.format("Gut"))
        assert GettextParallel(path=tmp_path).read("de").target == ("Gut",)
    put(tmp_path, "de/LC_MESSAGES/a.po", HEAD.format("fr") + ENTRY.format("Bon"))
    with pytest.raises(DataError, match=r"a\.po: it says that it is of 'fr', but lies in the folder of 'de'"):
        GettextParallel(path=tmp_path).read("de")


def test_a_message_has_one_text(tmp_path: Path) -> None:
    pytest.importorskip("polib", reason="extra 'offline' is not installed")
    twice = ENTRY.format("Gut") + ENTRY.format("Schlecht")
    put(
        tmp_path,
        "de/LC_MESSAGES/a.po",
        HEAD.format("de") + twice.replace('msgid "Good"\nmsgstr "S', '#~ msgid "Good"\n#~ msgstr "S'),
    )
    assert GettextParallel(path=tmp_path).read("de").target == ("Gut",)
    put(
        tmp_path,
        "de/LC_MESSAGES/a.po",
        HEAD.format("de") + f'msgctxt "b"\n{ENTRY.format("Brav")}' + ENTRY.format("Gut"),
    )
    assert GettextParallel(path=tmp_path).read("de").target == ("Brav", "Gut")
    put(tmp_path, "de/LC_MESSAGES/a.po", HEAD.format("de") + twice)
    with pytest.raises(DataError, match=r"a\.po:9: the message 'Good' of line 6 is there again; .*msguniq"):
        GettextParallel(path=tmp_path).read("de")


@pytest.mark.parametrize("kind", [ConllTask, ConlluTask, Iob2Task])
def test_a_sentence_that_is_there_twice_by_its_name_is_malformed(tmp_path: Path, kind: Any) -> None:
    word = {
        ConllTask: "Ana\tX\n",
        ConlluTask: "1\tAna\t_\tX\t_\t_\t0\troot\t_\t_\n",
        Iob2Task: "1\tAna\tO\n",
    }[kind]
    named = "# sent_id = {}\n" + word + "\n"
    path = put(tmp_path, "a.txt", named.format("s1") + named.format("s2"))
    assert len(kind(files={"x": {"dev": [path]}}).read("x", "dev")) == 2
    path = put(tmp_path, "a.txt", named.format("s1") * 2)
    with pytest.raises(DataError, match=r"a\.txt:4: the sent_id 's1' is that of line 1 too"):
        kind(files={"x": {"dev": [path]}}).read("x", "dev")


def test_a_comment_of_as_many_words_as_there_are_columns_is_no_word(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "# newdoc\nAna NOUN\n. SYM\n")
    with pytest.raises(DataError, match=r"a\.txt:1: '# newdoc' is a comment, or the word '#' with a tag"):
        ConllTask(files={"x": {"dev": [path]}}).read("x", "dev")
    path = put(tmp_path, "a.txt", "# SYM\nAna NOUN\n. SYM\n")
    (example,) = ConllTask(files={"x": {"dev": [path]}}).read("x", "dev")
    assert example.tokens == ("#", "Ana", ".")  # type: ignore[union-attr]


def test_tags_that_are_taken_for_words_are_refused(tmp_path: Path) -> None:
    def read(*lines: str) -> list[Any]:
        put(tmp_path, "en/dev.txt", "".join(f"{line}\n" for line in lines))
        reader = ConllTask(path=tmp_path)
        return _read(TaskConfig(kind="pos", train=reader), reader, "en", "dev", None)

    words = [f"w{n}" for n in range(30)]
    with pytest.raises(
        DataError, match="30 different tags for fewer different words: tags are taken for words"
    ):
        read(*(f"X {word}" for word in words))
    assert len(read(*(f"{word} X" for word in words))) == 1
    assert len(read(*(f"X {word}" for word in words[:20]))) == 1


def test_an_ignored_type_is_one_of_the_data(tmp_path: Path) -> None:
    put(tmp_path, "en/train.txt", "May\tB-DATE\nAna\tB-PER\n")
    reader = ConllTask(path=tmp_path)

    def read(*ignored: str) -> list[Any]:
        return _read(TaskConfig(kind="ner", ignored=ignored, train=reader), reader, "en", "train", None)

    assert read("DATE")[0].tags == ("O", "B-PER")
    assert read("DATE", "DATES")[0].tags == ("O", "B-PER")
    assert read("MISC")[0].tags == ("B-DATE", "B-PER")  # of other data
    for wrong in ("DATES", "date"):
        with pytest.raises(
            ConfigError, match=f"'{wrong}' is no type of en .train., but 'DATE' is; mend the name"
        ):
            read(wrong)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, FileTaskReader)])
@pytest.mark.parametrize("idle", [{"pattern": "{language}.{split}.x"}, {"split_names": {"dev": "valid"}}])
def test_what_looks_for_no_file_is_refused(kind: Any, idle: Options) -> None:
    files = {"files": {"x": {"dev": ["a"]}}}
    assert kind(**files).path is None
    with pytest.raises(ValidationError, match=f"'{next(iter(idle))}' has no effect without 'path'"):
        kind(**files, **idle)


@pytest.mark.parametrize(
    "kind", [kind for kind in CLASSES if hasattr(kind, "map_key")], ids=lambda kind: kind.__name__
)
def test_no_label_is_mapped_to_a_sign_that_stands_for_none(kind: Any) -> None:
    key = kind.map_key
    if key not in kind.model_fields:
        pytest.skip("it maps no labels")
    options: Options = {"folder": ".", "task": "text"} if kind is HubTask else {"path": "."}
    for sign in ("-", "nan", "_", *([""] if key == "label_map" else [])):
        with pytest.raises(
            ValidationError, match=f"'{key}' makes 'x' to '{sign}', which stands for no label"
        ):
            kind(**options, **{key: {"x": sign}})
    assert getattr(kind(**options, **{key: {"-": "O"}}), key)["-"] == "O"


def test_an_unknown_language_is_not_its_own_nearest_code(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    put(tmp_path, "en-sw/train.jsonl", "{}")
    with pytest.raises(DataError, match="no data for language 'yo'; it has 1 language: sw"):
        HubParallel(folder=tmp_path, codes=("sw", "yo")).read("yo")


def test_quoted_fields_that_are_read_as_text_are_questioned(tmp_path: Path) -> None:
    put(tmp_path, "en-fr.tsv", '"Hello, you"\t"Bonjour"\n"a\tb"\t"c"\nx\ty\n')
    put(tmp_path, "en-de.tsv", '"Hello"\t"Hallo"\nx\ty\nz\tw\n')
    source = TsvParallel(path=tmp_path, skip_bad=1)
    told = quotes_for_text(source.read("fr"))
    assert told is None
    put(tmp_path, "en-fr.tsv", '"Hello, you"\t"Bonjour"\n"a"\t"c"\nx\ty\n')
    assert "2 of 3 pairs have both sides in double quotes" in str(quotes_for_text(source.read("fr")))
    assert quotes_for_text(source.read("de")) is None
