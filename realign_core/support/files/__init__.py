"""Files: read as what they hold, never half-written, kept once made, locked between processes."""
