"""File name templates: ``{language}/{split}.txt`` and the languages that have such files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from realign_core.support.errors import DataError
from realign_core.support.files.content import PACKED, plain_name
from realign_core.support.files.text import require_folder
from realign_core.support.settings.paths import refuse_link_out

_TOKEN = re.compile(r"\{(\w*)\}|(?:^|(?<=/))(\*\*/)|(\*+)|(\?)")

_PACKED = f"(?:{'|'.join(map(re.escape, PACKED))})?"

_WILD = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}


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
            known_fields = ", ".join(f"{{{field}}}" for field in allowed)
            raise ValueError(f"'{template}' has the unknown field {{{name}}}; known are {known_fields}")
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
    """Find the files below a folder that fit a template, plain or packed.

    ``{language}`` stands for one part of a name without ``/``, as short as it can be, the
    same wherever it occurs. ``{pair}`` is the language and the source in alphabetical order,
    joined by ``-`` (OPUS). Hidden files are not found, unless the template says so.

    Args:
        root: The folder.
        template: See :func:`check_template`.
        fixed: Values of the fields other than ``language`` and ``pair``.

    Returns:
        Language code -> its files in alphabetical order, codes sorted; the empty code if the
        template has no ``{language}``.

    Raises:
        DataError: If the folder does not exist, a file is there plain and packed, or a link leads out of it.
    """
    return {
        code: tuple(path for path, _ in parts) for code, parts in find_parts(root, template, fixed).items()
    }


def find_file(root: Path, name: str) -> Path | None:
    """Find one file by its plain name, without a look at all others; nothing if it is missing or there twice.

    Raises:
        DataError: If it is a link that leads out of the folder.
    """
    files = [path for packed in ("", *PACKED) if (path := root / f"{name}{packed}").is_file()]
    if len(files) != 1:
        return None
    refuse_link_out(files[0], root)
    return files[0]


def find_parts(
    root: Path, template: str, fixed: Mapping[str, str]
) -> dict[str, tuple[tuple[Path, tuple[str, ...]], ...]]:
    """Find files as :func:`find_files` does, each with what the template's stars stand for in it.

    Raises:
        DataError: As :func:`find_files`.
    """
    return _find(root, template, fixed, Path.is_file, _PACKED)


def find_folders(root: Path, template: str, fixed: Mapping[str, str]) -> dict[str, tuple[Path, ...]]:
    """Find the folders below a folder that fit a template, as :func:`find_files` finds files."""
    folders = _find(root, template, fixed, Path.is_dir, "")
    return {code: tuple(path for path, _ in paths) for code, paths in folders.items()}


def _find(
    root: Path,
    template: str,
    fixed: Mapping[str, str],
    accepts: Callable[[Path], bool],
    ending: str,
) -> dict[str, tuple[tuple[Path, tuple[str, ...]], ...]]:
    require_folder(root)
    paths: dict[str, dict[Path, tuple[str, ...]]] = {}
    if "{pair}" not in template:
        variants = [(template, "")]
    else:
        variants = [
            (template.replace("{pair}", "{language}-{source}"), "before"),
            (template.replace("{pair}", "{source}-{language}"), "after"),
        ]
    hidden_too = "/." in f"/{template}"
    for variant, order in variants:
        expression = re.compile(_expression(variant, fixed) + ending)
        pattern = _glob(variant, fixed)
        for path in root.glob(pattern if not ending or pattern.endswith("*") else f"{pattern}*"):
            name = path.relative_to(root).as_posix()
            match = expression.fullmatch(name)
            if match is None or ("/." in f"/{name}" and not hidden_too) or not accepts(path):
                continue
            refuse_link_out(path, root)
            fields = match.groupdict()
            language = fields.pop("language", "")
            otherwise = order and (language < fixed["source"]) != (order == "before")
            if otherwise or language.startswith("."):
                continue
            stars = tuple(plain_name(text or "") for text in fields.values())
            paths.setdefault(language, {}).setdefault(path, stars)
    for by_path in paths.values():
        _refuse_twice(by_path)
    return {language: tuple(sorted(paths[language].items())) for language in sorted(paths)}


def _refuse_twice(paths: Iterable[Path]) -> None:
    """Refuse a file that is there plain and packed: which one is meant cannot be told."""
    by_plain_name: dict[Path, Path] = {}
    for path in sorted(paths):
        first = by_plain_name.setdefault(path.with_name(plain_name(path.name)), path)
        if first != path:
            raise DataError(
                f"the same file as {path.name}, once packed", where=first, fix="keep one of the two"
            )


def _expression(template: str, fixed: Mapping[str, str]) -> str:
    parts: list[str] = []
    position = 0
    language_seen = False
    for match in _TOKEN.finditer(template):
        parts.append(re.escape(template[position : match.start()]))
        position = match.end()
        field = match.group(1)
        if field == "language":
            # Beside a star, as in "news-fr", a code begins and ends where no letter or digit goes on.
            before = r"(?<![^\W_])" if template[: match.start()].endswith("*") else ""
            after = r"(?![^\W_])" if template[match.end() :].startswith("*") else ""
            parts.append("(?P=language)" if language_seen else rf"{before}(?P<language>[^/]+?){after}")
            language_seen = True
        elif field is not None:
            parts.append(re.escape(fixed[field]))
        else:
            wild = _WILD.get(match.group(0), _WILD["*"])
            parts.append(f"(?P<star{len(parts)}>{wild})")
    parts.append(re.escape(template[position:]))
    return "".join(parts)


def _glob(template: str, fixed: Mapping[str, str]) -> str:
    """Write a template as a pattern of ``pathlib``, which knows ``**`` as a whole part only."""
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(template):
        field = match.group(1)
        parts += list(_escape(template[position : match.start()]))
        if match.group(0) in ("**/", "?"):
            parts.append(match.group(0))
        elif field not in (None, "language"):
            parts.append(_escape(fixed[field]))
        elif parts[-1:] != ["*"]:
            parts.append("*")
        position = match.end()
    return "".join([*parts, _escape(template[position:])])


def _escape(literal: str) -> str:
    return literal.replace("[", "[[]")
