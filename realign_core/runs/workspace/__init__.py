"""What a recipe needs before it runs: encoder, tokenised data, device; made once for many runs."""
