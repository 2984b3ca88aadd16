"""All that is known about a study, for all its targets or some, and how far it is."""
