"""What a few known subsets gain on expressions of time and quantity."""
