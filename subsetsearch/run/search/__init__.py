"""The search: trials, and the workers that share them."""
