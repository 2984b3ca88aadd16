"""The command line: thin, results on stdout, logs and progress on stderr."""

from __future__ import annotations

from subsetsearch.cli.main import main

__all__ = ["main"]
