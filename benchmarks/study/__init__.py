"""The real study: searches, full runs with fresh seeds of what they choose and of all else, and who wins."""
