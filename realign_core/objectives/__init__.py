"""Realignment objectives: pure functions of tensors."""

from realign_core.objectives.contrastive import contrastive_loss

__all__ = ["contrastive_loss"]
