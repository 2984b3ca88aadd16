"""Parsed catalogues of an installed package, kept between commands.

Parsing Django's catalogues takes seconds, and every command of a study reads them; the files of
an installed version do not change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib.metadata import version

from realign_core.support.files.cache import kept_value
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key

Pairs = list[tuple[str, str]]

_SCHEMA = 1
"""To be raised when pairs are read off a catalogue in another way."""


def cached_pairs(
    package: str, language: str, options: object, read: Callable[[], tuple[Pairs, Counter[str]]]
) -> tuple[Pairs, Counter[str]]:
    """Read a language's pairs from the cache, or by ``read``, and keep them then.

    Args:
        package: Distribution whose version names the content.
        language: Locale.
        options: What else decides the pairs; plain data.
        read: Reads pairs and the counts of what was left out.
    """
    key = content_key([package, version(package), options, _SCHEMA])
    store = cache_dir() / "catalogues" / key / f"{language}.json"

    def parse() -> dict[str, object]:
        pairs, dropped = read()
        return {"pairs": pairs, "dropped": dropped}

    kept = kept_value(store, parse, what=f"the parsed catalogue of {language}")
    return [(source, target) for source, target in kept["pairs"]], Counter(kept["dropped"])
