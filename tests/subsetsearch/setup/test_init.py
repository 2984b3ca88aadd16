"""``init``: a study file from what lies in some folders, which passes the dry run."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import subsetsearch as ss
from subsetsearch.cli import main
from subsetsearch.errors import ConfigError, RealignError

WORDS = ["the", "cat", "dog", "sees", "eats", "fish", "red", "big", "house", "tree", "runs", "old"]
CODES = {"eng": "", "swa": "z", "yor": "ka", "wol": "u"}
SHORT = {"eng": "en", "swa": "sw", "yor": "yo", "wol": "wo"}
SPLITS = {"eng": ("train",), "swa": ("dev", "test"), "yor": ("dev", "test")}


def _sentences(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < n:
        found[" ".join(rng.choices(WORDS, k=rng.randint(3, 7)))] = None
    return list(found)


def _in(code: str, sentence: str) -> str:
    return " ".join(CODES[code] + word for word in sentence.split())


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _lines(code: str, n: int = 60) -> str:
    return "".join(_in(code, sentence) + "\n" for sentence in _sentences(n, 1))


def _folder(root: Path) -> None:
    for code in CODES:
        _put(root / f"{code}.txt", _lines(code))
    _put(root / "README.txt", "notes\n")


def _moses(name: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        for code in [*CODES][1:]:
            pair = "-".join(sorted(("en", SHORT[code])))
            stem = name.format(source="en", language=SHORT[code], pair=pair)
            _put(root / f"{stem}.en", _lines("eng"))
            _put(root / f"{stem}.{SHORT[code]}", _lines(code))

    return write


def _pairs(head: str, *, swapped: bool = False) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        for code in [*CODES][1:]:
            rows = zip(_lines("eng").splitlines(), _lines(code).splitlines(), strict=True)
            text = "".join("\t".join(row[::-1] if swapped else row) + "\n" for row in rows)
            name = f"{code}-eng.tsv" if swapped else f"eng-{code}.tsv"
            _put(root / name, head.format(code=code) + text)

    return write


def _gettext(root: Path) -> None:
    for code in [*CODES][1:]:
        entries = "".join(f'msgid "{s}"\nmsgstr "{_in(code, s)}"\n\n' for s in _sentences(60, 1))
        _put(root / SHORT[code] / "LC_MESSAGES" / "app.po", f'msgid ""\nmsgstr ""\n\n{entries}')


PARALLEL: dict[str, Callable[[Path], None]] = {
    "folder": _folder,
    "moses": _moses("{source}-{language}"),
    "moses-opus": _moses("{pair}/Corpus.{pair}"),
    "moses-folders": _moses("{language}/train"),
    "tsv": _pairs(""),
    "tsv-header": _pairs("eng\t{code}\n"),
    "tsv-swapped": _pairs("", swapped=True),
    "gettext": _gettext,
}


def _examples(code: str, split: str) -> list[tuple[str, str]]:
    n = 30 if split == "train" else 12
    texts = _sentences(n, len(split) + 7)
    return [(_in(code, text), ("animals", "places")[place % 2]) for place, text in enumerate(texts)]


def _each(root: Path, name: str, write: Callable[[str, str], str]) -> None:
    for code, splits in SPLITS.items():
        for split in splits:
            _put(root / name.format(code=code, split=split), write(code, split))


def _words(tags: Iterable[str], line: str, end: str = "\n") -> Callable[[str, str], str]:
    def write(code: str, split: str) -> str:
        rng = random.Random(3)
        said = ""
        for text, _ in _examples(code, split):
            for number, word in enumerate(text.split(), 1):
                said += line.format(n=number, word=word, tag=rng.choice([*tags]))
            said += end
        return said

    return write


def _table(delimiter: str, *names: str) -> Callable[[str, str], str]:
    def write(code: str, split: str) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(names)
        writer.writerows((n, label, text) for n, (text, label) in enumerate(_examples(code, split)))
        return out.getvalue()

    return write


def _one_table(root: Path) -> None:
    rows = [
        (code, split, text, label)
        for code, splits in SPLITS.items()
        for split in splits
        for text, label in _examples(code, split)
    ]
    out = io.StringIO()
    csv.writer(out).writerows([("lang", "split", "review", "stars"), *rows])
    _put(root / "reviews.csv", out.getvalue())


def _jsonl(kind: str) -> Callable[[str, str], str]:
    def write(code: str, split: str) -> str:
        rows = []
        for text, label in _examples(code, split):
            pair = {"premise": text, "hypothesis": text.upper(), "label": label}
            asked = {"question": "what?", "context": text, "answers": [text.split()[0]]}
            rows.append(json.dumps({"nli": pair, "qa": asked}[kind]) + "\n")
        return "".join(rows)

    return write


def _squad(code: str, split: str) -> str:
    asked = [
        {
            "context": text,
            "qas": [{"id": n, "question": "?", "answers": [{"text": text.split()[0], "answer_start": 0}]}],
        }
        for n, (text, _) in enumerate(_examples(code, split))
    ]
    return json.dumps({"data": [{"paragraphs": asked}]})


NAMES = ("O", "B-PER", "I-PER")
LABELLED: dict[str, tuple[str, Callable[[Path], None]]] = {
    "pos": ("conll", lambda r: _each(r, "{code}/{split}.txt", _words(("NOUN", "VERB"), "{word} {tag}\n"))),
    "ner": ("conll", lambda r: _each(r, "{code}_{split}.conll", _words(NAMES, "{word}\t{tag}\n"))),
    "conllu": (
        "conllu",
        lambda r: _each(
            r,
            "{code}/{split}.conllu",
            _words(("NOUN", "VERB"), "{n}\t{word}\t_\t{tag}\t_\t_\t0\troot\t_\t_\n"),
        ),
    ),
    "iob2": ("iob2", lambda r: _each(r, "{code}_x-ud-{split}.iob2", _words(NAMES, "{n}\t{word}\t{tag}\n"))),
    "sib": ("tsv", lambda r: _each(r, "{code}/{split}.tsv", _table("\t", "index_id", "category", "text"))),
    "csv": ("csv", lambda r: _each(r, "{split}-{code}.csv", _table(",", "id", "stars", "review"))),
    "semicolons": ("csv", lambda r: _each(r, "{code}/{split}.csv", _table(";", "n", "what", "words"))),
    "one-table": ("csv", _one_table),
    "nli": ("jsonl", lambda r: _each(r, "{split}/{code}.jsonl", _jsonl("nli"))),
    "qa": ("jsonl", lambda r: _each(r, "{code}/{split}.jsonl", _jsonl("qa"))),
    "squad": ("squad", lambda r: _each(r, "{split}.{code}.json", _squad)),
}


SHORT_TEXTS = "recipe.encoder.max_length"
"""The tiny encoder reads 80 tokens."""


def _plan(file: Path, tmp_path: Path) -> Any:
    return ss.load(file, {SHORT_TEXTS: 32}, runs=tmp_path / "runs").plan(timing=False)


def _made(tmp_path: Path, encoder: Path, **options: object) -> tuple[ss.NewStudy, dict[str, object]]:
    made = ss.init(tmp_path, encoder=str(encoder), output=tmp_path / "new.toml", **options)  # type: ignore[arg-type]
    plan = _plan(tmp_path / "new.toml", tmp_path)
    assert plan.passed, plan
    assert (plan["pool"], plan["targets"]) == (3, 2)
    return made, tomllib.loads((tmp_path / "new.toml").read_text(encoding="utf-8"))


def _dry_run(made: ss.NewStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type the command that ``init`` names."""
    words = ["subsetsearch", "run", str(made.file), "--dir", str(tmp_path / "runs")]
    words += ["--set", f"{SHORT_TEXTS}=32", "--dry-run", "--no-timing"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as left:
        main()
    assert not left.value.code
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("layout", PARALLEL)
def test_each_layout_of_parallel_text_passes_the_dry_run(
    tmp_path: Path, tiny_encoder: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if layout == "gettext":
        pytest.importorskip("polib")
    PARALLEL[layout](tmp_path / "parallel")
    LABELLED["sib"][1](tmp_path / "topics")
    made, content = _made(tmp_path, tiny_encoder)
    _dry_run(made, tmp_path, monkeypatch)
    recipe = content["recipe"]
    assert recipe["parallel"]["format"] == layout.split("-", maxsplit=1)[0]  # type: ignore[index]
    assert recipe["parallel"]["path"] == "parallel"  # type: ignore[index]
    pool = ss.load(made.file).config.recipe.parallel
    text = pool.read(pool.languages()[-1])
    assert text.source[0] == _sentences(60, 1)[0], "the sides are the wrong way round"


@pytest.mark.parametrize("layout", LABELLED)
def test_each_layout_of_labelled_examples_passes_the_dry_run(
    tmp_path: Path, tiny_encoder: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, write = LABELLED[layout]
    _folder(tmp_path / "parallel")
    write(tmp_path / "labelled")
    made, content = _made(tmp_path, tiny_encoder)
    _dry_run(made, tmp_path, monkeypatch)
    task = content["recipe"]["task"]  # type: ignore[index]
    assert task["train"]["format"] == form
    if layout == "semicolons":
        assert any("'words' is the text and 'what' the label" in sentence for sentence in made.assumed)


def test_every_key_has_a_comment_and_nothing_is_overwritten(tmp_path: Path, tiny_encoder: Path) -> None:
    _folder(tmp_path / "parallel")
    LABELLED["csv"][1](tmp_path / "labelled")
    _made(tmp_path, tiny_encoder)
    text = (tmp_path / "new.toml").read_text(encoding="utf-8")
    for line in text.splitlines():
        assert not line or line[0] in "#[" or " # " in line or line.startswith("format = "), line
    assert "# max_size = 3\n" in text  # as many as the pool has
    with pytest.raises(ConfigError, match="there is a file already"):
        _made(tmp_path, tiny_encoder)
    assert (tmp_path / "new.toml").read_text(encoding="utf-8") == text
    _made(tmp_path, tiny_encoder, force=True)


def test_what_cannot_be_used_is_named(tmp_path: Path, tiny_encoder: Path) -> None:
    _folder(tmp_path / "parallel")
    _put(tmp_path / "parallel" / "fra.txt", "trop court\n")
    _put(tmp_path / "parallel" / "qqqq.txt", "?\n")
    LABELLED["pos"][1](tmp_path / "labelled")
    made, content = _made(tmp_path, tiny_encoder)
    assert content["pool"] == {"exclude": ["fra"]}
    said = " ".join(made.left_out)
    assert "fra of the parallel text: 1 lines, eng.txt has 60" in said
    assert "no language: README, qqqq" in said


@pytest.mark.parametrize("other", ["tsv", "moses"])
def test_pairs_named_in_the_other_order_are_named(tmp_path: Path, tiny_encoder: Path, other: str) -> None:
    PARALLEL[other](tmp_path / "parallel")
    names = {"tsv": ["fra-eng.tsv"], "moses": ["fr-en.en", "fr-en.fr"]}[other]
    for name in names:
        _put(tmp_path / "parallel" / name, "the cat\tle chat\n" * 60)
    LABELLED["sib"][1](tmp_path / "topics")
    made, _ = _made(tmp_path, tiny_encoder)
    (said,) = made.left_out
    assert f"{len(names)} file" in said
    assert all(name in said for name in names)


def test_labels_that_training_lacks_are_to_do(tmp_path: Path, tiny_encoder: Path) -> None:
    _folder(tmp_path / "parallel")
    LABELLED["pos"][1](tmp_path / "labelled")
    file = tmp_path / "labelled" / "swa" / "dev.txt"
    file.write_text(file.read_text(encoding="utf-8").replace(" VERB", " AUX"), encoding="utf-8")
    made = ss.init(tmp_path, encoder=str(tiny_encoder), output=tmp_path / "new.toml")
    (said,) = made.to_do
    assert 'in [recipe.task.train] write tag_map = { "AUX" = "..." }, each with one of NOUN, VERB' in said
    text = made.file.read_text(encoding="utf-8")
    assert f"# To do: {said}" in text
    assert not _plan(made.file, tmp_path).passed
    mapped = text.replace("[recipe.task.train]\n", '[recipe.task.train]\ntag_map = { "AUX" = "VERB" }\n')
    made.file.write_text(mapped, encoding="utf-8")
    assert _plan(made.file, tmp_path).passed


def test_small_corpora_and_a_source_without_training_split(tmp_path: Path, tiny_encoder: Path) -> None:
    for code in CODES:
        _put(tmp_path / "parallel" / f"{code}.txt", _lines(code, 20))
    for code in ("eng", "swa", "yor"):
        for split in ("dev", "test"):
            text = _words(("NOUN", "VERB"), "{word} {tag}\n")(code, split)
            _put(tmp_path / "labelled" / code / f"{split}.txt", text)
    made, content = _made(tmp_path, tiny_encoder)
    assert content["pool"]["min_pairs"] == 10  # type: ignore[index]
    files = content["recipe"]["task"]["train"]["files"]["eng"]["train"]  # type: ignore[index]
    assert files == ["labelled/eng/dev.txt", "labelled/eng/test.txt"]
    assert any("no training split" in sentence for sentence in made.assumed)


@pytest.mark.parametrize(
    ("write", "what"),
    [
        ((), r"no parallel text with English .*: no files\)"),
        ((("parallel", _folder),), "no labelled examples were found"),
        ((("a", _folder), ("b", _folder)), "2 folders hold parallel text: .*a, .*b"),
        (
            (("p", _folder), ("a", LABELLED["pos"][1]), ("b", LABELLED["csv"][1])),
            "2 folders of labelled examples fit: .*task 'pos'.*task 'text'",
        ),
    ],
)
def test_what_is_missing_or_ambiguous_is_an_error(
    tmp_path: Path, write: tuple[tuple[str, Callable[[Path], None]], ...], what: str
) -> None:
    for name, corpus in write:
        corpus(tmp_path / name)
    with pytest.raises(ConfigError, match=what):
        ss.init(tmp_path, output=tmp_path / "new.toml")
    assert not (tmp_path / "new.toml").exists()


def test_without_development_data_or_the_source_it_says_so(tmp_path: Path) -> None:
    _folder(tmp_path / "parallel")
    for code in ("swa", "yor"):
        _put(tmp_path / "labelled" / code / "test.txt", _words(("NOUN",), "{word} {tag}\n")(code, "test"))
    with pytest.raises(ConfigError, match="nothing is labelled in English"):
        ss.init(tmp_path, output=tmp_path / "new.toml")
    _put(tmp_path / "labelled" / "eng" / "train.txt", _words(("NOUN",), "{word} {tag}\n")("eng", "train"))
    with pytest.raises(ConfigError, match=r"no language but the source has development data"):
        ss.init(tmp_path, output=tmp_path / "new.toml")
    with pytest.raises(RealignError, match="no such folder"):
        ss.init(tmp_path / "nowhere", output=tmp_path / "new.toml")


def test_no_torch_is_loaded(tmp_path: Path, tiny_encoder: Path) -> None:
    _folder(tmp_path / "parallel")
    LABELLED["sib"][1](tmp_path / "topics")
    script = (
        "import sys, subsetsearch as ss\n"
        f"ss.init({str(tmp_path)!r}, encoder={str(tiny_encoder)!r}, output={str(tmp_path / 'new.toml')!r})\n"
        "assert not {'torch', 'transformers', 'optuna'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


NTREX = ("eng.txt", "afr.txt", "amh.txt", "arb.txt", "aze-Latn.txt", "bel.txt", "ben.txt")
"""Some of the corpus: what is recognised is in names, what is checked is in each file."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("labelled", "kind", "targets"),
    [(("masakhapos", "ud"), "pos", 12), (("sib200",), "text", 80), (("masakhaner2", "uner"), "ner", 12)],
)
def test_real_corpora_pass_the_dry_run(
    tmp_path: Path, corpora: Path, tiny_encoder: Path, labelled: tuple[str, ...], kind: str, targets: int
) -> None:
    places, few = [corpora / name for name in labelled], tmp_path / "ntrex"
    few.mkdir()
    for name in NTREX:
        shutil.copy(corpora / "ntrex" / name, few)
    file = tmp_path / "new.toml"
    ss.init(parallel=few, labelled=places, encoder=str(tiny_encoder), output=file)
    plan = _plan(file, tmp_path)
    assert plan.passed, plan
    assert (plan["pool"], plan["targets"]) == (len(NTREX) - 1, targets)
    task = ss.load(file).config.recipe.task
    assert (task.kind.value, task.ignored) == (kind, ("DATE",) if kind == "ner" else ())
