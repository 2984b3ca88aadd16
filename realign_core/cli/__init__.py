"""The ``realign-core`` command: results on stdout, progress and logs on stderr."""

from realign_core.cli.commands import app, main

__all__ = ["app", "main"]
