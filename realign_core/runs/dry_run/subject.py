"""What is checked before a run, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from realign_core.data.account import Account
from realign_core.data.examples import ParallelText
from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.support.errors import RealignError, count
from realign_core.tasks.reading import read_training


class RemarkError(RealignError):
    """Something that a run gets over, but whose user may want to know it."""


class LaterError(RemarkError):
    """Something that this work gets over, and that would stop the full runs after it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Args:
        check: The check that found it.
        error: What is wrong, where, and what to do.
        stops: Whether a run would stop there; otherwise it is a warning.
    """

    check: str
    error: RealignError
    stops: bool = True

    @property
    def stops_later(self) -> bool:
        """Whether full runs would stop there, after the work that was asked for."""
        return isinstance(self.error, LaterError)

    def __str__(self) -> str:
        return str(self.error)


@dataclass(frozen=True, slots=True)
class Space:
    """What a run will write.

    Args:
        folder: Where.
        bytes: How much, by estimate.
        what: It, as in ``checkpoints``.
    """

    folder: Path
    bytes: float
    what: str


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """An encoder in numbers.

    Args:
        name: As the recipe names it.
        parameters: All of them, pooler left out.
        layers: Transformer layers.
        width: Size of the hidden states.
        entries: Entries of the tokenizer.
        device: Where it will compute, as in ``cpu, 2 threads``.
        arithmetic: Number format and attention, ``auto`` where they are still to be chosen.
    """

    name: str
    parameters: int
    layers: int
    width: int
    entries: int
    device: str
    arithmetic: str


@dataclass(frozen=True)
class Subject:
    """What is checked; data and encoder are read when a check first asks for them.

    Args:
        recipe: The recipe.
        languages: Realignment languages (corpus codes).
        targets: Target languages by split (the task's codes); all but the source language where ``None``.
        parallel: Parallel texts by corpus code, where the caller has read them already.
        writes: Tells what the run will write, by the encoder's numbers.
        counts: What was read, by kind and language, once it is checked.
        accounts: What was read and left out, by corpus.
        examples: Labelled examples that were read, by split and language.
        prints: Fingerprints of the labelled examples among it.
    """

    recipe: Recipe
    languages: Sequence[str]
    targets: Mapping[Split, Sequence[str] | None]
    parallel: Mapping[str, ParallelText] | None = None
    writes: Callable[[EncoderFacts], Sequence[Space]] = lambda _: ()
    counts: dict[str, dict[str, int]] = field(default_factory=dict, init=False, compare=False)
    accounts: dict[str, list[Account]] = field(default_factory=dict, init=False, compare=False)
    examples: dict[str, dict[str, list[Any]]] = field(default_factory=dict, init=False, compare=False)
    prints: dict[str, dict[str, str]] = field(default_factory=dict, init=False, compare=False)

    @cached_property
    def training(self) -> tuple[list[Any], list[Any]]:
        """Examples that are trained on, and those left out."""
        return read_training(self.recipe, self.accounts)

    @cached_property
    def published(self) -> tuple[Any, Any]:
        """Model and tokenizer, whether or not they fit."""
        from realign_core.encoder.load import load_unchecked

        return load_unchecked(self.recipe.encoder)

    @cached_property
    def texts(self) -> Mapping[str, ParallelText]:
        """Parallel texts by language."""
        return self.parallel or {code: self.recipe.parallel.read(code) for code in self.languages}

    @cached_property
    def facts(self) -> EncoderFacts:
        """The encoder in numbers."""
        return _encoder_facts(self.recipe, *self.published)


def _encoder_facts(recipe: Recipe, model: Any, tokenizer: Any) -> EncoderFacts:
    import torch

    from realign_core.encoder.layers import layer_stack
    from realign_core.runs.workspace.device import find_device

    try:
        device = find_device(recipe.compute.device)
    except RealignError:
        device = torch.device("cpu")
    threads = torch.get_num_threads()
    cpu = f"cpu, {count(threads, 'thread')}"
    precision, attention = recipe.compute.precision, recipe.compute.attention
    return EncoderFacts(
        name=recipe.encoder.name,
        parameters=sum(p.numel() for p in model.parameters()),
        layers=len(layer_stack(model)),
        width=int(model.config.hidden_size),
        entries=len(tokenizer),
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else cpu,
        arithmetic="auto" if "auto" in (precision, attention) else f"{precision}/{attention}",
    )


def last_word(findings: Sequence[Finding]) -> str:
    """Sum up what was found where nothing stops the work: what would stop it later, and warnings."""
    later = sum(finding.stops_later for finding in findings)
    warnings = count(len(findings) - later, "warning") + ", see above" if len(findings) > later else ""
    problems = f"{count(later, 'problem')}: full runs would stop" if later else "no problems found"
    return f"{problems}; {warnings}" if warnings else problems
