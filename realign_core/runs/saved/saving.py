"""The folder of a saved encoder: weights, tokenizer, and how it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from realign_core.encoder.load import encoder_files, load_published, quiet_loader
from realign_core.encoder.revision import pinned
from realign_core.encoder.sentence_modules import copy_modules, write_modules
from realign_core.runs.saved.card import CardFacts, CardNotes, unknown_shares, write_card
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.repeat import RECIPE, repeat_command, repeat_recipe
from realign_core.runs.saved.task_model import save_task_model
from realign_core.runs.saved.trained import TrainedEncoder
from realign_core.runs.saved.weights import Weights
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.files.writing import write_json

MARKER = "realignment.json"
"""Says how an encoder's folder was made."""

TASK_MODEL = "task-model"
"""Folder of the fine-tuned model within the encoder's."""


def save_trained(
    weights: Weights, trained: TrainedEncoder, options: TrainOptions, notes: CardNotes, draft: Path
) -> None:
    """Write the encoder with its whole vocabulary, and how it was made.

    Args:
        weights: What is saved.
        trained: What is known of it.
        options: How it was trained.
        notes: What a study knows of it.
        draft: An empty folder, which becomes that of ``trained``.
    """
    workspace = weights.workspace
    recipe = workspace.recipe.with_kernel(workspace.kernel)
    model, tokenizer = load_published(recipe.encoder)
    workspace.vocabulary.restore(weights.encoder.model, model)
    labels = workspace.task.labels
    with quiet_loader():
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        if options.task_model:
            save_task_model(recipe.task.kind, model, tokenizer, weights.head, labels, draft / TASK_MODEL)
    if not copy_modules(encoder_files(recipe.encoder), draft):
        write_modules(draft, workspace.width, recipe.encoder.max_length)
    command = repeat_command(weights, trained, options)
    pinned_recipe = recipe.model_copy(update={"encoder": pinned(recipe.encoder)})
    (draft / RECIPE).write_text(repeat_recipe(pinned_recipe, trained, command), encoding="utf-8")
    write_json(draft / MARKER, {"encoder": recipe.encoder.title, **trained.to_dict(), "folder": None})
    facts = CardFacts(
        recipe=recipe,
        languages=trained.languages,
        seeds=trained.averaged or (trained.seed,),
        pairs=trained.pairs,
        pairs_by_language=trained.pairs_by_language,
        environment=trained.environment,
        parameters=model.num_parameters(),
        labels=tuple(labels),
        task_model=options.task_model,
        no_pooler=hasattr(model, "pooler") and model.pooler is None,
        finetuned=options.finetunes(recipe),
        unknown=_unknown(workspace, trained.languages, tokenizer.unk_token_id),
        choice=trained.choice.sentence if trained.choice is not None else "",
        command=command,
    )
    card = draft / "README.md"
    card.write_text(write_card(facts, notes), encoding="utf-8")
    # safetensors writes files that their owner alone may read.
    for weights_file in draft.rglob("*.safetensors"):
        weights_file.chmod(card.stat().st_mode)


def _unknown(workspace: Workspace, languages: tuple[str, ...], unknown: int | None) -> dict[str, float]:
    """Share of unknown tokens in parallel text and, where they were read, in evaluation data."""
    places = workspace.vocabulary.kept == unknown
    number = int(places.argmax()) if places.any() else None
    texts: dict[str, Any] = {
        code: [workspace.tokens[s] for s in workspace.parallel[code].target] for code in languages
    }
    for by_code in workspace.evaluation.values():
        texts |= {code: features.ids for code, features in by_code.items()}
    return unknown_shares(texts, number)
