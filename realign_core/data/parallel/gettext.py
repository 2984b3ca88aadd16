"""Message catalogues (gettext ``.po``): short strings with their translations."""

from __future__ import annotations

import functools
import gettext as stdlib_gettext
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from realign_core.data._templates import find_files
from realign_core.data.codes import same_language
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._catalogue_cache import Pairs, cached_pairs
from realign_core.data.parallel.base import ParallelSource
from realign_core.support.errors import DataError, MissingExtraError, count
from realign_core.support.files.content import READ_ERRORS, open_content, plain_name
from realign_core.support.files.text import unknown_language
from realign_core.support.program.extras import require
from realign_core.support.settings.paths import ExpandedPath

PLACEHOLDER = re.compile(
    r"%\([^)\s]*\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]"  # %(name)s
    r"|%(?:\d+\$)?[#0\-+]*\d*(?:\.\d+)?[sdifrxXu](?![^\W\d_])"  # %s, %2$d, but not "50% discount"
    r"|\{\{[^{}]*\}\}"  # {{ name }}
    r"|\{[^{}\s]*\}"  # {name}, {0}
    r"|</?[a-zA-Z][^<>]*>"  # <strong>
)
_LINE = re.compile(
    r'\s*(?:#~\s*)?(?:(msgid)\s+|(?:msgctxt|msgid_plural|msgstr(?:\[[0-9]\])?)\s+|)"(?:[^"\\]|\\.)*"\s*'
    r"|\s*(?:#(?!~\s*(?:msg|\")).*)?\s*"
)
"""A line of a catalogue: a text in quotes, begun by a word or going on; else a comment or nothing."""

EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|“\s*”|„\s*“|«\s*»|‘\s*’|'\s+'|\"\s*\"")


class GettextParallel(ParallelSource):
    """Catalogues of ``<locale>/LC_MESSAGES/*.po`` below a folder, English the ``msgid``.

    Without ``path`` Django's own catalogues are read (package data of the extra
    ``offline``; Django is located, never imported): about 96 languages, some hundred short
    strings each. English variants (``en_GB``) are no target languages. Left out and counted
    are ``obsolete``, ``fuzzy``, ``untranslated`` entries, ``placeholder``-only ones (nothing
    but variables, digits and signs) and plural entries whose singular cannot be told
    (``plural``); then the pair filters apply.

    Args:
        path: Folder of catalogues, searched at any depth.
        placeholders: ``remove`` variables such as ``%(name)s`` and HTML tags from both sides,
            with brackets or quotes that are empty then, or ``keep`` them.
    """

    format: Literal["gettext"] = "gettext"
    path: ExpandedPath | None = None
    placeholders: Literal["remove", "keep"] = "remove"

    def languages(self) -> tuple[str, ...]:
        """List the catalogues' locales, without English ones."""
        return tuple(sorted(self._files()))

    def read(self, language: str) -> ParallelText:
        """Read the catalogues of one locale, files in alphabetical order."""
        files = self._files()
        if language not in files:
            raise unknown_language(language, files, self._root())

        def parse() -> tuple[Pairs, Counter[str]]:
            dropped: Counter[str] = Counter()
            return [
                pair for path in files[language] for pair in self._pairs(path, language, dropped)
            ], dropped

        pairs, dropped = (
            cached_pairs("django", language, self.placeholders, parse) if self.path is None else parse()
        )
        return self.filters.apply(language, pairs, dropped)

    def _root(self) -> Path:
        return self.path if self.path is not None else _django_root()

    def _files(self) -> Mapping[str, tuple[Path, ...]]:
        return _catalogues(self.path) if self.path is not None else _django_catalogues(_django_root())

    def _pairs(self, path: Path, language: str, dropped: Counter[str]) -> Iterator[tuple[str, str]]:
        catalogue = _parse(path)
        _refuse_foreign(catalogue, language, path)
        singular = _singular_index(catalogue.metadata.get("Plural-Forms", ""))
        for entry in catalogue:
            if entry.obsolete:
                dropped["obsolete"] += 1
            elif entry.fuzzy:
                dropped["fuzzy"] += 1
            elif not entry.translated():
                dropped["untranslated"] += 1
            elif entry.msgid_plural and singular is None:
                dropped["plural"] += 1
            else:
                source, target = (self._clean(text) for text in _sides(entry, singular))
                if not (_has_letter(source) and _has_letter(target)):
                    dropped["placeholder"] += 1
                else:
                    yield source, target

    def _clean(self, text: str) -> str:
        if self.placeholders == "remove":
            text = EMPTY_BRACKETS.sub(" ", PLACEHOLDER.sub(" ", text)).replace("%%", "%")
        return " ".join(text.split())


