"""Each check of a run, provoked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realign_core.recipe import Recipe
from realign_core.runs.dry_run.checks import DATA_CHECKS, ENCODER_CHECKS
from realign_core.runs.dry_run.dry_run import CheckReport, check
from realign_core.runs.running.batch import run_many
from realign_core.runs.running.run import run
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError, DataError, EncoderError, RealignError
from realign_core.support.files.disk import require_space, size

Content = dict[str, Any]


def found(content: Content, languages: tuple[str, ...] = ("xx",), **options: Any) -> CheckReport:
    return check(Recipe.model_validate(content), languages, timing=False, **options)


def only(report: CheckReport, name: str) -> str:
    """What one check found, and no other did."""
    assert {finding.check for finding in report.findings} == {name}, report
    return " | ".join(map(str, report.findings))


@pytest.fixture
def own_corpus(tiny_recipe: Content, tiny_corpus: Path, tmp_path: Path) -> Path:
    """A copy of the labelled data and the parallel text, to be spoilt."""
    shutil.copytree(tiny_corpus, tmp_path / "corpus")
    tiny_recipe["task"]["train"]["path"] = str(tmp_path / "corpus" / "pos")
    tiny_recipe["parallel"]["path"] = str(tmp_path / "corpus" / "parallel")
    return tmp_path / "corpus"


@pytest.fixture
def own_encoder(tiny_recipe: Content, tiny_encoder: Path, tmp_path: Path) -> Path:
    """A copy of the encoder, to be spoilt."""
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, folder)
    tiny_recipe["encoder"]["name"] = str(folder)
    return folder


def test_a_good_recipe_passes_and_is_described(tiny_recipe: Content) -> None:
    report = found(tiny_recipe, ("xx", "yy"))
    assert report.passed
    assert report.findings == ()
    assert report.counts["train"] == {"en": 48}
    assert report.counts["test"] == {"ww": 12, "xx": 12, "yy": 12}
    assert report.counts["pairs"] == {"xx": 96, "yy": 96}
    assert report.encoder is not None
    assert (report.encoder.layers, report.encoder.width, report.encoder.entries) == (4, 16, 104)
    shown = dict(report.lines())
    assert shown["pairs"] == "xx 96, yy 96 sentence pairs"
    assert "4 layers of width 16, vocabulary of 104; cpu" in shown["encoder"]
    assert shown["settings"].startswith("own: realignment.steps 6, realignment.pairs_per_batch 8, ")
    assert "default of 'pos': realignment.freeze_embeddings false, " in shown["settings"]
    assert report.to_dict()["settings"]["values"]["realignment.steps"] == 6


def test_a_dry_run_times_each_phase_and_keeps_nothing(tiny_recipe: Content, tmp_path: Path) -> None:
    report = check(Recipe.model_validate(tiny_recipe), ["xx"], runs=3, checkpoints=tmp_path / "checkpoints")
    assert list(report.times) == ["realignment", "finetuning", "evaluation"]
    assert report.total is not None
    assert 0 < report.total.low <= report.total.seconds <= report.total.high
    assert report.total.seconds == pytest.approx(3 * sum(e.seconds for e in report.times.values()))
    assert json.loads(json.dumps(report.to_dict()))["passed"]
    assert not list(tmp_path.iterdir())
    assert list(check(Recipe.model_validate(tiny_recipe), []).times) == ["finetuning", "evaluation"]


def test_a_split_without_the_source_language(tiny_recipe: Content, own_corpus: Path) -> None:
    (own_corpus / "pos" / "en" / "train.txt").unlink()
    said = only(found(tiny_recipe), "training data")
    assert "no train data for language 'en', only dev and test" in said
    assert "it would be found as en/train.txt" in said
    shutil.rmtree(own_corpus / "pos" / "en")
    assert "no train data for any language" in only(found(tiny_recipe), "training data")


def test_labels_that_max_train_cuts_away(tiny_recipe: Content) -> None:
    tiny_recipe["task"]["max_train"] = 1
    report = found(tiny_recipe)
    said = only(report, "evaluation data")
    assert "ww (test), xx (test), yy (test): task.max_train" in said  # once for all
    assert "task.max_train = 1 leaves out all training examples of" in said
    assert "map them" not in said
    enough = int(said.split("raise it to ")[1].split()[0])
    tiny_recipe["task"]["max_train"] = enough
    assert found(tiny_recipe).passed
    tiny_recipe["task"]["max_train"] = enough - 1
    assert not found(tiny_recipe).passed


def test_labels_that_no_training_example_has(tiny_recipe: Content, own_corpus: Path) -> None:
    (own_corpus / "pos" / "xx" / "test.txt").write_text("zcat X\n", encoding="utf-8")
    assert "does not have: X; map them" in only(found(tiny_recipe), "evaluation data")


def test_targets_with_one_label_only(tiny_recipe: Content, own_corpus: Path) -> None:
    for code in ("xx", "yy"):
        file = own_corpus / "pos" / code / "test.txt"
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
        text = "".join(f"{words[0]} NOUN\n" if words else "\n" for words in lines)
        file.write_text(text, encoding="utf-8")
    report = found(tiny_recipe)
    assert report.passed  # a warning
    said = only(report, "evaluation data")
    assert said.startswith(
        "xx (test), yy (test): every label is 'NOUN': a model that always says it makes no mistake"
    )


def test_a_file_that_cannot_be_read(tiny_recipe: Content, own_corpus: Path) -> None:
    (own_corpus / "pos" / "xx" / "test.txt").write_bytes(b"\xff\xfe\n")
    (own_corpus / "pos" / "yy" / "test.txt").write_bytes(b"\xff\xfe\n")
    said = only(found(tiny_recipe), "evaluation data")
    assert "holds UTF-16" in said
    assert all(f"{code}/test.txt" in said for code in ("xx", "yy"))  # all of them, not the first


def test_a_language_without_parallel_text(tiny_recipe: Content, own_corpus: Path) -> None:
    assert "no data for language 'qq'" in only(found(tiny_recipe, ("qq",)), "sentence pairs")
    (own_corpus / "parallel" / "xx.txt").write_text("\n" * 96, encoding="utf-8")
    assert "no sentence pairs left" in only(found(tiny_recipe), "sentence pairs")


def test_an_extra_that_is_needed_at_the_end(tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    tiny_recipe["task"]["kind"] = "ner"
    tiny_recipe["task"]["train"]["tag_map"] = {tag: f"B-{tag}" for tag in ("DET", "NOUN", "VERB", "ADJ")}
    monkeypatch.setitem(sys.modules, "seqeval.metrics", None)
    assert "pip install 'subsetsearch[ner]'" in only(found(tiny_recipe), "packages")
    with pytest.raises(RealignError, match=r"subsetsearch\[ner\]"):
        run(Recipe.model_validate(tiny_recipe), ["xx"])


def test_a_hub_encoder_where_no_hub_is(tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realign_core.encoder.load.hub_answers", lambda: False)
    tiny_recipe["encoder"] |= {"name": "no/such-encoder", "revision": "0" * 40}
    said = only(found(tiny_recipe), "encoder")
    assert "not in the hub's cache on this machine, and the hub cannot be reached" in said
    assert "hf download no/such-encoder" in said
    tiny_recipe["encoder"]["offline"] = True
    assert "encoder.offline is set" in only(found(tiny_recipe), "encoder")


def test_an_encoder_of_the_hub_without_a_commit(
    tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch, own_encoder: Path
) -> None:
    monkeypatch.setattr("realign_core.runs.dry_run.revisions.of_hub", lambda _: True)
    report = found(tiny_recipe)
    assert "no commit of" in only(report, "revisions")
    assert report.passed  # a warning


def test_a_folder_without_tokenizer(tiny_recipe: Content, own_encoder: Path) -> None:
    for file in own_encoder.glob("*token*"):
        file.unlink()
    assert "all of them special: its files are missing" in only(found(tiny_recipe), "encoder")


def test_more_tokens_than_the_encoder_has_positions(
    tiny_recipe: Content, encoder_folder: Callable[..., Path]
) -> None:
    tiny_recipe["encoder"]["max_length"] = 81
    said = only(found(tiny_recipe), "encoder")
    assert "81 tokens are asked for, but the encoder has positions for 80; write 80 or fewer" in said
    with pytest.raises(EncoderError, match="positions for 80"):
        run(Recipe.model_validate(tiny_recipe), ["xx"])
    tiny_recipe["encoder"] |= {"name": str(encoder_folder("xlm-roberta")), "max_length": 80}
    assert "positions for 79" in only(found(tiny_recipe), "encoder")  # XLM-R counts from its padding id


def test_a_tokenizer_with_more_entries_than_the_embedding(tiny_recipe: Content, own_encoder: Path) -> None:
    from transformers import AutoModel

    model = AutoModel.from_pretrained(own_encoder)
    model.resize_token_embeddings(20)
    model.save_pretrained(own_encoder)
    said = only(found(tiny_recipe), "encoder")
    assert "the tokenizer has 104 entries, but the encoder's embedding 20 rows" in said
    with pytest.raises(EncoderError, match="embedding 20 rows"):
        run(Recipe.model_validate(tiny_recipe), ["xx"])


def test_a_language_that_the_tokenizer_does_not_know(tiny_recipe: Content, own_corpus: Path) -> None:
    (own_corpus / "parallel" / "xx.txt").write_text("ሰላም ዓለም ደህና\n" * 96, encoding="utf-8")
    report = found(tiny_recipe)
    assert report.passed
    assert "knows less than half of this language's tokens" in only(report, "tokens")


def test_layers_that_are_not_there(tiny_recipe: Content) -> None:
    tiny_recipe["finetuning"]["freeze"] = [0, 9]
    assert "the encoder has 4" in only(found(tiny_recipe), "layers")
    tiny_recipe["finetuning"].pop("freeze")
    tiny_recipe["realignment"]["layer"] = 7
    assert "no hidden state 7" in only(found(tiny_recipe), "layers")


def test_words_that_no_score_will_see(tiny_recipe: Content, caplog: pytest.LogCaptureFixture) -> None:
    tiny_recipe["encoder"]["max_length"] = 8
    tiny_recipe["task"]["long_sentences"] = "cut"
    report = found(tiny_recipe)
    said = only(report, "words")
    assert "words of test data: " in said
    assert "they are neither learnt nor scored" in said
    assert report.passed
    prepare(Recipe.model_validate(tiny_recipe), [])
    assert [record.levelname for record in caplog.records if "words of test data" in record.getMessage()] == [
        "WARNING"
    ]
    del tiny_recipe["task"]["long_sentences"]
    assert not found(tiny_recipe).findings


def test_a_split_that_is_learnt_as_well(
    tiny_recipe: Content, own_corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copy(own_corpus / "pos" / "en" / "train.txt", own_corpus / "pos" / "xx" / "test.txt")
    said = only(found(tiny_recipe), "overlap")
    assert "examples of the test data that are training data too: xx 48 of 48" in said
    prepare(Recipe.model_validate(tiny_recipe), [])
    assert "xx 48 of 48" in caplog.text


def test_a_device_that_is_not_there(tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    tiny_recipe["compute"]["device"] = "cuda"
    report = check(Recipe.model_validate(tiny_recipe), ["xx"])
    assert "a run would stop here: compute.device: no CUDA device here" in only(report, "device")
    assert report.passed  # a dry run may well be made on another machine
    assert not report.times


def test_a_disk_that_is_full(tiny_recipe: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    report = found(tiny_recipe, checkpoints=tmp_path / "not" / "there")
    assert "checkpoints will take about" in only(report, "disk")
    with pytest.raises(ConfigError, match="make room"):
        require_space(tmp_path, 1001, "something")
    require_space(tmp_path, 999, "something")
    assert [size(12e6), size(3.42e9)] == ["12 MB", "3.4 GB"]


def test_labels_that_are_mapped_and_occur_nowhere(tiny_recipe: Content) -> None:
    tiny_recipe["task"]["train"]["tag_map"] = {"NUON": "NOUN"}
    assert "task.train.tag_map: 'NUON'" in only(found(tiny_recipe), "mapped labels")


def test_languages_that_nothing_is_realigned_with(tiny_recipe: Content) -> None:
    tiny_recipe["realignment"]["strategy"] = "baseline"
    assert not found(tiny_recipe, ()).findings
    said = only(found(tiny_recipe), "languages")
    assert said == "languages: have no effect with realignment.strategy = 'baseline'; name none"
    for work in (run, run_many):
        with pytest.raises(ConfigError, match="have no effect"):
            work(Recipe.model_validate(tiny_recipe), ["xx"])


@pytest.mark.parametrize(("folder", "corpus"), [("parallel", "sentence pairs"), ("pos/xx", "test data")])
def test_garbled_text_is_told_and_read_as_it_stands(
    tiny_recipe: Content, own_corpus: Path, caplog: pytest.LogCaptureFixture, folder: str, corpus: str
) -> None:
    (file,) = (own_corpus / folder).glob("xx.txt" if folder == "parallel" else "test.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    spoilt = ["cafÃ©" + line if line else "" for line in lines[:9]]
    file.write_text("\n".join([*spoilt, *lines[9:]]) + "\n", encoding="utf-8")
    said = only(found(tiny_recipe), "garbled text")
    assert said.startswith(f"{corpus}: garbled text, which is read as it stands: xx: ")
    assert "with UTF-8 read as Latin-1" in said
    prepare(Recipe.model_validate(tiny_recipe), ["xx"])
    assert f"{corpus}: garbled text" in caplog.text


def test_every_check_is_provoked_above() -> None:
    names = set(DATA_CHECKS) | set(ENCODER_CHECKS)
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in names if f'"{name}")' not in text]


def test_data_are_checked_before_the_encoder_is_touched(
    tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> None:
        raise AssertionError("the encoder was loaded")

    monkeypatch.setattr("realign_core.encoder.load.load_unchecked", load)
    tiny_recipe["task"]["max_train"] = 1
    assert not found(tiny_recipe).passed
    with pytest.raises(DataError, match=r"task\.max_train = 1"):
        run(Recipe.model_validate(tiny_recipe), ["xx"])
