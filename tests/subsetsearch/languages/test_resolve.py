from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.errors import LanguageError, RealignError
from subsetsearch.languages import (
    Scheme,
    all_languages,
    also_in,
    by_key,
    left_aside,
    no_languages,
    resolve,
    resolve_all,
)
from subsetsearch.languages._tables import canonical, ntrex_codes, opus_pairs, own_names, pretraining_tags
from subsetsearch.strategies import named_pools


@pytest.mark.parametrize(
    ("texts", "key"),
    [
        (("sw", "swa", "swh", "swh_Latn", "SWH-latn", "Swahili", "swah1253", "sw_KE"), "swh_Latn"),
        (("zh", "zho", "cmn", "zh_CN", "zho-CN", "zh_Hans", "cmn_Hans", "Chinese", "chi"), "zho_Hans"),
        (
            ("zh_TW", "zht", "zho-TW", "zh-Hant-HK", "Chinese (Traditional)", "Traditional Chinese"),
            "zho_Hant",
        ),
        (("sr", "srp-Cyrl", "sr_RS", "scc", "Serbian"), "srp_Cyrl"),
        (("sr_Latn", "sr@latin", "srp-Latn", "sr_ME", "Serbian (Latin)"), "srp_Latn"),
        (("no", "nb", "nor", "nob_Latn", "Norwegian"), "nob_Latn"),
        (("nn", "nno"), "nno_Latn"),
        (("om", "orm", "gaz_Latn", "Oromo"), "gaz_Latn"),
        (("tw", "twi", "ak", "aka_Latn"), "twi_Latn"),
        (("tl", "fil", "tgl_Latn"), "tgl_Latn"),
        (("iw", "he", "heb"), "heb_Hebr"),
        (("pt", "pt_BR", "por-BR"), "por_Latn"),
        (("es", "es_AR", "spa-MX"), "spa_Latn"),
        (("et", "est", "ekk"), "est_Latn"),
        (("lv", "lav", "lvs"), "lvs_Latn"),
        (("fa", "fas", "pes", "per"), "pes_Arab"),
        (("sh", "hbs"), "hbs_Latn"),
        (("ckb", "ckb-Arab"), "ckb_Arab"),
        (("zh-yue", "yue"), "yue_Hant"),
        (("kk", "kaz", "Kazakh", "kaza1248"), "kaz_Cyrl"),
        (("mn", "mon", "khk"), "khk_Cyrl"),
        (("pa_PK", "pa_Arab"), "pan_Arab"),
    ],
)
def test_every_way_to_write_a_language_gives_one_key(texts: tuple[str, ...], key: str) -> None:
    assert {resolve(text).key for text in texts} == {key}


@pytest.mark.parametrize("pool", sorted(named_pools()))
def test_every_language_of_the_corpora_resolves_with_a_script(pool: str) -> None:
    for code in named_pools()[pool].codes:
        assert resolve(code).script != "Zzzz", code


def test_flores_keys_are_the_codes_themselves() -> None:
    codes = set(named_pools()["flores200"].codes) - {"aka_Latn", "ajp_Arab"}
    assert {resolve(code).key for code in codes} == codes
    assert resolve("ajp_Arab").key == "apc_Arab"  # merged by ISO 639-3 in 2023


def test_every_canonical_choice_is_a_known_code() -> None:
    for code, target in canonical().items():
        assert resolve(code).iso639_3 == target
        assert resolve(target).iso639_3 == target


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Swahilli", r"unknown language 'Swahilli'; did you mean swh_Latn \(Swahili\)"),
        ("qqq", "unknown language 'qqq'"),
        ("", "an empty string names no language"),
        ("swh_Xxxx", "'Xxxx' is no script code; did you mean swh_Latn"),
        ("turk1311", r"turk1311 is a group of languages \(Turkic\)"),
        ("abcd9999", "no language with the glottocode abcd9999"),
    ],
)
def test_unknown_input_is_an_error_with_suggestions(text: str, match: str) -> None:
    with pytest.raises(LanguageError, match=match):
        resolve(text)


def test_a_name_that_several_languages_bear_asks_which() -> None:
    with pytest.raises(LanguageError, match=r"names \d+ languages; say which: "):
        resolve("Bari")


def test_a_code_that_is_another_languages_name_asks_which() -> None:
    with pytest.raises(
        LanguageError, match=r"'Aka' is a code and another language's name; say which: \w+, twi_Latn"
    ):
        resolve("Aka")
    assert resolve("aka").key == "twi_Latn"


def test_a_name_of_a_group_and_its_member_means_the_group() -> None:
    assert resolve("Malay").key == "zsm_Latn"
    assert resolve("Konkani").key == resolve("kok").key


