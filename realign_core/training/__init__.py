"""The engine: batches, realignment, fine-tuning, zero-shot evaluation."""
