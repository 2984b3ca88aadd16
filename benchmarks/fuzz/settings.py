"""Study files, recipes, folders that ``init`` looks at, encoders' files and what else is read back, under fire."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzz.subject import Subject
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.content import encoder_content
from realign_core.encoder.files import check_files
from realign_core.encoder.sentence_modules import copy_modules, published_files
from realign_core.recipe import Recipe
from realign_core.runs.saved.base_model import describe_base
from subsetsearch.analysis.study.overview import studies
from subsetsearch.config import load_study
from subsetsearch.results.database.address import read_address
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.setup._survey import Survey, survey
from subsetsearch.typology._lang2vec_files import read_set

_STUDY = b"""# m\xc3\xado
name = "fuzz"
description = "x"

[recipe.encoder]
name = "bundled"
max_length = 32

[recipe.parallel]
format = "folder"
path = "parallel"
source = "eng"

[recipe.task]
kind = "text"
train = { format = "sib", path = "topics", label_map = { a = "b" } }

[recipe.realignment]
steps = 50
learning_rate = 5e-5
freeze_embeddings = false

[pool]
languages = ["sw", "zu"]

[search]
trials = 4
pairs_per_language = [100, "all"]

[evaluate]
seeds = [17, 23]
"""

_RECIPE = b"""[encoder]
name = "bundled"

[task]
kind = "pos"
train = { format = "conll", path = "pos", tag_map = { X = "Y" } }
evaluation = { format = "conll", path = "pos" }

[realignment]
aligner = { kind = "dictionary", path = "d" }

[finetuning]
epochs = 3
freeze = [0, 10]
[groups]
near = ["sw"]
"""

_CARD = b"---\nlicense: mit\nbase_model: a/b\nlanguage:\n- en\n- sw\ntags: [x]\n---\n# An encoder\n"


def _weights() -> bytes:
    header = json.dumps(
        {"__metadata__": {"format": "pt"}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
    ).encode()
    return struct.pack("<Q", len(header)) + header + b"\0\0\0\0"


_MODULES = json.dumps(
    [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
).encode()


def _encoder(folder: Path) -> Any:
    check_files(folder / "e")
    find = published_files(str(folder / "e"), "main", offline=True)
    (folder / "out").mkdir(exist_ok=True)
    return encoder_content(find), copy_modules(find, folder / "out")


def _looked_at(folder: Path) -> Survey:
    result = survey([folder], "eng_Latn")
    assert all(corpus.title for corpus in result.parallel)
    assert all(corpus.title for corpus in result.labelled)
    return result


def _npz() -> bytes:
    from io import BytesIO

    out = BytesIO()
    np.savez(out, langs=np.array(["deu", "swh"]), feats=np.array(["S_A", "P_B"]), data=np.ones((2, 2, 1)))
    return out.getvalue()


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "study file",
        lambda folder: load_study(folder / "study.toml"),
        ({"study.toml": _STUDY},),
        modules=("realign_core.support.settings.config",),
        words=(
            b"a." * 3000 + b"a = 1",
            b"name",
            b"[recipe",
            b"= ",
            b'"""',
            b"'''",
            b"1979-05-27T07:32:00Z",
            b"[[search]]",
            b"inf",
            b"-1",
            b"{}",
            b"format = 'hub'",
        ),
        packed=False,
    ),
    Subject(
        "recipe file",
        lambda folder: Recipe.from_toml(folder / "recipe.toml"),
        ({"recipe.toml": _RECIPE},),
        modules=("realign_core.recipe",),
        words=(b"preset = 'aacl2025'", b"[task]", b'kind = "qa"', b"= ", b"[]", b"{}", b"-1", b"nan"),
        packed=False,
    ),
    Subject(
        "studies in a folder",
        studies,
        ({"a.toml": _STUDY, "runs/fuzz/study.db": b"SQLite format 3\0"}, {"a.toml": _STUDY}),
        modules=("subsetsearch.analysis.study.overview",),
        words=(b"name", b"= ", b"[recipe"),
        packed=False,
    ),
    Subject(
        "card of an encoder",
        lambda folder: describe_base(EncoderConfig(name=str(folder / "e"))),
        ({"e/README.md": _CARD},),
        modules=("realign_core.runs.saved.base_model",),
        words=(
            b"---\n",
            b"license:",
            b"base_model: [a]",
            b"language: 1",
            b"&a [*a]",
            b"!!python/object:os.system",
            b": ",
        ),
        packed=False,
    ),
    Subject(
        "files of an encoder",
        _encoder,
        (
            {
                "e/model.safetensors": _weights(),
                "e/modules.json": _MODULES,
                "e/1_Pooling/config.json": b"{}",
                "e/tokenizer.json": b'{"model": {"a": 1}}',
            },
            {
                "e/model.safetensors.index.json": b'{"weight_map": {"a": "a.safetensors"}}',
                "e/a.safetensors": _weights(),
                "e/vocab.txt": b"a\n",
            },
        ),
        modules=(
            "realign_core.encoder.files",
            "realign_core.encoder.content",
            "realign_core.encoder.sentence_modules",
        ),
        words=(b'"data_offsets"', b'"path": "../x"', b'"weight_map"', b"[0, 4]", b'"shape"', b"null", b"[]"),
        packed=False,
    ),
    Subject(
        "folder for init",
        _looked_at,
        (
            {"eng.txt": b"one\ntwo\n", "swa.txt": b"moja\nmbili\n", "yor.txt": "ọ̀kan\nèjì\n".encode()},
            {"sw/train.csv": b"text,label\na,x\nb,y\n", "en/train.csv": b"text,label\na,x\nb,y\nc,x\n"},
            {
                "en-sw.tsv": b"one\tmoja\n",
                "en-yo.tsv": "two\tèjì\n".encode(),
                "all.jsonl": b'{"lang": "sw", "text": "a", "label": "b"}\n',
            },
            {
                "sw/LC_MESSAGES/a.po": b'msgid "a"\nmsgstr "b"\n',
                "de/LC_MESSAGES/a.po": b'msgid "a"\nmsgstr "c"\n',
            },
            {"sw/dev.conll": b"a DET\nb NOUN\n\nc X\n", "en/train.conll": b"a DET\nb NOUN\n\nc X\n"},
        ),
        modules=("subsetsearch.setup._parallel", "subsetsearch.setup._labelled"),
        words=(b"text,label", b"lang", b"\t", b"en", b"sw"),
    ),
    Subject(
        "address of a database",
        lambda folder: read_address(f"@{folder / 'url'}"),
        ({"url": b"postgresql://me:secret@host/db\n"},),
        modules=("subsetsearch.results.database.address",),
        packed=False,
    ),
    Subject(
        "what was left aside",
        lambda folder: StudyFolder(folder).left_aside,
        ({"left-aside-1/left-aside.json": b'{"trials": 3, "full_runs": 2}'},),
        modules=("subsetsearch.results.database.study_folder",),
        packed=False,
    ),
    Subject(
        "uriel",
        lambda folder: read_set("average", folder / "a.npz"),
        ({"a.npz": _npz()},),
        modules=("subsetsearch.typology._lang2vec_files",),
        packed=False,
    ),
)
