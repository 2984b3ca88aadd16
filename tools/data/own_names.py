"""Write ``own_names.csv``: what languages call themselves, from Unicode CLDR through Babel.

Run with ``python -m tools.data.own_names``.
"""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

from babel import Locale, localedata

from subsetsearch.languages import resolve

PLACE = Path("subsetsearch/languages/data/own_names.csv")


def main() -> None:
    rows: dict[str, str] = {}
    for identifier in localedata.locale_identifiers():
        if "_" not in identifier and (name := Locale.parse(identifier).languages.get(identifier)):
            rows.setdefault(resolve(identifier).iso639_3, unicodedata.normalize("NFC", name))
    with PLACE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerows([("code", "name"), *sorted(rows.items())])


if __name__ == "__main__":
    main()
