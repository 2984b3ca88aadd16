"""The folder of a realigned encoder: weights, tokenizer, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w
from torch import nn

from realign_core.encoder.load import load_published, quiet_loader
from realign_core.encoder.trainable import WholeEncoder
from realign_core.recipe import Recipe
from realign_core.runs.task_model import save_task_model
from realign_core.runs.workspace import Workspace
from realign_core.support.files import write_json
from realign_core.support.paths import ABSOLUTE_PATHS

MARKER = "realignment.json"
"""Says how an encoder's folder was made."""

TASK_MODEL = "task-model"
"""Folder of the fine-tuned model within the encoder's."""

_BUNDLED = "intfloat/multilingual-e5-small"
"""Where the bundled encoder is from."""

_MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"))
"""Of a ``SentenceTransformer``: folder and class."""


def save_trained(
    workspace: Workspace,
    encoder: WholeEncoder,
    head: nn.Module | None,
    about: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write the encoder with its whole vocabulary, and how it was made.

    Args:
        workspace: That it was trained in.
        encoder: After training.
        head: Of the task, where its model is saved as well.
        about: Languages, seed, pairs, hash and losses.
        folder: An empty folder.
    """
    recipe = workspace.recipe.with_kernel(workspace.kernel)
    model, tokenizer = load_published(recipe.encoder)
    workspace.vocabulary.restore(encoder.model, model)
    with quiet_loader():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        if head is not None:
            labels = workspace.task.labels
            save_task_model(recipe.task.kind, model, tokenizer, head, labels, folder / TASK_MODEL)
    _write_modules(folder, workspace.width, recipe.encoder.max_length)
    content = recipe.model_dump(mode="json", exclude={"preset"}, exclude_none=True, context=ABSOLUTE_PATHS)
    (folder / "recipe.toml").write_text(tomli_w.dumps(content), encoding="utf-8")
    write_json(folder / MARKER, {"encoder": recipe.encoder.name, **about})
    (folder / "README.md").write_text(_card(recipe, about), encoding="utf-8")


def _write_modules(folder: Path, width: int, max_length: int) -> None:
    """Describe the vector of a sentence, the mean of its tokens, as ``sentence-transformers`` does."""
    modules = [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{name}"}
        for number, (path, name) in enumerate(_MODULES)
    ]
    write_json(folder / "modules.json", modules)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": max_length, "do_lower_case": False})
    pooling = {
        "word_embedding_dimension": width,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
    }
    (folder / "1_Pooling").mkdir()
    write_json(folder / "1_Pooling" / "config.json", pooling)


def _card(recipe: Recipe, about: Mapping[str, Any]) -> str:
    """Describe the encoder for those who find it."""
    base = _BUNDLED if recipe.encoder.name == "bundled" else recipe.encoder.name
    head = ["---", "library_name: transformers", "tags:", "- realignment", "- multilingual"]
    if not Path(recipe.encoder.source).is_dir():
        head.append(f"base_model: {base}")
    codes = ",".join(about["languages"])
    return "\n".join(
        [
            *head,
            "---",
            "",
            f"# {Path(base).name}, realigned",
            "",
            f"A multilingual encoder ({Path(base).name}) trained to give translations similar vectors "
            f"in {len(about['languages'])} languages: {' '.join(about['languages'])}.",
            "",
            f"- sentence pairs seen, with repetitions: {about['pairs']:,}",
            f"- seed {about['seed']}, recipe {about['recipe_hash']}, computed in "
            f"{recipe.compute.precision}/{recipe.compute.attention}",
            "",
            "```python",
            "from transformers import AutoModel, AutoTokenizer",
            "",
            'model = AutoModel.from_pretrained("FOLDER")',
            'tokenizer = AutoTokenizer.from_pretrained("FOLDER")',
            "```",
            "",
            "The same weights again:",
            "",
            f"    realign-core train recipe.toml -l {codes} --seed {about['seed']} -o FOLDER",
            "",
        ]
    )
