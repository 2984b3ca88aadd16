"""Several processes at one study: who is at which trial or run, and whose process died."""
