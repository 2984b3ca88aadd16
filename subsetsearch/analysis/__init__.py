"""What the results say: front, choice, noise, explanation, trust."""
