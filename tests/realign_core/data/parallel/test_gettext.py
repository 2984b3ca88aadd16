from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from realign_core.data.parallel import GettextParallel, PairFilters
from realign_core.support.errors import DataError, MissingExtraError

pytest.importorskip("polib")

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals={n}; plural={rule};\\n"

"""


def catalogue(
    root: Path, locale: str, body: str, *, n: int = 2, rule: str = "(n != 1)", name: str = "a"
) -> None:
    folder = root / "app" / "locale" / locale / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.po").write_text(HEADER.format(n=n, rule=rule) + body, encoding="utf-8")


def message(source: str, target: str, before: str = "") -> str:
    return f'{before}msgid "{source}"\nmsgstr "{target}"\n\n'


def test_what_is_left_out_is_counted(tmp_path: Path):
    body = (
        message("Save", "Hifadhi")
        + message("Cancel", "Ghairi", "#, fuzzy\n")
        + message("Open", "")
        + message("Email", "email")
        + message("%(a)s: %(b)s", "%(a)s – %(b)s")
        + message("Save", "Hifadhi", 'msgctxt "button"\n')
        + '#~ msgid "Old"\n#~ msgstr "Zee"\n'
    )
    catalogue(tmp_path, "sw", body)
    text = GettextParallel(path=tmp_path).read("sw")
    assert (text.source, text.target) == (("Save",), ("Hifadhi",))
    assert dict(text.dropped) == {
        "fuzzy": 1,
        "untranslated": 1,
        "identical": 1,
        "placeholder": 1,
        "duplicate": 1,
        "obsolete": 1,
    }


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Delete %(name)s now", "Delete now"),
        ("%d of %s files", "of files"),
        ("up to %.2f or {0} or {name}", "up to or or"),
        ("100%% sure", "100% sure"),
        ("Hello {{ user }}, <strong>bold</strong>", "Hello , bold"),
        ("The page (%s) “%(a)s” ended", "The page ended"),
        ("50% discount", "50% discount"),
        ("two\\nlines  and\\u00a0more", "two lines and\\u00a0more"),
    ],
)
def test_placeholders(tmp_path: Path, raw: str, clean: str):
    catalogue(tmp_path, "sw", message(raw, "neno"))
    assert GettextParallel(path=tmp_path).read("sw").source == (clean,)


def test_placeholders_can_be_kept(tmp_path: Path):
    catalogue(tmp_path, "sw", message("Delete %(name)s", "Futa %(name)s"))
    kept = GettextParallel(path=tmp_path, placeholders="keep").read("sw")
    assert (kept.source, kept.target) == (("Delete %(name)s",), ("Futa %(name)s",))


PLURAL = 'msgid "{} day"\nmsgid_plural "{} days"\n'


@pytest.mark.parametrize(
    ("n", "rule", "forms", "expected"),
    [
        (2, "(n != 1)", ["siku", "masiku"], ("day", "siku")),
        (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : 3", ["none", "one", "two"], ("day", "one")),
        (1, "0", ["hari"], ("days", "hari")),
    ],
)
def test_plural_entries_pair_the_form_for_one(
    tmp_path: Path, n: int, rule: str, forms: list[str], expected: tuple[str, str]
):
    body = PLURAL + "".join(f'msgstr[{i}] "{{}} {form}"\n' for i, form in enumerate(forms))
    catalogue(tmp_path, "xx", body, n=n, rule=rule)
    text = GettextParallel(path=tmp_path).read("xx")
    assert (text.source, text.target) == ((expected[0],), (expected[1],))


def test_a_plural_rule_that_cannot_be_read_drops_plural_entries_only(tmp_path: Path):
    body = message("Save", "Hifadhi") + PLURAL + 'msgstr[0] "siku"\nmsgstr[1] "masiku"\n'
    catalogue(tmp_path, "sw", body, rule="__import__('os')")
    text = GettextParallel(path=tmp_path).read("sw")
    assert text.source == ("Save",)
    assert dict(text.dropped) == {"plural": 1}


def test_locales_without_english_and_joined_files(tmp_path: Path):
    for locale in ("en", "en_GB", "en-AU", "pt_BR", "sr@latin"):
        catalogue(tmp_path, locale, message("Save", "Salva"))
    catalogue(tmp_path, "pt_BR", message("Open", "Abrir"), name="b")
    source = GettextParallel(path=tmp_path)
    assert source.languages() == ("pt_BR", "sr@latin")
    assert source.read("pt_BR").source == ("Save", "Open")


def test_errors_say_what_and_where(tmp_path: Path):
    with pytest.raises(DataError, match="no catalogue below this folder"):
        GettextParallel(path=tmp_path).languages()
    with pytest.raises(DataError, match="no such folder"):
        GettextParallel(path=tmp_path / "none").languages()
    catalogue(tmp_path, "sw", message("Save", "Hifadhi"))
    with pytest.raises(DataError, match="no data for language 'swh'; nearest codes: sw"):
        GettextParallel(path=tmp_path).read("swh")
    catalogue(tmp_path, "yo", 'msgid "a"\nnonsense here\n')
    with pytest.raises(DataError, match=r"a.po:\d+: not a gettext catalogue"):
        GettextParallel(path=tmp_path).read("yo")


def test_missing_django_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"django.*subsetsearch\[offline\]"):
        GettextParallel().languages()


@pytest.mark.offline
def test_django_is_read_but_not_imported():
    code = (
        "import sys; from realign_core.data.parallel import GettextParallel as G; n = len(G().read('sw'));"
        "print(n, 'django' in sys.modules, 'torch' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    n, *imported = out.split()
    assert 400 < int(n) < 900
    assert imported == ["False", "False"]


@pytest.mark.offline
def test_django_has_about_96_languages():
    languages = GettextParallel().languages()
    assert 90 <= len(languages) <= 120
    assert {"sw", "ga", "mn", "te", "eu", "sr_Latn", "zh_Hans"} <= set(languages)
    assert not [code for code in languages if code.startswith("en")]


@pytest.mark.offline
@pytest.mark.parametrize("language", ["sw", "ga", "mn", "ar", "ja", "ug"])
def test_django_pairs_are_translations(language: str):
    text = GettextParallel(filters=PairFilters(max_words=60)).read(language)
    assert 400 < len(text) < 1000
    assert all(
        s and t and s.casefold() != t.casefold() for s, t in zip(text.source, text.target, strict=True)
    )
    assert not [s for s in text.source + text.target if "%(" in s or "<a " in s]
    assert len(set(zip(text.source, text.target, strict=True))) == len(text)
    assert (
        text.fingerprint() == GettextParallel(filters=PairFilters(max_words=60)).read(language).fingerprint()
    )
