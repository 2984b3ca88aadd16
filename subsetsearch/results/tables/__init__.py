"""Full runs as CSV: written for people, and read from results that were made elsewhere."""
