"""Speed of the store of measurements."""
