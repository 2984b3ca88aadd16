"""Hostile files for everything that reads: what is neither an object nor our own error is a fault."""
