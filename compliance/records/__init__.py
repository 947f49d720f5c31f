"""Records of decisions and acts: an append-only, hash-chained log, what a replay of each needs, and its checker."""
