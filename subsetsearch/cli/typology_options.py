"""Options of the commands about languages, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from subsetsearch.strategies import PoolFilter
    from subsetsearch.typology import Typology

KindName = Literal["featural", "syntactic", "phonological", "inventory", "genetic", "geographic", "learned"]
MetricName = Literal["cosine", "angular", "hamming"]
ObjectiveName = Literal[
    "max-sum", "min-sum", "max-min", "facility-location", "entropy", "value-inclusion", "phylogenetic",
    "families", "genera", "scripts", "log-det",
]  # fmt: skip
FeaturesName = Literal["average", "knn", "raw"]
SolverName = Literal["local", "greedy", "exact"]
CostName = Literal["languages", "pairs", "tokens", "money", "availability"]
EncoderName = Literal["xlmr", "mbert", "e5"]
SchemeName = Literal["iso639_1", "iso639_3", "bcp47", "flores", "opus", "ntrex", "glottocode"]

PoolOption = Annotated[
    str | None,
    typer.Option("--pool", metavar="POOL", help="Named pool, file with a language a line, or languages."),
]
TypologyOption = Annotated[
    str, typer.Option("--typology", metavar="SOURCE", help="lang2vec, urielplus, or a CSV file.")
]
FeaturesOption = Annotated[
    FeaturesName | None,
    typer.Option("--features", help="lang2vec: average (default), knn (gaps predicted) or raw."),
]
KindOption = Annotated[KindName, typer.Option("--kind", help="What the distances compare.")]
MetricOption = Annotated[
    MetricName | None, typer.Option("--metric", help="cosine unless the kind has its own.")
]
CautionOption = Annotated[
    float, typer.Option("--caution", min=0.0, help="Standard errors taken off uncertain distances; 0: none.")
]
FarOption = Annotated[bool, typer.Option("--far", help="The side used for least dispersion and coverage.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ClassesOption = Annotated[
    str | None, typer.Option("--classes", metavar="A-B", help="Only resource classes A to B (Joshi 0-5).")
]
SeenOption = Annotated[
    EncoderName | None, typer.Option("--seen", help="Only languages this encoder has seen.")
]
UnseenOption = Annotated[EncoderName | None, typer.Option("--unseen", help="Only languages it has not seen.")]
ScriptOption = Annotated[
    str | None, typer.Option("--script", metavar="CODE", help="Only this script, such as Latn.")
]

StrategyOption = Annotated[
    str, typer.Option("--strategy", "-s", metavar="NAME", help="Rule or published name; see --list.")
]
SizeOption = Annotated[
    str | None, typer.Option("--k", metavar="K", help="How many, or a range such as 5-10.")
]
SourceOption = Annotated[
    str, typer.Option("--source", metavar="LANGUAGE", help="Source language; never chosen.")
]
ObjectiveOption = Annotated[
    ObjectiveName | None, typer.Option("--objective", help="Instead of the strategy's own.")
]
CoverOption = Annotated[
    str | None, typer.Option("--targets", metavar="POOL", help="To be covered (facility-location).")
]
SolverOption = Annotated[SolverName, typer.Option("--solver", help="How to search.")]
ExactOption = Annotated[bool, typer.Option("--exact", help="Prove it: short for --solver exact.")]
TimeLimitOption = Annotated[float, typer.Option("--time-limit", min=0.0, help="Seconds for the solver.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Of random choices.")]
IncludeOption = Annotated[
    str | None, typer.Option("--include", metavar="LANGUAGES", help="Must be chosen; comma-separated.")
]
ExcludeOption = Annotated[
    str | None, typer.Option("--exclude", metavar="LANGUAGES", help="Must not be chosen; comma-separated.")
]
CostOption = Annotated[CostName | None, typer.Option("--cost", help="Cost of the data.")]
PairsOption = Annotated[int, typer.Option("--pairs", min=0, help="Sentence pairs a language.")]
BudgetOption = Annotated[float | None, typer.Option("--budget", min=0.0, help="Largest cost.")]
PricesOption = Annotated[
    Path | None, typer.Option("--prices", help="For --cost money: CSV language,price (of a pair).")
]
KeepUnknownOption = Annotated[
    bool, typer.Option("--keep-unknown", help="Let languages without any feature take part.")
]
ListOption = Annotated[bool, typer.Option("--list", help="List the strategies.")]


def open_typology(source: str, features: FeaturesName | None) -> Typology:
    """Load what ``--typology`` and ``--features`` name."""
    from subsetsearch.typology import load_typology

    return load_typology(source, features=features)


def pool_filter(
    classes: str | None, seen: EncoderName | None, unseen: EncoderName | None, script: str | None
) -> PoolFilter:
    """What ``--classes``, ``--seen``, ``--unseen`` and ``--script`` leave of a pool.

    Raises:
        typer.BadParameter: If the classes are no range.
    """
    from subsetsearch.strategies import PoolFilter

    allowed = None
    if classes is not None:
        low, high = number_range(classes, "--classes")
        allowed = frozenset(range(low, high + 1))
    return PoolFilter(allowed, seen, unseen, script)


def number_range(text: str, option: str) -> tuple[int, int]:
    """Read a number or a range such as ``5-10``.

    Args:
        text: What the user wrote.
        option: Name of the option, for the message.

    Raises:
        typer.BadParameter: If it is neither, or the range is empty.
    """
    low, _, high = text.partition("-")
    try:
        found = int(low), int(high or low)
    except ValueError as error:
        raise typer.BadParameter(
            f"a number or a range such as 5-10 expected, but got '{text}'", param_hint=option
        ) from error
    if found[0] > found[1]:
        raise typer.BadParameter(f"{text} is empty; write the smaller number first", param_hint=option)
    return found
