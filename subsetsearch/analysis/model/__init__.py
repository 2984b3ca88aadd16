"""What is asked of a study, and the model of all its runs, which answers."""
