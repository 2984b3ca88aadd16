"""What users write beside ISO 639-3: old codes, scripts by region and by word."""

from __future__ import annotations

OLD_CODES = {
    "iw": "heb", "in": "ind", "ji": "yid", "jw": "jav", "mo": "ron", "mol": "ron", "sh": "hbs", "scc": "srp",
    "scr": "hrv", "bh": "bho", "ber": "zgh",
    # ISO 639-2/B
    "alb": "sqi", "arm": "hye", "baq": "eus", "bur": "mya", "chi": "zho", "cze": "ces", "dut": "nld",
    "fre": "fra", "geo": "kat", "ger": "deu", "gre": "ell", "ice": "isl", "mac": "mkd", "mao": "mri",
    "may": "msa", "per": "fas", "rum": "ron", "slo": "slk", "tib": "bod", "wel": "cym",
    # spellings of OPUS and Wikipedia
    "zhs": "zho_Hans", "zht": "zho_Hant", "jp": "jpn",
}  # fmt: skip
"""Withdrawn and bibliographic codes, and spellings of corpora, to ISO 639-3 (or a key)."""

WHOLE_TAGS = {
    # registered before the grammar of tags (BCP 47, "grandfathered"), and private tags
    "zh-min-nan": "nan", "zh-guoyu": "zho", "zh-hakka": "hak", "zh-xiang": "hsn", "zh-gan": "gan",
    "zh-wuu": "wuu", "zh-yue": "yue", "no-bok": "nob", "no-nyn": "nno", "art-lojban": "jbo",
    "i-klingon": "tlh", "i-lux": "ltz", "i-navajo": "nav", "als-x-alemannic": "gsw",
    # codes of Wikipedia
    "zh-classical": "lzh", "zh-min": None, "be-x-old": "bel", "be-tarask": "bel", "bat-smg": "sgs",
    "fiu-vro": "vro", "roa-rup": "rup", "roa-tara": "nap", "cbk-zam": "cbk", "map-bms": "jav",
    "nds-nl": "nds", "simple": "eng",
}  # fmt: skip
"""Tags that mean another language than their parts, in lower case; ``None`` for those that mean several."""

REGION_SCRIPTS = {
    ("zho", "TW"): "Hant", ("zho", "HK"): "Hant", ("zho", "MO"): "Hant", ("pan", "PK"): "Arab",
    ("srp", "ME"): "Latn", ("uzn", "AF"): "Arab", ("khk", "CN"): "Mong", ("kaz", "CN"): "Arab",
    ("kir", "CN"): "Arab",
}  # fmt: skip
"""Language and region to the script that is usual there."""

SCRIPT_ALIASES = {
    ("kor", "Kore"): "Hang", ("zho", "Hani"): "Hans", ("yue", "Hani"): "Hant", ("jpn", "Hira"): "Jpan",
    ("jpn", "Kana"): "Jpan", ("jpn", "Hani"): "Jpan",
}  # fmt: skip
"""Language and script to the script that our keys use for it."""

SCRIPT_WORDS = {
    "simplified": "Hans", "traditional": "Hant", "latin": "Latn", "cyrillic": "Cyrl", "arabic": "Arab",
    "devanagari": "Deva", "tifinagh": "Tfng", "hebrew": "Hebr", "bengali": "Beng", "ethiopic": "Ethi",
    "burmese": "Mymr", "mongolian": "Mong", "greek": "Grek",
}  # fmt: skip
"""Words for scripts, in gettext modifiers and in English names."""

KNOWN_SCRIPTS = frozenset({
    "Adlm", "Arab", "Armn", "Beng", "Bopo", "Cans", "Cher", "Copt", "Cyrl", "Deva", "Dsrt", "Ethi", "Geor",
    "Goth", "Grek", "Gujr", "Guru", "Hang", "Hani", "Hans", "Hant", "Hebr", "Hira", "Java", "Jpan", "Kana",
    "Khmr", "Knda", "Kore", "Laoo", "Latn", "Lisu", "Mlym", "Mong", "Mtei", "Mymr", "Nkoo", "Olck", "Orya",
    "Plrd", "Rohg", "Runr", "Shaw", "Sinh", "Syrc", "Talu", "Taml", "Telu", "Tfng", "Thaa", "Thai", "Tibt",
    "Vaii", "Yiii", "Zyyy", "Zzzz",
})  # fmt: skip
"""ISO 15924 codes that are understood besides those of the tables."""
