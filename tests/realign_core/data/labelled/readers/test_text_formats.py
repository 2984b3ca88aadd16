from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.account import Account
from realign_core.data.examples import PairExample, QuestionExample, TextExample
from realign_core.data.labelled import SibTask, SquadTask, XnliTask, check_labels
from realign_core.support.errors import DataError
from realign_core.support.files.content import missing

visible = (
    st.text(
        st.characters(exclude_characters="\n\r\t\ufeff", codec="utf-8", exclude_categories=["Cc"]),
        min_size=1,
        max_size=9,
    )
    .map(str.strip)
    .filter(lambda text: not missing(text))
)


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


@given(rows=st.lists(st.tuples(visible, visible), min_size=1, max_size=6))
def test_sib_round_trip_with_quotes(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]):
    root = tmp_path_factory.mktemp("sib")
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows(
        [("index_id", "category", "text"), *((i, label, text) for i, (text, label) in enumerate(rows))]
    )
    write(root, "swh_Latn/dev.tsv", out.getvalue())
    assert SibTask(path=root).read("swh_Latn", "dev") == [TextExample(*row) for row in rows]


def test_sib_malformed_lines(tmp_path: Path):
    write(tmp_path, "a/dev.tsv", 'index_id\tcategory\ttext\n1\tx\tgood\n2\tx\n3\t\tno label\n4\tx\t"open\n')
    for limit, line in ((0, 3), (1, 4), (2, 5)):
        with pytest.raises(DataError, match=rf"a/dev.tsv:{line}: "):
            SibTask(path=tmp_path, skip_bad=limit).read("a", "dev")
    assert SibTask(path=tmp_path, skip_bad=3).read_account("a", "dev") == (
        [TextExample("good", "x")],
        Account("a", 4, {"malformed": 3}, "example"),
    )
    assert len(SibTask(path=tmp_path, skip_bad=2, quoted=False).read("a", "dev")) == 2


def test_sib_columns(tmp_path: Path):
    write(tmp_path, "a/dev.tsv", "topic\tbody\nx\ty\n")
    with pytest.raises(DataError, match=r"a/dev.tsv:1: no column 'text'; columns: topic, body"):
        SibTask(path=tmp_path, skip_bad=9).read("a", "dev")
    reader = SibTask(path=tmp_path, text_column="body", label_column="topic", label_map={"x": "z"})
    assert reader.read("a", "dev") == [TextExample("y", "z")]
    write(tmp_path, "b/dev.tsv", "only\n")
    with pytest.raises(DataError, match="must name the columns"):
        SibTask(path=tmp_path).read("b", "dev")


XNLI = "language\tgold_label\tsentence1\tsentence2\n"


def test_xnli_one_file_for_all_languages(tmp_path: Path):
    write(
        tmp_path,
        "xnli.dev.tsv",
        XNLI + 'sw\tneutral\t"Ndiyo\tHapana\nfr\tentailment\tOui\tSi\nsw\t-\ta\tb\nsw\tcontradiction\tc\td\n',
    )
    reader = XnliTask(path=tmp_path)
    assert reader.languages("dev") == ("fr", "sw")
    assert reader.languages("test") == ()
    assert reader.read("sw", "dev") == [
        PairExample('"Ndiyo', "Hapana", "neutral"),
        PairExample("c", "d", "contradiction"),
    ]
    with pytest.raises(DataError, match="nearest codes: sw"):
        reader.read("swh", "dev")


def test_xnli_translated_training_data_and_multinli(tmp_path: Path):
    write(tmp_path, "multinli.train.sw.tsv", "premise\thypo\tlabel\na\tb\tcontradictory\n")
    reader = XnliTask(path=tmp_path, pattern="multinli.{split}.{language}.tsv")
    assert reader.read("sw", "train") == [PairExample("a", "b", "contradiction")]
    line = json.dumps({"sentence1": "a", "sentence2": "b", "gold_label": "neutral", "genre": "x"})
    english = write(tmp_path, "multinli_1.0_train.jsonl", line + "\n\n" + line + "\n")
    both = XnliTask(path=tmp_path, files={"en": {"train": [english]}})
    assert len(both.read("en", "train")) == 2


