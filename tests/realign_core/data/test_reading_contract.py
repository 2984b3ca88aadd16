"""Whatever reads is held to the contract (docs/reading.md): the classes are found, so none is left out."""

from __future__ import annotations

from pathlib import Path
from types import UnionType
from typing import Any, get_args

import pytest

from realign_core.align import AnyAligner, WordAligner
from realign_core.data.labelled import AnyTaskReader, TaskReader
from realign_core.data.parallel import AnyParallel, ParallelSource
from realign_core.support.settings.config import Config

BASES: dict[type[Config], tuple[Any, Path]] = {
    ParallelSource: (AnyParallel, Path(__file__).parent / "parallel" / "test_contract.py"),
    TaskReader: (AnyTaskReader, Path(__file__).parent / "labelled" / "test_contract.py"),
    WordAligner: (AnyAligner, Path(__file__).parent.parent / "align" / "test_aligners.py"),
}
"""Base of readers -> what a configuration may choose, and the battery that they are held to."""


def concrete(base: type[Config]) -> set[type[Config]]:
    """Classes below a base that can be made, of the engine's own modules."""
    below = {one for direct in base.__subclasses__() for one in {direct, *concrete(direct)}}
    return {
        one for one in below if not one.__abstractmethods__ and one.__module__.startswith("realign_core.")
    }


def choices(union: Any) -> set[type]:
    inner = get_args(union)[0]
    return {*get_args(inner)} if isinstance(inner, UnionType) else {inner}


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_every_reader_can_be_chosen_and_is_held_to_its_battery(base: type[Config]):
    union, battery = BASES[base]
    found = concrete(base)
    assert found
    assert found == {one for one in choices(union) if issubclass(one, base)}
    text = battery.read_text(encoding="utf-8")
    assert [one.__name__ for one in found if one.__name__ not in text] == []
