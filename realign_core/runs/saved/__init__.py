"""The encoder that is kept: chosen among seeds, saved with a model card, made again by its recipe."""
