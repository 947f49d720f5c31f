"""The world as rules see it: the tables that they may speak of, for one day."""
