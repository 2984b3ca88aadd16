"""The model card of a saved encoder: for the hub's index, and in words for those who find it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign_core.data._hub import HubPlace
from realign_core.recipe import Recipe, Strategy, TaskKind
from realign_core.runs.saved.base_model import BaseModel, describe_base, rounded
from realign_core.runs.saved.usage import usage

if TYPE_CHECKING:
    from huggingface_hub import ModelCardData

TEMPLATE = Path(__file__).with_name("card.md")

_TASKS: Mapping[TaskKind, str] = {
    TaskKind.POS: "tagging words{labels}",
    TaskKind.NER: "finding named entities",
    TaskKind.TEXT: "classifying texts{labels}",
    TaskKind.NLI: "judging pairs of texts{labels}",
    TaskKind.QA: "answering questions about a text",
}

_ORDER: Mapping[Strategy, str] = {
    Strategy.BASELINE: "none",
    Strategy.BEFORE: "before fine-tuning",
    Strategy.DURING: "during fine-tuning",
    Strategy.STAGED: "by turns with fine-tuning",
}

_LABELS = 6
"""How many labels name a task."""

_UNREADABLE = 0.01
"""A language with a larger share of unknown tokens is named as one that the tokenizer cannot read."""


@dataclass(frozen=True, slots=True)
class CardNotes:
    """What a study knows beyond the training itself. Sentences may be Markdown.

    Args:
        names: Corpus code or task code to the English name of its language.
        hub_languages: Realignment languages and the source language, in the hub's codes.
        chosen: How the languages were chosen.
        scores: What was measured with them.
        by_seed: Seed to mean score of its full run, in [0, 1].
        limits: What the encoder is not good for.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    hub_languages: tuple[str, ...] = ()
    chosen: str = ""
    scores: str = ""
    by_seed: Mapping[int, float] = field(default_factory=dict)
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a training itself can say.

    Args:
        recipe: With the arithmetic that was used.
        languages: Realignment languages, by the corpus's codes.
        seeds: One, or several whose weights were averaged.
        pairs: Sentence pairs that training saw, with repetitions.
        pairs_by_language: Different ones.
        environment: What computed.
        parameters: How many the encoder has.
        labels: Of the task.
        task_model: Whether the model of the task is saved as well.
        no_pooler: Whether its class has a pooler, which is not saved.
        finetuned: Whether the encoder comes after fine-tuning.
        unknown: Task or corpus code to the share of tokens that the tokenizer does not know.
        choice: What development data said of several seeds, a sentence.
        command: Makes the same weights again.
    """

    recipe: Recipe
    languages: tuple[str, ...]
    seeds: tuple[int, ...]
    pairs: int
    pairs_by_language: Mapping[str, int]
    environment: Mapping[str, str]
    parameters: int
    labels: tuple[str, ...]
    task_model: bool
    no_pooler: bool
    finetuned: bool
    unknown: Mapping[str, float]
    choice: str
    command: str

    @property
    def task(self) -> str:
        """What the task is, by its labels where it is known by nothing else."""
        shown = ", ".join(self.labels[:_LABELS]) + ", …" * (len(self.labels) > _LABELS)
        return _TASKS[self.recipe.task.kind].format(labels=f" ({shown})" if shown else "")


def write_card(facts: CardFacts, notes: CardNotes) -> str:
    """Describe an encoder for those who find it.

    Args:
        facts: Of the training.
        notes: Of the study, if there is one.
    """
    from huggingface_hub import ModelCard

    base = describe_base(facts.recipe.encoder)
    card = ModelCard.from_template(
        card_data=card_data(facts, notes, base),
        template_str=TEMPLATE.read_text(encoding="utf-8"),
        title=f"{base.name.rpartition('/')[2]}, {'realigned' if facts.languages else 'fine-tuned'}",
        what=_description(facts, notes, base),
        facts=_facts(facts, base),
        pairs=[
            {"name": notes.names.get(code, code), "code": code, "pairs": n}
            for code, n in facts.pairs_by_language.items()
        ],
        chosen=notes.chosen or "The languages were named by hand: no study has compared them with others.",
        scores="\n\n".join(_scores(facts, notes)),
        limits=[*notes.limits, *_limits(facts, notes)],
        no_pooler=facts.no_pooler,
        usage=usage(facts.recipe.task.kind if facts.task_model else None),
        repeat=_repeat(facts),
    )
    return re.sub(r"\n{3,}", "\n\n", str(card)).rstrip() + "\n"


_UNMEASURED = (
    "No study has measured this encoder. Before you rely on it, compare it with its base on data of your "
    "own: realignment helps some languages much, others not at all, and harms some."
)


def _scores(facts: CardFacts, notes: CardNotes) -> Iterator[str]:
    """What was measured, and whether it was these very weights."""
    yield notes.scores or _UNMEASURED
    if len(facts.seeds) == 1 and facts.seeds[0] in notes.by_seed:
        score = 100 * notes.by_seed[facts.seeds[0]]
        yield f"The weights of this encoder are those of seed {facts.seeds[0]}, whose mean is {score:.1f} %."
    elif notes.by_seed:
        yield "None of these runs has the very weights of this encoder, which were not measured on test data."
    if facts.choice:
        yield f"Several seeds were trained, and one was chosen: {facts.choice}."


def card_data(facts: CardFacts, notes: CardNotes, base: BaseModel) -> ModelCardData:
    """Metadata for the hub's index; what is not known is left out."""
    from huggingface_hub import ModelCardData

    readers: list[Any] = [facts.recipe.task.train, facts.recipe.task.evaluated]
    readers += [facts.recipe.parallel] if facts.languages else []
    datasets = {reader.dataset for reader in readers if isinstance(reader, HubPlace) and reader.dataset}
    codes = notes.hub_languages or tuple(
        code for name in (*facts.languages, facts.recipe.task.source_language) if (code := _hub_code(name))
    )
    return ModelCardData(
        language=["multilingual", *dict.fromkeys(codes)],
        license=base.license,
        license_name=base.license_name,
        license_link=base.license_link,
        library_name="transformers",
        pipeline_tag="feature-extraction",
        tags=[*(["realignment"] * bool(facts.languages)), "cross-lingual-transfer", "sentence-transformers"],
        base_model=base.hub_id,
        base_model_relation="finetune" if base.hub_id else None,
        datasets=sorted(datasets) or None,
    )


