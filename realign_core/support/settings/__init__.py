"""Frozen, validated settings, and the TOML files that hold them."""
