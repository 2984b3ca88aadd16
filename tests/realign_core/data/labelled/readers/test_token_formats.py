from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from realign_core.data.account import Account
from realign_core.data.examples import TokenExample
from realign_core.data.labelled import ConllTask, ConlluTask, Iob2Task, check_labels, label_set
from realign_core.data.labelled.readers.conllu import UPOS
from realign_core.support.errors import DataError

token = st.text(
    st.characters(
        exclude_characters="\n\r\t \ufeff", codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]
    ),
    min_size=1,
    max_size=6,
).filter(lambda t: t.strip() and not t.startswith("-DOCSTART-"))
sentences = st.lists(
    st.lists(st.tuples(token, st.sampled_from(sorted(UPOS))), min_size=1, max_size=5), max_size=5
)
Sentences = list[list[tuple[str, str]]]


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def as_pairs(examples: list[object]) -> Sentences:
    return [list(zip(e.tokens, e.tags, strict=True)) for e in examples if isinstance(e, TokenExample)]


def with_text(data: Sentences) -> bool:
    """Whether there are sentences, of which none has only the sign of words that were taken out."""
    return bool(data) and all(any(token != "_" for token, _ in sentence) for sentence in data)


@given(
    data=sentences.filter(with_text),
    separator=st.sampled_from([" ", "\t"]),
    gap=st.sampled_from(["\n", "\n\n", " \n"]),
)
def test_conll_round_trip(
    tmp_path_factory: pytest.TempPathFactory, data: Sentences, separator: str, gap: str
):
    root = tmp_path_factory.mktemp("conll")
    text = gap.join("".join(f"{t}{separator}{tag}\n" for t, tag in sentence) for sentence in data)
    write(root, "swa/dev.txt", text)
    assert as_pairs(ConllTask(path=root).read("swa", "dev")) == data


def test_conll_tag_map_and_markers(tmp_path: Path):
    words = "Jumatatu NNP B-NP B-DATE\nni IN O O\n\n\nNairobi NNP B-NP B-LOC"
    write(tmp_path, "swa/test.txt", f"-DOCSTART- -X- O O\n\n{words}")
    reader = ConllTask(path=tmp_path, tag_map={"B-DATE": "O"})
    assert as_pairs(reader.read("swa", "test")) == [[("Jumatatu", "O"), ("ni", "O")], [("Nairobi", "B-LOC")]]


def test_a_malformed_line_has_file_line_and_reason_or_spoils_its_sentence(tmp_path: Path):
    write(tmp_path, "swa/dev.txt", "a X\n\nb X\nlonely\nc\n\nd X\n\nagain\n")
    with pytest.raises(
        DataError, match=r"swa/dev.txt:4: 'token TAG' is needed, but got 'lonely'; .*skip_bad"
    ):
        ConllTask(path=tmp_path).read("swa", "dev")
    with pytest.raises(DataError, match=r"dev.txt:9: .*more than 1 such"):
        ConllTask(path=tmp_path, skip_bad=1).read("swa", "dev")
    examples, account = ConllTask(path=tmp_path, skip_bad=2).read_account("swa", "dev")
    assert as_pairs(examples) == [[("a", "X")], [("d", "X")]]
    assert account == Account("swa", 4, {"malformed": 2}, "example")


CONLLU = """# sent_id = 1
# text = Don't go
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\t_\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\t_\t_\t3\tadvmod\t_\t_
2.1\tyou\tyou\tPRON\t_\t_\t_\t_\t3:nsubj\t_
3\tgo\tgo\tVERB\t_\t_\t0\troot\t_\t_

1\ta b\t_\tX\t_\t_\t0\troot\t_\t_
"""


