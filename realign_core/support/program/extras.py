"""Optional dependencies: imported where they are used, with an error that names the extra."""

from __future__ import annotations

import importlib
from types import ModuleType

from realign_core.support.errors import MissingExtraError


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional module, or say which extra brings it.

    Args:
        module: Import name, for instance ``"polib"``.
        extra: Name of the extra in ``pyproject.toml``.
        purpose: What it is needed for, to finish the sentence "needed to ...".

    Returns:
        The imported module.

    Raises:
        MissingExtraError: If the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if error.name not in (None, module, module.split(".", maxsplit=1)[0]):
            raise
        raise MissingExtraError(
            f"the package '{module.split('.', maxsplit=1)[0]}' is needed to {purpose}",
            fix=f"install it with: pip install 'subsetsearch[{extra}]'",
        ) from error
