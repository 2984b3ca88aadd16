from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.freeze import freezing
from realign_core.encoder.kernel import Kernel
from realign_core.encoder.layers import embedding_parameters, layer_stack
from realign_core.encoder.load import load_encoder
from realign_core.encoder.trainable import WholeEncoder
from realign_core.encoder.trunk import TopLayers, trunk_states
from realign_core.encoder.vocabulary import CompactVocabulary
from realign_core.support.errors import EncoderError

ARCHITECTURES = ("bert", "xlm-roberta", "distilbert", "deberta-v2")
Folder = Callable[..., Path]
KERNEL = Kernel("float32", "eager")
CPU = torch.device("cpu")


def texts(n: int = 5) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [np.concatenate([[2], rng.integers(4, 70, size=3 + i), [3]]) for i in range(n)]


def whole_encoder(folder: Folder, architecture: str) -> WholeEncoder:
    loaded = load_encoder(EncoderConfig(name=str(folder(architecture)), max_length=64))
    return WholeEncoder(loaded.model, 0, KERNEL, CPU)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_finds_layers_and_embeddings(encoder_folder: Folder, architecture: str) -> None:
    model = whole_encoder(encoder_folder, architecture).model
    stack = layer_stack(model)
    assert len(stack) == 4
    in_layers = {id(p) for p in stack.parameters()}
    embeddings = {id(p) for p in embedding_parameters(model)}
    assert not in_layers & embeddings
    assert id(model.get_input_embeddings().weight) in embeddings


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    ("frozen", "held"), [("none", ()), ("front", (0, 1)), ("back", (2, 3)), ((1, 3), (1, 2))]
)
def test_freezes_exactly_the_range(
    encoder_folder: Folder, architecture: str, frozen: object, held: tuple[int, ...]
) -> None:
    model = whole_encoder(encoder_folder, architecture).model
    stack = layer_stack(model)
    with freezing(model, frozen) as trained:  # type: ignore[arg-type]
        still = {id(p) for p in trained}
        for index, layer in enumerate(stack):
            flags = {p.requires_grad for p in layer.parameters()}
            assert flags == {index not in held}
            assert (index not in held) == all(id(p) in still for p in layer.parameters())
        assert all(p.requires_grad for p in embedding_parameters(model))
    assert all(p.requires_grad for p in model.parameters())


def test_freezes_embeddings_and_restores_after_an_error(encoder_folder: Folder) -> None:
    model = whole_encoder(encoder_folder, "bert").model
    with pytest.raises(ZeroDivisionError), freezing(model, "none", embeddings=True):
        1 // sum(p.requires_grad for p in embedding_parameters(model))
    assert all(p.requires_grad for p in model.parameters())


def test_refuses_a_range_outside_the_encoder(encoder_folder: Folder) -> None:
    model = whole_encoder(encoder_folder, "bert").model
    with pytest.raises(EncoderError, match="the encoder has 4"), freezing(model, (2, 9)):
        pass
    with pytest.raises(EncoderError, match="everything is frozen"), freezing(model, (0, 4), embeddings=True):
        pass


def test_refuses_an_encoder_without_one_stack(encoder_folder: Folder) -> None:
    model = whole_encoder(encoder_folder, "bert").model
    model.config.num_hidden_layers = 3
    with pytest.raises(EncoderError, match="0 stacks of 3 layers"):
        layer_stack(model)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("depth", [1, 3])
def test_top_on_cached_trunk_equals_the_whole(
    encoder_folder: Folder, architecture: str, depth: int, tmp_path: Path
) -> None:
    whole = whole_encoder(encoder_folder, architecture)
    states = trunk_states(whole, texts(), depth, tmp_path, key="k")
    top = TopLayers(whole, states, depth)
    with torch.no_grad():
        expected, mask = whole.hidden(texts())
        found, found_mask = top.hidden(texts())
    assert torch.equal(mask, found_mask)
    real = mask.bool()
    # float16 storage keeps about three decimal digits.
    assert torch.allclose(expected[real], found[real], atol=5e-3)
    assert not torch.allclose(expected[real], whole.hidden(texts(), depth)[0][real], atol=5e-2)


def test_top_trains_only_its_layers(encoder_folder: Folder, tmp_path: Path) -> None:
    whole = whole_encoder(encoder_folder, "bert")
    before = {name: p.detach().clone() for name, p in whole.model.named_parameters()}
    states = trunk_states(whole, texts(), 2, tmp_path, key="k")
    top = TopLayers(whole, states, 2)
    hidden, _ = top.hidden(texts())
    hidden.square().mean().backward()
    with_gradient = {name for name, p in top.model.named_parameters() if p.grad is not None}
    assert with_gradient
    assert all(".layer.0." in name or ".layer.1." in name for name in with_gradient)
    trained = [p for p in top.model.parameters() if p.requires_grad]
    torch.optim.SGD(trained, lr=1.0).step()
    for name, p in whole.model.named_parameters():
        assert torch.equal(p, before[name]), name
        assert p.requires_grad, name  # whole runs after it train all of it


