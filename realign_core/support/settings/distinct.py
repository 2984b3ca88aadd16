"""Options that each need a name of their own, such as two columns of one table."""

from __future__ import annotations

from collections.abc import Mapping


def refuse_same(names: Mapping[str, str], what: str = "column") -> None:
    """Refuse options that name one thing twice, for use in a model's validator.

    Args:
        names: Option to what it names.
        what: What they name.

    Raises:
        ValueError: If two are alike.
    """
    first: dict[str, str] = {}
    for option, name in names.items():
        if (other := first.setdefault(name, option)) != option:
            raise ValueError(f"'{other}' and '{option}' are the same {what}, '{name}': each needs its own")
