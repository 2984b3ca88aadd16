"""Full runs: of which subsets, shared by several processes; and the encoder to take home."""
