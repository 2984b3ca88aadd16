"""How many evaluations each sampler needs to find the front."""
