"""Encoders: loading, structure, freezing, trunk and top, number formats."""
