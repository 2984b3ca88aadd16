"""Generate ``subsetsearch/export/data/corpora.csv``: what each public corpus calls a language.

Run it in an environment of its own (nothing of it is needed to use the project)::

    pip install mtdata==0.5.1 opustools==1.9.0
    python tools/data/export_tables.py PUBLISHED_STRATEGIES.csv

Sources: mtdata's index (OPUS-100, AllenAI's NLLB, OPUS's NLLB, FLORES-200, NTREX-128), OPUS's index in
opustools (the largest corpus where NLLB lacks a language), the change log of FLORES+ 2.0 for its
renamed languages, the list of subsets of ``sentence-transformers/parallel-sentences-talks``, and the
codes of the published language subsets (arXiv 2511.06497).
"""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from subsetsearch.errors import LanguageError
from subsetsearch.languages import resolve

TABLE = Path(__file__).resolve().parents[2] / "subsetsearch" / "export" / "data" / "corpora.csv"
FIELDS = (
    "key", "opus100", "opus100_dev", "nllb", "opus_corpus", "opus_release", "opus_code", "flores_plus",
    "talks", "mtdata_train", "mtdata_dev", "published",
)  # fmt: skip

# Relabelled in FLORES+ 2.0-rc.1 and rc.2 (CHANGELOG.md of github.com/openlanguagedata/flores).
FLORES_PLUS = {
    "zho_Hans": "cmn_Hans", "zho_Hant": "cmn_Hant", "tgl_Latn": "fil_Latn", "tzm_Tfng": "zgh_Tfng",
    "est_Latn": "ekk_Latn", "grn_Latn": "gug_Latn", "kon_Latn": "ktu_Latn",
    "ajp_Arab": "apc_Arab_sout3123", "apc_Arab": "apc_Arab_nort3139",
    "aka_Latn": "twi_Latn_asan1239", "twi_Latn": "twi_Latn_akua1239",
}  # fmt: skip

TALKS = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "gl", "gu", "he", "hi", "hr",
    "hu", "hy", "id", "it", "ja", "ka", "ko", "ku", "lt", "lv", "mk", "mn", "mr", "ms", "my", "nb", "nl",
    "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh-cn", "zh-tw",
]  # fmt: skip


def key_of(code: str) -> str | None:
    try:
        return resolve(code).key
    except LanguageError:
        return None


def same_code(code: str, key: str) -> bool:
    """Tell ``twi_Latn`` from the macro-language's ``aka_Latn``, which means the same key."""
    return code.partition("_")[0] == key.partition("_")[0]


def with_english(entries: Iterable[object], group: str, name: str) -> Iterator[tuple[str, str]]:
    """Key of the other language and the dataset's full ID, of all pairs with English, exact codes first."""
    datasets = []
    for entry in entries:
        did = entry.did  # type: ignore[attr-defined]
        if did.group != group or did.name != name or len(did.langs) != 2:
            continue
        codes = [str(lang) for lang in did.langs]
        if codes.count("eng") + codes.count("eng_Latn") != 1:
            continue
        other = next(code for code in codes if code not in ("eng", "eng_Latn"))
        key = key_of(other)
        if key is not None:
            datasets.append((not same_code(other, key), len(str(did)), str(did), key))
    for _, _, did_text, key in sorted(datasets):
        yield key, did_text


def fill(rows: dict[str, dict[str, str]], column: str, values: Iterable[tuple[str, str]]) -> None:
    """Set a column, the first value of a key winning."""
    for key, value in values:
        row = rows.setdefault(key, dict.fromkeys(FIELDS, "") | {"key": key})
        row[column] = row[column] or value


