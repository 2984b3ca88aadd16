from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a test: hypothesis's deadline is a timer.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the published corpora, see the environment variable REALIGN_DATA."""
    place = os.environ.get("REALIGN_DATA")
    if not place:
        pytest.skip("REALIGN_DATA does not name a folder of corpora")
    return Path(place)
