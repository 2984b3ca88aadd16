"""What proposes subsets to Optuna."""
