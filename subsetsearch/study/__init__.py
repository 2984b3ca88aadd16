"""The façade of a study: what is stored of it, what it says, what measures it, and what it hands over."""

from __future__ import annotations

from subsetsearch.study.study import Study, load

__all__ = ["Study", "load"]