def test_conllu_words_without_multiword_tokens_and_empty_nodes(tmp_path: Path):
    write(tmp_path, "UD_English-EWT/en_ewt-ud-dev.conllu", CONLLU)
    assert as_pairs(ConlluTask(path=tmp_path).read("en", "dev")) == [
        [("Do", "AUX"), ("n't", "PART"), ("go", "VERB")],
        [("a b", "X")],
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1\tgo\tgo\tVERB", "10 tab-separated columns are needed, but got 4"),
        ("x\tgo\tgo\tVERB\t_\t_\t0\troot\t_\t_", "'x' is no word number"),
        ("1\tgo\tgo\tV\t_\t_\t0\troot\t_\t_", "'V' is no universal part-of-speech tag"),
        ("1\t\tgo\tVERB\t_\t_\t0\troot\t_\t_", "the word is empty"),
    ],
)
def test_conllu_malformed(tmp_path: Path, line: str, reason: str):
    write(tmp_path, "UD_X/en_x-ud-dev.conllu", f"# comment\n{line}\n")
    with pytest.raises(DataError, match=rf"en_x-ud-dev.conllu:2: {reason}"):
        ConlluTask(path=tmp_path).read("en", "dev")


def test_explicit_files_replace_the_pattern_and_are_joined_in_order(tmp_path: Path):
    paths = [
        write(tmp_path, f"{name}.conllu", CONLLU.replace("go\tgo", f"{name}\tgo")) for name in ("b", "a")
    ]
    write(tmp_path, "UD_X/en_x-ud-train.conllu", CONLLU)
    write(tmp_path, "UD_X/wo_x-ud-test.conllu", CONLLU)
    reader = ConlluTask(path=tmp_path, files={"en": {"train": paths}})
    assert [e.tokens[-1] for e in reader.read("en", "train")] == ["b", "a b", "a", "a b"]
    assert reader.languages("train") == ("en",)
    assert reader.languages("test") == ("wo",)
    assert reader.languages("dev") == ()


def test_split_names(tmp_path: Path):
    write(tmp_path, "swa/validation.txt", "a X\n")
    assert len(ConllTask(path=tmp_path, split_names={"dev": "validation"}).read("swa", "dev")) == 1


def test_missing_things(tmp_path: Path):
    write(tmp_path, "swa/dev.txt", "a X\n")
    with pytest.raises(DataError, match="split 'dev': no data for language 'swh'; nearest codes: swa"):
        ConllTask(path=tmp_path).read("swh", "dev")
    with pytest.raises(DataError, match="split 'test': no test data for language 'swa', only dev"):
        ConllTask(path=tmp_path).read("swa", "test")
    with pytest.raises(DataError, match="no such file"):
        ConllTask(files={"swa": {"dev": [tmp_path / "none.txt"]}}).read("swa", "dev")
    with pytest.raises(ValidationError, match="give 'path'"):
        ConllTask()
    write(tmp_path, "yor/dev.txt", "\n\n")
    with pytest.raises(DataError, match="no example for language 'yor', split 'dev'"):
        ConllTask(path=tmp_path).read("yor", "dev")


@given(data=sentences.filter(with_text))
def test_iob2_round_trip(tmp_path_factory: pytest.TempPathFactory, data: Sentences):
    tagged = [[(t, "O" if tag == "X" else f"B-{tag}") for t, tag in sentence] for sentence in data]
    root = tmp_path_factory.mktemp("iob2")
    text = "".join(
        f"# sent_id = {i}\n"
        + "".join(f"{n}\t{t}\t{tag}\t-\t-\n" for n, (t, tag) in enumerate(sentence, 1))
        + "\n"
        for i, sentence in enumerate(tagged)
    )
    write(root, "en_ewt-ud-dev.iob2", text)
    assert as_pairs(Iob2Task(path=root).read("en", "dev")) == tagged


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2\tx", "'number<TAB>token<TAB>tag' is needed"),
        ("x\ty\tO", "'number<TAB>token<TAB>tag' is needed"),
        ("2\t \tO", "the word is empty"),
        ("2\tx\tLOC", "'LOC' is no IOB2 tag.*tag_map"),
        ("2\tx\tO\t-", "3 columns are needed, as in the file's first word, but got 4"),
        ("1\tx\tO", "word number 1 comes after 1"),
        ("word O", "'number<TAB>token<TAB>tag' is needed"),
    ],
)
def test_iob2_malformed(tmp_path: Path, line: str, reason: str):
    write(tmp_path, "en_x-ud-dev.iob2", f"1\ta\tO\n{line}\n")
    with pytest.raises(DataError, match=rf"en_x-ud-dev.iob2:2: {reason}"):
        Iob2Task(path=tmp_path).read("en", "dev")


