"""How well published results are predicted from each other."""
