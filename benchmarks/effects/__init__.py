"""How well the model of effects predicts runs that it has not seen."""
