"""Tasks in files: which files hold a language's split."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self, get_args

from pydantic import field_validator, model_validator

from realign_core.data._templates import check_template, find_parts
from realign_core.data.examples import Example
from realign_core.data.labelled.base import SkipBudget, Split, TaskReader
from realign_core.data.labelled.layouts.parts import Found, choose, names_of
from realign_core.support.errors import DataError
from realign_core.support.files.text import require_file, unknown_language
from realign_core.support.settings.paths import ExpandedPath


class FileTaskReader(TaskReader):
    """A task whose examples are in files, found by a template or listed.

    Args:
        path: Folder in which ``pattern`` is looked up.
        pattern: Template with ``{language}`` and, as a rule, ``{split}``; ``*``, ``?`` and
            ``**/`` as usual. Several files of a language are joined in alphabetical order.
        split_names: What ``{split}`` is for each split (``{"dev": "validation"}``), where it
            is not the split's own name.
        files: Explicit files: language -> split -> paths, in this order. They replace what
            the pattern finds for that language (all its splits).
        parts: Language -> names of the files that are read, of several that the pattern finds for it
            (``{ zh = ["GSD"], no = ["Bokmaal", "Nynorsk"] }`` for treebanks): what a star stands for.

    A reader with neither ``path`` nor ``files`` is refused.
    """

    path: ExpandedPath | None = None
    pattern: str = "{language}/{split}.txt"
    split_names: Mapping[Split, str] = {}
    files: Mapping[str, Mapping[Split, tuple[ExpandedPath, ...]]] = {}
    parts: Mapping[str, tuple[str, ...]] = {}

    @field_validator("pattern")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return check_template(value, ("language",), ("language", "split"))

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.path is None and not self.files:
            raise ValueError("give 'path', the folder of the corpus, or list its 'files'")
        if self.split_names and "{split}" not in self.pattern and getattr(self, "split", None) is None:
            raise ValueError("'split_names' has no effect without {split} in 'pattern'")
        if self.path is None and (self.split_names or self.pattern not in self._plain_patterns()):
            idle = "split_names" if self.split_names else "pattern"
            raise ValueError(f"'{idle}' has no effect without 'path'; all 'files' are listed")
        for code, by_split in self.files.items():
            for split, paths in by_split.items():
                if twice := next((path for path in paths if paths.count(path) > 1), None):
                    raise ValueError(f"'files' has {twice} twice for '{code}', split '{split}'")
        if both := sorted(self.parts.keys() & self.files.keys()):
            raise ValueError(f"'parts' has no effect on '{both[0]}', whose files are listed in 'files'")
        if self.parts and ("*" not in self.pattern or self.path is None):
            raise ValueError("'parts' has no effect without a star in 'pattern'")
        if empty := sorted(code for code, names in self.parts.items() if not names):
            raise ValueError(f"'parts' names no file of '{empty[0]}'")
        return self

    @classmethod
    def _plain_patterns(cls) -> tuple[str, ...]:
        """Patterns that nobody has written."""
        return (str(cls.model_fields["pattern"].default),)

    def joined(self, split: Split) -> dict[str, tuple[str, ...]]:
        """Name the files of each language that has several, but for those that ``files`` lists."""
        if self.path is None or self.path.is_file():
            return {}
        by_code = self._parts(self.path, split)
        several = {code: self._paths(split).get(code, ()) for code in by_code if code not in self.files}
        return {
            code: tuple(name for name, (path, _) in names_of(by_code[code]).items() if path in paths)
            for code, paths in several.items()
            if len(paths) > 1
        }

    def sought(self, split: Split) -> str:
        """Say which files the pattern looks for, and where."""
        if self.path is None or self.path.is_file():
            return ""
        return f"'{self.pattern.replace('{split}', self.split_names.get(split, split))}' in {self.path}"

    def languages(self, split: Split) -> tuple[str, ...]:
        """List the languages that have at least one file for the split."""
        return tuple(sorted(self._paths(split)))

    def paths(self, language: str, split: Split) -> tuple[Path, ...]:
        """Files of a language's split; none where it has none."""
        return self._paths(split).get(language, ())

    def _paths(self, split: Split) -> dict[str, tuple[Path, ...]]:
        discovered = {} if self.path is None else self._discover(self.path, split)
        listed = {code: by_split.get(split, ()) for code, by_split in self.files.items()}
        return {code: paths for code, paths in {**discovered, **listed}.items() if paths}

    def _discover(self, place: Path, split: Split) -> dict[str, tuple[Path, ...]]:
        """Find a split's files by the pattern, the empty code for those of several languages."""
        by_code = self._parts(place, split)
        for code in self.parts.keys() - by_code.keys():
            if not any(code in self._parts(place, other) for other in get_args(Split)):
                raise unknown_language(code, by_code, f"{place}, named in 'parts'")
        return {
            code: choose(files, self.parts[code], code)
            if code in self.parts
            else tuple(path for path, _ in files)
            for code, files in by_code.items()
        }

    def _parts(self, place: Path, split: Split) -> dict[str, Found]:
        return {**find_parts(place, self.pattern, {"split": self.split_names.get(split, split)})}

    def _files_of(self, language: str, split: Split) -> tuple[Path, ...]:
        by_code = self._paths(split)
        if language not in by_code:
            raise self._unknown(language, split, by_code)
        for path in by_code[language]:
            require_file(path)
        return by_code[language]

    def _unknown(self, language: str, split: Split, codes: Iterable[str]) -> DataError:
        """Say what there is instead of a language's split."""
        others = {name: self._paths(name) for name in get_args(Split) if name != split}
        place = f"{self.path or 'files'}, split '{split}'"
        other_splits = [name for name, paths in others.items() if language in paths]
        if other_splits:
            what = f"no {split} data for language '{language}', only {' and '.join(other_splits)}"
        elif not codes and any(others.values()):
            what = f"no {split} data for any language"
        elif not codes and self.sought(split):
            what = f"no data for language '{language}', nor for any other"
        else:
            return unknown_language(language, codes, place)
        split_name = self.split_names.get(split, split)
        expected_path = self.pattern.replace("{language}", language).replace("{split}", split_name)
        fix = f"it would be found as {expected_path}; check the pattern, split_names and the language's code"
        return DataError(what, where=place, fix=fix)


class ParsedFileReader(FileTaskReader):
    """Base of the formats whose files are parsed one after the other, each as a whole."""

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[Example]:
        for path in self._files_of(language, split):
            yield from self._parse(path, skips)

    @abstractmethod
    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[Example]:
        """Yield one file's examples; malformed ones are told to ``skips``, with their line."""
