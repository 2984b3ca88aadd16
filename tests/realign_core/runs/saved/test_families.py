"""Every family of encoders comes back from disk as it was trained: for transformers and sentence-transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

import realign_core
from realign_core.recipe import Recipe
from realign_core.runs.running.training import build_training
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from realign_core.training.loop import train

Content = dict[str, Any]
FAMILIES = ("xlm-roberta", "mbert", "distilbert", "e5")
TEXTS = ["the catka, runs?", "fishz eats the big house.", "old"]


def trained(content: Content, encoder: Path, folder: Path) -> tuple[Workspace, Any]:
    """A workspace with all texts, its encoder after realignment, and the same encoder saved in a folder."""
    recipe = Recipe.model_validate(content | {"encoder": {"name": str(encoder), "max_length": 32}})
    workspace = prepare(recipe, ["xx"], sentences=TEXTS)
    ours = workspace.encoder.fork()
    training = build_training(workspace, ours, workspace.head(2), ["xx"], 2)
    ours.model.train()
    train(training.phases, [s for s in training.segments if s.phase == "realignment"])
    ours.model.eval()
    realign_core.train(recipe, ["xx"], folder, seed=2)
    return workspace, ours


def vectors(workspace: Workspace, encoder: Any) -> Any:
    """Means of the texts' tokens, as realignment and rungs read them."""
    blank = np.empty(0, np.int64)
    features = Features(tuple(workspace.tokens[text] for text in TEXTS), (blank,) * len(TEXTS))
    return encode_units(encoder, features)


@pytest.mark.parametrize("family", FAMILIES)
def test_transformers_loads_what_was_trained(
    tiny_recipe: Content, published: Any, tmp_path: Path, family: str
) -> None:
    base = published(family)
    workspace, ours = trained(tiny_recipe, base, tmp_path / "e")
    before = AutoModel.from_pretrained(base)
    saved = AutoModel.from_pretrained(tmp_path / "e", local_files_only=True).eval()
    assert type(saved) is type(before)
    assert saved.config.to_dict() | {"_name_or_path": ""} == before.config.to_dict() | {"_name_or_path": ""}
    theirs, old = dict(saved.named_parameters()), dict(before.named_parameters())
    assert theirs.keys() == old.keys()
    words = theirs.pop(next(n for n, p in theirs.items() if p is saved.get_input_embeddings().weight))
    kept = torch.from_numpy(workspace.vocabulary.kept)
    expected = dict(ours.model.named_parameters())
    assert torch.equal(words[kept], ours.model.get_input_embeddings().weight)
    for name, value in theirs.items():
        assert torch.equal(value, old[name] if name.startswith("pooler.") else expected[name]), name
    first, again = AutoTokenizer.from_pretrained(base), AutoTokenizer.from_pretrained(tmp_path / "e")
    assert type(again) is type(first)
    assert again.backend_tokenizer.to_str() == first.backend_tokenizer.to_str()
    for what in ("special_tokens_map", "model_max_length", "padding_side", "model_input_names"):
        assert getattr(again, what) == getattr(first, what), what
    for text in TEXTS:
        encoded = again(text, return_tensors="pt")
        with torch.inference_mode():
            states = saved(**encoded).last_hidden_state
            mine, _ = ours.hidden([workspace.tokens[text]])
        assert torch.allclose(states, mine, atol=1e-5), text


@pytest.mark.parametrize("family", FAMILIES)
def test_sentence_transformers_gives_our_vectors(
    tiny_recipe: Content, published: Any, tmp_path: Path, family: str
) -> None:
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    workspace, ours = trained(tiny_recipe, published(family), tmp_path / "e")
    model = library.SentenceTransformer(str(tmp_path / "e"), local_files_only=True, device="cpu")
    found, expected = model.encode(TEXTS), vectors(workspace, ours)
    normalised = family == "e5"  # its own modules are kept
    if normalised:
        expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert [type(module).__name__ for module in model] == [
        "Transformer",
        "Pooling",
        *(["Normalize"] if normalised else []),
    ]
    assert model.max_seq_length == (512 if normalised else 32)
    if normalised:
        assert {name: model.prompts[name] for name in ("query", "passage")} == {
            "query": "the ",
            "passage": "red ",
        }
        np.testing.assert_allclose(
            model.encode("old", prompt_name="query"), model.encode("the old"), atol=1e-6
        )
