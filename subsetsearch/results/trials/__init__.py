"""The search as Optuna stores it: the study, its trials, and what they say."""