def _django_root() -> Path:
    spec = importlib.util.find_spec("django")
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(
            "the package 'django' is needed to read its message catalogues",
            fix="install it with: pip install 'subsetsearch[offline]', or set 'path' to other catalogues",
        )
    return Path(spec.submodule_search_locations[0])


def _catalogues(root: Path) -> dict[str, tuple[Path, ...]]:
    catalogues: dict[str, tuple[Path, ...]] = {}
    for locale, paths in find_files(root, "**/{language}/LC_MESSAGES/*.po", {}).items():
        if re.split(r"[_\-@.]", locale)[0] != "en":
            catalogues[locale] = paths
    if not catalogues:
        raise DataError(
            "no catalogue below this folder", where=root, fix="expected files <locale>/LC_MESSAGES/<name>.po"
        )
    return catalogues


# An installed package does not change under a process; a user's folder may.
_django_catalogues = functools.cache(_catalogues)


def _parse(path: Path) -> Any:
    polib = require("polib", extra="offline", purpose="read gettext catalogues")
    try:
        with open_content(path) as stream, TemporaryDirectory() as folder:
            unpacked = path
            # Unpacked to a file: the parser cuts a text that it is given at other line ends, too.
            if plain_name(path.name) != path.name:
                unpacked = Path(folder) / plain_name(path.name)
                unpacked.write_bytes(stream.read())
            catalogue = polib.pofile(str(unpacked), encoding="utf-8-sig")
            _refuse_loss(catalogue, unpacked, path)
            return catalogue
    except (*READ_ERRORS, ValueError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise DataError(
            f"not a gettext catalogue: {error}", where=path, line=int(line.group(1)) if line else None
        ) from error


def _refuse_loss(catalogue: Any, unpacked: Path, path: Path) -> None:
    """Refuse what the parser cuts or drops: texts whose quotes are not closed, entries that do not end.

    Raises:
        DataError: If there are any.
    """
    begun = 0
    with unpacked.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                what = f"neither a comment nor a word and a text in quotes, but {line.strip()!r:.60}"
                raise DataError(what, where=path, line=number, fix="mend the file with msgfmt --check")
            begun += match[1] is not None
    header = catalogue.metadata_is_fuzzy != 0  # the header's flags, once there is a header
    if begun > len(catalogue) + header:
        raise DataError(
            f"{count(begun - header, 'entry')} begin in it, but {len(catalogue):,} have all their lines",
            where=path,
            fix="every msgid needs a msgstr: mend the file with msgfmt --check",
        )


def _refuse_foreign(catalogue: Any, language: str, path: Path) -> None:
    """Refuse a catalogue of another language than its folder's, and two texts for one message.

    Raises:
        DataError: If it is one.
    """
    declared = catalogue.metadata.get("Language", "").strip()
    if re.fullmatch(r"[A-Za-z]{2,3}([_@.-].*)?", declared) and not same_language(
        _base(declared), _base(language)
    ):
        raise DataError(
            f"it says that it is of '{declared}', but lies in the folder of '{language}'",
            where=path,
            fix="move it to its own language, or mend the line 'Language:' of its header",
        )
    lines: dict[tuple[str | None, str], int] = {}
    for entry in catalogue:
        if entry.obsolete:
            continue
        first = lines.setdefault((entry.msgctxt, entry.msgid), entry.linenum)
        if first != entry.linenum:
            raise DataError(
                f"the message {entry.msgid!r:.60} of line {first} is there again",
                where=path,
                line=entry.linenum,
                fix="keep one of the two: mend the file with msguniq",
            )


def _base(code: str) -> str:
    return re.split(r"[_@.-]", code)[0].lower()


def _singular_index(header: str) -> int | None:
    """Find which plural form a language uses for one thing (Arabic's first form is for none).

    Returns:
        The index of the form, -1 if the language has one form for all numbers, None if the
        header does not tell.
    """
    match = re.search(r"nplurals\s*=\s*([0-9]{1,9})\s*;\s*plural\s*=\s*([^;]+)", header)
    if match is None:
        return None
    if int(match.group(1)) == 1:
        return -1
    try:
        return int(stdlib_gettext.c2py(match.group(2))(1))
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _sides(entry: Any, singular: int | None) -> tuple[str, str]:
    if not entry.msgid_plural or singular is None:
        return entry.msgid, entry.msgstr
    if singular == -1:
        return entry.msgid_plural, entry.msgstr_plural.get(0, "")
    return entry.msgid, entry.msgstr_plural.get(singular, "")


def _has_letter(text: str) -> bool:
    return any(character.isalpha() for character in PLACEHOLDER.sub(" ", text))
