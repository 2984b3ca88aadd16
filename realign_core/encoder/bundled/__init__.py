"""The encoder that a package brings: its file format, tokenizer and weights."""