def _hub_code(code: str) -> str | None:
    """The language of a corpus's code, if it is written as the hub writes languages."""
    language = re.split(r"[-_]", code)[0]
    return language if re.fullmatch(r"[a-z]{2,3}", language) else None


def _language_name(code: str, notes: CardNotes) -> str:
    name = notes.names.get(code)
    return f"{name} (`{code}`)" if name else f"`{code}`"


def _description(facts: CardFacts, notes: CardNotes, base: BaseModel) -> str:
    source = _language_name(facts.recipe.task.source_language, notes)
    linked = (
        f"[{base.hub_id}](https://huggingface.co/{base.hub_id})" if base.hub_id == base.name else base.name
    )
    if facts.languages:
        names = ", ".join(_language_name(code, notes) for code in facts.languages)
        first = (
            f"A multilingual encoder, {linked}, trained further so that a sentence and its translation have "
            f"similar vectors (realignment). Languages it was realigned with: {names}."
        )
    else:
        first = f"A multilingual encoder, {linked}, as it was fine-tuned: it was **not realigned**."
    if not facts.finetuned:
        return (
            f"{first}\n\nIt was not fine-tuned for any task. Its use: fine-tune it on labelled data in one "
            f"language ({source} in what was measured, for {facts.task}), then apply it in others that have "
            "no labelled data."
        )
    model = " The fine-tuned model of the task is in `task-model`." if facts.task_model else ""
    return f"{first}\n\nIt was fine-tuned for {facts.task} in {source}.{model}"


