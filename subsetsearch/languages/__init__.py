"""Language identity: accept what users have, one canonical key, emit any scheme.

Keys follow FLORES-200 and NLLB (``swh_Latn``, ``zho_Hans``) and are ISO 639-3 plus ISO 15924
elsewhere. Macro-language codes mean their usual member; ``data/canonical.csv`` says
which one, and why. Sources of all facts are named in ``data/README.md``.
"""

from __future__ import annotations

from subsetsearch.languages._corpora import by_key, left_aside, no_languages
from subsetsearch.languages._language import ENCODERS, SCHEMES, Encoder, Language, Scheme
from subsetsearch.languages._pretraining import pretraining_of
from subsetsearch.languages._resolve import all_languages, also_in, find_language, resolve, resolve_all
from subsetsearch.languages._shown import ShownAsTable, language_frame
from subsetsearch.languages._tables import opus_pairs

__all__ = [
    "ENCODERS",
    "SCHEMES",
    "Encoder",
    "Language",
    "Scheme",
    "ShownAsTable",
    "all_languages",
    "also_in",
    "by_key",
    "find_language",
    "language_frame",
    "left_aside",
    "no_languages",
    "opus_pairs",
    "pretraining_of",
    "resolve",
    "resolve_all",
]
