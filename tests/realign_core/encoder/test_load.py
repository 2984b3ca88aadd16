from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from transformers import ByT5Tokenizer

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.load import load_encoder, weights_fingerprint
from realign_core.encoder.padding import mean_pool, pad
from realign_core.support.errors import EncoderError


def test_fingerprint_is_the_same_in_every_load(tiny_encoder: Path) -> None:
    config = EncoderConfig(name=str(tiny_encoder), max_length=64)
    torch.manual_seed(1)
    first = load_encoder(config)
    torch.manual_seed(2)
    assert load_encoder(config).fingerprint == first.fingerprint
    with torch.no_grad():
        next(iter(first.model.parameters()))[0, 0] += 1
    assert weights_fingerprint(first.model) != first.fingerprint


def test_dropout_is_off_and_no_pooler_is_left(tiny_encoder: Path) -> None:
    loaded = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=64))
    assert not [name for name, _ in loaded.model.named_parameters() if "pooler" in name]
    loaded.model.train()
    ids = torch.tensor([[2, 5, 6, 3]])
    assert torch.equal(
        loaded.model(input_ids=ids).last_hidden_state, loaded.model(input_ids=ids).last_hidden_state
    )


def test_refuses_a_folder_without_safetensors(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_encoder, folder)
    weights = folder / "model.safetensors"
    torch.save(load_file(weights), folder / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(EncoderError, match=r"no \.safetensors file.*save_pretrained"):
        load_encoder(EncoderConfig(name=str(folder)))


def test_refuses_a_damaged_folder(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny_encoder, folder)
    (folder / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(EncoderConfig(name=str(folder)))


def test_names_an_encoder_that_is_not_there() -> None:
    with pytest.raises(EncoderError, match=r"'no/such-encoder' is not in the hub's cache.*'bundled'"):
        load_encoder(EncoderConfig(name="no/such-encoder", offline=True))


def test_refuses_a_tokenizer_without_word_ids(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "slow"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(tiny_encoder / name, folder)
    ByT5Tokenizer().save_pretrained(folder)
    with pytest.raises(EncoderError, match="slow: no fast tokenizer, so there are no word ids; .* fast"):
        load_encoder(EncoderConfig(name=str(folder)))


texts = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=9), min_size=1, max_size=5)


@given(texts)
def test_padding_keeps_every_token(lists: list[list[int]]) -> None:
    ids, mask = pad([np.array(x, dtype=np.int64) for x in lists], 0, torch.device("cpu"))
    assert ids.shape == mask.shape == (len(lists), max(map(len, lists)))
    for row, wanted in enumerate(lists):
        assert ids[row, : len(wanted)].tolist() == wanted
        assert mask[row].tolist() == [1] * len(wanted) + [0] * (ids.shape[1] - len(wanted))
        assert not ids[row, len(wanted) :].any()


@given(texts)
def test_mean_is_over_real_tokens_only(lists: list[list[int]]) -> None:
    _, mask = pad([np.array(x, dtype=np.int64) for x in lists], 0, torch.device("cpu"))
    hidden = torch.randn(*mask.shape, 3)
    hidden[mask == 0] = 1e6
    expected = [hidden[i, : len(x)].mean(0) for i, x in enumerate(lists)]
    assert torch.allclose(mean_pool(hidden, mask), torch.stack(expected), atol=1e-5)
