"""The head of the standard classes for texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AlbertConfig, AutoTokenizer, BertConfig, BertModel, CLIPTextConfig

from realign_core.encoder.arithmetic import Kernel
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.load import load_encoder
from realign_core.encoder.trainable import WholeEncoder
from realign_core.recipe import FinetuningConfig, Recipe
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError, EncoderError
from realign_core.support.settings.config import validate_config
from realign_core.tasks.features import Features
from realign_core.tasks.first_token import FirstTokenHead, text_model
from realign_core.tasks.head import split_parameters
from realign_core.training.finetuning import TaskSource, finetuning_phase

ARCHITECTURES = ("bert", "xlm-roberta", "distilbert", "deberta-v2")
LABELS = ("a", "b", "c")
Folder = Callable[..., Path]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_it_computes_what_the_standard_class_computes(encoder_folder: Folder, architecture: str) -> None:
    config = load_encoder(EncoderConfig(name=str(encoder_folder(architecture)), max_length=32)).model.config
    torch.manual_seed(5)
    model = text_model(config, LABELS).eval()
    head = FirstTokenHead(config, LABELS, 1)
    theirs = model.state_dict()
    head.model.load_state_dict({name: theirs[name] for name in head.model.state_dict()})
    ids = torch.tensor([[2, 7, 9, 11, 3], [2, 8, 3, 0, 0]])
    mask = (ids != 0).long()
    with torch.inference_mode():
        states = model.base_model(input_ids=ids, attention_mask=mask).last_hidden_state
        expected = model(input_ids=ids, attention_mask=mask).logits
        assert torch.allclose(head(states[:, 0]), expected, atol=1e-6)
    assert expected.std() > 0.01
    assert set(head.model.state_dict()) == {
        name for name in theirs if not name.startswith(f"{model.base_model_prefix}.") or ".pooler." in name
    }


def test_its_start_depends_on_the_seed_alone(tiny_encoder: Path) -> None:
    config = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=32)).model.config
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = FirstTokenHead(config, LABELS, 7)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    again, other = FirstTokenHead(config, LABELS, 7), FirstTokenHead(config, LABELS, 8)
    for name, value in first.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)
        assert name.endswith("bias") or not torch.equal(other.state_dict()[name], value)


def test_a_published_pooler_is_where_it_starts(tmp_path: Path, tiny_encoder: Path) -> None:
    config = BertConfig(**(BertConfig.from_pretrained(tiny_encoder).to_dict()))
    BertModel(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_encoder).save_pretrained(tmp_path)
    loaded = load_encoder(EncoderConfig(name=str(tmp_path), max_length=32))
    assert loaded.model.pooler is None
    head = FirstTokenHead(config, LABELS, 7, loaded.pooler)
    own = head.model.base_model.pooler.dense
    assert torch.equal(own.weight, loaded.pooler["dense.weight"])
    new, published = split_parameters(head)
    assert {id(p) for p in published} == {id(own.weight), id(own.bias)}
    assert {id(p) for p in new} == {id(p) for p in head.model.classifier.parameters()}
    assert not load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=32)).pooler
    features = Features((np.array([2, 3]),), (np.array([0]),), (np.array([0]),))
    whole = WholeEncoder(loaded.model, 0, Kernel("float32", "eager"), torch.device("cpu"))
    schedule = FinetuningConfig(learning_rate=1e-5, head_learning_rate=1e-2)
    groups = (
        finetuning_phase(TaskSource(whole, head, features, schedule, seed=1)).optimiser().adam.param_groups
    )
    rates = {id(p): group["peak"] for group in groups for p in group["params"]}
    assert (rates[id(own.weight)], rates[id(head.model.classifier.weight)]) == (1e-5, 1e-2)


def test_families_without_such_a_class_are_refused() -> None:
    sizes: dict[str, Any] = {"hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 8}
    with pytest.raises(EncoderError, match=r"reads more than the first token.*task.pooling = 'mean'"):
        FirstTokenHead(AlbertConfig(vocab_size=9, embedding_size=8, **sizes), LABELS, 1)
    with pytest.raises(
        EncoderError, match="no class that classifies texts with an encoder of type 'clip_text"
    ):
        FirstTokenHead(CLIPTextConfig(), LABELS, 1)


def test_pooling_is_of_texts(tiny_recipe: dict[str, Any]) -> None:
    content = tiny_recipe | {"task": tiny_recipe["task"] | {"pooling": "first"}}
    with pytest.raises(ConfigError, match=r"pooling = 'first' is for texts .* not for 'pos'"):
        validate_config(Recipe, content)


def test_a_text_is_read_at_its_first_token(tiny_recipe: dict[str, Any], tiny_corpus: Path) -> None:
    task = {"kind": "text", "train": {"format": "sib", "path": str(tiny_corpus / "topic")}}
    mean = prepare(Recipe.model_validate(tiny_recipe | {"task": task}), [], targets=["xx"])
    first = prepare(
        Recipe.model_validate(tiny_recipe | {"task": task | {"pooling": "first"}}), [], targets=["xx"]
    )
    assert mean.train.positions is None
    assert first.train.positions is not None
    assert {p.tobytes() for p in first.train.positions} == {np.zeros(1, dtype=np.int64).tobytes()}
    assert mean.fingerprint != first.fingerprint
    assert isinstance(first.head(1), FirstTokenHead)
