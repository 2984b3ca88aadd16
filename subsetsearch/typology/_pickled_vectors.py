"""Read the vectors of an array file of Python 2 without unpickling: its opcodes are read as data.

What the file says of functions and classes is compared with four names, and never looked up or called.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class _Name:
    """A function or class, by its name alone."""

    text: str


@dataclass(slots=True)
class _Made:
    """What a function is said to make: an array, or the kind of its numbers."""

    name: str
    arguments: tuple[Any, ...]
    state: tuple[Any, ...] = ()

    @property
    def array(self) -> Any:
        """The array: of numbers, or the list of objects in it."""
        _, shape, kind, _, data = self.state
        if isinstance(data, list):
            return data
        order = kind.state[1] if kind.state else "="
        return np.frombuffer(data, np.dtype(kind.arguments[0]).newbyteorder(order)).reshape(shape)


@dataclass(slots=True)
class _Machine:
    """Reads opcodes one after the other."""

    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def step(self, name: str, argument: Any) -> None:
        """Read one opcode.

        Raises:
            ValueError: If it has no place in a file of vectors.
        """
        stack = self.stack
        if name in ("BININT", "BININT1", "BININT2", "BINUNICODE"):
            stack.append(argument)
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(self.memo[argument])
        elif name == "GLOBAL":
            stack.append(_Name(argument))
        elif name == "MARK":
            self.marks.append(len(stack))
        elif name in _EMPTY:
            stack.append(_EMPTY[name]())
        elif name.startswith("TUPLE"):
            stack.append(self._marked() if name == "TUPLE" else self._last(int(name[-1])))
        elif name in ("APPEND", "APPENDS"):
            added = self._last(1) if name == "APPEND" else self._marked()
            stack[-1].extend(added)
        elif name in ("SETITEM", "SETITEMS"):
            pairs = self._last(2) if name == "SETITEM" else self._marked()
            stack[-1].update(zip(pairs[::2], pairs[1::2], strict=True))
        elif name == "REDUCE":
            function, arguments = self._last(2)
            stack.append(_made(function, arguments))
        elif name == "BUILD":
            (state,) = self._last(1)
            stack[-1].state = state
        elif name not in ("PROTO", "STOP"):
            raise ValueError(f"{name} has no place in a table of vectors")

    def _last(self, number: int) -> tuple[Any, ...]:
        entries = tuple(self.stack[-number:])
        del self.stack[-number:]
        return entries

    def _marked(self) -> tuple[Any, ...]:
        return self._last(len(self.stack) - mark) if (mark := self.marks.pop()) < len(self.stack) else ()


_EMPTY: Mapping[str, Callable[[], Any]] = {
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "NEWFALSE": lambda: False,
    "NEWTRUE": lambda: True,
    "NONE": lambda: None,
}

_KNOWN = ("numpy.core.multiarray _reconstruct", "numpy dtype")


def _made(function: Any, arguments: Any) -> Any:
    if function == _Name("_codecs encode"):
        return str(arguments[0]).encode("latin-1")
    if isinstance(function, _Name) and function.text in _KNOWN:
        return _Made(function.text, arguments)
    raise ValueError(f"{getattr(function, 'text', function)} has no place in a table of vectors")


def read_vectors(stream: IO[bytes]) -> dict[str, NDArray[np.float64]]:
    """Read a dictionary of vectors inside an array of objects.

    Args:
        stream: After the header of the array file.

    Returns:
        Name to vector.

    Raises:
        ValueError: If anything else is in it.
    """
    machine = _Machine()
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            machine.step(opcode.name, argument)
        objects = [entry for array in machine.stack for entry in array.array]
        if len(objects) != 1:
            raise ValueError(f"not a table of vectors, but {len(objects)} objects")
        return {name: array.array for name, array in objects[0].items() if isinstance(array, _Made)}
    except (IndexError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a table of vectors ({error})") from error
