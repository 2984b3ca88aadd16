"""What a study's work begins with: checks, its data, its arithmetic, its processes."""
