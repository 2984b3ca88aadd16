"""What was measured of subsets, and its one store: tables of our own beside Optuna's."""
