"""The study file: what is searched, with which data, at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from realign_core.recipe import Recipe
from realign_core.support.config import Config, changed_values, load_config, renamed
from realign_core.support.files import content_key
from realign_core.support.paths import ExpandedPath, folder_of
from subsetsearch.config.search import SearchConfig
from subsetsearch.cost import CostName
from subsetsearch.typology import Kind

STUDY_VERSION = 2
"""Version of a study's fingerprint: raised whenever a default changes."""


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    twice = next((seed for seed in seeds if seeds.count(seed) > 1), None)
    if twice is not None:
        raise ValueError(f"the seed {twice} is named twice, and would be run and counted once")
    return seeds


Seeds = Annotated[tuple[int, ...], AfterValidator(_distinct)]
"""Seeds that are averaged over, each once."""


class PoolConfig(Config):
    """Candidate languages.

    Args:
        languages: Any codes or names; all languages of the parallel corpus, if left out.
        exclude: Languages that are never chosen, nor part of ``all``.
        min_pairs: A language with fewer sentence pairs is left out of the pool (named in the
            log); one that ``languages`` names is an error instead.
    """

    languages: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    min_pairs: int = Field(default=50, ge=1)


class TargetsConfig(Config):
    """Languages whose zero-shot accuracy counts.

    Args:
        languages: Any codes or names; all that the task has, if left out, but for the language that it is
            learnt in. That one, if named, is reported apart by full runs and is in no average.
        held_out: Languages that no proxy sees; full runs report them apart. They leave the pool, in any
            script and with all members of their macro-language: a subset of them would know them.
        held_out_in_pool: Keep them in the pool, so that they may be chosen; every figure then says so.
        unlabelled: Languages to be helped for which the task has no labels, but the corpus has
            sentence pairs (any codes or names). The search scores them by how well translations find
            each other in pairs set aside for this; full runs cannot score them. ``languages`` may then
            be empty.
    """

    languages: tuple[str, ...] | None = None
    held_out: tuple[str, ...] = ()
    held_out_in_pool: bool = False
    unlabelled: tuple[str, ...] = ()


class CostConfig(Config):
    """What a subset costs.

    Args:
        model: ``languages``, ``pairs``, ``tokens``, ``money`` or ``availability`` (pairs, where OPUS
            has that many).
        prices: For money: CSV with the columns ``language,price`` (of one pair).
        by_class: For money: price of one pair by resource class (0 to 5).
        tokens_per_pair: For tokens.
        corpus: For availability: one corpus of OPUS.
    """

    model: CostName = "pairs"
    prices: ExpandedPath | None = None
    by_class: dict[int, float] | None = None
    tokens_per_pair: float = Field(default=22.0, gt=0)
    corpus: str | None = None


class TypologyConfig(Config):
    """Which distances measure diversity.

    Args:
        kind: What is compared.
    """

    kind: Kind = "featural"


Measure = Literal["gap", "probe"]


class LinearProxyConfig(Config):
    """Rung 1: closed-form realignment on cached vectors.

    Args:
        measure: What a subset's map is judged by: ``gap`` (how much of the distance between
            translations it closes, over all languages of the pool; no labels) or ``probe``
            (accuracy of a classifier of the source language on mapped development data).
        pairs: Sentence pairs a language that are encoded.
        ridge: Pull towards the identity, in units of trace / d. Strong ones (30-300) work
            best: the map is then a first-order step.
        depth: Share of the encoder's layers above which the gap is asked, in [0, 1]: 0 for the embeddings'
            output, 1 for the last layer, which is where the probe always is.
        dev_examples: Development examples a target language, for the probe.
    """

    measure: Measure = "gap"
    pairs: int = Field(default=150, ge=2)
    ridge: float = Field(default=100.0, gt=0)
    depth: float = Field(default=1 / 3, ge=0, le=1)
    dev_examples: int = Field(default=200, ge=10)


Readout = Literal["probe", "finetuning"]


class ShortProxyConfig(Config):
    """Rung 2: a short real realignment of the top layers on a cached trunk.

    Args:
        readout: How the task is learnt after realignment: ``finetuning`` (of the same layers) or
            ``probe`` (logistic regression on the realigned vectors: faster, and without a random
            start, but its scores lie closer together).
        layers: Top layers that are trained.
        steps: Realignment steps.
        pairs: Sentence pairs a language that are cached.
        learning_rate: Peak for realignment and fine-tuning; few layers and steps take a higher one.
        epochs: Fine-tuning epochs, with that readout.
        train_examples: Training examples of the source language.
        dev_examples: Development examples a target language.
        seeds: Runs are averaged over these; the same for all subsets.
        warm: So many trials always run it, to learn how rung 1 relates to it.
    """

    readout: Readout = "finetuning"
    layers: int = Field(default=2, ge=1)
    steps: int = Field(default=40, ge=1)
    pairs: int = Field(default=150, ge=2)
    learning_rate: float = Field(default=2e-4, gt=0)
    epochs: int = Field(default=2, ge=1)
    train_examples: int = Field(default=1000, ge=10)
    dev_examples: int = Field(default=100, ge=10)
    seeds: Seeds = Field(default=(17,), min_length=1)
    warm: int = Field(default=16, ge=3)


