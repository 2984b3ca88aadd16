"""What a task keeps: its plan, and the rows of its runs."""
