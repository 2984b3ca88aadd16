from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from realign_core.encoder.arithmetic import apply_kernel, autocast, choose_kernel
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.kernel import Kernel
from realign_core.encoder.load import load_encoder
from realign_core.support.errors import ConfigError
from realign_core.support.files.cache import kept_value

CPU = torch.device("cpu")


def test_choice_is_timed_once_a_machine(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    model = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=64)).model
    first = choose_kernel(model, CPU)
    (store,) = (tmp_path / "kernels").glob("*.json")
    seconds = json.loads(store.read_text(encoding="utf-8"))["content"]["seconds"]
    assert set(seconds) == {f"{p}/{a}" for p in ("bfloat16", "float32") for a in ("eager", "sdpa")}
    assert seconds[first.name] == min(seconds.values())
    store.unlink()
    kept_value(
        store, lambda: {"kernel": {"precision": "float32", "attention": "sdpa"}}, what="another choice"
    )
    assert choose_kernel(model, CPU) == Kernel("float32", "sdpa")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 77)  # workers share the cores, and the choice
    assert choose_kernel(model, CPU) == Kernel("float32", "sdpa")
    store.write_text(store.read_text(encoding="utf-8").replace("sdpa", "sdpb"), encoding="utf-8")
    assert choose_kernel(model, CPU).precision in ("float32", "bfloat16")
    assert "the choice of a kernel is damaged" in caplog.text


def test_fixed_choice_is_not_timed(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    model = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=64)).model
    assert choose_kernel(model, CPU, precision="float32", attention="eager") == Kernel("float32", "eager")
    assert not list(tmp_path.iterdir())


def test_timing_leaves_the_encoder_as_it_was(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    model = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=64)).model
    layers = model.config.num_hidden_layers, len(model.encoder.layer)
    choose_kernel(model, CPU)
    assert layers == (model.config.num_hidden_layers, len(model.encoder.layer))
    assert not model.training
    assert all(p.requires_grad and p.grad is None for p in model.parameters())


@pytest.mark.parametrize("kernel", [Kernel("bfloat16", "eager"), Kernel("float32", "sdpa")])
def test_a_kernel_has_a_name(kernel: Kernel) -> None:
    assert Kernel.parse(kernel.name) == kernel
    with pytest.raises(ConfigError, match="'fp16/eager' is no kernel"):
        Kernel.parse("fp16/eager")


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_kernels_agree(tiny_encoder: Path, attention: str) -> None:
    model = load_encoder(EncoderConfig(name=str(tiny_encoder), max_length=64)).model
    ids = torch.tensor([[2, 5, 6, 3]])
    exact = model(input_ids=ids).last_hidden_state
    kernel = Kernel("bfloat16", attention)  # type: ignore[arg-type]
    apply_kernel(kernel, model)
    assert model.config._attn_implementation == attention
    with autocast(kernel, CPU):
        rounded = model(input_ids=ids).last_hidden_state.float()
    assert torch.allclose(exact, rounded, atol=0.1)
    assert not torch.equal(exact, rounded)