class FullProxyConfig(Config):
    """Rung 3 within a search: a full run on development data, where ``search.top_rung`` is 3.

    Args:
        seeds: Runs are averaged over these; the same for all subsets. Choose none of ``evaluate.seeds``:
            then the luck of these seeds does not reach the accuracies. A stored search keeps its seeds.
        warm: So many trials always run it, to learn how rung 1 relates to it.
    """

    seeds: Seeds = Field(default=(5,), min_length=1)
    warm: int = Field(default=16, ge=3)


class RetrievalProxyConfig(Config):
    """Targets without labels: how well translations find each other among sentence pairs set aside.

    Files may call this table by its old name, ``proxy.alignment``.

    Args:
        pairs: Sentence pairs of each unlabelled target that are set aside. Their source sentences
            are taken out of every language of the pool, for all rungs.
        subsets: Subsets (besides none) that rung 2 measures once, to learn from the labelled
            targets how much accuracy a gain in retrieval is worth.
    """

    pairs: int = Field(default=100, ge=10)
    subsets: int = Field(default=6, ge=1)


class ProxyConfig(Config):
    """The rungs of the ladder that a search may climb."""

    linear: LinearProxyConfig = LinearProxyConfig()
    short: ShortProxyConfig = ShortProxyConfig()
    full: FullProxyConfig = FullProxyConfig()
    retrieval: RetrievalProxyConfig = RetrievalProxyConfig()

    @model_validator(mode="before")
    @classmethod
    def _old_name(cls, content: Any) -> Any:
        """Read ``retrieval`` under its old name too, which says how words are aligned elsewhere."""
        return renamed(content, "alignment", "retrieval")


class EvaluateConfig(Config):
    """Full runs of the best subsets.

    Args:
        top: How many subsets of the search's front are fully evaluated, spread over its
            costs; ``none`` and ``all`` come on top.
        seeds: Every subset is run with each of these.
    """

    top: int = Field(default=5, ge=1)
    seeds: Seeds = Field(default=(17, 23), min_length=1)


class StudyConfig(Config):
    """A study.

    Args:
        name: Names the study and the folder of its results.
        description: What it is for.
        recipe: Encoder, data and training, as :class:`realign_core.recipe.Recipe`.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    description: str = ""
    recipe: Recipe = Field(default_factory=Recipe)
    pool: PoolConfig = PoolConfig()
    targets: TargetsConfig = TargetsConfig()
    cost: CostConfig = CostConfig()
    typology: TypologyConfig = TypologyConfig()
    search: SearchConfig = SearchConfig()
    proxy: ProxyConfig = ProxyConfig()
    evaluate: EvaluateConfig = EvaluateConfig()
    _folder: Path | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Keep what relative paths are relative to."""
        self._folder = folder_of(context)

    @property
    def folder(self) -> Path | None:
        """Folder of the study file, to which its relative paths are relative; ``None`` without a file."""
        return self._folder

    @model_validator(mode="after")
    def _pairs_fit_the_recipe(self) -> Self:
        limit = self.recipe.realignment.pairs_per_language
        high = [n for n in self.search.pairs_per_language if n != "all" and limit is not None and n >= limit]
        if high:
            raise ValueError(
                f"search.pairs_per_language names {high[0]} pairs, but recipe.realignment.pairs_per_language "
                f'takes no more than {limit} of a language: write "all" for these'
            )
        return self

    @property
    def searched_seeds(self) -> tuple[int, ...]:
        """Seeds whose full runs the search has seen, on development data."""
        return self.proxy.full.seeds if self.search.top_rung == 3 else ()

    @property
    def held_out_matters(self) -> bool:
        """Whether some number is another one than before held-out targets left the pool and the gap."""
        targets, gap = self.targets, self.proxy.linear.measure == "gap"
        return bool(targets.held_out) and (gap or not targets.held_out_in_pool)

    def fingerprint(self, *, places: bool = False) -> str:
        """Hash what decides a trial's numbers.

        The number of trials, sampler, budget and choice of full runs may change between runs of one
        stored study; data, targets, costs and proxies may not. Neither the rung that the search ends at
        nor that of full runs on development data is part of it: what is measured on test data is the
        same, and trials are kept apart by :func:`subsetsearch.results.storage.stored_name`. The arithmetic
        is stored beside it, see :mod:`subsetsearch.results.arithmetic`. What differs from the defaults is
        hashed, so that a new key moves nothing; :mod:`subsetsearch.results.legacy` knows older fingerprints.
        Paths are no part of it, unless ``places`` asks for them, as older versions did: what lies there is
        recorded by content, see :mod:`subsetsearch.results.material`.
        """
        parts: dict[str, Any] = {
            name: changed_values(getattr(self, name), places=places) for name in ("pool", "targets", "cost")
        }
        parts["targets"].pop("held_out_in_pool", None)
        if self.held_out_matters:
            parts["held out"] = "in the pool" if self.targets.held_out_in_pool else "not in the pool"
        unread = {"full"} if self.targets.unlabelled else {"full", "retrieval"}
        parts["proxy"] = changed_values(self.proxy, exclude=unread)
        return content_key([STUDY_VERSION, self.recipe.hash(places=places), parts])


def load_study(path: Path, overrides: Mapping[str, Any] | None = None) -> StudyConfig:
    """Read a study file.

    Args:
        path: A TOML file.
        overrides: Dotted keys set over the file's own.

    Raises:
        ConfigError: If the file is missing or does not fit (file, line, nearest key).
    """
    return load_config(StudyConfig, path, overrides)
