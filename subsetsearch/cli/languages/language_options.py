"""Options of the commands about languages; no deferred annotations, as in :mod:`subsetsearch.cli.options`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import typer

from realign_core.support.settings.config import comma_list
from subsetsearch.cli.options import Command, Json, number_range
from subsetsearch.languages import Encoder, Language, resolve, resolve_all
from subsetsearch.strategies import USUAL_POOL, PoolFilter, read_pool
from subsetsearch.typology import FeatureSource, Kind, Metric, Typology, load_typology

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LANGUAGE",
        help="Codes, tags, glottocodes or names, with spaces or commas between.",
        show_default=False,
    ),
]
Caution = Annotated[
    float,
    typer.Option(
        "--caution",
        min=0.0,
        help="How many standard errors to take off uncertain distances; 0 takes nothing off.",
    ),
]


@dataclass(frozen=True, kw_only=True)
class PoolOptions(Command):
    """Out of which languages."""

    pool: Annotated[
        str | None,
        typer.Option("--pool", metavar="POOL", help="Named pool, file with a language a line, or languages."),
    ] = None
    classes: Annotated[
        str | None,
        typer.Option("--classes", metavar="A-B", help="Only resource classes A to B (Joshi 0-5)."),
    ] = None
    seen: Annotated[Encoder | None, typer.Option("--seen", help="Only languages this encoder has seen.")] = (
        None
    )
    unseen: Annotated[
        Encoder | None, typer.Option("--unseen", help="Only languages this encoder was not trained on.")
    ] = None
    script: Annotated[
        str | None, typer.Option("--script", metavar="CODE", help="Only this script, such as Latn.")
    ] = None
    as_json: Json = False

    @property
    def only(self) -> PoolFilter:
        """Which languages of the pool are kept."""
        classes = None
        if self.classes is not None:
            low, high = number_range(self.classes, "--classes")
            classes = frozenset(range(low, high + 1))
        return PoolFilter(classes, self.seen, self.unseen, self.script)


@dataclass(frozen=True, kw_only=True)
class TypologyOptions(Command):
    """By which distances."""

    typology: Annotated[
        str, typer.Option("--typology", metavar="SOURCE", help="lang2vec, urielplus, or a CSV file.")
    ] = "lang2vec"
    features: Annotated[
        FeatureSource | None,
        typer.Option("--features", help="lang2vec: average (default), knn (gaps predicted) or raw."),
    ] = None
    kind: Annotated[Kind, typer.Option("--kind", help="What the distances compare.")] = "featural"
    metric: Annotated[Metric | None, typer.Option("--metric", help="cosine unless the kind has its own.")] = (
        None
    )
    as_json: Json = False

    @property
    def source(self) -> Typology:
        """Where the distances come from."""
        return load_typology(self.typology, features=self.features)


def listed(names: Iterable[str]) -> list[str]:
    """Languages written out: with spaces between, with commas, or with both."""
    return [part for name in names for part in comma_list(name) or [name]]


def named(names: list[str] | None, pool: str | None, *, each: bool = False) -> tuple[Language, ...]:
    """Languages written out, or those of a pool; of the usual one, if there are neither.

    Args:
        names: Written out.
        pool: Name of a pool, or its file.
        each: Answer each name that is written out, also two of one language; else these are refused.

    Raises:
        typer.BadParameter: If there are both.
    """
    if not names:
        return read_pool(pool or USUAL_POOL)
    if pool is not None:
        raise typer.BadParameter("languages are named already; give one or the other", param_hint="--pool")
    texts = listed(names)
    return tuple(map(resolve, texts)) if each else resolve_all(texts)
