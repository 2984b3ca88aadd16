"""Runs of a recipe: workspace, result, several seeds, tables and comparisons of them."""
