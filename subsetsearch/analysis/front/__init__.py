"""The front of a study, and the choice of one subset from it."""
