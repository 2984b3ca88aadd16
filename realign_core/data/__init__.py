"""Corpora: parallel text and labelled tasks, one reader a file format."""
