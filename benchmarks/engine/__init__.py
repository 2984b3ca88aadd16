"""How fast the engine trains and evaluates."""
