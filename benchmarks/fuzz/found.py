"""Everything that reads, found in the code, so that nothing new is left out: classes of readers, and modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.common import ROOT
from benchmarks.fuzz import hub, labelled, parallel, settings, tables
from benchmarks.fuzz.subject import Subject
from realign_core.align import EflomalAligner, EncoderAligner, SentenceAligner, WordAligner
from realign_core.data.labelled import CldrExpressions, CldrNames, TaskReader
from realign_core.data.parallel import ParallelSource
from realign_core.support.settings.config import Config

SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for module in (labelled, parallel, hub, tables, settings)
    for subject in module.SUBJECTS
}

BASES: tuple[type[Config], ...] = (ParallelSource, TaskReader, WordAligner)

WITHOUT_FILES: Mapping[type[Config], str] = {
    CldrNames: "reads the data of the installed Babel only",
    CldrExpressions: "reads the data of the installed Babel only",
    SentenceAligner: "aligns nothing",
    EncoderAligner: "computes links",
    EflomalAligner: "reads what the program that it has just run wrote",
}
"""Classes of readers to why they are not fuzzed."""

_PACKAGED = "files of this package, or of one that is installed with it"
_WRITTEN = "what this program has written: caches, checkpoints and the like, which have checks of their own"
_SYSTEM = "files of the operating system"
_BELOW = "is used by readers that are fuzzed"

NOT_FUZZED: Mapping[str, str] = {
    "realign_core.align.eflomal": _WRITTEN,
    "realign_core.align.links": _WRITTEN,
    "realign_core.data.labelled.layouts.tables": _BELOW,
    "realign_core.encoder.bundled.q4": _PACKAGED,
    "realign_core.encoder.trunk": _WRITTEN,
    "realign_core.runs.running.batch": _WRITTEN,
    "realign_core.runs.saved.card": _PACKAGED,
    "realign_core.runs.saved.seed_choice": _WRITTEN,
    "realign_core.support.files.content": _BELOW,
    "realign_core.support.files.writing": _WRITTEN,
    "realign_core.support.files.cache": _WRITTEN,
    "realign_core.support.files.size_limits": _BELOW,
    "realign_core.support.files.text": _BELOW,
    "realign_core.support.settings.toml": _BELOW,
    "realign_core.support.files.unpack": _BELOW,
    "realign_core.training.checkpoint": _WRITTEN,
    "subsetsearch.cost._opus": _PACKAGED,
    "subsetsearch.export._corpora": _PACKAGED,
    "subsetsearch.languages._tables": _PACKAGED,
    "subsetsearch.report._html": _PACKAGED,
    "subsetsearch.report._map": _PACKAGED,
    "subsetsearch.results.database.failures": _BELOW,
    "subsetsearch.results.provenance.code_version": _PACKAGED,
    "subsetsearch.results.database.network_drives": _SYSTEM,
    "subsetsearch.results.workers.processes": _SYSTEM,
    "subsetsearch.run.preparation.process": _WRITTEN,
    "subsetsearch.run.search.quota": _WRITTEN,
    "subsetsearch.rungs.cache": _WRITTEN,
    "subsetsearch.strategies._published": _PACKAGED,
    "subsetsearch.typology._base": _WRITTEN,
}
"""Modules that open files to why they are not fuzzed."""

_OPENING = frozenset(
    {
        "open", "read_json", "read_text", "read_bytes", "text_lines", "open_content", "read_csv_rows", "read_toml",
        "table_rows", "jsonl_rows", "load_file", "read_parquet", "safe_open", "DictReader",
    }
)  # fmt: skip
"""Names of functions that open files, or read them."""


def concrete(base: type[Config]) -> set[type[Config]]:
    """Classes below a base that can be made, of the engine's own modules."""
    below = {one for direct in base.__subclasses__() for one in {direct, *concrete(direct)}}
    return {
        one for one in below if not one.__abstractmethods__ and one.__module__.startswith("realign_core.")
    }


def opening_modules() -> set[str]:
    """Modules of the two packages in which some file is opened or read."""
    return {
        str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for package in ("realign_core", "subsetsearch")
        for file in (ROOT / package).rglob("*.py")
        if any(name in _OPENING for name in _called(file))
    }


def _called(file: Path) -> Iterator[str]:
    """Names of the functions that a module calls; arrays, JSON and pickles are loaded from files."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "json" | "pickle"), attr="load")):
                yield "open"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self") | ast.Call(), attr="open")):
                pass  # a study, by a command
            case ast.Call(func=ast.Attribute(attr=name)):
                yield name


def covered_modules() -> set[str]:
    """Modules that some subject exercises: those that it names, and those of its readers' classes and bases."""
    named = {module for subject in SUBJECTS.values() for module in subject.modules}
    classes = {one for subject in SUBJECTS.values() for kind in subject.covers for one in kind.__mro__}
    return named | {one.__module__ for one in classes}
