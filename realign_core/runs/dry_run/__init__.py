"""What is checked and timed before a run."""
