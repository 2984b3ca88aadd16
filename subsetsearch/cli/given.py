"""Commands that are given their options as one frozen dataclass, not as a long list of arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import MISSING, fields
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_type_hints

GivenT = TypeVar("GivenT")


def takes(kind: type[GivenT]) -> Callable[[Callable[[GivenT], None]], Callable[..., None]]:
    """Make a command out of a function of its options.

    Args:
        kind: A dataclass; the command line sees its fields as the command's parameters, in their order.

    Example:
        >>> @dataclass(frozen=True)
        ... class Given:
        ...     study: StudyArgument
        ...     top: Annotated[int, typer.Option("--top")] = 3
        >>> @app.command()
        ... @takes(Given)
        ... def evaluate(given: Given) -> None:
        ...     print(given.top)
    """
    hints = get_type_hints(kind, include_extras=True)
    parameters = [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(kind)  # type: ignore[arg-type]
    ]

    def command(function: Callable[[GivenT], None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**options: Any) -> None:
            function(kind(**options))

        run.__signature__ = Signature(parameters, return_annotation=None)  # type: ignore[attr-defined]
        run.__annotations__ = {name: hints[name] for name in (field.name for field in fields(kind))}  # type: ignore[arg-type]
        return run

    return command
