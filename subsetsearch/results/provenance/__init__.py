"""What the numbers of a study were computed with: data, weights, arithmetic, code, settings."""
