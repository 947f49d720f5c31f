"""The rows of a world, checked and frozen."""
