"""How alike the names of two parties are, in any script."""
