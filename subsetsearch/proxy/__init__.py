"""Rungs 1 and 2: cheap estimates of what a subset is worth."""
