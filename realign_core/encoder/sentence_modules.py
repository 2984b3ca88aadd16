"""The files that tell ``sentence-transformers`` how a text's vector comes from its tokens' states."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from realign_core.support.files.size_limits import read_json
from realign_core.support.files.writing import write_json
from realign_core.support.settings.paths import can_be_named

logger = logging.getLogger(__name__)

Find = Callable[[str], Path | None]
"""Finds a file of a published encoder by its place there."""

_MODULES = "modules.json"
_SETTINGS = ("config_sentence_transformers.json", "sentence_bert_config.json")
_OF_A_MODULE = ("config.json", "model.safetensors")
_FOLDER = re.compile(r"[A-Za-z0-9_.-]{1,100}(?:/[A-Za-z0-9_.-]{1,100}){0,5}")
_OTHER_WEIGHTS = "pytorch_model.bin"


def write_modules(folder: Path, width: int, max_length: int, *, normalise: bool = False) -> None:
    """Describe the vector of a text as the mean of its tokens' states, as realignment reads it.

    Args:
        folder: That of the encoder.
        width: Size d of the hidden states.
        max_length: Longest text in tokens.
        normalise: Scale it to length 1.
    """
    names = ["Transformer", "Pooling", *(["Normalize"] if normalise else [])]
    places = ["", *(f"{number}_{name}" for number, name in enumerate(names) if number)]
    modules = [
        {"idx": number, "name": str(number), "path": place, "type": f"sentence_transformers.models.{name}"}
        for number, (place, name) in enumerate(zip(places, names, strict=True))
    ]
    write_json(folder / _MODULES, modules)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": max_length, "do_lower_case": False})
    for place in places[1:]:
        (folder / place).mkdir()
    pooling = {
        "word_embedding_dimension": width,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
    }
    write_json(folder / "1_Pooling" / "config.json", pooling)


def copy_modules(find: Find, folder: Path) -> bool:
    """Copy the modules and prompts that an encoder was published with.

    Args:
        find: Finds the encoder's files.
        folder: That of the realigned encoder.

    Returns:
        Whether there were any that can be kept. They cannot where they need code of their own, or weights in
        another format than safetensors.
    """
    module_list = find(_MODULES)
    if module_list is None:
        return False
    modules = read_json(module_list)
    if not _are_standard(modules) or any(_unsafe(find, module["path"]) for module in modules[1:]):
        logger.warning("the modules of the base encoder need other files than safetensors: not kept")
        return False
    for module in modules[1:]:
        (folder / module["path"]).mkdir(parents=True, exist_ok=True)
    names = [_MODULES, *_SETTINGS, *(f"{m['path']}/{name}" for m in modules[1:] for name in _OF_A_MODULE)]
    for name in names:
        file = find(name)
        if file is not None:
            shutil.copyfile(file, folder / name)
    return True


def published_files(source: str, revision: str, *, offline: bool) -> Find:
    """Return what finds the files of a published encoder.

    Args:
        source: Its folder or its name on the hub.
        revision: Branch, tag or commit on the hub.
        offline: Ask the hub's local cache only.
    """

    def find(name: str) -> Path | None:
        if Path(source).is_dir():
            place = Path(source) / name
            return place if place.is_file() else None
        from transformers.utils.hub import cached_file

        cached = cached_file(
            source,
            name,
            revision=revision,
            local_files_only=offline,
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_connection_errors=False,
        )
        return None if cached is None else Path(cached)

    return find


def _are_standard(modules: Any) -> bool:
    """Whether the first module is the encoder itself, and all are the library's, in folders below its own."""
    if not isinstance(modules, list) or not all(isinstance(module, Mapping) for module in modules):
        return False
    places = [module.get("path") for module in modules]
    ours = all(str(module.get("type")).startswith("sentence_transformers.") for module in modules)
    return ours and places[:1] == [""] and all(map(_below, places[1:]))


def _below(place: object) -> bool:
    """Whether a place is that of a folder below another one."""
    if not isinstance(place, str) or not can_be_named(f"{place}/{_OTHER_WEIGHTS}"):
        return False
    return _FOLDER.fullmatch(place) is not None and ".." not in place.split("/")


def _unsafe(find: Find, place: str) -> bool:
    """Whether a module has weights, but not as safetensors."""
    return find(f"{place}/{_OTHER_WEIGHTS}") is not None and find(f"{place}/model.safetensors") is None