def test_trunk_is_built_once_and_refuses_strangers(encoder_folder: Folder, tmp_path: Path) -> None:
    whole = whole_encoder(encoder_folder, "bert")
    trunk_states(whole, texts(), 2, tmp_path, key="k")
    (place,) = tmp_path.glob("*/")
    stamp = (place / "states.f16").stat().st_mtime_ns
    states = trunk_states(whole, texts(), 2, tmp_path, key="k")
    assert (place / "states.f16").stat().st_mtime_ns == stamp
    with pytest.raises(EncoderError, match="outside the cached trunk"):
        states.batch([np.array([2, 99, 3])], CPU)
    trunk_states(whole, texts(), 2, tmp_path, key="other")
    assert len(list(tmp_path.glob("*/"))) == 2


def test_top_refuses_a_trunk_of_all_layers(encoder_folder: Folder, tmp_path: Path) -> None:
    whole = whole_encoder(encoder_folder, "bert")
    states = trunk_states(whole, texts(), 2, tmp_path, key="k")
    with pytest.raises(EncoderError, match="a trunk of 4 layers in an encoder of 4"):
        TopLayers(whole, states, 4)
    top = TopLayers(whole, states, 2)
    with pytest.raises(EncoderError, match="only the last hidden state"):
        top.hidden(texts(), layer=1)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_padding_does_not_change_states(encoder_folder: Folder, architecture: str) -> None:
    whole = whole_encoder(encoder_folder, architecture)
    short, long = texts(5)[0], texts(5)[4]
    with torch.no_grad():
        alone = whole.hidden([short])[0][0]
        padded = whole.hidden([short, long])[0][0, : len(short)]
    assert torch.allclose(alone, padded, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_compact_vocabulary_trains_exactly_like_the_full_one(
    encoder_folder: Folder, architecture: str
) -> None:
    full, small = whole_encoder(encoder_folder, architecture), whole_encoder(encoder_folder, architecture)
    vocabulary = CompactVocabulary(texts(), pad_id=0)
    vocabulary.shrink(small.model)
    renumbered = [vocabulary.renumber(ids) for ids in texts()]
    for trained, inputs in ((full, texts()), (small, renumbered)):
        adam = torch.optim.AdamW(trained.model.parameters(), lr=1e-2, weight_decay=0.0)
        for _ in range(3):
            hidden, mask = trained.hidden(inputs)
            (hidden * mask[..., None]).square().mean().backward()
            adam.step()
            adam.zero_grad()
    with torch.no_grad():
        assert torch.equal(full.hidden(texts())[0], small.hidden(renumbered)[0])
    weight = full.model.get_input_embeddings().weight
    assert torch.equal(weight[torch.from_numpy(vocabulary.kept)], small.model.get_input_embeddings().weight)


def test_compact_vocabulary_refuses_unknown_ids() -> None:
    vocabulary = CompactVocabulary([np.array([2, 50, 3])], pad_id=1)
    assert vocabulary.kept.tolist() == [0, 1, 2, 3, 50]
    assert vocabulary.renumber(np.array([50, 0])).tolist() == [4, 0]
    with pytest.raises(EncoderError, match="a token outside the prepared data"):
        vocabulary.renumber(np.array([7]))
    with pytest.raises(EncoderError, match="a token outside"):
        vocabulary.renumber(np.array([99]))


@pytest.mark.parametrize("part", ["whole", "top"])
def test_a_frozen_copy_stays_while_the_encoder_moves(
    encoder_folder: Folder, tmp_path: Path, part: str
) -> None:
    whole = whole_encoder(encoder_folder, "bert")
    states = trunk_states(whole, texts(), 2, tmp_path, key="k")
    top = TopLayers(whole, states, 2)
    chosen = whole if part == "whole" else top
    before = chosen.hidden(texts())[0].detach()
    copied = chosen.frozen_copy()
    with torch.no_grad():
        for parameter in chosen.model.parameters():
            if parameter.requires_grad:
                parameter.mul_(1.5)
    assert torch.equal(copied.hidden(texts())[0], before)
    assert not torch.equal(chosen.hidden(texts())[0], before)
    assert not any(p.requires_grad for p in copied.model.parameters())
    assert any(p.requires_grad for p in chosen.model.parameters())
