"""What is searched: a study file and its corpora as pool, targets, costs and space."""