def test_duplicates_name_both_codes() -> None:
    with pytest.raises(LanguageError, match=r"'sw' and 'swa' are one language, swh_Latn \(Swahili\)"):
        resolve_all(["sw", "zul", "swa"])


def test_resolve_all_keeps_the_order() -> None:
    assert [language.key for language in resolve_all(["zul", "sw"])] == ["zul_Latn", "swh_Latn"]


def test_by_key_takes_the_plainest_code_and_leaves_out_what_is_no_language() -> None:
    assert by_key(["es_AR", "es", "nb", "no", "sr", "sr_Latn", "cycl", "README"]) == {
        "nob_Latn": "nb", "spa_Latn": "es", "srp_Cyrl": "sr", "srp_Latn": "sr_Latn",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("swh", {"iso639_1": "sw", "iso639_3": "swh", "bcp47": "sw", "flores": "swh_Latn", "opus": "sw",
                 "ntrex": "swa", "glottocode": "swah1253"}),
        ("zh_TW", {"bcp47": "zh-Hant", "flores": "zho_Hant", "opus": "zh_TW", "ntrex": "zho-TW"}),
        ("zh", {"bcp47": "zh-Hans", "ntrex": "zho-CN", "opus": "zh"}),
        ("sr_Latn", {"bcp47": "sr-Latn", "ntrex": "srp-Latn"}),
        ("sr", {"bcp47": "sr", "ntrex": "srp-Cyrl", "opus": "sr"}),
        ("gaz", {"bcp47": "om", "opus": "om", "ntrex": "orm", "iso639_3": "gaz"}),
        ("wol", {"opus": "wo", "iso639_1": "wo"}),
    ],
)  # fmt: skip
def test_codes_in_other_schemes(text: str, codes: dict[Scheme, str]) -> None:
    language = resolve(text)
    assert {scheme: language.code(scheme) for scheme in codes} == codes


def test_a_scheme_without_a_code_is_an_error() -> None:
    assert resolve("luo").find_code("iso639_1") is None
    with pytest.raises(LanguageError, match=r"luo_Latn \(.*\) has no ntrex code"):
        resolve("luo").code("ntrex")
    with pytest.raises(LanguageError, match="unknown code scheme 'opus100'"):
        resolve("luo").code("opus100")  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["bcp47", "flores", "iso639_3", "ntrex", "opus"])
def test_emitted_codes_resolve_back_to_the_key(scheme: Scheme) -> None:
    for code in {*named_pools()["flores200"].codes, *ntrex_codes(), *named_pools()["opus100"].codes}:
        language = resolve(code)
        emitted = language.find_code(scheme)
        if emitted is not None and (scheme != "iso639_3" or language.script == resolve(emitted).script):
            assert resolve(emitted).key == language.key


def test_glottocodes_lead_back_to_the_language() -> None:
    wrong = []
    for language in all_languages():
        if language.glottocode is not None:
            back = resolve(language.glottocode)
            if back.glottocode != language.glottocode:
                wrong.append(language.key)
    assert not wrong


def test_all_tags_of_the_tables_resolve() -> None:
    for tags in pretraining_tags().values():
        for tag in tags:
            assert resolve(tag).script != "Zzzz", tag
    known = 0
    for code in opus_pairs():
        try:
            resolve(code)
            known += 1
        except LanguageError:
            continue
    assert known / len(opus_pairs()) > 0.94


@given(st.text(max_size=12))
def test_any_text_gives_a_language_or_our_error(text: str) -> None:
    try:
        key = resolve(text).key
    except RealignError:
        return
    assert resolve(key).key == key


@pytest.mark.offline
def test_every_locale_of_cldr_resolves() -> None:
    localedata = pytest.importorskip("babel.localedata")
    for locale in localedata.locale_identifiers():
        resolve(locale)


def test_languages_that_are_also_among_others() -> None:
    # The same language, in another script, by its macro-language; Northern and Central Kurdish share one.
    assert also_in(["swh_Latn", "taq_Tfng", "kmr_Latn", "wol_Latn"], ["sw", "taq_Latn", "ckb"]) == (
        "kmr_Latn",
        "swh_Latn",
        "taq_Tfng",
    )
    assert also_in(["swh_Latn"], []) == ()


def test_codes_of_one_language_are_told_apart() -> None:
    codes = ["aka_Latn", "twi_Latn", "es", "es_AR", "eng", "no language"]
    taken = by_key(codes)
    assert taken == {"eng_Latn": "eng", "spa_Latn": "es", "twi_Latn": "twi_Latn"}
    assert left_aside(codes) == {"aka_Latn": "twi_Latn", "es_AR": "es"}
    assert left_aside(["aka_Latn", "eng"]) == {}


