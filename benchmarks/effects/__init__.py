"""How well the model of effects predicts runs that it did not learn from."""
