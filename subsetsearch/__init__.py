"""subsetsearch: which languages to buy parallel data for."""
