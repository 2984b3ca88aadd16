"""Commands that make a study and measure."""
