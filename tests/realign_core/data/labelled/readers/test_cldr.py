from __future__ import annotations

import contextlib
from collections import Counter
from types import SimpleNamespace

import pytest

from realign_core.data.labelled import CldrNames, check_labels, label_set
from realign_core.data.labelled.readers.cldr import KINDS, LOW_RESOURCE, half
from realign_core.support.errors import DataError, MissingExtraError

pytest.importorskip("babel")


class FakeData:
    """Two locales in the shape of Babel's data: ``en`` and ``xx``."""

    def __init__(self, **locales: dict[str, object]) -> None:
        self.locales = locales

    def exists(self, name: str) -> bool:
        return name in self.locales

    def locale_identifiers(self) -> list[str]:
        return list(self.locales)


ENGLISH = {
    "languages": {f"l{i}": f"Language {i}" for i in range(8)},
    "scripts": {"Arab": "Arabic", "Cher": "Cherokee"},
    "unit_display_names": {"mass-gram": {"long": "grams", "short": "g"}, "force": {"short": "N"}},
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch):
    def use(**other: dict[str, object]) -> CldrNames:
        data = FakeData(en=ENGLISH, xx=other)
        monkeypatch.setattr("realign_core.data.labelled.readers.cldr._localedata", lambda: data)
        loader = SimpleNamespace(load=lambda name, **_: data.locales[name])
        monkeypatch.setattr("realign_core.data.labelled.readers.cldr._own_loader", lambda: loader)
        return CldrNames(evaluated=("xx",))

    return use


def both_halves(reader: CldrNames, language: str) -> dict[str, str]:
    examples = []
    for split in ("dev", "test"):
        with contextlib.suppress(DataError):  # one half may be empty
            examples += reader.read(language, split)
    return {example.text: example.label for example in examples}


def test_english_trains_on_long_names(fake):
    names = {e.text: e.label for e in fake().read("en", "train")}
    assert names["Arabic"] == "script"
    assert names["grams"] == "unit"
    assert "N" not in names
    assert len(names) == 11


def test_what_a_locale_does_not_name_itself_is_left_out(fake):
    reader = fake(
        languages={
            "l0": "Lugha 0",
            "l1": "language 2",  # English, though of another entry
            "l3": "l3",  # the code
            "l9": "Unknown to English",
            "l4": "Both",
            "l5": ("alias", {}),
        },
        scripts={"Arab": "both", "Cher": "Kicheroki"},
        unit_display_names={"mass-gram": {"short": "gr"}},
    )
    assert both_halves(reader, "xx") == {"Lugha 0": "language", "Kicheroki": "script"}


def test_halves_are_by_entry_and_the_same_in_all_languages(fake):
    reader = fake(languages={f"l{i}": f"Lugha {i}" for i in range(8)})
    for split in ("dev", "test"):
        expected = [f"Lugha {i}" for i in range(8) if half("language", f"l{i}") == split]
        assert [e.text for e in reader.read("xx", split)] == expected


def test_missing_things(fake, monkeypatch: pytest.MonkeyPatch):
    reader = fake()
    with pytest.raises(DataError, match=r"split 'test': no data for language 'yy'"):
        reader.read("yy", "test")
    with pytest.raises(DataError, match="no data for language 'xx'"):
        reader.read("xx", "train")
    with pytest.raises(DataError, match="no data for language 'en'"):
        reader.read("en", "dev")
    with pytest.raises(DataError, match="CLDR names of Babel: no data for language 'swa'"):
        CldrNames(evaluated=("swa",)).read("swa", "dev")
    with pytest.raises(ValueError, match="cannot be evaluated"):
        CldrNames(evaluated=("en", "sw"))
    monkeypatch.undo()
    monkeypatch.setitem(__import__("sys").modules, "babel.localedata", None)
    with pytest.raises(MissingExtraError, match=r"subsetsearch\[offline\]"):
        CldrNames().read("en", "train")


@pytest.mark.offline
def test_english_has_about_1658_names():
    names = CldrNames().read("en", "train")
    assert 1500 < len(names) < 1900
    assert label_set(names) == set(KINDS.values())
    assert min(Counter(e.label for e in names).values()) > 150


@pytest.mark.offline
def test_low_resource_languages_have_enough_names():
    reader, training = CldrNames(), CldrNames().read("en", "train")
    english = {e.text.casefold() for e in training}
    assert reader.languages("test") == reader.languages("dev") == tuple(sorted(LOW_RESOURCE))
    assert 40 <= len(LOW_RESOURCE) <= 50
    for language in LOW_RESOURCE:
        dev, test = reader.read(language, "dev"), reader.read(language, "test")
        assert 95 < len(test) < 900
        assert 0.4 < len(test) / (len(test) + len(dev)) < 0.6
        check_labels(training, test, language)
        texts = [e.text.casefold() for e in dev + test]
        assert not english & set(texts)
        kinds: dict[str, set[str]] = {}
        for example in dev + test:
            kinds.setdefault(example.text.casefold(), set()).add(example.label)
        assert max(map(len, kinds.values())) == 1


@pytest.mark.offline
def test_names_of_other_locales_are_not_counted():
    # Mexican Spanish states some names itself and inherits the rest.
    reader = CldrNames(evaluated=("es", "es_MX"))
    assert 0 < len(both_halves(reader, "es_MX")) < 150 < len(both_halves(reader, "es"))
