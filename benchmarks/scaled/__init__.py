"""How well small-scale runs rank subsets, beside whole and short ones."""
