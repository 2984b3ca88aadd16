"""Options that the commands about languages share."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

KindName = Literal["featural", "syntactic", "phonological", "inventory", "genetic", "geographic", "learned"]
MetricName = Literal["cosine", "angular", "hamming"]
ObjectiveOption = Literal[
    "max-sum", "min-sum", "max-min", "facility-location", "entropy", "value-inclusion", "phylogenetic",
    "families", "genera", "scripts", "log-det",
]  # fmt: skip
SolverOption = Literal["local", "greedy", "exact"]
CostOption = Literal["languages", "pairs", "tokens", "money", "availability"]
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
    Literal["average", "knn", "raw"] | None,
    typer.Option("--features", help="lang2vec: average (default), knn (gaps predicted) or raw."),
]
KindOption = Annotated[KindName, typer.Option("--kind", help="What the distances compare.")]
MetricOption = Annotated[
    MetricName | None, typer.Option("--metric", help="cosine unless the kind has its own.")
]
CautionOption = Annotated[
    float, typer.Option("--caution", min=0.0, help="Standard errors taken off uncertain distances; 0: none.")
]
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
