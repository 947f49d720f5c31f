"""Source tables: the world on one day, as rules see it."""
