"""Several processes at one study: which of them works on which trial or run, and which of them died."""
