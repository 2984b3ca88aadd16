"""Encoders that are not the ones that were meant: each is refused, by a load and by the dry run alike."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers as t
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.load import load_encoder
from realign_core.recipe import Recipe
from realign_core.runs.dry_run.dry_run import check
from realign_core.runs.running.run import run
from realign_core.support.errors import EncoderError

Tensors = dict[str, torch.Tensor]

SIZES: dict[str, Any] = {
    "vocab_size": 160, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 32, "max_position_embeddings": 80, "pad_token_id": 0,
}  # fmt: skip


def edit(folder: Path, change: Callable[[Tensors], Tensors]) -> None:
    file = folder / "model.safetensors"
    save_file(change(load_file(file)), file, {"format": "pt"})


def without_tokenizer(folder: Path) -> None:
    for file in folder.glob("*token*"):
        file.unlink()


def larger_tokenizer(folder: Path) -> None:
    model = AutoModel.from_pretrained(folder)
    model.resize_token_embeddings(90)
    model.save_pretrained(folder)


def tiny_tokenizer(folder: Path) -> None:
    model = AutoModel.from_pretrained(folder)
    model.resize_token_embeddings(2000)
    model.save_pretrained(folder)


def missing_layer(folder: Path) -> None:
    edit(folder, lambda tensors: {name: x for name, x in tensors.items() if ".layer.2." not in name})


def under_a_prefix(folder: Path) -> None:
    edit(folder, lambda tensors: {f"model.{name}": x for name, x in tensors.items()})


def layers_left_over(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 2}), encoding="utf-8")


def other_shape(folder: Path) -> None:
    edit(folder, lambda tensors: {**tensors, WORDS: tensors[WORDS][:, :8].contiguous()})


def cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])


def cut_in_its_header(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:100])


def empty(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def other_content(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"PK\x03\x04" * 50)


def pointer(folder: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1109\n"
    (folder / "model.safetensors").write_text(text, encoding="utf-8")


def pointer_for_a_tokenizer(folder: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1109\n"
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")


def cut_tokenizer(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_bytes(file.read_bytes()[:-30])


def missing_shard(folder: Path) -> None:
    model = AutoModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="10KB")
    sorted(folder.glob("model-*.safetensors"))[0].unlink()


def causal(folder: Path) -> None:
    config = t.GPT2Config(vocab_size=160, n_positions=80, n_embd=16, n_layer=2, n_head=2)
    t.GPT2LMHeadModel(config).save_pretrained(folder)


def causal_with_rotations(folder: Path) -> None:
    t.LlamaForCausalLM(t.LlamaConfig(**SIZES)).save_pretrained(folder)


def decoder_of_an_encoder_family(folder: Path) -> None:
    t.BertLMHeadModel(t.BertConfig(**SIZES, is_decoder=True)).save_pretrained(folder)


def encoder_and_decoder(folder: Path) -> None:
    t.T5Model(
        t.T5Config(vocab_size=160, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2)
    ).save_pretrained(folder)


WORDS = "embeddings.word_embeddings.weight"
FAULTS: dict[Callable[[Path], None], str] = {
    without_tokenizer: r"5 entries, all of them special.*tokenizer\.save_pretrained",
    larger_tokenizer: r"tokenizer has 104 entries, but the encoder's embedding 90 rows.*resize_token",
    tiny_tokenizer: r"tokenizer has 104 entries, but the encoder's embedding 2,000 rows; they do not belong",
    missing_layer: r"16 of 69 weights are missing, as 'encoder\.layer\.2\..*random.*config\.json",
    under_a_prefix: r"69 of 69 weights are missing.*the file has 'model\.embeddings\.",
    layers_left_over: r"32 weights in the file have no place in the encoder, as 'encoder\.layer\.2\.",
    other_shape: r"'embeddings\.word_embeddings\.weight' has the shape \(160, 8\), not \(160, 16\)",
    cut: r"model\.safetensors: the file was cut: [\d,]+ of [\d,]+ bytes are there; copy or download",
    cut_in_its_header: r"model\.safetensors: the file was cut: 100 bytes are there",
    empty: r"model\.safetensors: an empty file",
    other_content: r"model\.safetensors: not a safetensors file, or a damaged one",
    pointer: r"model\.safetensors: a pointer of Git LFS, not the file itself; .*git lfs pull",
    pointer_for_a_tokenizer: r"tokenizer\.json: a pointer of Git LFS",
    cut_tokenizer: r"the tokenizer of the encoder '.*' cannot be loaded",
    missing_shard: r"index\.json: 1 of \d+ files of weights are missing: model-00001",
    causal: r"a causal model \(GPT2Model\): no token sees those after it; use an encoder-only",
    causal_with_rotations: r"a causal model \(LlamaModel\)",
    decoder_of_an_encoder_family: r"a causal model \(BertModel\)",
    encoder_and_decoder: r"T5Model has 2 stacks of 2 layers",
}  # fmt: skip


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_a_faulty_encoder_is_refused_before_anything_runs(
    spoil: Callable[[Path], None],
    tiny_encoder: Path,
    tiny_recipe: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, said = tmp_path / "encoder", FAULTS[spoil]
    shutil.copytree(tiny_encoder, folder)
    spoil(folder)
    with pytest.raises(EncoderError, match=said):
        load_encoder(EncoderConfig(name=str(folder), max_length=32))
    tiny_recipe["encoder"]["name"] = str(folder)
    recipe = Recipe.model_validate(tiny_recipe)
    report = check(recipe, ["xx"], timing=False)
    assert not report.passed
    with pytest.raises(EncoderError, match=said):
        raise report.findings[0].error
    monkeypatch.setattr(
        "realign_core.runs.workspace.workspace.make_task", lambda *_: pytest.fail("something was run")
    )
    with pytest.raises(EncoderError, match=said):
        run(recipe, ["xx"])


GOOD: dict[str, Callable[[], t.PreTrainedModel]] = {
    "bert with pooler": lambda: t.BertModel(t.BertConfig(**SIZES)),
    "bert for masked words": lambda: t.BertForMaskedLM(t.BertConfig(**SIZES)),
    "bert with a task's head": lambda: t.BertForSequenceClassification(t.BertConfig(**SIZES)),
    "xlm-r for masked words": lambda: t.XLMRobertaForMaskedLM(t.XLMRobertaConfig(**SIZES)),
    "distilbert with usual weights": lambda: t.DistilBertModel(
        t.DistilBertConfig(vocab_size=160, dim=16, n_layers=2, n_heads=2, hidden_dim=32, pad_token_id=0)
    ),
    "deberta for masked words": lambda: t.DebertaV2ForMaskedLM(
        t.DebertaV2Config(**SIZES, relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=16)
    ),
    "electra": lambda: t.ElectraForPreTraining(t.ElectraConfig(**SIZES, embedding_size=8)),
    "modernbert": lambda: t.ModernBertForMaskedLM(
        t.ModernBertConfig(**SIZES, bos_token_id=2, cls_token_id=2, sep_token_id=3, eos_token_id=3)
    ),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_a_published_encoder_loads_with_whatever_head(
    make: Callable[[], t.PreTrainedModel], tiny_encoder: Path, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    make().save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_encoder).save_pretrained(tmp_path)
    config = EncoderConfig(name=str(tmp_path), max_length=32)
    assert load_encoder(config).fingerprint == load_encoder(config).fingerprint


def test_old_names_of_weights_and_shards_are_read(tiny_encoder: Path, tmp_path: Path) -> None:
    whole = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=32)).fingerprint
    shutil.copytree(tiny_encoder, tmp_path / "old")
    old = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}

    def rename(tensors: Tensors) -> Tensors:
        for name in list(tensors):
            for new, former in old.items():
                if name.endswith(new):
                    tensors[name.replace(new, former)] = tensors.pop(name)
        return tensors

    edit(tmp_path / "old", rename)
    assert load_encoder(EncoderConfig(name=str(tmp_path / "old"), max_length=32)).fingerprint == whole
    shutil.copytree(tiny_encoder, tmp_path / "shards")
    model = AutoModel.from_pretrained(tiny_encoder, add_pooling_layer=False)
    (tmp_path / "shards" / "model.safetensors").unlink()
    model.save_pretrained(tmp_path / "shards", max_shard_size="10KB")
    assert len(list((tmp_path / "shards").glob("*.safetensors"))) > 1
    assert load_encoder(EncoderConfig(name=str(tmp_path / "shards"), max_length=32)).fingerprint == whole
