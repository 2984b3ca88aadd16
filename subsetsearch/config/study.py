"""The study file: what is searched, with which data, at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, model_validator

from realign_core.recipe import Recipe, Strategy
from realign_core.support.files.keys import content_key
from realign_core.support.settings.config import Config, changed_values, load_config
from realign_core.support.settings.idle import Needs, refuse_idle
from realign_core.support.settings.paths import ExpandedPath, folder_of
from subsetsearch.config.proxy import ProxyConfig, Seeds
from subsetsearch.config.search import SearchConfig
from subsetsearch.cost import ONLY_OF, CostName
from subsetsearch.typology import Kind

STUDY_VERSION = 2
"""Version of a study's fingerprint: raised whenever a default changes."""


TARGETS_NEED: Mapping[str, Needs] = {
    "held_out_in_pool": Needs(lambda table: bool(table.held_out), "without held_out targets")
}
"""Key of ``targets`` to what it needs."""


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

    @model_validator(mode="after")
    def _every_key_matters(self) -> Self:
        refuse_idle(self, TARGETS_NEED)
        return self


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

    @model_validator(mode="after")
    def _options_fit_the_model(self) -> Self:
        defaults = type(self).model_fields
        for key, model in ONLY_OF.items():
            if self.model != model and getattr(self, key) != defaults[key].default:
                raise ValueError(f"'{key}' has no effect with model = '{self.model}', only with '{model}'")
        return self


class TypologyConfig(Config):
    """Which distances measure diversity.

    Args:
        kind: What is compared.
    """

    kind: Kind = "featural"


class EvaluateConfig(Config):
    """Full runs of the best subsets.

    Args:
        top: How many subsets that the search has found are fully evaluated: its front, spread over costs.
            Where it ends at full runs, this is the front of what all its runs together let expect. ``none``
            and ``all`` come on top.
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
    def _something_is_realigned(self) -> Self:
        if self.recipe.realignment.strategy is Strategy.BASELINE:
            raise ValueError(
                "recipe.realignment.strategy = 'baseline' realigns with no language, so that there is "
                "nothing to search; 'none' is measured in every study"
            )
        return self

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
        same, and trials are kept apart by :func:`subsetsearch.results.trials.stored_study.stored_name`. The
        arithmetic is stored beside it, see :mod:`subsetsearch.results.provenance.arithmetic`. What differs
        from the defaults is hashed, so that a new key moves nothing; older fingerprints are known to
        :mod:`subsetsearch.results.measurements.legacy_names`. Paths are no part of it, unless ``places`` asks
        for them, as older versions did: what lies there is recorded by content, see
        :mod:`subsetsearch.results.provenance.material`.
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
