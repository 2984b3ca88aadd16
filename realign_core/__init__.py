"""realign_core: the realignment engine."""
