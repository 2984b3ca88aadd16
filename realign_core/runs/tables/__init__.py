"""What a run found, tables of runs, and comparisons of them."""
