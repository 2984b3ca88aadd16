"""Whether short runs are possible with an encoder and a task. Free of torch."""

from __future__ import annotations

from realign_core.recipe import TaskKind
from subsetsearch.config.proxy import ShortProxyConfig
from subsetsearch.errors import ConfigError


def check_short(config: ShortProxyConfig, kind: TaskKind, layers: int) -> None:
    """Check that short runs are possible.

    Args:
        config: Of the short runs.
        kind: Of the task.
        layers: That the encoder has.

    Raises:
        ConfigError: If there are no layers left below the trained ones, or a probe cannot read the task out.
    """
    if config.readout == "probe" and kind is TaskKind.QA:
        raise ConfigError(
            f"a probe gives each unit a label, which the task '{kind}' does not ask",
            where="proxy.short.readout",
            fix='set it to "finetuning"',
        )
    if config.layers >= layers:
        raise ConfigError(
            f"{config.layers} layers are to be trained, but the encoder has {layers}, "
            "and one must stay below",
            where="proxy.short.layers",
            fix=f"write {layers - 1} or fewer",
        )
