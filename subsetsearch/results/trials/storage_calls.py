"""Calls of Optuna's storages: tried again while a server is away, and in the end our error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

import optuna

from subsetsearch.errors import StudyError
from subsetsearch.results.database.retry import patiently

Method = Callable[..., Any]
Storage = TypeVar("Storage", bound=type[optuna.storages.BaseStorage])
Translate = Callable[[str, Exception], StudyError | None]
"""Our error for a storage's address and what its library raised; nothing, if storing is not the trouble."""


def translated(method: Method, translate: Translate) -> Method:
    """Let a method of a storage try again while its server is away, and raise our error in the end.

    Args:
        method: Of a storage that has a ``url``.
        translate: Says which errors are replaced.
    """

    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        def once() -> Any:
            try:
                return method(self, *args, **options)
            except Exception as error:
                if (ours := translate(self.url, error)) is not None:
                    raise ours from error
                raise

        return patiently(self.url, once)

    return call


def translating(translate: Translate, others: Iterable[str] = ()) -> Callable[[Storage], Storage]:
    """Let every public method that Optuna calls raise our errors: a decorator of storages.

    Args:
        translate: Says which errors are replaced.
        others: Names of further methods.
    """

    def decorate(storage: Storage) -> Storage:
        public = (name for name in vars(optuna.storages.BaseStorage) if not name.startswith("_"))
        for name in (*public, *others):
            method = getattr(storage, name)
            if callable(method):
                setattr(storage, name, translated(method, translate))
        return storage

    return decorate
