"""File name templates: ``{language}/{split}.txt`` and the languages that have such files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from realign_core.support.text import require_folder

_TOKEN = re.compile(r"\{(\w*)\}|(\*\*/)|(\*)|(\?)")


def check_template(template: str, required: tuple[str, ...], allowed: tuple[str, ...]) -> str:
    """Check a template's fields, for use in a model's validator.

    Args:
        template: A path relative to a folder, with ``{field}``, ``*``, ``?`` and ``**/``.
        required: Fields that must occur.
        allowed: Fields that may occur.

    Returns:
        The template.

    Raises:
        ValueError: If a field is missing or unknown, or the template leaves the folder.
    """
    used = [match.group(1) for match in _TOKEN.finditer(template) if match.group(1) is not None]
    for name in used:
        if name not in allowed:
            listed = ", ".join(f"{{{field}}}" for field in allowed)
            raise ValueError(f"'{template}' has the unknown field {{{name}}}; known are {listed}")
    for name in required:
        if name not in used:
            raise ValueError(f"'{template}' must contain {{{name}}}")
    if Path(template).is_absolute() or ".." in Path(template).parts:
        raise ValueError(f"'{template}' must be relative to 'path' and stay below it")
    return template


def _check_pair(template: str) -> str:
    required = () if "{pair}" in template else ("language",)
    return check_template(template, required, ("language", "source", "pair"))


def _check_language(template: str) -> str:
    return check_template(template, ("language",), ("language",))


PairTemplate = Annotated[str, AfterValidator(_check_pair)]
"""Names what belongs to a language and the source: by ``{language}``, or by their ``{pair}``."""

LanguageTemplate = Annotated[str, AfterValidator(_check_language)]
"""Names what belongs to a language."""


def find_files(root: Path, template: str, fixed: Mapping[str, str]) -> dict[str, tuple[Path, ...]]:
    """Find the files below a folder that fit a template.

    ``{language}`` stands for one part of a name without ``/``, as short as it can be, the
    same wherever it occurs. ``{pair}`` is the language and the source in alphabetical order,
    joined by ``-`` (OPUS).

    Args:
        root: The folder.
        template: See :func:`check_template`.
        fixed: Values of the fields other than ``language`` and ``pair``.

    Returns:
        Language code -> its files in alphabetical order, codes sorted; the empty code if the
        template has no ``{language}``.

    Raises:
        DataError: If the folder does not exist.
    """
    return _find(root, template, fixed, Path.is_file)


def find_folders(root: Path, template: str, fixed: Mapping[str, str]) -> dict[str, tuple[Path, ...]]:
    """Find the folders below a folder that fit a template, as :func:`find_files` finds files."""
    return _find(root, template, fixed, Path.is_dir)


def _find(
    root: Path, template: str, fixed: Mapping[str, str], accepts: Callable[[Path], bool]
) -> dict[str, tuple[Path, ...]]:
    require_folder(root)
    paths: dict[str, set[Path]] = {}
    if "{pair}" not in template:
        variants = [(template, "")]
    else:
        variants = [
            (template.replace("{pair}", "{language}-{source}"), "before"),
            (template.replace("{pair}", "{source}-{language}"), "after"),
        ]
    for variant, order in variants:
        expression = re.compile(_expression(variant, fixed))
        for path in root.glob(_glob(variant, fixed)):
            match = expression.fullmatch(path.relative_to(root).as_posix())
            if match is None or not accepts(path):
                continue
            language = match.groupdict().get("language", "")
            if order and (language < fixed["source"]) != (order == "before"):
                continue
            paths.setdefault(language, set()).add(path)
    return {language: tuple(sorted(paths[language])) for language in sorted(paths)}


def _expression(template: str, fixed: Mapping[str, str]) -> str:
    parts: list[str] = []
    position = 0
    named = False
    for match in _TOKEN.finditer(template):
        parts.append(re.escape(template[position : match.start()]))
        position = match.end()
        field = match.group(1)
        if field == "language":
            parts.append("(?P=language)" if named else r"(?P<language>[^/]+?)")
            named = True
        elif field is not None:
            parts.append(re.escape(fixed[field]))
        else:
            parts.append({"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}[match.group(0)])
    parts.append(re.escape(template[position:]))
    return "".join(parts)


def _glob(template: str, fixed: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        field = match.group(1)
        if field is None:
            return match.group(0)
        return "*" if field == "language" else _escape(fixed[field])

    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(template):
        parts += [_escape(template[position : match.start()]), replace(match)]
        position = match.end()
    return "".join([*parts, _escape(template[position:])])


def _escape(literal: str) -> str:
    return literal.replace("[", "[[]")
