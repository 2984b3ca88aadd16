"""Runs: train, score, once or with several seeds."""
