"""Noise between seeds: intervals, ties, and gains of single targets."""
