"""How fast distances and solvers are, and how good."""
