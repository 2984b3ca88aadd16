"""The readers of labelled examples, one a format."""
