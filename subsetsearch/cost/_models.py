"""Cost of parallel data: languages, sentence pairs, tokens, money, and whether the data exist at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol, get_args, runtime_checkable

from realign_core.support.numbers import real
from subsetsearch.cost._opus import available_pairs
from subsetsearch.errors import ConfigError, DataError, LanguageError
from subsetsearch.languages import resolve
from subsetsearch.tables import MISSING, read_csv_rows

CostName = Literal["languages", "pairs", "tokens", "money", "availability"]
COST_NAMES: tuple[CostName, ...] = get_args(CostName)


ONLY_OF: Mapping[str, CostName] = {
    "prices": "money",
    "by_class": "money",
    "tokens_per_pair": "tokens",
    "corpus": "availability",
}
"""Options that only one model has."""


@runtime_checkable
class CostModel(Protocol):
    """What a set of languages costs; additive over languages, infinite where there are no data."""

    @property
    def unit(self) -> str:
        """Unit of the cost, to stand beside every number."""
        ...

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:
        """Cost of a set.

        Args:
            keys: Language keys; the empty set costs 0.
            pairs_per_language: Sentence pairs with the source language, by key.

        Raises:
            ConfigError: If a language's number of pairs is missing or negative.
        """
        ...


def _pairs_of(key: str, pairs_per_language: Mapping[str, int]) -> int:
    if key not in pairs_per_language:
        raise ConfigError(
            f"no number of sentence pairs for {key}", fix="give one for every language of the set"
        )
    pairs = pairs_per_language[key]
    if pairs < 0:
        raise ConfigError(f"a negative number of sentence pairs for {key}: {pairs}")
    return pairs


@dataclass(frozen=True)
class LanguageCount:
    """Every language costs 1: finding translators is what is hard."""

    unit: str = "languages"

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:  # noqa: ARG002
        """Number of different languages."""
        return float(len(set(keys)))


@dataclass(frozen=True)
class PairCount:
    """Every sentence pair costs 1."""

    unit: str = "sentence pairs"

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:
        """Sum of the pairs."""
        return float(sum(_pairs_of(key, pairs_per_language) for key in set(keys)))


@dataclass(frozen=True)
class TokenCount:
    """Every token of the source text costs 1, as translators charge.

    Attributes:
        tokens_per_pair: Tokens of the source side of a pair (22 is the mean of FLORES-200 in English).
        by_key: Another number for some languages.
    """

    tokens_per_pair: float = 22.0
    by_key: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    unit: str = "tokens"

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:
        """Sum of pairs times tokens a pair."""
        rates = self.by_key
        return float(
            sum(_pairs_of(k, pairs_per_language) * rates.get(k, self.tokens_per_pair) for k in set(keys))
        )


CLASSES = frozenset(range(6))
"""Classes of resources, by Joshi et al. 2020."""


@dataclass(frozen=True)
class MoneyCost:
    """A price a pair, by resource class or by language.

    Attributes:
        by_class: Price of one pair for each resource class (Joshi et al. 2020); classes that are not named,
            and languages without a class, cost as much as the most expensive one named.
        by_key: Price of one pair for some languages; it overrides the class.
        currency: Unit.
    """

    by_class: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    by_key: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    currency: str = "USD"

    def __post_init__(self) -> None:
        prices = [*self.by_class.values(), *self.by_key.values()]
        if not prices:
            raise ConfigError(
                "no prices", where="money", fix="give prices by resource class or a CSV by language"
            )
        if unknown := sorted(set(self.by_class) - CLASSES):
            raise ConfigError(
                f"no language has the resource class {', '.join(map(str, unknown))}",
                where="cost.by_class",
                fix="classes are 0 (least data) to 5",
            )
        if min(prices) < 0 or not all(math.isfinite(price) for price in prices):
            raise ConfigError("a price is negative or not a number", where="money")
        if max(prices) == 0:
            raise ConfigError(
                "all prices are 0, so there is nothing to weigh",
                where="money",
                fix="0 is for data that one has already; count languages or pairs instead",
            )

    @property
    def unit(self) -> str:
        """The currency."""
        return self.currency

    def price(self, key: str) -> float:
        """Price of one pair; infinite if nothing fits the language."""
        if key in self.by_key:
            return self.by_key[key]
        if not self.by_class:
            return math.inf
        resources = resolve(key).resource_class
        highest = max(self.by_class.values())
        return highest if resources is None else self.by_class.get(resources, highest)

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:
        """Sum of pairs times price; a language without a price cannot be chosen."""
        return float(
            sum(_pairs_of(k, pairs_per_language) * self.price(k) if pairs_per_language.get(k, 1) else 0.0
                for k in set(keys))
        )  # fmt: skip


@dataclass(frozen=True)
class AvailabilityCost:
    """Sentence pairs, where OPUS has that many with English; more than exist are infeasible, not cheap.

    Attributes:
        corpus: One corpus of OPUS (``NLLB``, ``CCMatrix``), which needs the extra ``opus``; ``None`` for the
            packaged sum over all corpora.
    """

    corpus: str | None = None
    unit: str = "sentence pairs (of those in OPUS)"

    def available(self, key: str) -> int:
        """How many pairs with English exist."""
        return available_pairs(key, self.corpus)

    def cost(self, keys: Sequence[str], pairs_per_language: Mapping[str, int]) -> float:
        """Sum of the pairs, infinite if a language has fewer than asked for."""
        total = 0.0
        for key in set(keys):
            pairs = _pairs_of(key, pairs_per_language)
            total += pairs if pairs <= self.available(key) else math.inf
        return total


def cost_model(
    name: CostName,
    *,
    prices: Path | None = None,
    by_class: Mapping[int, float] | None = None,
    tokens_per_pair: float = 22.0,
    corpus: str | None = None,
) -> CostModel:
    """Make a cost model by name.

    Args:
        name: ``languages``, ``pairs``, ``tokens``, ``money`` or ``availability``.
        prices: For money: CSV with columns ``language,price`` (price of one pair).
        by_class: For money: price of one pair by resource class.
        tokens_per_pair: For tokens.
        corpus: For availability: one corpus of OPUS.

    Raises:
        ConfigError: If there is no such model or money has no prices.
        DataError: If the file of prices is not what it should be.
    """
    makers: dict[str, Callable[[], CostModel]] = {
        "languages": LanguageCount,
        "pairs": PairCount,
        "tokens": lambda: TokenCount(tokens_per_pair),
        "money": lambda: MoneyCost(dict(by_class or {}), read_prices(prices) if prices else {}),
        "availability": lambda: AvailabilityCost(corpus),
    }
    if name not in makers:
        raise ConfigError(f"unknown cost '{name}'", fix=f"choose one of: {', '.join(COST_NAMES)}")
    given = {"prices": prices, "by_class": by_class, "corpus": corpus}
    for option, model in ONLY_OF.items():
        if model != name and given.get(option) is not None:
            raise ConfigError(f"has no effect on the cost '{name}', only on '{model}'", where=option)
    return makers[name]()


def read_prices(path: Path) -> dict[str, float]:
    """Read prices of one sentence pair by language.

    Args:
        path: CSV with a header ``language,price``.

    Raises:
        DataError: If the file is missing, a price is not a number of at least 0, or a language is unknown
            or named twice; with the line.
    """
    table = read_csv_rows(path)
    if not {"language", "price"} <= set(table.header):
        raise DataError(
            f"the columns language and price are needed, but got {', '.join(table.header)}",
            where=path,
            line=1,
            fix="write them in lower case, with a comma between",
        )
    prices: dict[str, float] = {}
    lines: dict[str, int] = {}
    for line, row in table.rows:
        try:
            key = resolve(row["language"]).key
        except LanguageError as error:
            raise DataError(error.what, where=path, line=line, fix=error.fix) from error
        if key in prices:
            raise DataError(
                f"{key} is named twice, in line {lines[key]} too", where=path, line=line, fix="keep one price"
            )
        prices[key], lines[key] = _price(row["price"], path, line), line
    return prices


def _price(text: str, path: Path, line: int) -> float:
    if text.lower() in MISSING and not text.startswith("-1"):
        raise DataError("the price is missing", where=path, line=line, fix="give one, or leave the line out")
    try:
        price = real(text)
    except ValueError as error:
        fix = "write a plain number with a point: 0.1"
        raise DataError(f"'{text}' is not a price", where=path, line=line, fix=fix) from error
    if not 0 <= price < math.inf:
        raise DataError(f"a price of at least 0 expected, but got {price:g}", where=path, line=line)
    return price
