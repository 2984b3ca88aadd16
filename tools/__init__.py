"""Tools for developing the project; nothing of them is installed."""
