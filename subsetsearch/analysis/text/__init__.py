"""Numbers, names and lines as people read them; without torch, model or study."""