def test_languages_that_can_be_chosen_are_suggested_first() -> None:
    with pytest.raises(LanguageError, match=r"unknown language 'Tamli'; did you mean tmy_Latn"):
        resolve_all(["Tamli"])
    with pytest.raises(
        LanguageError, match=r"list: unknown language 'Tamli'; did you mean tam_Taml \(Tamil\), tmy"
    ):
        resolve_all(["Tamli"], where="list", among=("tam_Taml", "swh_Latn"))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Deutsch", "deu_Latn"), ("français", "fra_Latn"), ("Francais", "fra_Latn"), ("తెలుగు", "tel_Telu"),
        ("አማርኛ", "amh_Ethi"), ("Kiswahili", "swh_Latn"), ("Русский", "rus_Cyrl"), ("ไทย", "tha_Thai"),
    ],
)  # fmt: skip
def test_languages_are_known_by_their_own_names(name: str, key: str) -> None:
    assert resolve(name).key == key


def test_every_own_name_is_understood_or_asked_back() -> None:
    """Pulaar is the English name of a relative of Fulfulde; Maa is a code too; two Ndebele have one name."""
    other, asked = set(), set()
    for code, name in own_names().items():
        try:
            other |= {code} - {resolve(name).iso639_3}
        except LanguageError:
            asked.add(code)
    assert (other, asked) == ({"fuv"}, {"mas", "nbl", "nde"})


def test_a_code_that_is_written_is_the_one_that_is_read() -> None:
    codes = ["pt", "pt_BR", "zh", "zh_CN", "ara", "arb", "fil", "tl", "xx", "README"]
    assert by_key(codes)["por_Latn"] == "pt"
    assert by_key(codes, ["pt_BR", "zh_CN", "arb", "fil"]) == {
        "arb_Arab": "arb", "por_Latn": "pt_BR", "tgl_Latn": "fil", "zho_Hans": "zh_CN",
    }  # fmt: skip
    assert left_aside(codes, ["pt_BR"])["pt"] == "pt_BR"
    assert no_languages(codes) == ("README", "xx")


def test_a_much_larger_code_goes_before_a_plainer_one() -> None:
    sizes = {"pt": 1, "pt_BR": 3, "es": 2, "es_AR": 4}
    asked: list[str] = []

    def size(code: str) -> int:
        asked.append(code)
        return sizes[code]

    assert by_key([*sizes, "sw"], size=size) == {"por_Latn": "pt_BR", "spa_Latn": "es", "swh_Latn": "sw"}
    assert left_aside(sizes, size=size) == {"pt": "pt_BR", "es_AR": "es"}
    assert "sw" not in asked
    assert by_key(sizes, ["pt"], size)["por_Latn"] == "pt"


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("zh-min-nan", "nan"), ("zh_yue", "yue"), ("zh-cmn-Hant", "zho_Hant"), ("ar-arb", "arb"),
        ("be-x-old", "bel"), ("bat-smg", "sgs"), ("roa-rup", "rup"), ("en-x-foo", "eng"),
        ("de-1996", "deu"), ("sl-rozaj", "slv"), ("zh-classical", "lzh"), ("simple", "eng"),
        ("ca-valencia", "cat"), ("ms-zsm", "zsm"), ("de-u-co-phonebk", "deu"),
    ],
)  # fmt: skip
def test_tags_are_read_by_their_grammar(tag: str, key: str) -> None:
    assert resolve(tag) == resolve(key)


@pytest.mark.parametrize("tag", ["en-usa", "pt-bra", "zh-min", "de-aus", "fr-x", "es-419-abc"])
def test_a_part_that_is_no_language_of_the_group_makes_no_other_language(tag: str) -> None:
    """Usa, bra, min, aus and old are codes of languages of their own."""
    try:
        found = resolve(tag)
    except LanguageError:
        return
    assert found == resolve(tag.split("-", maxsplit=1)[0])


@given(st.lists(st.sampled_from(["aka", "tw", "twi_Latn", "es", "es_AR", "nb", "no", "nob_Latn", "??"])))
def test_every_code_is_taken_left_aside_or_no_language(codes: list[str]) -> None:
    taken, aside = set(by_key(codes).values()), left_aside(codes)
    assert taken.isdisjoint(aside)
    assert taken | set(aside) | {"??"} >= set(codes)
    assert set(aside.values()) <= taken


@pytest.mark.parametrize(
    ("name", "key"),
    [("Mandarin", "zho_Hans"), ("farsi", "pes_Arab"), ("Azeri", "azj_Latn"), ("Sorani", "ckb_Arab"),
     ("Kurmanji", "kmr_Latn"), ("West Frisian", "fry_Latn"), ("Bahasa Indonesia", "ind_Latn"),
     ("Irish Gaelic", "gle_Latn"), ("Myanmar", "mya_Mymr")],
)  # fmt: skip
def test_languages_are_known_by_what_people_call_them(name: str, key: str) -> None:
    assert resolve(name).key == key
