"""Which settings a recipe should have where it names none, measured on development data."""
