"""Generate the tables of facts under ``subsetsearch/languages/data`` from packages that keep them.

Run it in an environment of its own (nothing of it is needed to use the project)::

    pip install qwanqwa==1.2.1 iso639-lang==2.6.3 Babel==2.18.0 opustools==1.9.0
    python tools/data/languages.py

What comes from where: codes, English names, scopes and macro-languages from ISO 639-3 (``iso639-lang``);
glottocodes, the family tree and coordinates from Glottolog (CC BY 4.0, through ``qwanqwa``); the script a
language is mostly written in, and further English names, from Unicode CLDR (``Babel``); OPUS codes and how
common each is from the index of OPUS (``opustools``).
``canonical.csv``, ``resources.csv``, ``pretraining.csv``, ``ntrex.csv`` are kept by hand and only read here.
"""

from __future__ import annotations

import csv
import gzip
import sqlite3
import tempfile
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "subsetsearch" / "languages" / "data"
EXTRA_SCRIPTS = {  # as FLORES-200 and NTREX-128 write them, where CLDR knows none or another
    "cmn": "Hans", "zho": "Hans", "pan": "Guru", "hbs": "Latn", "twi": "Latn", "prs": "Arab", "tzm": "Tfng",
    "crh": "Latn", "kor": "Hang", "mww": "Latn", "hmn": "Latn", "fuc": "Latn", "quz": "Latn", "rmy": "Latn",
}  # fmt: skip


def canonical() -> dict[str, str]:
    with (DATA / "canonical.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["canonical"] for row in csv.DictReader(handle)}


def scripts() -> dict[str, str]:
    from babel.core import get_global

    likely = get_global("likely_subtags")
    script_of_language = {}
    for tag, full in likely.items():
        if "_" not in tag:
            script_of_language[tag] = next(part for part in full.split("_")[1:] if len(part) == 4)
    return script_of_language


def lineage(node: Any) -> list[tuple[str, str]]:
    """Family first, the language's own parent last: pairs of glottocode and name."""
    return [(step.glottocode, step.name) for step in reversed(node.family_tree) if step.glottocode]


def common(lines: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    shared: list[tuple[str, str]] = []
    for steps in zip(*lines, strict=False):
        if len(set(steps)) != 1:
            break
        shared.append(steps[0])
    return shared


def opus_codes() -> Counter[str]:
    """Sentence pairs with English by OPUS code, largest release of each corpus."""
    counts: Counter[str] = Counter()
    packed = files("opustools") / "opusdata.db.gz"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opus.db"
        path.write_bytes(gzip.decompress(packed.read_bytes()))
        query = (
            "select case when source='en' then target else source end as code, corpus, "
            "max(cast(alignment_pairs as integer)) from opusfile where (source='en' or target='en') "
            "and cast(alignment_pairs as integer) > 0 group by code, corpus"
        )
        with sqlite3.connect(path) as connection:
            for code, _corpus, pairs in connection.execute(query):
                counts[code] += int(pairs)
    del counts[""]
    return counts


def main() -> None:
    from babel import Locale
    from iso639 import iter_langs
    from qq import Database, IdType

    database = Database.load()
    script_of = scripts()
    english = Locale("en").languages
    aliases = canonical()
    rows: dict[str, dict[str, str]] = {}
    lines: dict[str, list[tuple[str, str]]] = {}
    members: dict[str, list[str]] = {}
    for lang in iter_langs():
        if not lang.pt3 or lang.scope() == "Special":
            continue
        macro = lang.macro()
        if macro is not None and macro.pt3:
            members.setdefault(macro.pt3, []).append(lang.pt3)
        node = database.get(lang.pt3, id_type=IdType.ISO_639_3)
        names = _names(lang, node, english)
        script = EXTRA_SCRIPTS.get(lang.pt3) or script_of.get(lang.pt1 or "") or script_of.get(lang.pt3, "")
        steps = lineage(node) if node is not None else []
        lines[lang.pt3] = steps
        rows[lang.pt3] = {
            "code": lang.pt3,
            "iso639_1": lang.pt1 or "",
            "name": names[0],
            "names": ";".join(names[1:]),
            "scope": lang.scope()[0],
            "macro": macro.pt3 if macro is not None else "",
            "script": script,
            "glottocode": (node.glottocode or "") if node is not None else "",
            "parent": steps[-1][0] if steps else "",
            "latitude": f"{node.latitude:.3f}" if node is not None and node.latitude is not None else "",
            "longitude": f"{node.longitude:.3f}" if node is not None and node.longitude is not None else "",
        }
    _complete(rows, lines, members, aliases)
    _write_tables(rows, lines)


def _names(lang: Any, node: Any, english: Any) -> list[str]:
    """A language's names: English ones of CLDR, those of ISO 639-3, that of Glottolog; each once."""
    names = [lang.name, *lang.other_names()]
    for tag in (lang.pt1, lang.pt3):
        if tag and tag in english:
            names.insert(0, english[tag])
    if node is not None and node.name:
        names.append(node.name)
    return list(dict.fromkeys(name.replace(" (macrolanguage)", "") for name in names))


def _write_tables(rows: dict[str, dict[str, str]], lines: dict[str, list[tuple[str, str]]]) -> None:
    tree: dict[str, tuple[str, str]] = {}
    for steps in lines.values():
        for index, (code, name) in enumerate(steps):
            tree[code] = (name, steps[index - 1][0] if index else "")
    _write(
        "languages.csv",
        list(next(iter(rows.values()))),
        [list(row.values()) for _, row in sorted(rows.items())],
    )
    _write(
        "families.csv", ["glottocode", "name", "parent"], [[c, n, p] for c, (n, p) in sorted(tree.items())]
    )
    _write("opus.csv", ["code", "pairs_with_english"], [[c, str(n)] for c, n in sorted(opus_codes().items())])


def _complete(
    rows: dict[str, dict[str, str]],
    lines: dict[str, list[tuple[str, str]]],
    members: dict[str, list[str]],
    aliases: dict[str, str],
) -> None:
    """Give macro-languages a place: that of their canonical member, else what all members share."""
    other = {b: a for a, b in aliases.items()} | aliases
    for code, row in rows.items():
        twin = other.get(code, "")
        if not row["script"] and twin in rows:
            row["script"] = rows[twin]["script"]
        if not row["script"] and row["macro"]:
            row["script"] = rows[row["macro"]]["script"]
        if not row["script"]:
            member_scripts = {rows[m]["script"] for m in members.get(code, []) if rows[m]["script"]}
            row["script"] = member_scripts.pop() if len(member_scripts) == 1 else ""
        if row["parent"] or row["glottocode"]:
            continue
        if twin in rows and rows[twin]["parent"]:
            row.update({k: rows[twin][k] for k in ("parent", "latitude", "longitude", "glottocode")})
            lines[code] = lines[twin]
        elif members.get(code):
            shared = common([lines[m] for m in members[code] if lines[m]])
            lines[code] = shared
            row["parent"] = shared[-1][0] if shared else ""


def _write(name: str, header: list[str], body: list[list[str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(body)
    print(f"{name}: {len(body)} rows")


if __name__ == "__main__":
    main()
