"""How well the cheap rungs rank subsets that were fully run."""
