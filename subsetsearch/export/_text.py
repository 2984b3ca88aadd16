"""Quoting: free text that stays text, whatever format it is put into."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from subsetsearch.errors import ConfigError

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": "'",
}  # fmt: skip


def one_line(text: str) -> str:
    r"""Write control characters and line breaks as escapes (``\n``), so that text fits on one line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def comment(*lines: str) -> str:
    """Turn texts into ``#`` comment lines, one a text."""
    return "".join(f"# {one_line(line)}\n" if line else "#\n" for line in lines)


def latex(text: str) -> str:
    """Escape text for LaTeX."""
    return "".join(_LATEX.get(c, c) for c in one_line(text))


def toml(tables: Mapping[str, Any]) -> str:
    """Write nested dictionaries as TOML; ``None`` is left out, as TOML has none.

    Args:
        tables: Strings, numbers, booleans, lists and dictionaries.

    Raises:
        ConfigError: If a value is of another kind.
    """
    return _toml_table(tables, ()).lstrip("\n")


def _toml_table(table: Mapping[str, Any], path: tuple[str, ...]) -> str:
    plain = {k: v for k, v in table.items() if v is not None and not isinstance(v, Mapping)}
    inner = {k: v for k, v in table.items() if isinstance(v, Mapping)}
    text = ""
    if path and (plain or not inner):
        text = f"\n[{'.'.join(_toml_key(part) for part in path)}]\n"
    text += "".join(f"{_toml_key(k)} = {_toml_value(v, (*path, k))}\n" for k, v in plain.items())
    return text + "".join(_toml_table(v, (*path, k)) for k, v in inner.items())


def _toml_key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else _toml_string(key)


def _toml_string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_value(value: Any, path: Sequence[str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _toml_string(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml_value(item, path) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_toml_key(k)} = {_toml_value(v, path)}' for k, v in value.items())}}}"
    raise ConfigError(f"a value of type {type(value).__name__} is not TOML's", where=".".join(path))
