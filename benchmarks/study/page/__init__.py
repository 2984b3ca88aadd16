"""What is written from the rows: the page of all tasks, a page a task, ``summary.json``, figures."""
