"""Keys that name contents: equal contents have equal keys, in any process."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def content_key(value: Any) -> str:
    """Hash a JSON-like value: equal contents have equal keys, in any process.

    Args:
        value: Anything ``json`` can write (dictionaries are sorted).

    Returns:
        16 hexadecimal digits of SHA-256.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
