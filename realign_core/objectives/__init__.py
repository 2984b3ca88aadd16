"""Realignment objectives: pure functions of tensors."""

from realign_core.objectives.contrastive import contrastive_loss
from realign_core.objectives.l2 import drift_loss, l2_loss

__all__ = ["contrastive_loss", "drift_loss", "l2_loss"]
