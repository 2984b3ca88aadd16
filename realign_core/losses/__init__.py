"""Losses that realign: pure functions of tensors."""

from realign_core.losses.contrastive import contrastive_loss
from realign_core.losses.l2 import drift_loss, l2_loss

__all__ = ["contrastive_loss", "drift_loss", "l2_loss"]