def test_xnli_jsonl_malformed(tmp_path: Path):
    good = {"language": "sw", "sentence1": "a", "sentence2": "b", "gold_label": "neutral"}
    lines = [
        json.dumps(good),
        "{",
        "[1]",
        json.dumps({**good, "sentence2": 5}),
        json.dumps({**good, "sentence1": "\ud800"}),
    ]
    write(tmp_path, "xnli.dev.jsonl", "\n".join(lines))
    for limit, line, reason in (
        (0, 2, "not JSON"),
        (1, 3, "not a JSON object"),
        (2, 4, "must be text"),
        (3, 5, "surrogate"),
    ):
        with pytest.raises(DataError, match=rf"xnli.dev.jsonl:{line}: .*{reason}"):
            XnliTask(path=tmp_path, pattern="xnli.{split}.jsonl", skip_bad=limit).read("sw", "dev")
    reader = XnliTask(path=tmp_path, pattern="xnli.{split}.jsonl", skip_bad=4)
    examples, account = reader.read_account("sw", "dev")
    assert examples == [PairExample("a", "b", "neutral")]
    assert account == Account("sw", 5, {"malformed": 4}, "example")


def squad(*questions: object, context: str = "Nairobi ni mji mkuu wa Kenya.") -> str:
    return json.dumps(
        {"data": [{"title": "x", "paragraphs": [{"context": context, "qas": list(questions)}]}]}
    )


def question(text: str = "Nairobi", start: object = 0, **other: object) -> dict[str, object]:
    return {"id": "q", "question": "Nini?", "answers": [{"text": text, "answer_start": start}], **other}


def test_squad(tmp_path: Path):
    content = squad(
        question(), question("Kenya", 23, id="r"), question(is_impossible=True), question(answers=[])
    )
    write(tmp_path, "xquad.sw.json", content)
    reader = SquadTask(path=tmp_path, pattern="xquad.{language}.json")
    context = "Nairobi ni mji mkuu wa Kenya."
    assert reader.read("sw", "test") == [
        QuestionExample("q", "Nini?", context, ("Nairobi",), (0,)),
        QuestionExample("r", "Nini?", context, ("Kenya",), (23,)),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (question("Mombasa"), r"qas\[1\]: the answer 'Mombasa' is not in the context at 0"),
        (question(start="x"), "answer_start must be a number from 0, but got 'x'"),
        (question(start=True), "answer_start must be a number from 0, but got True"),
        (question(is_impossible="perhaps"), "is_impossible must be true or false, but got 'perhaps'"),
        (question(start=-22), "answer_start must be"),
        (question(id=""), "the question has no id"),
        (question(id=None), "the question has no id, but None"),
        (question(question=" "), "the field 'question' must be text"),
        (question(answers=["Nairobi"]), "'answers' must be a list of objects"),
        ({"id": "x", "question": "?"}, "the question has no 'answers'"),
        ("what?", "a question must be an object"),
    ],
)
def test_squad_malformed(tmp_path: Path, bad: object, reason: str):
    write(tmp_path, "sw/dev.json", squad(question(), bad))
    with pytest.raises(DataError, match=reason):
        SquadTask(path=tmp_path).read("sw", "dev")
    examples, account = SquadTask(path=tmp_path, skip_bad=1).read_account("sw", "dev")
    assert (len(examples), dict(account.dropped)) == (1, {"malformed": 1})


def test_squad_not_json(tmp_path: Path):
    write(tmp_path, "sw/dev.json", '{"data":\n oops}')
    with pytest.raises(DataError, match=r"sw/dev.json:2: not JSON"):
        SquadTask(path=tmp_path).read("sw", "dev")
    write(tmp_path, "sw/dev.json", "[]")
    with pytest.raises(DataError, match="a list 'data' is needed"):
        SquadTask(path=tmp_path).read("sw", "dev")
    write(tmp_path, "sw/dev.json", "[" * 200_000)
    with pytest.raises(DataError, match="not JSON"):
        SquadTask(path=tmp_path).read("sw", "dev")


@given(before=visible, answer=visible, after=visible)
def test_squad_round_trip(tmp_path_factory: pytest.TempPathFactory, before: str, answer: str, after: str):
    root = tmp_path_factory.mktemp("squad")
    write(root, "sw/dev.json", squad(question(answer, len(before)), context=before + answer + after))
    (example,) = SquadTask(path=root).read("sw", "dev")
    assert isinstance(example, QuestionExample)
    (start,) = example.answer_starts
    assert example.context[start : start + len(answer)] == answer == example.answers[0]


@pytest.mark.realdata
def test_sib_200(corpora: Path):
    reader = SibTask(path=corpora / "sib200")
    assert len(reader.languages("test")) == len(reader.languages("dev")) == 82
    assert reader.languages("train") == ("eng_Latn",)
    training = reader.read("eng_Latn", "train")
    assert len(training) == 701
    assert any(e.text.startswith('"She’s very cute and sings quite well, too,"') for e in training)
    for language in reader.languages("test"):
        dev, test = reader.read(language, "dev"), reader.read(language, "test")
        assert (len(dev), len(test)) == (99, 204)
        check_labels(training, dev + test, language)