def _facts(facts: CardFacts, base: BaseModel) -> Iterator[tuple[str, str]]:
    recipe, realignment = facts.recipe, facts.recipe.realignment
    licence = f"licence {base.license}" if base.license else "its licence is not stated here: look it up"
    yield "base", f"{base.name}, {rounded(facts.parameters)} parameters, {licence}"
    if facts.languages:
        yield (
            "realignment",
            f"{_ORDER[realignment.strategy]}; {realignment.aligner.kind} level, "
            f"{realignment.loss.value} loss; {facts.pairs:,} sentence pairs seen, with repetitions, "
            f"{realignment.pairs_per_batch} a step; learning rate {realignment.learning_rate:g}",
        )
        yield "parallel text", _data(recipe.parallel)
    if facts.finetuned:
        yield "fine-tuning", f"{recipe.finetuning.epochs} epochs; {_data(recipe.task.train)}"
    several, env = ", ".join(map(str, facts.seeds)), facts.environment
    seed = f"weights averaged over seeds {several}" if len(facts.seeds) > 1 else f"seed {several}"
    machine = f"{env['precision']}/{env['attention']} on {env['device']}"
    yield "training", f"{seed}; {machine}, torch {env['torch']}, transformers {env['transformers']}"


def _data(reader: Any) -> str:
    """Name a corpus without saying where on this machine it lies."""
    if isinstance(reader, HubPlace) and reader.dataset:
        return f"[{reader.dataset}](https://huggingface.co/datasets/{reader.dataset})"
    path = getattr(reader, "path", None)
    return f"format `{reader.format}`, " + (f"folder `{path.name}`" if path else "as its package brings it")


def _limits(facts: CardFacts, notes: CardNotes) -> list[str]:
    unread = {code: share for code, share in facts.unknown.items() if share >= _UNREADABLE}
    unreadable = ", ".join(
        f"{_language_name(code, notes)} {100 * share:.0f} %" for code, share in sorted(unread.items())
    )
    looked = ", ".join(_language_name(code, notes) for code in facts.unknown)
    tokens = (
        f"Scripts that the tokenizer lacks. Share of unknown tokens in the data: {unreadable}."
        if unread
        else "Scripts that the tokenizer lacks: none of the languages looked at "
        f"({looked or 'none'}) has 1 % unknown tokens or more; others were not looked at."
    )
    return [
        tokens,
        f"Other tasks: the recipe is one for {facts.task}. What helps one task may harm another; "
        "measure first.",
        "Other encoders, sizes of encoder and amounts of text: which languages help depends on them.",
        f"Long texts: training cut sentences at {facts.recipe.encoder.max_length} tokens"
        + (", but for those of the task, which were read in windows." if facts.recipe.task.windowed else "."),
    ]


def _repeat(facts: CardFacts) -> str:
    limit = facts.recipe.realignment.pairs_per_language
    pairs = ""
    if limit is not None and facts.languages:
        pairs = f" Sentence pairs are the first {limit:,} of each language in one fixed order."
    return (
        "With the same data, the same versions and the same kind of processor:\n\n"
        f"    {facts.command}\n\n"
        "`recipe.toml` lies beside this file and holds every setting; its head says which paths to set."
        + pairs
    )


def unknown_shares(ids: Mapping[str, Sequence[Any]], unknown_id: int | None) -> dict[str, float]:
    """Share of the tokenizer's unknown token in the texts of each language.

    Args:
        ids: Language code to its texts as arrays of token ids.
        unknown_id: The token's id; ``None`` if the data never have it.
    """
    shares = {}
    for code, texts in ids.items():
        total = sum(len(text) for text in texts)
        n_unknown = 0 if unknown_id is None else sum(int((text == unknown_id).sum()) for text in texts)
        shares[code] = n_unknown / total if total else 0.0
    return shares