def from_mtdata(rows: dict[str, dict[str, str]]) -> None:
    from mtdata.index import INDEX
    from mtdata.index.opus import opus100

    entries = [entry for entry in INDEX.get_entries() if str(entry.did.group) in
               ("OPUS", "AllenAi", "Flores", "Microsoft")]  # fmt: skip
    for column, sources in {
        # nb and sh of OPUS-100 point at paths that do not exist in mtdata 0.5.1: left out.
        "mtdata_train": (("OPUS", "opus100_train"), ("AllenAi", "nllb"), ("OPUS", "nllb")),
        "mtdata_dev": (("Flores", "flores200_dev"), ("OPUS", "opus100_dev")),
    }.items():
        for group, name in sources:
            pairs = [(k, d) for k, d in with_english(entries, group, name)
                     if not (name.startswith("opus100") and k in ("nob_Latn", "hbs_Latn"))]  # fmt: skip
            fill(rows, column, pairs)
    short = [pair.replace("en", "", 1).strip("-") if pair.startswith("en-") else pair.removesuffix("-en")
             for pair in opus100.supervised_v1]  # fmt: skip
    pairs = dict(zip(short, opus100.supervised_v1, strict=True))
    order = sorted(short, key=lambda code: (code == "no", code == "sh", code))
    fill(rows, "opus100", ((key, pairs[c]) for c in order if (key := key_of(c))))
    without = {"an", "yo", "dz", "hy", "mn"}
    dev = {code: "no" if code in without else "yes" for code in order}
    fill(rows, "opus100_dev", ((key, dev[c]) for c in order if (key := key_of(c))))


def from_nllb(rows: dict[str, dict[str, str]]) -> None:
    pairs = json.loads((files("mtdata") / "resource" / "allenai_nllb.json").read_text())
    candidates = []
    for pair in pairs:
        codes = pair.split("-")
        if "eng_Latn" in codes:
            other = next(code for code in codes if code != "eng_Latn")
            key = key_of(other)
            if key is not None:
                candidates.append((not same_code(other, key), key, pair))
    fill(rows, "nllb", ((key, pair) for _, key, pair in sorted(candidates)))


def from_flores(rows: dict[str, dict[str, str]]) -> None:
    from mtdata.index import flores

    ordered = sorted(flores._FLORES200_LANGS, key=lambda code: (key_of(code) != code, code))
    fill(rows, "flores_plus", ((key, FLORES_PLUS.get(c, c)) for c in ordered if (key := key_of(c))))
    fill(rows, "flores_plus", [("zgh_Tfng", "zgh_Tfng")])


def from_opus(rows: dict[str, dict[str, str]]) -> None:
    """NLLB v1 where OPUS has it, else the largest corpus of the language in Moses format."""
    nllb = []
    for line in (files("mtdata") / "resource" / "opus_index.tsv").read_text().splitlines():
        corpus, release, first, second = line.split("\t")[:4]
        if (corpus, release) == ("NLLB", "v1") and "en" in (first, second):
            nllb.append(second if first == "en" else first)
    candidates: list[tuple[int, int, str, str, str]] = [(0, 0, code, "NLLB", "v1") for code in nllb]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opus.db"
        path.write_bytes(gzip.decompress((files("opustools") / "opusdata.db.gz").read_bytes()))
        query = (
            "select source, target, corpus, version, alignment_pairs from opusfile "
            "where preprocessing = 'moses' and latest = 'True' and (source = 'en' or target = 'en')"
        )
        for source, target, corpus, release, count in sqlite3.connect(path).execute(query):
            if count:
                candidates.append((1, -int(count), target if source == "en" else source, corpus, release))
    for _, _, code, corpus, release in sorted(candidates):
        key = key_of(code)
        if key is not None and code != "en" and not rows.get(key, {}).get("opus_corpus"):
            for column, value in (("opus_corpus", corpus), ("opus_release", release), ("opus_code", code)):
                fill(rows, column, [(key, value)])


def main() -> None:
    rows: dict[str, dict[str, str]] = {}
    from_mtdata(rows)
    from_nllb(rows)
    from_flores(rows)
    from_opus(rows)
    fill(rows, "talks", ((key, f"en-{c}") for c in TALKS if (key := key_of(c))))
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as handle:
        codes = sorted({code for row in csv.DictReader(handle) for code in row["langs"].split()})
    fill(rows, "published", ((key, c) for c in codes if (key := key_of(c))))
    with TABLE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows) if key != "eng_Latn")


if __name__ == "__main__":
    main()
