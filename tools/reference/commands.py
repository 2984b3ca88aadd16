"""The reference page of the commands, from the command line's own options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import typer

from tools.reference.words import HEAD, cell, plain

COMMANDS = """# Commands

Results go to standard output, logs and progress to standard error. Exit status: 0, 1 for a failure (one
line that says what, where and what to do), 2 for wrong usage, 130 for Ctrl-C.

Before the name of a command: `--offline` (never ask the network), `--verbose` or `-v` (show the log),
`--quiet` or `-q` (show errors only); for `subsetsearch` also `--version`. As in
`subsetsearch --offline run studies/quickstart.toml`.

"""


def commands_page() -> str:
    """Reference of both command lines."""
    from realign_core.cli import app as engine
    from subsetsearch.cli.main import app as search

    parts = [HEAD, COMMANDS]
    for program, app in (("subsetsearch", search), ("realign-core", engine)):
        parts.append(f"## `{program}`\n\n")
        group: Any = typer.main.get_command(app)
        for name, command in sorted(group.commands.items()):
            parts += list(_command(program, name, command))
    return "".join(parts).rstrip() + "\n"


def _command(program: str, name: str, command: Any) -> Iterator[str]:
    lead, _, examples = (
        inspect.cleandoc(command.help or "").replace("**Examples**", "Examples:").partition("Examples:")
    )
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    usage = " ".join([program, name, *map(_placeholder, arguments), "[OPTIONS]"])
    yield f"### `{program} {name}`\n\n    {usage}\n\n{plain(lead.strip())}\n\n"
    yield "| argument or option | takes | default | what it is |\n|-|-|-|-|\n"
    context = command.context_class(command)
    for param in command.params:
        if getattr(param, "hidden", False):
            continue
        shown = ", ".join(f"`{opt}`" for opt in [*param.opts, *param.secondary_opts])
        if param.param_type_name == "argument":
            shown = f"`{_placeholder(param)}`"
        cells = (shown, _taken(param, context), _default_of(param), " ".join((param.help or "").split()))
        yield f"| {' | '.join(map(cell, cells))} |\n"
    commands, rest = [], []
    for line in (line.strip().removeprefix("- ") for line in examples.splitlines()):
        (commands if line.startswith(program) else rest).append(line)
    if commands:
        yield "\n```sh\n" + "\n".join(commands) + "\n```\n"
    text = " ".join(part for part in rest if part)
    yield f"\n{plain(text)}\n\n" if text else "\n"


_KINDS = {"str": "text", "int": "whole number", "float": "number", "file": "file", "directory": "folder"}
"""Typer's names of what an option takes to ours; the others are paths."""


def _taken(param: Any, context: Any) -> str:
    """Say what an option takes: its values, or the kind of a value with its limits; nothing for a switch."""
    if getattr(param, "is_flag", False):
        return ""
    if param.type_descriptor.is_choice:
        values = param.display_type(context).removeprefix("<list[").strip("<>]").split("|")
        return ", ".join(f"`{value}`" for value in values)
    if param.metavar is not None and param.param_type_name == "option":
        return f"`{param.metavar.strip('[].')}`"
    bare = re.sub(r"^<(list\[)?|\]?( range)?>$", "", param.display_type(context))
    limits = [
        f"{sign} {limit:.10g}" for sign, limit in (("≥", param.min), ("≤", param.max)) if limit is not None
    ]
    return f"{_KINDS.get(bare, 'path')}{', ' if limits else ''}{' and '.join(limits)}"


def _default_of(param: Any) -> str:
    """Write what an option is if nobody gives it."""
    if isinstance(param.show_default, str):
        return param.show_default
    if param.required:
        return "required"
    if param.default is None or param.default is False or param.default == "":
        return ""
    if param.default is True:
        return f"`{param.opts[0]}`"
    if isinstance(param.default, list | tuple):
        return f"`{' '.join(map(str, param.default))}`"
    return f"`{getattr(param.default, 'value', param.default)}`"


def _placeholder(argument: Any) -> str:
    """How usage shows an argument: in brackets if it may be left out, with dots if it may be repeated."""
    name = (argument.metavar or argument.name.upper()).strip("[].")
    dots = "..." if argument.nargs == -1 else ""
    return f"{name}{dots}" if argument.required else f"[{name}]{dots}"
