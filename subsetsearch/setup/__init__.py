"""From a user's folders to a study file."""

from __future__ import annotations

from subsetsearch.setup._init import NewStudy, init

__all__ = ["NewStudy", "init"]