@pytest.mark.realdata
def test_masakhapos_against_english(corpora: Path):
    english = ConlluTask(path=corpora / "ud")
    ewt, gum = (corpora / "ud" / f"UD_English-{name}" for name in ("EWT", "GUM"))
    listed = [ewt / "en_ewt-ud-dev.conllu", gum / "en_gum-ud-dev.conllu", gum / "en_gum-ud-test.conllu"]
    training = ConlluTask(files={"en": {"train": listed}}).read("en", "train")
    assert len(training) == len(english.read("en", "dev")) + 1464
    assert label_set(training) == UPOS
    target = ConllTask(path=corpora / "masakhapos")
    assert len(target.languages("dev")) == len(target.languages("test")) == 12
    for language in target.languages("test"):
        examples = target.read(language, "test")
        assert 550 < len(examples) < 720
        check_labels(training, examples, language)


@pytest.mark.realdata
def test_universal_dependencies_tests(corpora: Path):
    reader = ConlluTask(path=corpora / "ud")
    counts = {code: len(reader.read(code, "test")) for code in reader.languages("test")}
    assert len(counts) == 14
    assert {n for code, n in counts.items() if code not in ("en", "ta")} == {300}


@pytest.mark.realdata
def test_named_entities_need_dates_mapped(corpora: Path):
    training = Iob2Task(path=corpora / "uner").read("en", "dev")
    assert len(training) == 2001
    plain = ConllTask(path=corpora / "masakhaner2")
    with pytest.raises(DataError, match="swa: labels that the training data does not have: B-DATE, I-DATE"):
        check_labels(training, plain.read("swa", "test"), "swa")
    mapped = ConllTask(path=corpora / "masakhaner2", tag_map={"B-DATE": "O", "I-DATE": "O"})
    for language in mapped.languages("dev"):
        check_labels(training, mapped.read(language, "dev"), language)


@pytest.mark.parametrize("content", ["1\tMali\tO\n2\tKisa\tO\n\n", "1 Mali O\n2 Kisa O\n1 Ona O\n\n"])
def test_a_column_of_word_numbers_is_no_column_of_words(tmp_path: Path, content: str) -> None:
    (tmp_path / "d.txt").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"d\.txt:1: the first column numbers the words .*cut -f2-"):
        ConllTask(files={"swh": {"dev": [tmp_path / "d.txt"]}}, skip_bad=9).read("swh", "dev")
    (tmp_path / "d.txt").write_text("1 NUM\n3 NUM\n\n1 NUM\n\n", encoding="utf-8")
    assert len(ConllTask(files={"swh": {"dev": [tmp_path / "d.txt"]}}).read("swh", "dev")) == 2


def test_test_data_are_halved_where_there_are_no_other(tmp_path: Path):
    sentences = [[(f"w{n}", "NOUN")] for n in range(7)]
    text = "\n".join("".join(f"{t} {tag}\n" for t, tag in sentence) for sentence in sentences)
    write(tmp_path, "wol/test.txt", text)
    write(tmp_path, "yor/test.txt", text)
    write(tmp_path, "yor/dev.txt", "own NOUN\n")
    plain, halved = ConllTask(path=tmp_path), ConllTask(path=tmp_path, halve_test=True)
    assert plain.languages("dev") == ("yor",)
    assert halved.languages("dev") == halved.languages("test") == ("wol", "yor")
    assert as_pairs(halved.read("wol", "dev")) == sentences[0::2]
    assert as_pairs(halved.read("wol", "test")) == sentences[1::2]
    assert as_pairs(halved.read("yor", "dev")) == [[("own", "NOUN")]]
    assert as_pairs(halved.read("yor", "test")) == sentences
    assert halved.read_account("wol", "test")[1] == Account("wol", 7, {"of the other half": 4}, "example")


def test_one_sentence_cannot_be_halved(tmp_path: Path):
    write(tmp_path, "wol/test.txt", "own NOUN\n")
    reader = ConllTask(path=tmp_path, halve_test=True)
    assert len(reader.read("wol", "dev")) == 1
    with pytest.raises(DataError, match="cannot be halved"):
        reader.read("wol", "test")
