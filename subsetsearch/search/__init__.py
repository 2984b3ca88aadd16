"""The search: space, sampler, life of a trial, full evaluations."""
