"""What a recipe reads of the hub as it is today, and may be something else tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from realign_core.encoder.revision import cached_commit, is_commit, of_hub
from realign_core.recipe import Recipe
from realign_core.runs.dry_run.subject import RemarkError


def unpinned(recipe: Recipe) -> Iterator[RemarkError]:
    """Name the encoder and the data sets of which the recipe names no commit.

    Args:
        recipe: The recipe.
    """
    encoder = recipe.encoder
    if of_hub(encoder) and not is_commit(encoder.revision):
        yield _remark(encoder.name, "encoder.revision", cached_commit(encoder))
    places = {
        "parallel": recipe.parallel,
        "task.train": recipe.task.train,
        "task.evaluation": recipe.task.evaluated,
    }
    seen: set[str] = set()
    for key, place in places.items():
        name = getattr(place, "dataset", None)
        if name is not None and name not in seen and not is_commit(getattr(place, "revision", None)):
            seen.add(name)
            yield _remark(name, f"{key}.revision", None)


def _remark(name: str, key: str, commit: str | None) -> RemarkError:
    revision = f"{commit}, which is on this machine" if commit else "the commit that is meant"
    return RemarkError(
        f"no commit of '{name}' is named, so that another one may be read tomorrow",
        where=key,
        fix=f"set it to {revision}",
    )
