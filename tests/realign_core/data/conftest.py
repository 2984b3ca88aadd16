from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the published corpora, see the environment variable REALIGN_DATA."""
    place = os.environ.get("REALIGN_DATA")
    if not place:
        pytest.skip("REALIGN_DATA does not name a folder of corpora")
    return Path(place)
