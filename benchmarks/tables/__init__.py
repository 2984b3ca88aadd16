"""Tables of full runs by target, and how the noise of a run splits by stage."""
