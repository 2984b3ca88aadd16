"""What retrieval says of a language without labels."""
